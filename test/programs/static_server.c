/*
 * A server as a static program of Go is one, for archon to be asked of bind(2) where no preload
 * reaches: system calls in the order of Go's net package (socket with its flags, SO_REUSEADDR,
 * bind, listen, only then epoll, edge-triggered), each made without libc's wrapper. Arguments: an
 * IPv4 address and a port. It answers whatever it is asked with a line and hangs up; TERM ends it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long must(long result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int listen_at(const char *host, int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int on = 1;
    must(inet_pton(AF_INET, host, &at.sin_addr) - 1, "address");
    int fd = (int)must(syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                       "socket");
    must(syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
    must(syscall(SYS_bind, fd, &at, sizeof at), "bind");
    must(syscall(SYS_listen, fd, 4096), "listen");
    return fd;
}

static void watch(int queue, int fd, unsigned events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };
    must(syscall(SYS_epoll_ctl, queue, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void accept_all(int queue, int listener)
{
    for (;;) {
        long fd = syscall(SYS_accept4, listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            watch(queue, (int)fd, EPOLLIN);
        }
        else if (errno == EAGAIN) {
            return;
        }
    }
}

static void answer(int fd)
{
    static const char line[] = "HTTP/1.0 200 OK\r\n\r\nhere\n";
    char asked[4096];
    if (read(fd, asked, sizeof asked) > 0) {
        (void)!write(fd, line, sizeof line - 1);
    }
    close(fd);
}

int main(int argc, char **argv)
{
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (argc != 3) {
        return 100;
    }
    int listener = listen_at(argv[1], atoi(argv[2]));
    int signals = signalfd(-1, &term, SFD_CLOEXEC), queue = epoll_create1(EPOLL_CLOEXEC);
    watch(queue, signals, EPOLLIN);
    watch(queue, listener, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    for (;;) {
        struct epoll_event ready[64];
        int count = epoll_wait(queue, ready, 64, -1);
        for (int i = 0; i < count; i++) {
            if (ready[i].data.fd == signals) {
                return 0;
            }
            if (ready[i].data.fd == listener) {
                accept_all(queue, listener);
            }
            else {
                answer(ready[i].data.fd);
            }
        }
    }
}
