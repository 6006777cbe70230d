/*
 * Closes descriptors on a thread of its own. close(2) of what somebody passed can hang for ever (a
 * file on a FUSE mount whose server does not answer), and nothing can be known about such a
 * descriptor without risking the same. While one hangs another thread goes on.
 */
#ifndef ARCHON_CLOSER_H
#define ARCHON_CLOSER_H

#include <stdint.h>

struct closer;
struct low;

/* NULL when there is no memory. The threads are started with the first call below. */
struct closer *closer_new(void);

/* Ends the threads that are not hanging; what is queued is closed before. For tests. */
void closer_end(struct closer *closer);

/* Closes `count` descriptors, later. Returns 0 or -errno: then nothing has been queued. */
int closer_close(struct closer *closer, const int *fds, int count);

/* Puts a set of low numbers back (low_put_back), later. Returns 0 or -errno. */
int closer_put_back(struct closer *closer, struct low *low, uint64_t numbers);

#endif
