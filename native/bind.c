/*
 * libarchon-bind.so: put before a program with LD_PRELOAD, it asks archon for each TCP or UDP
 * address that the program binds (bind(2)). Archon answers with a socket that it has bound there
 * long ago and keeps, and that takes the place of the program's own: same number, same flags. So
 * the program can end, or crash, and whoever connects meanwhile is served by the next one.
 *
 * Restraint above all: whatever is not as expected (nobody to ask, `Error`, no answer in 2 s, an
 * answer that is none, another kind of socket) is left to the real bind(2), as if this were not
 * here. The program may be in a signal handler, between fork and exec, in any thread, about to be
 * cancelled, short of memory: nothing here allocates, locks, prints, keeps state but the path that
 * was read once, or calls what may be a cancellation point; errno is as it was. Who asks archon
 * sees itself (SO_PEERPIDFD), so what is sent is the question alone.
 *
 * Passed through unasked: a port that the system chooses, SO_REUSEPORT (each worker wants a socket
 * of its own), link-local addresses, paths, other protocols. What cannot be helped: options that
 * were set before and are not in `copied` are lost; so is a registration in epoll from before; and
 * O_NONBLOCK is that of all who have the socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 2000, LONGEST_QUESTION = 96, MOST_FDS = 4 };

struct question {
    char text[LONGEST_QUESTION];
    size_t length;
};

/* By its own name here, as the headers of some C libraries declare bind with a type of theirs. */
__attribute__((visibility("default"))) int archon_bind(int fd, const struct sockaddr *address,
                                                       socklen_t length) __asm__("bind");

static bool is_worth_asking(int fd, const struct sockaddr *address, socklen_t length);
static void word_question(int fd, const struct sockaddr *address, struct question *out);
static int ask(const struct question *question);
static bool take_place(int fd, int given);

/* Where archon listens; empty: there is nobody to ask. */
static struct sockaddr_un archon;

/* The environment may be overwritten later, by a program that puts its title there. */
__attribute__((constructor)) static void remember(void)
{
    const char *path = getenv("ARCHON_BIND");
    if (path == NULL) {
        path = getenv("ARCHON_SOCKET");
    }
    size_t length = path == NULL ? 0 : strlen(path);
    if (length > 0 && length < sizeof archon.sun_path) {
        archon.sun_family = AF_UNIX;
        memcpy(archon.sun_path, path, length + 1);
    }
}

int archon_bind(int fd, const struct sockaddr *address, socklen_t length)
{
    int saved = errno;
    if (is_worth_asking(fd, address, length)) {
        struct question question;
        word_question(fd, address, &question);
        int given = ask(&question);
        bool taken = given >= 0 && take_place(fd, given);
        if (given >= 0) {
            syscall(SYS_close, given);
        }
        errno = saved;
        if (taken) {
            return 0;
        }
    }
    errno = saved;
    return (int)syscall(SYS_bind, fd, address, length);
}

/* -1 where there is no such option, or no such socket. */
static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

static bool is_worth_asking(int fd, const struct sockaddr *address, socklen_t length)
{
    if (archon.sun_path[0] == '\0' || address == NULL || length < sizeof(struct sockaddr_in) ||
        (address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
        option(fd, SOL_SOCKET, SO_DOMAIN) != address->sa_family) {
        return false;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        if (length < sizeof *v6 || v6->sin6_port == 0 || v6->sin6_scope_id != 0) {
            return false;
        }
    }
    else if (((const struct sockaddr_in *)(const void *)address)->sin_port == 0) {
        return false;
    }
    int protocol = option(fd, SOL_SOCKET, SO_PROTOCOL);
    return (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) &&
           option(fd, SOL_SOCKET, SO_REUSEPORT) == 0;
}

static void add(struct question *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to->text + to->length, text, length);
    to->length += length;
}

static void add_number(struct question *to, unsigned value, unsigned base)
{
    char digits[12];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    add(to, digits + at);
}

