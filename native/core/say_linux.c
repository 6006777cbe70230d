#include "say.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/uio.h>

/* RWF_NOWAIT is known of a pipe since Linux 6.4. A file takes whatever is written, but may ask to
 * be waited for. */
bool os_wrote_at_once(int fd, const void *line, size_t size)
{
    struct stat about;
    if (fstat(fd, &about) < 0 || !(S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode))) {
        return false;
    }
    const struct iovec all = { .iov_base = (void *)(uintptr_t)line, .iov_len = size };
    return pwritev2(fd, &all, 1, -1, RWF_NOWAIT) >= 0 ||
           (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL);
}
