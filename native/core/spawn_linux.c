#include "spawn.h"

#include "clone_linux.h"
#include "dumpable.h"
#include "handover_linux.h"
#include "job.h"
#include "mark.h"
#include "poller.h"
#include "spawn_clone_linux.h"
#include "syscall_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>

/* How many passed descriptors may take a low number each. */
enum { MOST_LOW = 4 };

struct starter {
    struct handover handover;
    struct poller *poller;
    struct job_pool pool;
    bool can_unshare; /* close_range(2) is there: Linux 5.9 */
    struct dumpable dumpable;
    uint64_t to_reset; /* signals this process ignores; clone(2) leaves a child the handlers, too */
    struct job *jobs[LEDGER_SLOTS];
};

static uint64_t ignored_signals(void);
static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want);
static void describe(struct job *job, const struct spawn_request *want);
static int open_pipe(struct starter *starter, struct job *job, const struct spawn_request *want);
static bool can_share_table(const struct starter *starter, const struct spawn_request *want);
static void end(struct starter *starter, uint32_t slot);

int starter_open(struct starter **out, struct closer *closer, struct poller *poller)
{
    struct starter *starter = calloc(1, sizeof *starter);
    if (starter == NULL) {
        return -ENOMEM;
    }
    int err = low_open(&starter->handover.low);
    if (err != 0) {
        free(starter);
        return err;
    }
    starter->handover.closer = closer;
    starter->poller = poller;
    starter->to_reset = clone_is_plain() ? ~(uint64_t)0 : ignored_signals();
    starter->can_unshare = RAW(SYS_close_range, ~0U, ~0U, 0, 0) == 0;
    *out = starter;
    return 0;
}

void starter_close(struct starter *starter)
{
    job_pool_end(&starter->pool);
    low_close(&starter->handover.low);
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
        out->pid = spawn_clone(want, job, &starter->dumpable, &out->pidfd);
        err = out->pid < 0 ? out->pid : 0;
    }
    if (err == 0 && out->pidfd >= 0) { /* what had no time for this is known by its mark */
        (void)again_note(out->pidfd, out->pid, &job->at->again);
    }
    if (err != 0) {
        end(starter, want->slot);
    }
    else if (!job->shares_table) {
        handover_take_back(&starter->handover, job);
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
        !handover_has_left(&starter->handover, job)) {
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
        if (job == NULL || handover_has_left(&starter->handover, job)) {
            p->ready[2 * kept] = p->ready[2 * i];
            p->ready[2 * kept + 1] = p->ready[2 * i + 1];
            p->id_of[kept++] = p->id_of[i];
        }
    }
    return p->count = kept;
}

/* Bit n - 1 for signal n. libc tells nothing of 32 and 33. */
static uint64_t ignored_signals(void)
{
    uint64_t ignored = 0;
    for (int number = 1; number <= 64; number++) {
        uint64_t action[4] = { 0 }; /* the kernel's struct sigaction: the handler comes first */
        if (RAW(SYS_rt_sigaction, number, 0, action, sizeof(uint64_t)) == 0 &&
            action[0] == (uint64_t)(uintptr_t)SIG_IGN) {
            ignored |= (uint64_t)1 << (number - 1);
        }
    }
    return ignored;
}

static int prepare(struct starter *starter, struct job *job, const struct spawn_request *want)
{
    describe(job, want);
    job->to_reset = starter->to_reset;
    int err = open_pipe(starter, job, want);
    if (err == 0 && can_share_table(starter, want)) {
        err = handover_place(&starter->handover, job);
        err = err == -EMFILE ? 0 : err; /* then this one copies the table */
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
    job->shares_table = false;
    job->is_stranger = false;
    job->cgroup = -1;
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

/* The low numbers are for many starts at once. */
static bool can_share_table(const struct starter *starter, const struct spawn_request *want)
{
    return starter->can_unshare && (want->how & SPAWN_OWN_TABLE) == 0 &&
           want->passed_count <= MOST_LOW && (!clone_is_plain() || want->cgroup == NULL);
}

static void end(struct starter *starter, uint32_t slot)
{
    struct job *job = starter->jobs[slot];
    handover_take_back(&starter->handover, job);
    if (job->pipe[0] >= 0) {
        if (starter->poller != NULL) {
            poller_remove(starter->poller, job->pipe[0], ~(int)slot);
        }
        close(job->pipe[0]);
    }
    if (job->is_stranger) {
        dumpable_back(&starter->dumpable);
    }
    starter->jobs[slot] = NULL;
    job_give_back(&starter->pool, job);
}
