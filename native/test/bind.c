/* The shim in the program itself: what it asks of a broker that answers in every way there is. */
#include "../bind.c"          // NOLINT(bugprone-suspicious-include)
#include "../bind_ask.c"      // NOLINT(bugprone-suspicious-include)
#include "../bind_clock.c"    // NOLINT(bugprone-suspicious-include)
#include "../bind_epoll.c"    // NOLINT(bugprone-suspicious-include)
#include "../bind_options.c"  // NOLINT(bugprone-suspicious-include)
#include "../bind_question.c" // NOLINT(bugprone-suspicious-include)

#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/socket.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum how {
    GIVE,      /* `Ok` and the socket */
    IN_PIECES, /* the same, byte by byte */
    ERROR,
    GARBAGE,
    HANG_UP,
    SILENT,
    BARE,    /* `Ok` alone */
    TWO,     /* `Ok` and two sockets */
    ANOTHER, /* `Ok` and a socket of another kind */
    HALF     /* the socket, and the end of the stream */
};

static enum how how;
static int listener, kept, another;
static char asked[128];
static bool busy; /* the broker has a client, and so a descriptor */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t at_rest = PTHREAD_COND_INITIALIZER;

static void send_with(int to, const char *text, size_t length, const int *fds, size_t count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec piece = { .iov_base = (char *)(uintptr_t)text, .iov_len = length };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
    }
    (void)sendmsg(to, &message, MSG_NOSIGNAL);
}

static void reply(int client)
{
    int both[] = { kept, another };
    switch (how) {
    case GIVE:
        send_with(client, "Ok\n", 3, both, 1);
        break;
    case IN_PIECES:
        send_with(client, "O", 1, both, 1);
        send_with(client, "k", 1, NULL, 0);
        send_with(client, "\n", 1, NULL, 0);
        break;
    case ERROR:
        send_with(client, "Error,no\n", 9, NULL, 0);
        break;
    case GARBAGE:
        send_with(client, "Okay\n", 5, both, 1);
        break;
    case BARE:
        send_with(client, "Ok\n", 3, NULL, 0);
        break;
    case TWO:
        send_with(client, "Ok\n", 3, both, 2);
        break;
    case ANOTHER:
        send_with(client, "Ok\n", 3, &another, 1);
        break;
    case HALF:
        send_with(client, "O", 1, both, 1);
        break;
    case HANG_UP:
    case SILENT:
        break;
    }
}

static void *broker(void *unused)
{
    (void)unused;
    for (;;) {
        char text[128];
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        ssize_t length = client < 0 ? -1 : recv(client, text, sizeof text - 1, 0);
        if (client < 0) {
            return NULL;
        }
        pthread_mutex_lock(&lock);
        busy = true;
        memcpy(asked, text, sizeof asked);
        asked[length < 0 ? 0 : length] = '\0';
        pthread_mutex_unlock(&lock);
        reply(client);
        if (how == SILENT) {
            (void)recv(client, text, 1, 0);
        }
        close(client);
        pthread_mutex_lock(&lock);
        busy = false;
        pthread_cond_signal(&at_rest);
        pthread_mutex_unlock(&lock);
    }
}

static bool was_asked(const char *text)
{
    pthread_mutex_lock(&lock);
    bool same = strcmp(asked, text) == 0;
    asked[0] = '\0';
    pthread_mutex_unlock(&lock);
    return same;
}

/* Who got an answer was seen by the broker before: so the broker is done with it here. */
static int open_count(void)
{
    int count = 0;
    pthread_mutex_lock(&lock);
    while (busy) {
        pthread_cond_wait(&at_rest, &lock);
    }
    pthread_mutex_unlock(&lock);
    DIR *all = opendir("/proc/self/fd");
    while (readdir(all) != NULL) {
        count++;
    }
    closedir(all);
    return count;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int port_of(int fd)
{
    struct sockaddr_in at = { 0 };
    socklen_t size = sizeof at;
    return getsockname(fd, (struct sockaddr *)&at, &size) == 0 ? ntohs(at.sin_port) : -1;
}

/* Bound to a port that the system chooses, past the shim. */
static int bound(int type)
{
    struct sockaddr_in at = loopback(0);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    need(syscall(SYS_bind, fd, &at, sizeof at) == 0, "bind");
    return fd;
}

static int bind_to(int fd, int port)
{
    struct sockaddr_in at = loopback(port);
    return bind(fd, (struct sockaddr *)&at, sizeof at);
}

static long seconds(int fd)
{
    struct timeval time = { .tv_sec = -1 };
    socklen_t size = sizeof time;
    (void)getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &size);
    return time.tv_sec;
}

static bool is_reno(int fd)
{
    char name[16] = { 0 };
    socklen_t size = sizeof name;
    return getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &size) == 0 &&
           strcmp(name, "reno") == 0;
}

