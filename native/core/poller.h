/*
 * One queue of readiness for everything the daemon waits for; its own descriptor becomes readable
 * when something is in it. Entries carry a token, never the descriptor: a number comes back after
 * close(2), a token does not.
 */
#ifndef ARCHON_POLLER_H
#define ARCHON_POLLER_H

#include <stdint.h>

#define POLLER_BATCH 256

struct poller {
    int fd;
    int watched;             /* how many descriptors are in it */
    int count;               /* entries of the current batch */
    int id_of[POLLER_BATCH]; /* whose each is: the descriptor, or what poller_add was told */
    int32_t *ready;          /* the caller's: 2 * POLLER_BATCH words, token and events in turn */
};

/* Each returns 0 or -errno. */
int poller_open(struct poller *p, int32_t *ready);
void poller_close(struct poller *p);
int poller_watch(struct poller *p, int fd, int32_t token, uint32_t events);
int poller_change(struct poller *p, int fd, int32_t token, uint32_t events);
/* To be called before close(2) of `fd`. What of it waits in the current batch gets token 0. */
int poller_unwatch(struct poller *p, int fd);

/* The same as watch and unwatch, for the core's own: `id` is negative, so that it is nobody else's.
 */
int poller_add(struct poller *p, int fd, int id, int32_t token, uint32_t events);
int poller_remove(struct poller *p, int fd, int id);

/* Fills `ready` with what is there, without waiting: the number of entries or -errno. */
int poller_take(struct poller *p);
/* The batch has been handled. */
void poller_taken(struct poller *p);

#endif