/* `BindFD,tcp:127.0.0.1:80` or `BindFD,tcp:[0:0:0:0:0:0:0:1]:80,v6only`: 60 characters at most. */
static void word_question(int fd, const struct sockaddr *address, struct question *out)
{
    out->length = 0;
    bool is_tcp = option(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP;
    add(out, is_tcp ? "BindFD,tcp:" : "BindFD,udp:");
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        const uint8_t *byte = (const uint8_t *)&v4->sin_addr;
        for (int i = 0; i < 4; i++) {
            add(out, i == 0 ? "" : ".");
            add_number(out, byte[i], 10);
        }
        add(out, ":");
        add_number(out, ntohs(v4->sin_port), 10);
    }
    else {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        const uint8_t *byte = (const uint8_t *)&v6->sin6_addr;
        bool is_any = true;
        for (int i = 0; i < 16; i += 2) {
            unsigned group = (unsigned)byte[i] << 8 | byte[i + 1];
            is_any = is_any && group == 0;
            add(out, i == 0 ? "[" : ":");
            add_number(out, group, 16);
        }
        add(out, "]:");
        add_number(out, ntohs(v6->sin6_port), 10);
        add(out, is_any && option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1 ? ",v6only" : "");
    }
    add(out, "\n");
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

/* A descriptor of the caller's, or -1. */
static int ask(const struct question *question)
{
    int64_t due = now_ms() + WAIT_MS;
    int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int line = (int)syscall(SYS_socket, AF_UNIX, type, 0);
    if (line < 0) {
        return -1;
    }
    int given = -1;
    if (syscall(SYS_connect, line, &archon, sizeof archon) == 0 &&
        syscall(SYS_sendto, line, question->text, question->length, MSG_NOSIGNAL, NULL, 0) ==
            (long)question->length) {
        given = answer(line, due);
    }
    syscall(SYS_close, line);
    return given;
}

/* What a program may have set before, where its value is a number. */
static const struct {
    int level, name;
} copied[] = {
    { SOL_SOCKET, SO_KEEPALIVE },       { SOL_SOCKET, SO_OOBINLINE },
    { SOL_SOCKET, SO_BROADCAST },       { SOL_SOCKET, SO_TIMESTAMP },
    { SOL_SOCKET, SO_PRIORITY },        { SOL_SOCKET, SO_BUSY_POLL },
    { IPPROTO_TCP, TCP_NODELAY },       { IPPROTO_TCP, TCP_DEFER_ACCEPT },
    { IPPROTO_TCP, TCP_KEEPIDLE },      { IPPROTO_TCP, TCP_KEEPINTVL },
    { IPPROTO_TCP, TCP_KEEPCNT },       { IPPROTO_TCP, TCP_USER_TIMEOUT },
    { IPPROTO_TCP, TCP_FASTOPEN },      { IPPROTO_IP, IP_TOS },
    { IPPROTO_IP, IP_PKTINFO },         { IPPROTO_IP, IP_RECVTOS },
    { IPPROTO_IPV6, IPV6_RECVPKTINFO }, { IPPROTO_IPV6, IPV6_TCLASS },
};

static void copy_options(int from, int to)
{
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        int value = option(from, copied[i].level, copied[i].name);
        if (value >= 0 && value != option(to, copied[i].level, copied[i].name)) {
            (void)setsockopt(to, copied[i].level, copied[i].name, &value, sizeof value);
        }
    }
    struct linger linger;
    socklen_t size = sizeof linger;
    if (getsockopt(from, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && linger.l_onoff) {
        (void)setsockopt(to, SOL_SOCKET, SO_LINGER, &linger, size);
    }
}

/* The socket that was given becomes the one of that number. */
static bool take_place(int fd, int given)
{
    static const int alike[] = { SO_DOMAIN, SO_TYPE, SO_PROTOCOL };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        if (option(fd, SOL_SOCKET, alike[i]) != option(given, SOL_SOCKET, alike[i])) {
            return false;
        }
    }
    int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD);
    if (flags < 0 || own < 0) {
        return false;
    }
    copy_options(fd, given);
    return fcntl(given, F_SETFL, flags) == 0 &&
           dup3(given, fd, (own & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) == fd;
}
