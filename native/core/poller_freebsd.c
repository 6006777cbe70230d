/*
 * The poller is a kqueue(2), but speaks as epoll(7) does: the events come from and go to
 * TypeScript. One descriptor has up to two entries in the queue, for reading and for writing, so it
 * may come twice in a batch. A process descriptor has one of its own kind, which is gone once the
 * process has ended. The token is in `udata` (which a second EV_ADD replaces), the id in `ext[2]`.
 *
 * What differs: watching twice is no error and changes the token, unwatching twice is none; with no
 * events asked for nothing is told at all, not even that the other end hung up.
 */
#include "poller.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include <sys/event.h>
#include <time.h>
#include <unistd.h>

/* Bits of epoll_ctl(2), src/native/poller.ts. */
enum { IN = 1, OUT = 4, ERR = 8, HUP = 16, RDHUP = 0x2000 };
#define ONESHOT (1u << 30)
#define EDGE (1u << 31)

static int add(struct poller *p, int fd, int id, int32_t token, uint32_t events);
static int set(struct poller *p, short filter, struct kevent entry, bool wanted);
static uint32_t events_of(const struct kevent *event);
static uint32_t end_of(const struct kevent *event);

int poller_open(struct poller *p, int32_t *ready)
{
    *p = (struct poller){ .fd = kqueue(), .ready = ready };
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
    return add(p, fd, fd, token, events);
}

int poller_unwatch(struct poller *p, int fd)
{
    return poller_remove(p, fd, fd);
}

int poller_add(struct poller *p, int fd, int id, int32_t token, uint32_t events)
{
    int err = add(p, fd, id, token, events);
    p->watched += err == 0;
    return err;
}

int poller_remove(struct poller *p, int fd, int id)
{
    int err = add(p, fd, id, 0, 0);
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
    const struct timespec none = { 0 };
    struct kevent events[POLLER_BATCH];
    int count = kevent(p->fd, NULL, 0, events, POLLER_BATCH, &none);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    for (int i = 0; i < count; i++) {
        p->ready[2 * i] = (int32_t)(intptr_t)events[i].udata;
        p->ready[2 * i + 1] = (int32_t)events_of(&events[i]);
        p->id_of[i] = (int)(int64_t)events[i].ext[2];
    }
    p->count = count;
    return count;
}

void poller_taken(struct poller *p)
{
    p->count = 0;
}

/* What is wanted is added or changed, the rest is taken out. EV_DISPATCH: as EPOLLONESHOT, silent
 * after the first event until it is changed. */
static int add(struct poller *p, int fd, int id, int32_t token, uint32_t events)
{
    unsigned how = EV_ADD | EV_ENABLE;
    how |= (events & ONESHOT) != 0 ? EV_DISPATCH : 0;
    how |= (events & EDGE) != 0 ? EV_CLEAR : 0;
    const struct kevent entry = { .ident = (uintptr_t)fd,
                                  .flags = (unsigned short)how,
                                  .udata = (void *)(intptr_t)token,
                                  .ext = { 0, 0, (uint64_t)(int64_t)id } };
    bool reads = (events & (IN | RDHUP)) != 0;
    int err = set(p, EVFILT_READ, entry, reads);
    if (err == -EINVAL && reads) { /* the only filter that a process descriptor has */
        return set(p, EVFILT_PROCDESC, entry, true);
    }
    err = err != 0 ? err : set(p, EVFILT_WRITE, entry, (events & OUT) != 0);
    return err != 0 || events != 0 ? err : set(p, EVFILT_PROCDESC, entry, false);
}

static int set(struct poller *p, short filter, struct kevent entry, bool wanted)
{
    entry.filter = filter;
    if (filter == EVFILT_PROCDESC) {
        entry.fflags = NOTE_EXIT;
    }
    if (!wanted) {
        entry.flags = EV_DELETE;
    }
    if (kevent(p->fd, &entry, 1, NULL, 0, NULL) == 0) {
        return 0;
    }
    return !wanted && errno == ENOENT ? 0 : -errno;
}

/* The end of a process is final here: its status is told from then on (pidfd_freebsd.c). */
static uint32_t events_of(const struct kevent *event)
{
    switch (event->filter) {
    case EVFILT_PROCDESC:
        return IN | HUP;
    case EVFILT_READ:
        return IN | ((event->flags & EV_EOF) != 0 ? RDHUP | end_of(event) : 0);
    default:
        return OUT | ((event->flags & EV_EOF) != 0 ? end_of(event) : 0);
    }
}

/* EV_EOF does not say whether the other end still reads or has gone; poll(2) does. */
static uint32_t end_of(const struct kevent *event)
{
    struct pollfd there = { .fd = (int)event->ident };
    uint32_t error = event->fflags != 0 ? ERR : 0;
    return error | (poll(&there, 1, 0) == 1 && (there.revents & POLLHUP) != 0 ? HUP : 0);
}