/* Where a program waits for a socket before it has bound it. */
static void in_epoll(void)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = 0xfedcba9876543210 }, got;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), many[100];
    int queue = epoll_create1(EPOLL_CLOEXEC), other = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < 100; i++) {
        /* What is in its list before the socket fills more than a piece. */
        many[i] = eventfd(0, EFD_CLOEXEC);
        need(epoll_ctl(queue, EPOLL_CTL_ADD, many[i], &event) == 0, "epoll_ctl");
    }
    need(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    event.data.u64 = 7;
    need(epoll_ctl(other, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    int before = open_count();
    how = GIVE;
    bool bound_there = bind_to(fd, port_of(kept)) == 0;
    while (epoll_wait(queue, &got, 1, 0) == 1 || epoll_wait(other, &got, 1, 0) == 1) {
    }
    int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = loopback(port_of(kept));
    need(connect(caller, (struct sockaddr *)&at, sizeof at) == 0, "connect");
    bool heard = epoll_wait(queue, &got, 1, 10000) == 1 && got.data.u64 == 0xfedcba9876543210 &&
                 got.events == EPOLLIN;
    check(bound_there && heard && epoll_wait(queue, &got, 1, 0) == 0,
          "an epoll that it was in before hears who connects");
    check(epoll_wait(other, &got, 1, 10000) == 1 && got.data.u64 == 7, "so does each other");
    check(open_count() == before + 1, "and nothing is left open");
    close(accept(fd, NULL, NULL));
    close(caller);
    for (int i = 0; i < 100; i++) {
        close(many[i]);
    }
    close(queue);
    close(other);
    close(fd);
}

static void gives(void)
{
    char question[64];
    int port = port_of(kept), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1,
        nine = 9;
    snprintf(question, sizeof question, "BindFD,tcp:127.0.0.1:%d\n", port);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &nine, sizeof nine);
    struct timeval patience = { .tv_sec = 3 };
    int room = 20000, plain_room = option(fd, SOL_SOCKET, SO_RCVBUF), far = 33;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_IP, IP_TTL, &far, sizeof far);
    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    int deferred = option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT), before = open_count();
    how = GIVE;
    errno = EXDEV;
    check(bind_to(fd, port) == 0 && errno == EXDEV,
          "what archon gives is bound, errno is left alone");
    check(was_asked(question), "it is asked for the address");
    check(port_of(fd) == port && option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1,
          "it is the socket that was there, at the program's own number");
    check(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK) && fcntl(fd, F_GETFD) == 0,
          "flags are those of the program's own");
    check(option(fd, SOL_SOCKET, SO_KEEPALIVE) == 1 && option(fd, IPPROTO_TCP, TCP_NODELAY) == 1 &&
              option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == deferred && deferred > 0,
          "so are its options");
    check(option(fd, SOL_SOCKET, SO_RCVBUF) == 2 * room && option(fd, IPPROTO_IP, IP_TTL) == far &&
              seconds(fd) == 3 && is_reno(fd),
          "sizes, limits and names too");
    check(listen(fd, 7) == 0, "it can listen again");
    check(open_count() == before, "nothing is left open");
    close(fd);
    how = IN_PIECES;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind_to(fd, port) == 0 && port_of(fd) == port && fcntl(fd, F_GETFD) == FD_CLOEXEC &&
              (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 && option(fd, IPPROTO_TCP, TCP_NODELAY) == 0,
          "an answer may come in pieces; another program sets other flags and options");
    check(option(fd, SOL_SOCKET, SO_RCVBUF) == plain_room &&
              (option(fd, SOL_SOCKET, SO_BUF_LOCK) & SOCK_RCVBUF_LOCK) == 0 &&
              option(fd, IPPROTO_IP, IP_TTL) != far && seconds(fd) == 0,
          "or none");
    close(fd);
}

static void falls_through(void)
{
    static const struct {
        enum how how;
        const char *sentence;
    } ways[] = { { ERROR, "an Error is left to the real bind" },
                 { GARBAGE, "another answer is" },
                 { HANG_UP, "no answer is" },
                 { BARE, "an Ok without a socket is" },
                 { TWO, "one with two is" },
                 { ANOTHER, "another kind of socket is" },
                 { HALF, "half an answer is" },
                 { SILENT, "a broker that says nothing is, after 2 s" } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        int probe = bound(SOCK_STREAM), port = port_of(probe), before;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int64_t since = now_ms();
        before = open_count();
        how = ways[i].how;
        /* The address is taken, which only the real bind says. */
        bool refused = bind_to(fd, port) == -1 && errno == EADDRINUSE;
        int64_t took = now_ms() - since;
        close(probe);
        how = ERROR;
        bool works = refused && bind_to(fd, port) == 0 && port_of(fd) == port;
        check(works && open_count() == before - 1 && took < 4000 &&
                  (ways[i].how != SILENT || took >= WAIT_MS),
              ways[i].sentence);
        close(fd);
    }
}

