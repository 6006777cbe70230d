#include "events.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>

static int watch(int events, int fd, uint32_t token, uint32_t wanted);

int events_make(void)
{
    return epoll_create1(0);
}

int events_input(int events, int fd, uint32_t token)
{
    return watch(events, fd, token, EPOLLIN);
}

int events_once(int events, int fd, uint32_t token)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.u32 = token };
    if (epoll_ctl(events, EPOLL_CTL_MOD, fd, &event) == 0) {
        return 0;
    }
    return watch(events, fd, token, EPOLLIN | EPOLLONESHOT);
}

int events_output(int events, int fd, uint32_t token)
{
    return watch(events, fd, token, EPOLLOUT);
}

void events_forget(int events, int fd)
{
    (void)epoll_ctl(events, EPOLL_CTL_DEL, fd, NULL);
}

int events_wait(int events, uint32_t tokens[EVENTS_BATCH], int timeout)
{
    struct epoll_event found[EVENTS_BATCH];
    int count = epoll_wait(events, found, EVENTS_BATCH, timeout);
    for (int i = 0; i < count; i++) {
        tokens[i] = found[i].data.u32;
    }
    return count < 0 ? -errno : count;
}

static int watch(int events, int fd, uint32_t token, uint32_t wanted)
{
    struct epoll_event event = { .events = wanted, .data.u32 = token };
    return epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}
