#include "spawn.h"

#include "clone_linux.h"
#include "closer.h"
#include "futex_linux.h"
#include "job.h"
#include "late_linux.h"
#include "low.h"
#include "mark.h"
#include "poller.h"
#include "spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

/* Of one start: the exec pipe, 0 to 2 and the directory. */
#define MOST_PLACED 5

struct starter {
    struct low low;
    struct closer *closer;
    struct poller *poller;
    struct job_pool pool;
    bool can_unshare;  /* close_range(2) is there: Linux 5.9 */
    _Atomic int late;  /* starts whose child still shares our table */
    struct job *aside; /* of a slot that serves the next start already */
    struct job *jobs[LEDGER_SLOTS];
};

static bool end_job(struct starter *starter, struct job *job);
static void set_aside(struct starter *starter, uint32_t slot);
static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want);
static uint64_t own_numbers(const struct job *job);
static void describe(struct job *job, const struct spawn_request *want);
static int open_pipe(struct starter *starter, struct job *job, int32_t token);
static int place_all(struct starter *starter, struct job *job);
static int place_passed(struct low *low, struct job *job, int *fd);
static void let_go(struct starter *starter, struct job *job);
static bool has_unshared(struct ledger_slot *at);
static void leave_to_late(struct starter *starter, struct job *job, int pidfd);

int starter_open(struct starter **out, struct closer *closer, struct poller *poller)
{
    struct starter *starter = calloc(1, sizeof *starter);
    if (starter == NULL) {
        return -ENOMEM;
    }
    int err = low_open(&starter->low);
    if (err != 0) {
        free(starter);
        return err;
    }
    starter->closer = closer;
    starter->poller = poller;
    starter->can_unshare = RAW(SYS_close_range, ~0U, ~0U, 0, 0) == 0;
    *out = starter;
    return 0;
}

void starter_close(struct starter *starter)
{
    job_pool_end(&starter->pool);
    low_close(&starter->low);
    free(starter);
}

int spawn(struct starter *starter, const struct spawn_request *want, struct spawned *out)
{
    struct job *job;
    if (want->ledger == NULL || want->slot >= LEDGER_SLOTS) {
        return -EINVAL;
    }
    set_aside(starter, want->slot);
    int err = job_take(&starter->pool, want, &job);
    if (err != 0) {
        return err;
    }
    err = prepare(starter, job, want);
    if (err == 0) {
        struct clone_request clone = { .copy = (want->how & SPAWN_COPY) != 0,
                                       .share_table = job->shares_table,
                                       .own = (want->how & SPAWN_OWN) != 0,
                                       .stack = job->stack,
                                       .stack_size = job->stack_size,
                                       .parent_tid = &want->ledger->pids[want->slot],
                                       .body = spawn_child,
                                       .arg = job };
        out->pid = clone_child(&clone, &out->pidfd);
        err = out->pid < 0 ? out->pid : 0;
    }
    starter->jobs[want->slot] = job;
    if (err == 0 && job->shares_table && !has_unshared(job->at)) {
        leave_to_late(starter, job, out->pidfd);
    }
    else {
        let_go(starter, job);
    }
    if (err != 0) {
        spawn_done(starter, want->slot);
    }
    return err;
}

int spawn_done(struct starter *starter, uint32_t slot)
{
    struct job *job = slot < LEDGER_SLOTS ? starter->jobs[slot] : NULL;
    if (job == NULL) {
        return -ENOENT;
    }
    if (!end_job(starter, job)) {
        return -EAGAIN;
    }
    starter->jobs[slot] = NULL;
    return 0;
}

/* The end of the exec pipe, and nothing else, says that the child uses our memory no longer. */
static bool end_job(struct starter *starter, struct job *job)
{
    char byte;
    if (job->pipe[0] >= 0) {
        if (read(job->pipe[0], &byte, 1) != 0) {
            return false;
        }
        if (starter->poller != NULL) {
            poller_unwatch(starter->poller, job->pipe[0]);
        }
        close(job->pipe[0]);
    }
    job_give_back(&starter->pool, job);
    return true;
}

/* Makes room in a slot: what was started there has ended, but may not have let go of everything. */
static void set_aside(struct starter *starter, uint32_t slot)
{
    struct job **at = &starter->aside;
    while (*at != NULL) {
        struct job *next = (*at)->next;
        if (end_job(starter, *at)) {
            *at = next;
        }
        else {
            at = &(*at)->next;
        }
    }
    if (spawn_done(starter, slot) == -EAGAIN) {
        starter->jobs[slot]->next = starter->aside;
        starter->aside = starter->jobs[slot];
        starter->jobs[slot] = NULL;
    }
}

