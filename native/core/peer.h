#ifndef ARCHON_PEER_H
#define ARCHON_PEER_H

#include <sys/types.h>

struct peer {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/* Who connected the Unix socket `fd`, as it was at that moment. Returns 0 or -errno (unix(7)). */
int peer_of(int fd, struct peer *out);

#endif
