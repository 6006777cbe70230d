/*
 * The mark by which a process of this keeper is known, whoever its parent has become: its limit on
 * file locks (RLIMIT_LOCKS, hard and soft). Linux has not enforced that limit since 2.4.25, but
 * fork, exec and a change of user hand it on, and prlimit(2) reads it from outside.
 */
#ifndef ARCHON_MARK_H
#define ARCHON_MARK_H

#include <stdint.h>
#include <sys/types.h>

/* High half: the keeper's nonce (its high half); low half: the number of the start. */
static inline uint64_t mark_value(uint64_t nonce, double start)
{
    return (nonce & 0xffffffff00000000u) | ((uint64_t)start & 0xffffffffu);
}

/*
 * The low 32 bits of the start number that `pid` carries into *start, 0 when it carries no mark of
 * `nonce`. Returns 0, or -errno of prlimit(2) (-ESRCH, -EPERM).
 */
int mark_of(pid_t pid, uint64_t nonce, uint32_t *start);

#endif
