#include "peer.h"

#include <errno.h>
#include <sys/socket.h>

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
