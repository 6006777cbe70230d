#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int limit_in_proc(pid_t pid, rlim_t *limit);

int mark_of(pid_t pid, uint64_t nonce, uint32_t *start)
{
    struct rlimit limit;
    if (pid <= 0) {
        return -EINVAL; /* 0 would be ourselves */
    }
    int err = prlimit(pid, RLIMIT_LOCKS, NULL, &limit) == 0 ? 0 : -errno;
    if (err == -EPERM) { /* another user's, and we are without CAP_SYS_RESOURCE */
        err = limit_in_proc(pid, &limit.rlim_max);
    }
    if (err != 0) {
        return err;
    }
    *start = (uint32_t)limit.rlim_max;
    if (limit.rlim_max == RLIM_INFINITY || mark_value(nonce, *start) != limit.rlim_max) {
        *start = 0;
    }
    return 0;
}

/* The hard limit, which is the second number of its line: proc_pid_limits(5). */
static int limit_in_proc(pid_t pid, rlim_t *limit)
{
    char path[40], text[4096], *at;
    snprintf(path, sizeof path, "/proc/%d/limits", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? -ESRCH : -errno;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return -ESRCH;
    }
    text[length] = '\0';
    *limit = RLIM_INFINITY; /* "unlimited" */
    if ((at = strstr(text, "\nMax file locks ")) != NULL) {
        strtoull(at + strlen("\nMax file locks "), &at, 10);
        unsigned long long hard = strtoull(at, &at, 10);
        *limit = hard != 0 ? hard : RLIM_INFINITY;
    }
    return 0;
}
