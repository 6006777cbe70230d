/* What archon-log says to people: why lines are dropped. */
#include "log.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A terminal where somebody pressed Ctrl-S must not keep the logs waiting. */
void say_dropping(const char *path, int err)
{
    char line[PIPE_BUF];
    int n =
        snprintf(line, sizeof line,
                 "archon-log: %s: %s: lines are dropped and counted until there is room again\n",
                 path, strerror(err));
    struct pollfd writable = { .fd = STDERR_FILENO, .events = POLLOUT };
    if (n > 0 && n < (int)sizeof line && poll(&writable, 1, 0) == 1 &&
        (writable.revents & POLLOUT) != 0) {
        (void)!write(STDERR_FILENO, line, (size_t)n);
    }
}
