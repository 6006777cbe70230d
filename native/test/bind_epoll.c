#include "shim.h"

#include <sys/eventfd.h>

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

int main(void)
{
    return with_broker(in_epoll);
}
