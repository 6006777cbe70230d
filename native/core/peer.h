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

/*
 * The process that did, as a close-on-exec pidfd of the caller's (SO_PEERPIDFD, Linux 6.5; before,
 * whoever has its number now). A descriptor or -errno: -ESRCH when it is gone, -ENOSYS where there
 * are none.
 */
int peer_pidfd(int fd);

#endif
