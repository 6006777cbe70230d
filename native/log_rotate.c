/* The older parts of a log file: name.log.1 is the newest of them. */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

int rotate(const char *path)
{
    char from[PATH_MAX], to[PATH_MAX];
    for (int part = FILE_KEEP; part > 0; part--) {
        snprintf(to, sizeof to, "%s.%d", path, part);
        snprintf(from, sizeof from, part > 1 ? "%s.%d" : "%s", path, part - 1);
        /* A part may be missing, also because a kill came between two of these. */
        if (rename(from, to) < 0 && errno != ENOENT) {
            return -errno;
        }
    }
    return 0;
}