static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want)
{
    describe(job, want);
    int err = open_pipe(starter, job, want->token);
    if (err != 0) {
        return err;
    }
    bool shares = starter->can_unshare && starter->late == 0 && (want->how & SPAWN_COPY) == 0;
    if (shares && low_left(&starter->low) >= MOST_PLACED) {
        err = place_all(starter, job);
    }
    job->foreign = starter->low.in_use & ~own_numbers(job);
    return err;
}

static uint64_t own_numbers(const struct job *job)
{
    return job->shares_table ? job->passed | LOW_BIT(job->pipe[1]) : 0;
}

static void describe(struct job *job, const struct spawn_request *want)
{
    struct rlimit files;
    job->at = &want->ledger->at[want->slot];
    job->mark = mark_value(want->ledger->head.nonce, job->at->start);
    job->nofile[0] = want->nofile;
    if (want->nofile != 0) {
        getrlimit(RLIMIT_NOFILE, &files);
        job->nofile[0] = want->nofile < files.rlim_max ? want->nofile : files.rlim_max;
        job->nofile[1] = files.rlim_max;
    }
    for (int i = 0; i < 3; i++) {
        job->given[i] = want->given[i];
    }
    job->directory_fd = want->directory;
    job->shares_table = false;
    job->pipe[0] = job->pipe[1] = -1;
    job->passed = 0;
}

/* The writing end is closed by exec, or by the child's end: then the reading end is at its end. */
static int open_pipe(struct starter *starter, struct job *job, int32_t token)
{
    if (pipe2(job->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        job->pipe[0] = job->pipe[1] = -1;
        return -errno;
    }
    /* Once: nobody may be left to listen when the end of this start was seen otherwise. */
    const uint32_t once = EPOLLIN | EPOLLONESHOT;
    return starter->poller == NULL ? 0 : poller_watch(starter->poller, job->pipe[0], token, once);
}

/* Puts all that the child needs at low numbers, which it keeps when it unshares. */
static int place_all(struct starter *starter, struct job *job)
{
    int number = low_place(&starter->low, job->pipe[1]);
    if (number < 0) {
        return number;
    }
    close(job->pipe[1]);
    job->pipe[1] = number;
    job->shares_table = true;
    int err = 0;
    for (int i = 0; i < 3 && err == 0; i++) {
        err = place_passed(&starter->low, job, &job->given[i]);
    }
    return err != 0 ? err : place_passed(&starter->low, job, &job->directory_fd);
}

static int place_passed(struct low *low, struct job *job, int *fd)
{
    if (*fd < 0) {
        return 0;
    }
    int number = low_place(low, *fd);
    if (number < 0) {
        return number;
    }
    *fd = number;
    job->passed |= LOW_BIT(number);
    return 0;
}

/* The child has what it needs in a table of its own. */
static void let_go(struct starter *starter, struct job *job)
{
    if (job->shares_table) {
        low_put_back(&starter->low, job->pipe[1]);
    }
    else if (job->pipe[1] >= 0) {
        close(job->pipe[1]);
    }
    job->pipe[1] = -1;
    if (job->passed != 0) {
        closer_put_back(starter->closer, &starter->low, job->passed);
    }
}

/* Waits, but not for a child that is frozen, stopped or gets no processor. */
static bool has_unshared(struct ledger_slot *at)
{
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_nsec += SPAWN_PATIENCE_MS * 1000000L;
    deadline.tv_sec += deadline.tv_nsec / 1000000000;
    deadline.tv_nsec %= 1000000000;
    int err = 0;
    while (__atomic_load_n(&at->unshared, __ATOMIC_SEQ_CST) == 0 && err != -ETIMEDOUT) {
        err = futex_wait(&at->unshared, 0, &deadline);
    }
    return __atomic_load_n(&at->unshared, __ATOMIC_SEQ_CST) != 0;
}

static void leave_to_late(struct starter *starter, struct job *job, int pidfd)
{
    struct late late = { .low = &starter->low,
                         .pipe = job->pipe[1],
                         .passed = job->passed,
                         .unshared = &job->at->unshared,
                         .pidfd = pidfd,
                         .pending = &starter->late };
    late_wait(&late);
    job->pipe[1] = -1;
}
