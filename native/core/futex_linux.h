/* futex(2) on a word in memory that several processes share. */
#ifndef ARCHON_FUTEX_LINUX_H
#define ARCHON_FUTEX_LINUX_H

#include "syscall_linux.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdint.h>
#include <time.h>

/*
 * Waits while *word is `value`, at most until `deadline` on CLOCK_MONOTONIC.
 * Returns 0 or -errno (-EAGAIN, -EINTR, -ETIMEDOUT).
 */
static inline int futex_wait(uint32_t *word, uint32_t value, const struct timespec *deadline)
{
    long err =
        syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, deadline, NULL, FUTEX_BITSET_MATCH_ANY);
    return err == 0 ? 0 : -errno;
}

/* Wakes all that wait. For the child too. */
CHILD static inline void futex_wake(uint32_t *word)
{
    RAW(SYS_futex, word, FUTEX_WAKE, INT_MAX, 0);
}

#endif
