#include "spawn_clone_linux.h"

#include "clone_linux.h"
#include "spawn_child.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static void be_sure(const struct job *job, pid_t pid, int *pidfd);
static bool needs_copy(const struct spawn_request *want);
static bool is_of_cgroup(int err);

pid_t spawn_clone(const struct spawn_request *want, struct job *job, struct dumpable *dumpable,
                  int *pidfd)
{
    struct clone_request clone = {
        .copy = needs_copy(want),
        .share_table = job->shares_table,
        .own = (want->how & SPAWN_OWN) != 0,
        .cgroup = want->cgroup,
        .stack = job->stack,
        .stack_size = job->stack_size,
        .parent_tid = &want->ledger->pids[want->slot],
        .body = spawn_child,
        .arg = job,
    };
    job->is_stranger = !clone.copy && (job->identity.set & IDENTITY_USER) != 0;
    if (job->is_stranger) {
        dumpable_lend(dumpable);
    }
    if (clone_is_plain() && want->cgroup != NULL) {
        job->cgroup = *want->cgroup;
    }
    bool is_open = want->cgroup == NULL || *want->cgroup >= 0;
    pid_t pid = is_open ? clone_child(&clone, pidfd) : -EBADF;
    if (clone_is_plain() && pid > 0) {
        be_sure(job, pid, pidfd);
    }
    if (want->cgroup != NULL && is_of_cgroup(pid)) {
        job->at->stage = STAGE_CGROUP;
    }
    return pid;
}

/*
 * The keeper writes EXITED before it reaps: not written yet means that the number was still this
 * process's when it was opened. One that has ended needs no pidfd; one that lives and has none,
 * since memory or descriptors are short, could not be told anything.
 */
static void be_sure(const struct job *job, pid_t pid, int *pidfd)
{
    bool has_ended = __atomic_load_n(&job->at->state, __ATOMIC_SEQ_CST) >= SLOT_EXITED;
    if (*pidfd >= 0 && has_ended) {
        close(*pidfd);
    }
    else if (*pidfd < 0 && !has_ended) {
        (void)kill(pid, SIGKILL);
    }
    *pidfd = has_ended || *pidfd < 0 ? -1 : *pidfd;
}

/*
 * The OOM score is one of the memory. As another user a child shares it only where that user is
 * kept out of it: a copy takes a Node daemon 0.3 to 0.7 ms, and 15 ms with a gigabyte in it.
 */
static bool needs_copy(const struct spawn_request *want)
{
    const unsigned set = want->identity != NULL ? want->identity->set : 0;
    return (want->how & SPAWN_COPY) != 0 || (set & IDENTITY_OOM_SCORE) != 0 ||
           ((set & IDENTITY_USER) != 0 && !dumpable_protects());
}

/* What clone3(2) says of nothing else. */
static bool is_of_cgroup(int err)
{
    return err == -EACCES || err == -EBADF || err == -EBUSY || err == -ENODEV || err == -E2BIG ||
           err == -EOPNOTSUPP;
}
