#include "notify_os.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* LOCAL_CREDS_PERSISTENT, since FreeBSD 13: credentials with every datagram, the pid included. */
int notify_prepare(int fd, const struct sockaddr_un *address, uid_t uid, gid_t gid)
{
    int on = 1;
    if (setsockopt(fd, SOL_LOCAL, LOCAL_CREDS_PERSISTENT, &on, sizeof on) != 0 ||
        (unlink(address->sun_path) != 0 && errno != ENOENT) ||
        bind(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        return -errno;
    }
    /* fchmod(2) of a socket that is not bound is EINVAL here: who came in between is told by uid.
     */
    if (chmod(address->sun_path, 0600) != 0 ||
        ((uid != (uid_t)-1 || gid != (gid_t)-1) && lchown(address->sun_path, uid, gid) != 0)) {
        int err = -errno;
        unlink(address->sun_path);
        return err;
    }
    return 0;
}

void notify_credentials(struct cmsghdr *at, struct notify_sender *from)
{
    struct sockcred2 credentials;
    if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_CREDS2 &&
        at->cmsg_len >= CMSG_LEN(sizeof credentials)) {
        memcpy(&credentials, CMSG_DATA(at), sizeof credentials);
        *from = (struct notify_sender){ .pid = credentials.sc_pid, .uid = credentials.sc_uid };
    }
}

int notify_order(int fd, int other)
{
    (void)fd;
    (void)other;
    return -ENOSYS;
}
