/* The question of the shim over a connection of its own, again where that breaks: without a
 * cancellation point. */
#include "bind.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FDS = 4, PAUSE_MS = 10 };

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

/* The answer is `Ok` with one descriptor, which comes with the first byte: that one, or -1. False
 * where the line ended before it was whole. */
static bool answer(int line, int64_t due, int *out)
{
    static const char wanted[] = { 'O', 'k', '\n' };
    char got[sizeof wanted];
    size_t length = 0;
    int given = -1;
    bool good = true, whole = true;
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
            good = whole = taken < 0 && (errno == EINTR || errno == EAGAIN);
        }
    }
    if (!good && given >= 0) {
        syscall(SYS_close, given);
        given = -1;
    }
    *out = given;
    return whole;
}

/* False where nothing was said, but may be to who asks again: the daemon died, and the next one
 * listens at the same socket, or more than that has room for stand before it. */
static bool ask_once(const struct sockaddr_un *at, const struct question *question, int64_t due,
                     int *given)
{
    int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int line = (int)syscall(SYS_socket, AF_UNIX, type, 0);
    if (line < 0) {
        return true;
    }
    bool is_over = true;
    if (syscall(SYS_connect, line, at, sizeof *at) != 0) {
        is_over = errno != EAGAIN;
    }
    else if (syscall(SYS_sendto, line, question->text, question->length, MSG_NOSIGNAL, NULL, 0) ==
             (long)question->length) {
        is_over = answer(line, due, given);
    }
    else {
        is_over = errno != EPIPE && errno != ECONNRESET;
    }
    syscall(SYS_close, line);
    return is_over;
}

/* False when there is no time left. */
static bool pause_before(int64_t due)
{
    if (now_ms() + PAUSE_MS >= due) {
        return false;
    }
    struct timespec wait = { .tv_nsec = PAUSE_MS * 1000000 };
    syscall(SYS_ppoll, NULL, 0, &wait, NULL, 0);
    return true;
}

int ask(const struct sockaddr_un *at, const struct question *question)
{
    int64_t due = now_ms() + WAIT_MS;
    int given = -1;
    while (!ask_once(at, question, due, &given) && pause_before(due)) {
    }
    return given;
}
