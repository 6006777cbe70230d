#include "spawn.h"

#include "clone_linux.h"
#include "closer.h"
#include "job.h"
#include "low.h"
#include "mark.h"
#include "poller.h"
#include "spawn_child.h"
#include "syscall_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>

/* Of one start: the exec pipe, 0 to 2 and the directory. */
#define MOST_PLACED 5

struct starter {
    struct low low;
    struct closer *closer;
    struct poller *poller;
    struct job_pool pool;
    bool can_unshare; /* close_range(2) is there: Linux 5.9 */
    struct job *jobs[LEDGER_SLOTS];
};

static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want);
static void describe(struct job *job, const struct spawn_request *want);
static int open_pipe(struct starter *starter, struct job *job, const struct spawn_request *want);
static int place_all(struct starter *starter, struct job *job);
static int place_passed(struct low *low, struct job *job, int *fd);
static pid_t start(const struct spawn_request *want, struct job *job, int *pidfd);
static bool has_left(struct starter *starter, struct job *job);
static void let_go(struct starter *starter, struct job *job);
static void end(struct starter *starter, uint32_t slot);

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
    if (starter->jobs[want->slot] != NULL) {
        end(starter, want->slot); /* the slot is free, so what was started there has ended */
    }
    int err = job_take(&starter->pool, want, &job);
    if (err != 0) {
        return err;
    }
    starter->jobs[want->slot] = job;
    err = prepare(starter, job, want);
    if (err == 0) {
        out->pid = start(want, job, &out->pidfd);
        err = out->pid < 0 ? out->pid : 0;
    }
    if (err != 0) {
        end(starter, want->slot);
    }
    else if (!job->shares_table) {
        let_go(starter, job);
    }
    return err;
}

int spawn_done(struct starter *starter, uint32_t slot)
{
    struct job *job = slot < LEDGER_SLOTS ? starter->jobs[slot] : NULL;
    if (job == NULL) {
        return -ENOENT;
    }
    if (__atomic_load_n(&job->at->state, __ATOMIC_SEQ_CST) < SLOT_EXITED &&
        !has_left(starter, job)) {
        return -EAGAIN;
    }
    end(starter, slot);
    return 0;
}

int starter_sift(struct starter *starter)
{
    struct poller *p = starter->poller;
    int kept = 0;
    for (int i = 0; i < p->count; i++) {
        struct job *job = p->id_of[i] < 0 ? starter->jobs[~p->id_of[i]] : NULL;
        if (job == NULL || has_left(starter, job)) {
            p->ready[2 * kept] = p->ready[2 * i];
            p->ready[2 * kept + 1] = p->ready[2 * i + 1];
            p->id_of[kept++] = p->id_of[i];
        }
    }
    return p->count = kept;
}

static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want)
{
    describe(job, want);
    int err = open_pipe(starter, job, want);
    bool shares = starter->can_unshare && (want->how & SPAWN_COPY) == 0;
    if (err == 0 && shares && low_left(&starter->low) >= MOST_PLACED) {
        err = place_all(starter, job);
    }
    job->exec_pipe = job->pipe[1];
    return err;
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

static int open_pipe(struct starter *starter, struct job *job, const struct spawn_request *want)
{
    if (pipe2(job->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        int err = -errno;
        job->pipe[0] = job->pipe[1] = -1;
        return err;
    }
    return starter->poller == NULL
               ? 0
               : poller_add(starter->poller, job->pipe[0], ~(int)want->slot, want->token, EPOLLIN);
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

static pid_t start(const struct spawn_request *want, struct job *job, int *pidfd)
{
    struct clone_request clone = {
        .copy = (want->how & SPAWN_COPY) != 0,
        .share_table = job->shares_table,
        .own = (want->how & SPAWN_OWN) != 0,
        .stack = job->stack,
        .stack_size = job->stack_size,
        .parent_tid = &want->ledger->pids[want->slot],
        .body = spawn_child,
        .arg = job,
    };
    return clone_child(&clone, pidfd);
}

/*
 * What the exec pipe says: a byte when the child has a descriptor table of its own, the end when it
 * has left our memory by exec or exit.
 */
static bool has_left(struct starter *starter, struct job *job)
{
    char byte;
    ssize_t length = read(job->pipe[0], &byte, 1);
    if (length == 1) {
        let_go(starter, job);
        length = read(job->pipe[0], &byte, 1);
    }
    return length == 0;
}

/* The child needs our copies no longer, and until ours is closed the pipe has no end. */
static void let_go(struct starter *starter, struct job *job)
{
    if (job->pipe[1] >= 0 && job->shares_table) {
        low_put_back(&starter->low, job->pipe[1]);
    }
    else if (job->pipe[1] >= 0) {
        close(job->pipe[1]);
    }
    job->pipe[1] = -1;
    if (job->passed != 0) {
        closer_put_back(starter->closer, &starter->low, job->passed);
    }
    job->passed = 0;
}

static void end(struct starter *starter, uint32_t slot)
{
    struct job *job = starter->jobs[slot];
    let_go(starter, job);
    if (job->pipe[0] >= 0) {
        if (starter->poller != NULL) {
            poller_remove(starter->poller, job->pipe[0], ~(int)slot);
        }
        close(job->pipe[0]);
    }
    starter->jobs[slot] = NULL;
    job_give_back(&starter->pool, job);
}
