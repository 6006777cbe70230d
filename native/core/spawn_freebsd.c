/*
 * A start by pdfork(2). There is no CLONE_PARENT, so a child is always its caller's: this works for
 * SPAWN_OWN alone, that is, in the keeper. The daemon gets -ENOSYS; the channel has no record yet
 * by which it could have the keeper start something.
 *
 * The caller holds the process descriptor, and as long as anybody does, the end raises no SIGCHLD
 * and waitid(P_ALL) does not see the child: the keeper must watch it (EVFILT_PROCDESC), write the
 * status, and only then close it, which reaps. With PD_DAEMON the last close does not kill a child
 * that still runs; it becomes the reaper's, which is the keeper, and SIGCHLD tells of its end.
 */
#include "spawn.h"

#include "job.h"
#include "poller.h"
#include "spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>

#include <sys/procdesc.h>
#include <sys/resource.h>
#include <unistd.h>

enum { READABLE = 1 }; /* poller.h */

struct starter {
    struct poller *poller;
    struct job_pool pool;
    struct job *jobs[LEDGER_SLOTS];
};

static void describe(struct job *job, const struct spawn_request *want);
static int open_pipe(struct starter *starter, struct job *job, const struct spawn_request *want);
static int start(const struct spawn_request *want, struct job *job, struct spawned *out);
static bool has_left(const struct job *job);
static void end(struct starter *starter, uint32_t slot);

/* No low descriptors: the child has a copy of the table, and closes what is not for it. */
int starter_open(struct starter **out, struct closer *closer, struct poller *poller)
{
    (void)closer;
    struct starter *starter = calloc(1, sizeof *starter);
    if (starter == NULL) {
        return -ENOMEM;
    }
    starter->poller = poller;
    *out = starter;
    return 0;
}

void starter_close(struct starter *starter)
{
    job_pool_end(&starter->pool);
    free(starter);
}

int spawn(struct starter *starter, const struct spawn_request *want, struct spawned *out)
{
    struct job *job;
    if (want->ledger == NULL || want->slot >= LEDGER_SLOTS) {
        return -EINVAL;
    }
    if ((want->how & SPAWN_OWN) == 0 || want->cgroup != NULL) {
        return -ENOSYS; /* no CLONE_PARENT, no control groups */
    }
    if (starter->jobs[want->slot] != NULL) {
        end(starter, want->slot); /* the slot is free, so what was started there has ended */
    }
    int err = job_take(&starter->pool, want, &job);
    if (err != 0) {
        return err;
    }
    starter->jobs[want->slot] = job;
    describe(job, want);
    err = open_pipe(starter, job, want);
    err = err != 0 ? err : start(want, job, out);
    if (err != 0) {
        end(starter, want->slot);
    }
    return err;
}

int spawn_done(struct starter *starter, uint32_t slot)
{
    struct job *job = slot < LEDGER_SLOTS ? starter->jobs[slot] : NULL;
    if (job == NULL) {
        return -ENOENT;
    }
    if (__atomic_load_n(&job->at->state, __ATOMIC_SEQ_CST) < SLOT_EXITED && !has_left(job)) {
        return -EAGAIN;
    }
    end(starter, slot);
    return 0;
}

/* A pipe of ours becomes ready only with its end: nothing is written into it. */
int starter_sift(struct starter *starter)
{
    return starter->poller->count;
}

static void describe(struct job *job, const struct spawn_request *want)
{
    struct rlimit files;
    job->at = &want->ledger->at[want->slot];
    job->nofile[0] = want->nofile;
    if (want->nofile != 0 && getrlimit(RLIMIT_NOFILE, &files) == 0) {
        job->nofile[1] = (uint64_t)files.rlim_max;
        job->nofile[0] = want->nofile < job->nofile[1] ? want->nofile : job->nofile[1];
    }
    job->shares_table = false;
    job->pipe[0] = job->pipe[1] = -1;
}

static int open_pipe(struct starter *starter, struct job *job, const struct spawn_request *want)
{
    if (pipe2(job->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        int err = -errno;
        job->pipe[0] = job->pipe[1] = -1;
        return err;
    }
    job->exec_pipe = job->pipe[1];
    return starter->poller == NULL
               ? 0
               : poller_add(starter->poller, job->pipe[0], ~(int)want->slot, want->token, READABLE);
}

/* No kernel writes the pid before the child runs, so both do, and whoever is first has told all:
 * the ledger is shared memory. Blocked signals: no handler of ours may run in the child. */
static int start(const struct spawn_request *want, struct job *job, struct spawned *out)
{
    int32_t *place = &want->ledger->pids[want->slot];
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    out->pid = pdfork(&out->pidfd, PD_DAEMON | PD_CLOEXEC);
    int err = out->pid < 0 ? -errno : 0;
    if (out->pid == 0) {
        __atomic_store_n(place, getpid(), __ATOMIC_SEQ_CST);
        spawn_child(job);
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (err == 0) {
        __atomic_store_n(place, out->pid, __ATOMIC_SEQ_CST);
        close(job->pipe[1]); /* until then the pipe has no end */
        job->pipe[1] = -1;
    }
    return err;
}

/* The pipe ends when the child has left our program by exec or exit. */
static bool has_left(const struct job *job)
{
    char byte;
    return read(job->pipe[0], &byte, 1) == 0;
}

static void end(struct starter *starter, uint32_t slot)
{
    struct job *job = starter->jobs[slot];
    if (job->pipe[0] >= 0 && starter->poller != NULL) {
        poller_remove(starter->poller, job->pipe[0], ~(int)slot);
    }
    for (int i = 0; i < 2; i++) {
        if (job->pipe[i] >= 0) {
            close(job->pipe[i]);
        }
    }
    starter->jobs[slot] = NULL;
    job_give_back(&starter->pool, job);
}
