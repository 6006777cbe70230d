#include "notify_os.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

int notify_prepare(int fd, const struct sockaddr_un *address, uid_t uid, gid_t gid)
{
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
        (unlink(address->sun_path) != 0 && errno != ENOENT) ||
        /* Before bind(2): what it makes takes this mode, so that it never has another. */
        fchmod(fd, 0600) != 0 || bind(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        return -errno;
    }
    if ((uid != (uid_t)-1 || gid != (gid_t)-1) && lchown(address->sun_path, uid, gid) != 0) {
        int err = -errno;
        unlink(address->sun_path);
        return err;
    }
    return 0;
}

void notify_credentials(struct cmsghdr *at, struct notify_sender *from)
{
    struct ucred credentials;
    if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_CREDENTIALS &&
        at->cmsg_len == CMSG_LEN(sizeof credentials)) {
        memcpy(&credentials, CMSG_DATA(at), sizeof credentials);
        *from = (struct notify_sender){ .pid = credentials.pid, .uid = credentials.uid };
    }
}

int notify_order(int fd, int other)
{
    pid_t self = getpid();
    long order = syscall(SYS_kcmp, self, self, KCMP_FILE, fd, other);
    return order < 0 ? -errno : (int)order;
}
