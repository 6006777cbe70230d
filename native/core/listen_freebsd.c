#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* getsockopt(2): the length of the queue of what has been accepted by the system. */
int listen_waiting(int fd)
{
    int waiting = 0;
    socklen_t size = sizeof waiting;
    if (getsockopt(fd, SOL_SOCKET, SO_LISTENQLEN, &waiting, &size) != 0) {
        return errno == EINVAL ? -ENOTSUP : -errno;
    }
    return waiting;
}

int listen_own(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    if (fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) != 0 ||
        ((uid != (uid_t)-1 || gid != (gid_t)-1) && lchown(path, uid, gid) != 0)) {
        return -errno;
    }
    return 0;
}
