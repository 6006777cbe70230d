/* The question of the shim over a connection of its own: without a cancellation point. */
#include "bind.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FDS = 4 };

/* False when nothing came until `due`. */
static bool wait_readable(int fd, int64_t due)
{
    for (;;) {
        int64_t left = due - now_ms();
        if (left <= 0) {
            return false;
        }
        struct timespec wait = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };
        struct pollfd one = { .fd = fd, .events = POLLIN };
        long ready = syscall(SYS_ppoll, &one, 1, &wait, NULL, 0);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return ready > 0;
        }
    }
}

/* Takes the descriptors of a message: one into `given`, any other is closed. False: more than one.
 */
static bool collect(struct msghdr *message, int *given)
{
    bool one = (message->msg_flags & MSG_CTRUNC) == 0;
    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        int fds[MOST_FDS];
        size_t size = at->cmsg_len - CMSG_LEN(0);
        memcpy(fds, CMSG_DATA(at), size);
        for (size_t i = 0; i < size / sizeof fds[0]; i++) {
            if (*given < 0) {
                *given = fds[i];
            }
            else {
                one = false;
                syscall(SYS_close, fds[i]);
            }
        }
    }
    return one;
}

/* The answer is `Ok` with one descriptor, which comes with the first byte: that one, or -1. */
static int answer(int line, int64_t due)
{
    static const char wanted[] = { 'O', 'k', '\n' };
    char got[sizeof wanted];
    size_t length = 0;
    int given = -1;
    bool good = true;
    while (good && length < sizeof wanted) {
        union {
            struct cmsghdr align;
            char bytes[CMSG_SPACE(MOST_FDS * sizeof(int))];
        } control;
        struct iovec piece = { .iov_base = got + length, .iov_len = sizeof wanted - length };
        struct msghdr message = { .msg_iov = &piece,
                                  .msg_iovlen = 1,
                                  .msg_control = control.bytes,
                                  .msg_controllen = sizeof control.bytes };
        long taken = wait_readable(line, due)
                         ? syscall(SYS_recvmsg, line, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC)
                         : 0;
        if (taken > 0) {
            good = collect(&message, &given);
            length += (size_t)taken;
            good = good && memcmp(got, wanted, length) == 0;
        }
        else {
            good = taken < 0 && (errno == EINTR || errno == EAGAIN);
        }
    }
    if (!good && given >= 0) {
        syscall(SYS_close, given);
        given = -1;
    }
    return given;
}

int ask(const struct sockaddr_un *at, const struct question *question)
{
    int64_t due = now_ms() + WAIT_MS;
    int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int line = (int)syscall(SYS_socket, AF_UNIX, type, 0);
    if (line < 0) {
        return -1;
    }
    int given = -1;
    if (syscall(SYS_connect, line, at, sizeof *at) == 0 &&
        syscall(SYS_sendto, line, question->text, question->length, MSG_NOSIGNAL, NULL, 0) ==
            (long)question->length) {
        given = answer(line, due);
    }
    syscall(SYS_close, line);
    return given;
}
