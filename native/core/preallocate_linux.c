#include "preallocate.h"

#include <errno.h>
#include <fcntl.h>

int preallocate(int fd, int from, int bytes)
{
    int failed;
    do {
        failed = fallocate(fd, FALLOC_FL_KEEP_SIZE, from, bytes) == 0 ? 0 : errno;
    } while (failed == EINTR);
    /* EPERM: a filter of system calls. */
    int unable = failed == EOPNOTSUPP || failed == ENOSYS || failed == EPERM;
    return failed == 0 ? 1 : unable ? 0 : -failed;
}
