#include "late_linux.h"

#include "futex_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)

static int start(struct late *late);
static void *wait_for_it(void *arg);
static void settle(const struct late *late);

int late_wait(const struct late *late)
{
    struct late *own = malloc(sizeof *own);
    if (own == NULL) {
        return -ENOMEM;
    }
    *own = *late;
    /* The caller may close its pidfd. Above LOW_END, so that no child gets a copy. */
    own->pidfd = fcntl(late->pidfd, F_DUPFD_CLOEXEC, LOW_END);
    int err = own->pidfd < 0 ? -errno : start(own);
    if (err != 0) {
        if (own->pidfd >= 0) {
            close(own->pidfd);
        }
        free(own);
    }
    return err;
}

static int start(struct late *late)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, old;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    ++*late->pending;
    pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are for the loop's thread */
    int err = pthread_create(&thread, &attributes, wait_for_it, late);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    if (err != 0) {
        --*late->pending;
    }
    return -err;
}

static void *wait_for_it(void *arg)
{
    struct late *late = arg;
    struct pollfd end = { .fd = late->pidfd, .events = POLLIN };
    while (__atomic_load_n(late->unshared, __ATOMIC_SEQ_CST) == 0 && poll(&end, 1, 0) == 0) {
        struct timespec deadline;
        clock_gettime(CLOCK_MONOTONIC, &deadline);
        deadline.tv_sec++; /* a child that is killed wakes nobody */
        futex_wait(late->unshared, 0, &deadline);
    }
    close(late->pidfd);
    settle(late);
    free(late);
    return NULL;
}

static void settle(const struct late *late)
{
    --*late->pending;
    low_put_back(late->low, late->pipe);
    for (int number = 0; number < LOW_END; number++) {
        if ((late->passed & LOW_BIT(number)) != 0) {
            low_put_back(late->low, number); /* may hang: it is this thread's last work */
        }
    }
}
