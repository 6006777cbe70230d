#ifndef ARCHON_WRITE_WITHIN_H
#define ARCHON_WRITE_WITHIN_H

#include <stddef.h>

/*
 * Writes where whoever reads takes it within so many milliseconds: not into a terminal after
 * Ctrl-S, nor into a pipe that nobody reads. How much was written, or -errno, and nothing
 * was: -EAGAIN where it would have to wait for longer, -ENOTSUP where nobody can say so. Up to
 * PIPE_BUF bytes a pipe takes whole; of more, and on a stream socket, it may be a part.
 */
int write_within(int fd, int patience, const void *bytes, size_t size);

#endif
