#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a TCP socket that listens tcpi_unacked is the length of its queue (tcp_get_info). */
int listen_waiting(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return errno == EOPNOTSUPP || errno == ENOPROTOOPT ? -ENOTSUP : -errno;
    }
    return (int)info.tcpi_unacked;
}

/* Whoever owns the folder may put something else there meanwhile: what was opened is what is
 * changed. */
int listen_own(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    char link[32];
    struct stat about;
    int err = 0, fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (fstat(fd, &about) != 0) {
        err = -errno;
    }
    else if (!S_ISSOCK(about.st_mode)) {
        err = -ENOTSOCK;
    }
    else if (chmod(link, mode) != 0 || ((uid != (uid_t)-1 || gid != (gid_t)-1) &&
                                        fchownat(fd, "", uid, gid, AT_EMPTY_PATH) != 0)) {
        err = -errno;
    }
    close(fd);
    return err;
}
