#ifndef ARCHON_FIFO_H
#define ARCHON_FIFO_H

#include <sys/types.h>

/*
 * Makes a FIFO that its owner alone may open; (uid_t)-1 and (gid_t)-1 leave the owner as it is.
 * Returns 0 or -errno, -EEXIST when there is something of that name; after an error nothing is
 * left.
 */
int fifo_make(const char *path, uid_t uid, gid_t gid);

/* The bytes that can be read from it (FIONREAD), or -errno. */
int fifo_unread(int fd);

#endif
