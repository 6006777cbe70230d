#include "events.h"

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

#include <sys/event.h>
#include <time.h>

static int watch(int events, int fd, short filter, int flags, uint32_t token);

int events_make(void)
{
    return kqueue();
}

int events_input(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_READ, 0, token);
}

int events_once(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_READ, EV_ONESHOT, token);
}

int events_output(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_WRITE, 0, token);
}

/* One of the two is ENOENT. */
void events_forget(int events, int fd)
{
    static const short filters[] = { EVFILT_READ, EVFILT_WRITE };
    for (size_t i = 0; i < 2; i++) {
        const struct kevent change = { .ident = (uintptr_t)fd,
                                       .filter = filters[i],
                                       .flags = EV_DELETE };
        (void)kevent(events, &change, 1, NULL, 0, NULL);
    }
}

int events_wait(int events, uint32_t tokens[EVENTS_BATCH], int timeout)
{
    struct kevent found[EVENTS_BATCH];
    const struct timespec limit = { .tv_sec = timeout / 1000,
                                    .tv_nsec = timeout % 1000 * 1000000L };
    int count = kevent(events, NULL, 0, found, EVENTS_BATCH, timeout < 0 ? NULL : &limit);
    for (int i = 0; i < count; i++) {
        tokens[i] = (uint32_t)(uintptr_t)found[i].udata;
    }
    return count < 0 ? -errno : count;
}

static int watch(int events, int fd, short filter, int flags, uint32_t token)
{
    const struct kevent change = { .ident = (uintptr_t)fd,
                                   .filter = filter,
                                   .flags = (unsigned short)(EV_ADD | flags),
                                   .udata = (void *)(uintptr_t)token };
    return kevent(events, &change, 1, NULL, 0, NULL) < 0 ? -errno : 0;
}
