#include "notify.h"

#include "notify_os.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Descriptors, and credentials: with those of FreeBSD come up to 1023 groups (NGROUPS_MAX). */
union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(FDPASS_MAX * sizeof(int)) + 8192];
};

int notify_open(const char *path, uid_t uid, gid_t gid)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        return length == 0 ? -EINVAL : -ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, length + 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    int err = notify_prepare(fd, &address, uid, gid);
    if (err != 0) {
        close(fd);
        return err;
    }
    return fd;
}

ssize_t notify_receive(int fd, bool stays, void *bytes, size_t size, struct fdpass_received *out,
                       struct notify_sender *from)
{
    union control control;
    struct iovec piece = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &piece,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t taken = fdpass_take(fd, &message, stays ? MSG_PEEK : 0, out);
    *from = (struct notify_sender){ .pid = 0, .uid = (uid_t)-1 };
    if (taken < 0) {
        return taken;
    }
    for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at != NULL; at = CMSG_NXTHDR(&message, at)) {
        notify_credentials(at, from);
    }
    return (message.msg_flags & MSG_TRUNC) != 0 ? -EMSGSIZE : taken;
}
