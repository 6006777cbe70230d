#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int write_by_another(int fd, const void *line, size_t size);

/* RWF_NOWAIT is known of an unnamed pipe since Linux 6.4, and of sockets. A file takes whatever is
 * written, but may ask to be waited for. */
int os_write_at_once(int fd, const void *line, size_t size)
{
    struct stat about;
    if (fstat(fd, &about) < 0 || !(S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode))) {
        return -ENOTSUP;
    }
    const struct iovec all = { .iov_base = (void *)(uintptr_t)line, .iov_len = size };
    ssize_t written = pwritev2(fd, &all, 1, -1, RWF_NOWAIT);
    if (written >= 0) {
        return (int)written;
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL) {
        return -errno;
    }
    return S_ISFIFO(about.st_mode) ? write_by_another(fd, line, size) : -ENOTSUP;
}

/* A FIFO is opened once more: O_NONBLOCK on the descriptor that is there would be everybody's. */
static int write_by_another(int fd, const void *line, size_t size)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0) {
        return -ENOTSUP;
    }
    ssize_t written = write(own, line, size);
    int result = written < 0 ? -errno : (int)written;
    close(own);
    return result;
}
