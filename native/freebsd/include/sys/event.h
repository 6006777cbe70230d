/* kqueue(2) of FreeBSD 14, what archon uses of it. */
#ifndef STUB_SYS_EVENT_H
#define STUB_SYS_EVENT_H

#include <stdint.h>

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_VNODE (-4)
#define EVFILT_SIGNAL (-6)
#define EVFILT_PROCDESC (-8)

#define EV_ADD 0x0001
#define EV_ONESHOT 0x0010
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_CLEAR 0x0020
#define EV_DISPATCH 0x0080
#define EV_EOF 0x8000

#define NOTE_WRITE 0x0002
#define NOTE_EXIT 0x80000000

struct kevent {
    uintptr_t ident;
    short filter;
    unsigned short flags;
    unsigned int fflags;
    int64_t data;
    void *udata;
    uint64_t ext[4];
};

struct timespec;

int kqueue(void);
int kevent(int kq, const struct kevent *changes, int change_count, struct kevent *events,
           int event_count, const struct timespec *timeout);

#endif
