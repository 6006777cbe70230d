#include "poller.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static int control(struct poller *p, int what, int fd, int id, int32_t token, uint32_t events);

int poller_open(struct poller *p, int32_t *ready)
{
    *p = (struct poller){ .fd = epoll_create1(EPOLL_CLOEXEC), .ready = ready };
    return p->fd < 0 ? -errno : 0;
}

void poller_close(struct poller *p)
{
    close(p->fd);
    p->fd = -1;
}

int poller_watch(struct poller *p, int fd, int32_t token, uint32_t events)
{
    return poller_add(p, fd, fd, token, events);
}

int poller_change(struct poller *p, int fd, int32_t token, uint32_t events)
{
    return control(p, EPOLL_CTL_MOD, fd, fd, token, events);
}

int poller_unwatch(struct poller *p, int fd)
{
    return poller_remove(p, fd, fd);
}

int poller_add(struct poller *p, int fd, int id, int32_t token, uint32_t events)
{
    int err = control(p, EPOLL_CTL_ADD, fd, id, token, events);
    p->watched += err == 0;
    return err;
}

int poller_remove(struct poller *p, int fd, int id)
{
    int err = control(p, EPOLL_CTL_DEL, fd, id, 0, 0);
    for (int i = 0; i < p->count; i++) {
        if (p->id_of[i] == id) {
            p->ready[2 * i] = 0;
        }
    }
    p->watched -= err == 0;
    return err;
}

int poller_take(struct poller *p)
{
    struct epoll_event events[POLLER_BATCH];
    int count = epoll_wait(p->fd, events, POLLER_BATCH, 0);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    for (int i = 0; i < count; i++) {
        p->ready[2 * i] = (int32_t)(uint32_t)events[i].data.u64;
        p->ready[2 * i + 1] = (int32_t)events[i].events;
        p->id_of[i] = (int)(events[i].data.u64 >> 32);
    }
    p->count = count;
    return count;
}

void poller_taken(struct poller *p)
{
    p->count = 0;
}

static int control(struct poller *p, int what, int fd, int id, int32_t token, uint32_t events)
{
    struct epoll_event event = {
        .events = events,
        .data.u64 = (uint64_t)(uint32_t)id << 32 | (uint32_t)token,
    };
    return epoll_ctl(p->fd, what, fd, &event) == 0 ? 0 : -errno;
}
