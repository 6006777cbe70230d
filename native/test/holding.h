/* A start whose child is held at a system call, until the test lets it go on. */
#ifndef ARCHON_TEST_HOLDING_H
#define ARCHON_TEST_HOLDING_H

#include "filter.h"
#include "starting.h"

#include <pthread.h>
#include <sys/ioctl.h>

struct held {
    struct start start;
    int (*where)(void); /* installs what holds it */
    int listener;
};

static inline int before_its_session(void)
{
    return listen_to(SYS_setsid);
}

static inline void *start_held(void *arg)
{
    struct held *held = arg;
    held->listener = held->where();
    need(held->listener >= 0, "seccomp");
    begin(&held->start);
    return NULL;
}

/* Only what is started here is under the filter. */
static inline void begin_held(struct held *held, int (*where)(void))
{
    pthread_t thread;
    held->where = where;
    need(pthread_create(&thread, NULL, start_held, held) == 0, "pthread_create");
    pthread_join(thread, NULL);
}

/* Whether it stands there by then. */
static inline bool is_held(const struct held *held, int wait_ms)
{
    struct pollfd asks = { .fd = held->listener, .events = POLLIN };
    return poll(&asks, 1, wait_ms) == 1 && (asks.revents & POLLIN) != 0;
}

/* The same, and waits until it stands there. */
static inline void hold(struct held *held, int (*where)(void))
{
    begin_held(held, where);
    need(is_held(held, 10000), "nothing is held");
}

static inline void let_go_on(const struct held *held)
{
    struct seccomp_notif asked = { 0 };
    need(ioctl(held->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) == 0, "SECCOMP_IOCTL_NOTIF_RECV");
    struct seccomp_notif_resp answer = { .id = asked.id,
                                         .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
    need(ioctl(held->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0, "SECCOMP_IOCTL_NOTIF_SEND");
    close(held->listener);
}

#endif
