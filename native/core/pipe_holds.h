#ifndef ARCHON_PIPE_HOLDS_H
#define ARCHON_PIPE_HOLDS_H

/* How many unread bytes are looked at. */
enum { PIPE_HOLDS_MOST = 512 };

/*
 * Whether a byte is among the first unread ones of a pipe, which all stay there: 1 or 0. -EAGAIN:
 * it is empty; -ENODATA: and nobody writes into it any more; -ENOSYS: the system cannot say.
 */
int pipe_holds(int fd, int byte);

#endif
