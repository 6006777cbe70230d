/* What archon-log says to people: why lines are dropped. */
#include "log.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/say.h"

/* A terminal where somebody pressed Ctrl-S must not keep the logs waiting. */
void say_dropping(const char *path, int err)
{
    char line[PIPE_BUF];
    int n =
        snprintf(line, sizeof line,
                 "archon-log: %s: %s: lines are dropped and counted until there is room again\n",
                 path, strerror(err));
    if (n > 0 && n < (int)sizeof line) {
        write_or_drop(STDERR_FILENO, line, (size_t)n);
    }
}
