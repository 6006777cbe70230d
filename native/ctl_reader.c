/* What comes back, line by line. A reply record never holds a line break of its own. */
#include "ctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A longer record is no answer of archond: a log line of 64 KiB takes at most six times that. */
#define MOST_BYTES (16u << 20)
#define AT_ONCE 65536u

/* The next whole line without its break, NUL-terminated, valid until the next fill; or NULL. */
char *reader_line(struct reader *reader)
{
    if (reader->scanned == reader->in.len) {
        return NULL;
    }
    char *start = reader->in.at + reader->from;
    char *end = memchr(reader->in.at + reader->scanned, '\n', reader->in.len - reader->scanned);
    if (!end) {
        reader->scanned = reader->in.len;
        return NULL;
    }
    reader->from = reader->scanned = (size_t)(end - reader->in.at) + 1;
    *end = '\0';
    return start;
}

/* Reads once: the bytes that came, 0 at the end of the stream, or -errno. */
int reader_fill(struct reader *reader, int fd)
{
    static char fresh[AT_ONCE];
    ssize_t n = read(fd, fresh, sizeof fresh);
    if (n <= 0) {
        return n < 0 ? -errno : 0;
    }
    size_t kept = reader->in.len - reader->from;
    if (kept + (size_t)n > MOST_BYTES) {
        return -EMSGSIZE;
    }
    if (reader->from > 0) {
        memmove(reader->in.at, reader->in.at + reader->from, kept);
        reader->in.len = kept;
        reader->scanned -= reader->from;
        reader->from = 0;
    }
    bytes_add(&reader->in, fresh, (size_t)n);
    return (int)n;
}
