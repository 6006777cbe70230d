#include "mark.h"

#include <errno.h>
#include <sys/resource.h>

int mark_of(pid_t pid, uint64_t nonce, uint32_t *start)
{
    struct rlimit limit;
    if (pid <= 0) {
        return -EINVAL; /* 0 would be ourselves */
    }
    if (prlimit(pid, RLIMIT_LOCKS, 0, &limit) != 0) {
        return -errno;
    }
    *start = (uint32_t)limit.rlim_max;
    if (limit.rlim_max == RLIM_INFINITY || mark_value(nonce, *start) != limit.rlim_max) {
        *start = 0;
    }
    return 0;
}
