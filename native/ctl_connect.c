/* The socket: reaching it, and sending one record with its descriptors. */
#include "ctl.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 4 };

static ssize_t send_first(int fd, const struct bytes *record, const int *fds, size_t count);

/* Connects; `flags` as SOCK_NONBLOCK. A descriptor (close-on-exec) or -errno. */
int socket_dial(const char *path, int flags)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t len = strlen(path);
    if (len >= sizeof to.sun_path) {
        return -ENAMETOOLONG;
    }
    memcpy(to.sun_path, path, len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0) {
        return -errno;
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

/*
 * Sends a whole record, up to four descriptors with its first byte. Where it has to wait the
 * signal mask is `waiting` (NULL: unchanged): a signal that ends us then has ended nothing else,
 * as a record cut off is not carried out. 0 or -errno; what the peer said before may still be read.
 */
int socket_send(int fd, const struct bytes *record, const int *fds, size_t count,
                const sigset_t *waiting)
{
    size_t done = 0;
    while (done < record->len) {
        ssize_t n = done == 0 ? send_first(fd, record, fds, count)
                              : send(fd, record->at + done, record->len - done,
                                     MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            done += (size_t)n;
        }
        else if (errno == EAGAIN) {
            ppoll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, NULL, waiting);
        }
        else if (errno == ETOOMANYREFS) {
            /* As many descriptors as a user may have in flight: the daemon has to take some first.
             */
            ppoll(NULL, 0, &(struct timespec){ .tv_nsec = 10000000 }, waiting);
        }
        else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

static ssize_t send_first(int fd, const struct bytes *record, const int *fds, size_t count)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(MOST * sizeof(int))];
    } control = { .room = { 0 } };
    struct iovec part = { .iov_base = record->at, .iov_len = record->len };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (count > 0) {
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *passed = CMSG_FIRSTHDR(&message);
        passed->cmsg_level = SOL_SOCKET;
        passed->cmsg_type = SCM_RIGHTS;
        passed->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(passed), fds, count * sizeof(int));
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}
