/* What archond and its own say to people. */
#ifndef ARCHON_SAY_H
#define ARCHON_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* One line "archond: …" on standard error. At start it may wait; once `say_never_waits` was called,
 * it is dropped when whoever reads is slow. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same on standard output. */
void announce(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_never_waits(void);
bool has_room(int fd); /* whether a line would not wait: at start for what is no reason to end */
/* Writes a line, or drops it where that would wait, as far as it can be known. */
void write_or_drop(int fd, const void *line, size_t size);
/* How much of it was written, or -errno, and nothing was: -EAGAIN where it would wait, -ENOTSUP
 * where nobody can say so. Up to PIPE_BUF bytes a pipe takes whole; of more, and on a stream
 * socket, it may be a part. */
int os_write_at_once(int fd, const void *line, size_t size);

#endif
