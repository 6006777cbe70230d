/*
 * Finding a process again that is nobody's child here, after whoever held its pidfd has died: by
 * the handle that Linux gives it (pidfs, since 6.14), which no other process of this boot ever has,
 * else by its number and when it began. A stranger that has the number by now is never taken for
 * it.
 */
#ifndef ARCHON_AGAIN_H
#define ARCHON_AGAIN_H

#include <sys/types.h>

/* Both 0: nothing is known. Numbers that JavaScript can hold; in the ledger. */
struct again {
    double handle; /* 0 where the system has none, or would not let us open it */
    double began;  /* clock ticks from boot to its start, noted where there is no handle */
};

/* Notes what the process of this pidfd will be known by. 0, or -errno when that is nothing: -ESRCH
 * when it is gone. */
int again_note(int pidfd, pid_t pid, struct again *out);

/* A close-on-exec pidfd of it, or -errno: -ESRCH when it is gone, -ENODATA when nothing is known.
 * After any other it may well live: EMFILE, ENFILE, ENOMEM, or EPERM. */
int again_open(pid_t pid, const struct again *known);

#endif
