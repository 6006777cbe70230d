/* The older parts of a log file: name.log.1 is the newest of them. */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static uint32_t first_free(const char *path, uint32_t keep);

int rotate(const char *path, uint32_t keep)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (keep <= 1) {
        return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
    }
    /* A kill between two of these leaves a hole, which the next rotation fills. */
    for (uint32_t part = first_free(path, keep); part > 0; part--) {
        snprintf(to, sizeof to, "%s.%u", path, part);
        snprintf(from, sizeof from, part > 1 ? "%s.%u" : "%s", path, part - 1);
        if (rename(from, to) < 0 && errno != ENOENT) {
            return -errno;
        }
    }
    return 0;
}

/* The lowest part that is not there, or the last that may be. */
static uint32_t first_free(const char *path, uint32_t keep)
{
    char name[PATH_MAX];
    uint32_t part = 1;
    for (; part < keep - 1; part++) {
        snprintf(name, sizeof name, "%s.%u", path, part);
        if (access(name, F_OK) < 0) {
            break;
        }
    }
    return part;
}

/* One may be missing, after a kill; two in a row are the end. */
void rotate_prune(const char *path, uint32_t keep)
{
    char name[PATH_MAX];
    int missing = 0;
    for (uint32_t part = keep > 0 ? keep : 1; missing < 2; part++) {
        snprintf(name, sizeof name, "%s.%u", path, part);
        missing = unlink(name) < 0 ? missing + 1 : 0;
    }
}
