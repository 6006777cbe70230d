#include "fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(FDPASS_MAX * sizeof(int))];
};

static void collect(struct msghdr *message, struct fdpass_received *out);
static void attach(struct msghdr *message, union control *control, const int *fds, int count);

static ssize_t receive(int socket, void *bytes, size_t size, int flags,
                       struct fdpass_received *out);

ssize_t fdpass_receive(int socket, void *bytes, size_t size, struct fdpass_received *out)
{
    return receive(socket, bytes, size, 0, out);
}

ssize_t fdpass_peek(int socket, void *bytes, size_t size, struct fdpass_received *out)
{
    return receive(socket, bytes, size, MSG_PEEK, out);
}

int fdpass_consume(int socket, int bytes, unsigned char *mark)
{
    unsigned char unread[65536];
    int done = 0;
    while (done < bytes) {
        size_t size = (size_t)(bytes - done);
        size = size < sizeof unread ? size : sizeof unread;
        struct iovec parts[] = { { mark && done == 0 ? mark : unread, 1 }, { unread, size - 1 } };
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
        ssize_t taken = recvmsg(socket, &message, MSG_DONTWAIT);
        if (taken < 0 && errno != EINTR) {
            return done > 0 ? done : -errno;
        }
        if (taken == 0) {
            break;
        }
        done += taken < 0 ? 0 : (int)taken;
    }
    return done;
}

static ssize_t receive(int socket, void *bytes, size_t size, int flags, struct fdpass_received *out)
{
    union control control;
    struct iovec piece = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &piece,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    return fdpass_take(socket, &message, flags, out);
}

ssize_t fdpass_take(int socket, struct msghdr *message, int flags, struct fdpass_received *out)
{
    ssize_t taken;
    do {
        taken = recvmsg(socket, message, flags | MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (taken < 0 && errno == EINTR);
    out->count = 0;
    out->truncated = false;
    if (taken < 0) {
        return -errno;
    }
    collect(message, out);
    return taken;
}

static void collect(struct msghdr *message, struct fdpass_received *out)
{
    out->truncated = (message->msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t size = at->cmsg_len - CMSG_LEN(0);
        memcpy(out->fds + out->count, CMSG_DATA(at), size);
        out->count += (int)(size / sizeof(int));
    }
}

ssize_t fdpass_send(int socket, const void *bytes, size_t size)
{
    ssize_t sent;
    do {
        sent = send(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

int fdpass_send_all(int socket, const void *bytes, size_t size, const int *fds, int count)
{
    union control control;
    struct iovec piece = { .iov_base = (void *)bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    if (count < 0 || count > FDPASS_MAX) {
        return -EINVAL;
    }
    if (count > 0) {
        attach(&message, &control, fds, count);
    }
    for (int tries = 0; sendmsg(socket, &message, MSG_NOSIGNAL) < 0;) {
        if (errno == ETOOMANYREFS && ++tries < 5000) {
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        }
        else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int fdpass_send_one(int socket, const void *bytes, size_t size, int fd)
{
    union control control;
    struct iovec piece = { .iov_base = (void *)bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    if (fd >= 0) {
        attach(&message, &control, &fd, 1);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

static void attach(struct msghdr *message, union control *control, const int *fds, int count)
{
    size_t size = (size_t)count * sizeof(int);
    message->msg_control = control->bytes;
    message->msg_controllen = CMSG_SPACE(size);
    memset(control->bytes, 0, CMSG_SPACE(size)); /* the padding too */
    struct cmsghdr *header = &control->align;
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), fds, size);
}

int fdpass_hang_up(int socket)
{
    char unread[16384];
    int err = shutdown(socket, SHUT_RDWR) == 0 ? 0 : -errno;
    /* No more can come in now; a receive buffer holds less than 64 of these. */
    for (int i = 0; i < 64 && recv(socket, unread, sizeof unread, MSG_DONTWAIT) > 0; i++) {
    }
    return err;
}

/* Linux gives one piece half of the whole at most, and counts, sets and tells twice what it is
 * asked for (socket(7)). */
int fdpass_room(int socket, int bytes)
{
    int room = 0;
    socklen_t size = sizeof room;
    if (getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &room, &size) == 0 && room >= 2 * bytes) {
        return 0;
    }
#ifdef SO_SNDBUFFORCE
    if (setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) == 0) {
        return 0;
    }
#endif
    return setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0 ? 0 : -errno;
}
