#include "notify.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A user is in at most that many groups (NGROUPS_MAX); each comes with the credentials. */
#define GROUPS_MOST 1023

union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(FDPASS_MAX * sizeof(int)) + CMSG_SPACE(SOCKCRED2SIZE(GROUPS_MOST))];
};

static int prepare(int fd, const struct sockaddr_un *address, uid_t uid, gid_t gid);
static void find_sender(struct msghdr *message, struct notify_sender *from);

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
    int err = prepare(fd, &address, uid, gid);
    if (err != 0) {
        close(fd);
        return err;
    }
    return fd;
}

/* LOCAL_CREDS_PERSISTENT, since FreeBSD 13: credentials with every datagram, the pid included. */
static int prepare(int fd, const struct sockaddr_un *address, uid_t uid, gid_t gid)
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

ssize_t notify_receive(int fd, void *bytes, size_t size, struct fdpass_received *out,
                       struct notify_sender *from)
{
    union control control;
    struct iovec piece = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &piece,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t taken;
    do {
        taken = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (taken < 0 && errno == EINTR);
    out->count = 0;
    out->truncated = false;
    *from = (struct notify_sender){ .pid = 0, .uid = (uid_t)-1 };
    if (taken < 0) {
        return -errno;
    }
    fdpass_collect(&message, out);
    find_sender(&message, from);
    return (message.msg_flags & MSG_TRUNC) != 0 ? -EMSGSIZE : taken;
}

static void find_sender(struct msghdr *message, struct notify_sender *from)
{
    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        struct sockcred2 credentials;
        if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_CREDS2 &&
            at->cmsg_len >= CMSG_LEN(sizeof credentials)) {
            memcpy(&credentials, CMSG_DATA(at), sizeof credentials);
            *from = (struct notify_sender){ .pid = credentials.sc_pid, .uid = credentials.sc_uid };
        }
    }
}

int notify_same(int fd, int other)
{
    (void)fd;
    (void)other;
    return -ENOSYS;
}
