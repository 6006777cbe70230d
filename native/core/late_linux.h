#ifndef ARCHON_LATE_LINUX_H
#define ARCHON_LATE_LINUX_H

#include "low.h"

#include <stdint.h>

/* A start whose child has not got a descriptor table of its own in time (frozen, stopped). */
struct late {
    struct low *low;
    int pipe;        /* low number of the writing end of its exec pipe */
    uint64_t passed; /* low numbers of what somebody passed */
    uint32_t *unshared;
    int pidfd;
    _Atomic int *pending; /* how many such starts there are */
};

/*
 * Waits on a thread of its own until the child has unshared or is dead, then puts the low numbers
 * back. Increments *pending now and decrements it then. Returns 0 or -errno; then the numbers stay
 * in use for good.
 */
int late_wait(const struct late *late);

#endif