static void passes(void)
{
    int on = 1, port = port_of(kept), fd;
    how = GIVE;
    was_asked("");
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    check(bind_to(fd, port) == -1 && errno == EADDRINUSE && was_asked(""),
          "who sets SO_REUSEPORT wants a socket of its own");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind_to(fd, 0) == 0 && port_of(fd) > 0 && was_asked(""), "the system chooses a port");
    close(fd);
    char folder[] = "/tmp/archon-bind-XXXXXX";
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(path.sun_path, sizeof path.sun_path, "%s/x", folder);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&path, sizeof path) == 0 && was_asked(""), "a path is bound");
    close(fd);
    unlink(path.sun_path);
    rmdir(folder);
    struct sockaddr_in6 local = { .sin6_family = AF_INET6,
                                  .sin6_port = htons(80),
                                  .sin6_scope_id = 1 };
    inet_pton(AF_INET6, "fe80::1", &local.sin6_addr);
    fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&local, sizeof local) == -1 && was_asked(""),
          "a link-local address is not asked for");
    struct sockaddr_in mixed = loopback(80);
    check(bind(fd, (struct sockaddr *)&mixed, sizeof mixed) == -1 && was_asked(""),
          "nor is one of another family");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&mixed, 8) == -1 && errno == EINVAL && was_asked("") &&
              bind(9999, (struct sockaddr *)&mixed, sizeof mixed) == -1 && errno == EBADF &&
              bind(fd, NULL, sizeof mixed) == -1 && errno == EFAULT && was_asked(""),
          "what is wrong is as wrong as without");
    close(fd);
}

static void words(void)
{
    struct question question = { .length = 0 };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(65535) };
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) {
        check(true, "IPv6 # SKIP this machine has none");
        return;
    }
    const struct sockaddr *at = (struct sockaddr *)&v6;
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[0:0:0:0:0:0:0:0]:65535") == 0, "IPv6 is in brackets");
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[0:0:0:0:0:0:0:0]:65535,v6only") == 0,
          "whether it takes IPv4 is said");
    memset(&v6.sin6_addr, 0xff, sizeof v6.sin6_addr);
    question.length = 0;
    word_address(fd, at, &question);
    question.text[question.length] = '\0';
    check(strcmp(question.text, "udp:[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535") == 0 &&
              question.length + strlen("BindFD,,v6only\n") < LONGEST_QUESTION,
          "where it matters, and the longest fits");
    close(fd);
}

static void *binds(void *good)
{
    int port = port_of(kept);
    for (int i = 0; i < 50; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind_to(fd, port) != 0 || port_of(fd) != port) {
            *(bool *)good = false;
        }
        close(fd);
    }
    return NULL;
}

static void at_once(void)
{
    pthread_t threads[8];
    bool good[8];
    int before = open_count(), status = -1;
    how = GIVE;
    for (int i = 0; i < 8; i++) {
        good[i] = true;
        need(pthread_create(&threads[i], NULL, binds, &good[i]) == 0, "pthread_create");
    }
    pid_t child = fork();
    if (child == 0) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        _exit(bind_to(fd, port_of(kept)) == 0 ? 0 : 1);
    }
    bool all = true;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        all = all && good[i];
    }
    check(waitpid(child, &status, 0) == child && status == 0, "a forked child asks as well");
    check(all && open_count() == before, "many threads at once are no trouble");
}

static void paths(const char *path)
{
    char long_path[200];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    memset(&archon, 0, sizeof archon);
    setenv("ARCHON_SOCKET", "/s", 1);
    setenv("ARCHON_BIND", long_path, 1);
    remember();
    check(archon.sun_path[0] == '\0', "a path that is too long is none");
    unsetenv("ARCHON_BIND");
    remember();
    check(strcmp(archon.sun_path, "/s") == 0, "without a door of its own it asks at archon's");
    setenv("ARCHON_BIND", path, 1);
    remember();
    check(strcmp(archon.sun_path, path) == 0, "its door goes before");
}

int main(void)
{
    char folder[] = "/tmp/archon-shim-XXXXXX";
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    pthread_t thread;
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(at.sun_path, sizeof at.sun_path, "%s/archon", folder);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(syscall(SYS_bind, listener, &at, sizeof at) == 0 && listen(listener, 64) == 0, "broker");
    kept = bound(SOCK_STREAM);
    another = bound(SOCK_DGRAM);
    need(listen(kept, 64) == 0, "listen");
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(&archon, 0, sizeof archon);
    check(bind_to(fd, port_of(kept)) == -1 && errno == EADDRINUSE, "without archon bind is bind");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    archon.sun_family = AF_UNIX;
    memcpy(archon.sun_path, "/nowhere", 9);
    check(bind_to(fd, port_of(kept)) == -1 && errno == EADDRINUSE, "so it is where nobody answers");
    close(fd);
    paths(at.sun_path);
    need(pthread_create(&thread, NULL, broker, NULL) == 0, "pthread_create");
    gives();
    in_epoll();
    falls_through();
    passes();
    words();
    at_once();
    shutdown(listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(listener);
    unlink(at.sun_path);
    rmdir(folder);
    return result();
}
