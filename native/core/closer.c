#include "closer.h"

#include "low.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 16
#define STACK_SIZE (64 * 1024)
#define PATIENCE_NS (50 * 1000 * 1000)

struct item {
    int fd;
    struct low *low; /* NULL: close it; else put it back */
};

struct closer {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* for a worker: there is an item */
    pthread_cond_t doubt; /* for the watcher: items wait and nobody is idle */
    struct item *items;   /* a ring */
    size_t first, count, room;
    size_t taken; /* how many items were taken, ever */
    int threads, idle;
    bool doubting, ending;
};

static int make_room(struct closer *closer, size_t more);
static void add(struct closer *closer, struct item item);
static int start(struct closer *closer, void *(*body)(void *));
static int wake(struct closer *closer);
static void *work(void *arg);
static void *watch(void *arg);
static void carry_out(struct item item);

struct closer *closer_new(void)
{
    struct closer *closer = calloc(1, sizeof *closer);
    if (closer != NULL) {
        pthread_mutex_init(&closer->lock, NULL);
        pthread_cond_init(&closer->work, NULL);
        pthread_cond_init(&closer->doubt, NULL);
    }
    return closer;
}

int closer_close(struct closer *closer, const int *fds, int count)
{
    pthread_mutex_lock(&closer->lock);
    int err = make_room(closer, (size_t)count);
    if (err == 0 && count > 0) {
        for (int i = 0; i < count; i++) {
            add(closer, (struct item){ .fd = fds[i] });
        }
        err = wake(closer);
    }
    pthread_mutex_unlock(&closer->lock);
    return err;
}

int closer_put_back(struct closer *closer, struct low *low, uint64_t numbers)
{
    pthread_mutex_lock(&closer->lock);
    int err = make_room(closer, LOW_END);
    if (err == 0 && numbers != 0) {
        for (int number = 0; number < LOW_END; number++) {
            if ((numbers & LOW_BIT(number)) != 0) {
                add(closer, (struct item){ .fd = number, .low = low });
            }
        }
        err = wake(closer);
    }
    pthread_mutex_unlock(&closer->lock);
    return err;
}

void closer_end(struct closer *closer)
{
    pthread_mutex_lock(&closer->lock);
    closer->ending = true;
    pthread_cond_broadcast(&closer->work);
    pthread_cond_broadcast(&closer->doubt);
    while (closer->threads > 0) {
        pthread_mutex_unlock(&closer->lock);
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        pthread_mutex_lock(&closer->lock);
    }
    pthread_mutex_unlock(&closer->lock);
    free(closer->items);
    free(closer);
}

static int make_room(struct closer *closer, size_t more)
{
    if (closer->count + more <= closer->room) {
        return 0;
    }
    size_t room = closer->room == 0 ? 256 : closer->room;
    while (room < closer->count + more) {
        room *= 2;
    }
    struct item *items = malloc(room * sizeof *items);
    if (items == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < closer->count; i++) {
        items[i] = closer->items[(closer->first + i) % closer->room];
    }
    free(closer->items);
    closer->items = items;
    closer->room = room;
    closer->first = 0;
    return 0;
}

static void add(struct closer *closer, struct item item)
{
    closer->items[(closer->first + closer->count) % closer->room] = item;
    closer->count++;
}

/* Called with the lock held, after something was added. */
static int wake(struct closer *closer)
{
    if (closer->threads == 0) {
        int err = start(closer, work);
        return err != 0 ? err : start(closer, watch);
    }
    if (closer->idle > 0) {
        pthread_cond_signal(&closer->work);
    }
    else if (!closer->doubting) {
        closer->doubting = true;
        pthread_cond_signal(&closer->doubt);
    }
    return 0;
}

static int start(struct closer *closer, void *(*body)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, old;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are for the loop's thread */
    int err = pthread_create(&thread, &attributes, body, closer);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    closer->threads += err == 0;
    return -err;
}

static void *work(void *arg)
{
    struct closer *closer = arg;
    pthread_mutex_lock(&closer->lock);
    for (;;) {
        while (closer->count == 0 && !closer->ending) {
            closer->idle++;
            pthread_cond_wait(&closer->work, &closer->lock);
            closer->idle--;
        }
        if (closer->count == 0) {
            break;
        }
        struct item item = closer->items[closer->first];
        closer->first = (closer->first + 1) % closer->room;
        closer->count--;
        closer->taken++;
        if (closer->count > 0) {
            wake(closer);
        }
        pthread_mutex_unlock(&closer->lock);
        carry_out(item);
        pthread_mutex_lock(&closer->lock);
    }
    closer->threads--;
    pthread_mutex_unlock(&closer->lock);
    return NULL;
}

/* Starts another worker when items wait and none was taken for a while. Sleeps when none waits. */
static void *watch(void *arg)
{
    struct closer *closer = arg;
    pthread_mutex_lock(&closer->lock);
    while (!closer->ending) {
        if (closer->count == 0) {
            closer->doubting = false;
            pthread_cond_wait(&closer->doubt, &closer->lock);
            continue;
        }
        size_t before = closer->taken;
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += PATIENCE_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&closer->doubt, &closer->lock, &until);
        if (closer->count > 0 && closer->taken == before && closer->threads < MOST_THREADS) {
            start(closer, work);
        }
    }
    closer->threads--;
    pthread_mutex_unlock(&closer->lock);
    return NULL;
}

static void carry_out(struct item item)
{
    if (item.low == NULL) {
        close(item.fd);
    }
    else {
        low_put_back(item.low, item.fd);
    }
}
