/*
 * What a child needs of its parent's descriptors until it has a table of its own: the parent puts
 * copies at low numbers, and takes them back when the exec pipe says that the child has unshared.
 */
#ifndef ARCHON_HANDOVER_LINUX_H
#define ARCHON_HANDOVER_LINUX_H

#include "job.h"
#include "low.h"

/* How long a start may wait for the children before it, when the low numbers have run out. */
#define HANDOVER_PATIENCE_MS 2

struct closer;

struct handover {
    struct low low;
    struct closer *closer;
    struct job *waiting[LOW_END]; /* for its child to unshare: at the low number of its exec pipe */
    bool stuck;                   /* waiting for them was in vain; do not try again */
};

/*
 * Puts copies of the job's exec pipe and of what it is given at low numbers, and replaces the
 * numbers in the job. Returns 0, -EMFILE when too few are left, or -errno of dup3(2).
 */
int handover_place(struct handover *handover, struct job *job);

/*
 * What the exec pipe says: a byte when the child has a descriptor table of its own, the end when it
 * has left our memory by exec or exit. True at the end; after the byte the copies are taken back.
 */
bool handover_has_left(struct handover *handover, struct job *job);

/* The child does not look at our table any more: puts the low numbers back. */
void handover_take_back(struct handover *handover, struct job *job);

#endif
