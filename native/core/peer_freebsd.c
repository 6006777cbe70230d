#include "peer.h"

#include <errno.h>
#include <sys/types.h>

#include <sys/socket.h>
#include <sys/ucred.h>
#include <sys/un.h>

/* cr_pid: since FreeBSD 13. */
int peer_of(int fd, struct peer *out)
{
    struct xucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_LOCAL, LOCAL_PEERCRED, &credentials, &size) != 0) {
        return -errno;
    }
    if (credentials.cr_version != XUCRED_VERSION) {
        return -EINVAL;
    }
    *out = (struct peer){ .pid = credentials.cr_pid,
                          .uid = credentials.cr_uid,
                          .gid = credentials.cr_gid };
    return 0;
}

int peer_pidfd(int fd)
{
    (void)fd;
    return -ENOSYS;
}
