/*
 * What one start needs until exec: the child's stack and a copy of everything it reads. The memory
 * is used again and again, so that no start pays for page faults.
 */
#ifndef ARCHON_JOB_H
#define ARCHON_JOB_H

#include "spawn.h"

#include <stdbool.h>

struct job {
    /* What the child reads. */
    struct ledger_slot *at;
    const char **candidates, **argv, **envp; /* each ends with NULL */
    const char *directory, *output[2];       /* paths, where there is no descriptor */
    char *pid_setting;                       /* where the child writes its pid; or NULL */
    struct identity identity;
    bool shares_table;        /* the descriptor table is the caller's */
    bool takes_terminal;      /* fds[0] is to be its controlling terminal */
    int cgroup;               /* an open directory of cgroup v2 that it goes into itself, or -1 */
    uint64_t to_reset;        /* signals: bit n - 1 for n */
    uint64_t mark, nofile[2]; /* nofile: soft and hard, soft 0: leave it */

    /* What the child changes, too, while it puts its descriptors in place: where they are now. */
    struct spawn_passed *fds; /* what becomes 0 to 2 (from -1: the path), then what is passed */
    uint32_t fd_count;
    int directory_fd; /* or -1 */
    int exec_pipe;    /* its writing end */
    int listens;      /* where who listens to its bind(2) is sent, or -1 */

    /* What the caller keeps. */
    void *stack;
    size_t stack_size;
    int pipe[2];      /* the exec pipe; the writing end until the child has it alone, then -1 */
    uint64_t passed;  /* low numbers: copies of what is in `fds` and `directory_fd` */
    bool is_stranger; /* another user's, in our memory */
    void *extra;      /* a block that was too large */
    struct job *next;
};

struct job_pool {
    struct job *free;
    int count;
};

/* A job with block, paths and pointers filled in from `want`. Returns 0, -EINVAL
 * or -ENOMEM. */
int job_take(struct job_pool *pool, const struct spawn_request *want, struct job **out);
void job_give_back(struct job_pool *pool, struct job *job);
void job_pool_end(struct job_pool *pool);

#endif
