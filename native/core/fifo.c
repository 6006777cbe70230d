#include "fifo.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int fifo_make(const char *path, uid_t uid, gid_t gid)
{
    if (mkfifo(path, 0600) != 0) {
        return -errno;
    }
    if ((uid != (uid_t)-1 || gid != (gid_t)-1) && lchown(path, uid, gid) != 0) {
        int err = -errno;
        unlink(path);
        return err;
    }
    return 0;
}

int fifo_unread(int fd)
{
    int bytes;
    return ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : -errno;
}
