/*
 * As whom a process runs and what it may use, beyond what every child gets. What cannot be done
 * refuses the start: never a process with more rights than were asked for.
 */
#ifndef ARCHON_IDENTITY_H
#define ARCHON_IDENTITY_H

#include <stdint.h>

enum identity_set {
    IDENTITY_USER = 1,
    IDENTITY_NICE = 2,
    IDENTITY_OOM_SCORE = 4,
    IDENTITY_NO_NEW_PRIVS = 8,
};

struct identity_limit {
    uint32_t resource; /* of setrlimit(2) */
    uint64_t value;    /* soft and hard alike */
};

struct identity {
    unsigned set; /* which of the following count, of enum identity_set */
    uint32_t uid, gid, group_count;
    const uint32_t *groups; /* the supplementary ones, all of them */
    int nice, oom_score;

    uint32_t umask; /* these count always */
    uint32_t limit_count;
    const struct identity_limit *limits;
};

#endif
