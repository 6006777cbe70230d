/* Words that go out: complaints on standard error, each one line, and whatever goes to a stream. */
#include "ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* `archonctl: ...` on standard error, in one write. */
void complain(const char *format, ...)
{
    char *words;
    va_list values;
    va_start(values, format);
    int len = vasprintf(&words, format, values);
    va_end(values);
    if (len < 0) {
        return;
    }
    struct bytes line = { 0 };
    bytes_text(&line, "archonctl: ");
    bytes_text(&line, words);
    bytes_char(&line, '\n');
    write_out(&line, STDERR_FILENO);
    free(words);
    free(line.at);
}

/*
 * Writes and empties `out`. 0 or -errno; -EPIPE: the reader has gone. The caller ignores SIGPIPE
 * where that may happen.
 */
int write_out(struct bytes *out, int fd)
{
    size_t done = 0;
    while (done < out->len) {
        ssize_t n = write(fd, out->at + done, out->len - done);
        if (n >= 0) {
            done += (size_t)n;
        }
        else if (errno == EAGAIN) {
            /* Whoever shares this description made it non-blocking. */
            poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
        }
        else if (errno != EINTR) {
            out->len = 0;
            return -errno;
        }
    }
    out->len = 0;
    return 0;
}
