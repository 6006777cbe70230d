#include "spawn_fds.h"

#include "low.h"
#include "syscall_linux.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <time.h>

enum which { SOURCES, TARGETS };

/* What is needed besides what is placed: the directory, the exec pipe, where to send who listens.
 */
enum { BESIDES = 3 };

static void close_others(struct job *job, enum which ours, unsigned flags);
static void forget_broken_pipe(void);
static int *source(struct job *job, uint32_t index);
static long open_path(const struct job *job, int target);
static long make_way(struct job *job, uint32_t index);
static long put(int fd, int target);

/*
 * Before this every change to a descriptor would be one in the parent. The parent waits for the
 * byte: only then may it use again the low numbers where it put what we need.
 */
CHILD long spawn_own_table(struct job *job)
{
    if (job->shares_table) {
        long err = RAW(SYS_close_range, LOW_END, ~0U, CLOSE_RANGE_UNSHARE, 0);
        if (err != 0) {
            return err;
        }
        if (RAW(SYS_write, job->exec_pipe, "", 1, 0) == -EPIPE) {
            forget_broken_pipe();
        }
    }
    __atomic_store_n(&job->at->unshared, 1, __ATOMIC_SEQ_CST);
    /* Of the exec pipe of another start we must keep no copy. */
    close_others(job, SOURCES, 0);
    return 0;
}

/* The parent has just died. All signals are blocked, so the SIGPIPE waits, though it is ignored: it
 * would come when exec is near. */
CHILD static void forget_broken_pipe(void)
{
    const uint64_t pipe_signal = (uint64_t)1 << (SIGPIPE - 1);
    const struct timespec at_once = { 0 };
    RAW(SYS_rt_sigtimedwait, &pipe_signal, 0, &at_once, sizeof pipe_signal);
}

CHILD long spawn_place_descriptors(struct job *job)
{
    long err = 0;
    for (uint32_t i = 0; i < job->fd_count && err >= 0; i++) {
        const struct spawn_passed *fd = &job->fds[i];
        err = make_way(job, i);
        if (err == 0) {
            long from = fd->from >= 0 ? fd->from : open_path(job, fd->to);
            err = from < 0 ? from : put((int)from, fd->to);
        }
    }
    return err < 0 ? err : 0;
}

/* EINVAL before Linux 5.11: all of it is close-on-exec anyway. */
CHILD void spawn_close_others_at_exec(struct job *job)
{
    close_others(job, TARGETS, CLOSE_RANGE_CLOEXEC);
}

/* close_range(2) for each stretch from 3 on that holds nothing of ours. */
CHILD static void close_others(struct job *job, enum which ours, unsigned flags)
{
    uint32_t count = ours == SOURCES ? job->fd_count + BESIDES : job->fd_count;
    unsigned from = 3, next;
    do {
        next = ~0U;
        for (uint32_t i = 0; i < count; i++) {
            int fd = ours == SOURCES ? *source(job, i) : job->fds[i].to;
            if (fd >= (int)from && (unsigned)fd < next) {
                next = (unsigned)fd;
            }
        }
        if (next > from) {
            RAW(SYS_close_range, from, next == ~0U ? next : next - 1, flags, 0);
        }
        from = next + 1;
    } while (next != ~0U);
}

/* All that we need until exec. */
CHILD static int *source(struct job *job, uint32_t index)
{
    int *besides[BESIDES] = { &job->directory_fd, &job->exec_pipe, &job->listens };
    return index < job->fd_count ? &job->fds[index].from : besides[index - job->fd_count];
}

CHILD static long open_path(const struct job *job, int target)
{
    const char *path = target == 0 ? "/dev/null" : job->output[target - 1];
    int flags = (target == 0 ? O_RDONLY : O_RDWR) | O_NOCTTY | O_CLOEXEC;
    return RAW(SYS_openat, AT_FDCWD, path, flags, 0);
}

/* What comes later and is at the number to be filled now goes elsewhere. */
CHILD static long make_way(struct job *job, uint32_t index)
{
    int target = job->fds[index].to;
    long copy = -1;
    for (uint32_t i = index + 1; i < job->fd_count + BESIDES; i++) {
        int *from = source(job, i);
        if (*from == target) {
            copy = copy >= 0 ? copy : RAW(SYS_fcntl, target, F_DUPFD_CLOEXEC, 3, 0);
            if (copy < 0) {
                return copy;
            }
            *from = (int)copy;
        }
    }
    return 0;
}

CHILD static long put(int fd, int target)
{
    return fd == target ? RAW(SYS_fcntl, fd, F_SETFD, 0, 0) : RAW(SYS_dup3, fd, target, 0, 0);
}
