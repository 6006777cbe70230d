/*
 * Keeps another user out of our memory while a child that shares it runs as that user, until exec.
 * The kernel lets him neither trace nor read a process whose memory is not dumpable
 * (PR_SET_DUMPABLE(2const), "ptrace access mode checking" in ptrace(2)), and makes it so with every
 * change of user (to the value of /proc/sys/fs/suid_dumpable). It stays so until we undo it, which
 * must wait for the last such child.
 */
#ifndef ARCHON_DUMPABLE_H
#define ARCHON_DUMPABLE_H

#include <stdbool.h>

struct dumpable {
    int strangers; /* children of other users that share our memory */
    int before;    /* what was set before the first of them */
};

/* Whether that holds here: with suid_dumpable at 1 a change of user opens the memory instead. */
bool dumpable_protects(void);

/* Before the clone of such a child; and when it has left our memory. */
void dumpable_lend(struct dumpable *dumpable);
void dumpable_back(struct dumpable *dumpable);

#endif
