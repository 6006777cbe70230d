/* eventfd(2): how the processes of archon wake each other. */
#ifndef ARCHON_WAKE_H
#define ARCHON_WAKE_H

/* Adds 1. Returns 0 or -errno. */
int wake_write(int fd);

/* Clears it without waiting: the count there was (0: none), at most INT_MAX, or -errno. */
int wake_read(int fd);

#endif
