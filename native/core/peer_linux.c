#include "peer.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int peer_of(int fd, struct peer *out)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return -errno;
    }
    *out = (struct peer){ .pid = credentials.pid, .uid = credentials.uid, .gid = credentials.gid };
    return 0;
}

int peer_pidfd(int fd)
{
    int pidfd = -1;
    socklen_t size = sizeof pidfd;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0) {
        return pidfd;
    }
    struct peer peer;
    int err = errno == ENOPROTOOPT ? peer_of(fd, &peer) : -errno;
    if (err != 0) {
        return err == -ENODATA ? -ESRCH : err;
    }
    long opened = syscall(SYS_pidfd_open, peer.pid, 0);
    return opened < 0 ? -errno : (int)opened;
}
