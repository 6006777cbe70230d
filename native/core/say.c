#include "say.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static void write_line(int fd, const char *format, va_list arguments);
static void write_waiting(int fd, const void *line, size_t size);

static bool never_waits;

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line(STDERR_FILENO, format, arguments);
    va_end(arguments);
}

void announce(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line(STDOUT_FILENO, format, arguments);
    va_end(arguments);
}

void say_never_waits(void)
{
    never_waits = true;
}

/* O_NONBLOCK would be everybody's who shares the terminal. poll says that there is room: a page in
 * a pipe, none in a terminal where somebody pressed Ctrl-S. Who shares a pipe may take it first. */
bool has_room(int fd)
{
    struct pollfd writable = { .fd = fd, .events = POLLOUT };
    int found, tries = 0;
    do {
        found = poll(&writable, 1, 0);
    } while (found < 0 && tries++ < 2);
    return found == 1 && (writable.revents & POLLOUT);
}

static void write_line(int fd, const char *format, va_list arguments)
{
    char line[PIPE_BUF];
    int prefix = snprintf(line, sizeof line, "archond: ");
    size_t room = sizeof line - (size_t)prefix - 1;
    int length = vsnprintf(line + prefix, room, format, arguments);
    if (length < 0) {
        return;
    }
    size_t size = (size_t)prefix + ((size_t)length < room ? (size_t)length : room - 1);
    line[size++] = '\n';
    if (never_waits) {
        write_or_drop(fd, line, size);
    }
    else {
        write_waiting(fd, line, size);
    }
}

void write_or_drop(int fd, const void *line, size_t size)
{
    if (has_room(fd) && os_write_at_once(fd, line, size) == -ENOTSUP) {
        write_waiting(fd, line, size);
    }
}

static void write_waiting(int fd, const void *line, size_t size)
{
    while (write(fd, line, size) < 0 && errno == EINTR) {
    }
}
