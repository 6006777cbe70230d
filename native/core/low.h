/*
 * The low descriptors. A child gets a copy of what is below LOW_END of the daemon's table and of
 * nothing else, so whatever it needs is put there first, over one of the numbers reserved for it.
 * Every number that was free when the daemon started is reserved: what it opens or receives later
 * lies above, where no child ever sees it.
 */
#ifndef ARCHON_LOW_H
#define ARCHON_LOW_H

#include <stdint.h>

#define LOW_END 64

/* Sets of low numbers are bit sets: number n is bit n. */
#define LOW_BIT(number) ((uint64_t)1 << (number))

struct low {
    int filler;              /* /dev/null; what a reserved number holds while it is not in use */
    uint64_t reserved;       /* the numbers that are ours */
    _Atomic uint64_t in_use; /* set by the loop; cleared by whoever put the number back */
};

/*
 * Sets close-on-exec on what is open below LOW_END (but 0 to 2) and reserves what is not.
 * Returns 0 or -errno.
 */
int low_open(struct low *low);
void low_close(struct low *low);

/* How many numbers are left. */
int low_left(const struct low *low);

/* A copy of `fd` at a low number: the number, -EMFILE when none is left, or -errno of dup3(2). */
int low_place(struct low *low, int fd);

/*
 * Puts the filler back over a number. This closes what was there, which can hang for ever if
 * somebody passed it (the flush of a FUSE file): those never on the loop's thread.
 */
void low_put_back(struct low *low, int number);

#endif
