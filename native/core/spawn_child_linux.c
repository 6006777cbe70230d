#include "spawn_child.h"

#include "errno_text.h"
#include "job.h"
#include "low.h"
#include "syscall_linux.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>

static long own_table(const struct job *job);
static void close_others(const struct job *job);
static long default_signals(const struct job *job);
static long own_session(const struct job *job);
static long descriptors(const struct job *job);
static long put(int fd, int target);
static long limits(const struct job *job);
static long directory(const struct job *job);
static long run(const struct job *job);
static void say(const struct job *job, int err);
static char *append(char *at, char *end, const char *text);

static const struct step {
    uint32_t stage;
    long (*take)(const struct job *job); /* 0 or -errno */
} steps[] = {
    { STAGE_TABLE, own_table },
    { STAGE_SIGNALS, default_signals },
    { STAGE_SESSION, own_session },
    { STAGE_DESCRIPTORS, descriptors },
    { STAGE_LIMITS, limits },
    { STAGE_DIRECTORY, directory },
    { STAGE_EXEC, run },
};

CHILD void spawn_child(void *arg)
{
    const struct job *job = arg;
    long err = 0;
    for (unsigned i = 0; err == 0 && i < sizeof steps / sizeof steps[0]; i++) {
        __atomic_store_n(&job->at->stage, steps[i].stage, __ATOMIC_SEQ_CST);
        err = steps[i].take(job);
    }
    __atomic_store_n(&job->at->err, (uint32_t)-err, __ATOMIC_SEQ_CST);
    if (job->at->stage == STAGE_EXEC) {
        say(job, (int)-err);
    }
    for (;;) {
        RAW(SYS_exit_group, err == -ENOENT || err == -ENOTDIR ? 127 : 126, 0, 0, 0);
    }
}

/*
 * Before this every change to a descriptor would be one in the parent. The parent waits for the
 * byte: only then may it use again the low numbers where it put what we need.
 */
CHILD static long own_table(const struct job *job)
{
    if (job->shares_table) {
        long err = RAW(SYS_close_range, LOW_END, ~0U, CLOSE_RANGE_UNSHARE, 0);
        if (err != 0) {
            return err;
        }
        RAW(SYS_write, job->exec_pipe, "", 1, 0);
    }
    __atomic_store_n(&job->at->unshared, 1, __ATOMIC_SEQ_CST);
    close_others(job);
    return 0;
}

/* Closes all above 2 that is not for us. Of the exec pipe of another start we must keep no copy. */
CHILD static void close_others(const struct job *job)
{
    const int ours[] = { job->given[0], job->given[1], job->given[2], job->directory_fd,
                         job->exec_pipe };
    unsigned from = 3, next;
    do {
        next = ~0U;
        for (int i = 0; i < 5; i++) {
            if (ours[i] >= (int)from && (unsigned)ours[i] < next) {
                next = (unsigned)ours[i];
            }
        }
        if (next > from) {
            RAW(SYS_close_range, from, next == ~0U ? next : next - 1, 0, 0);
        }
        from = next + 1;
    } while (next != ~0U);
}

/* CLONE_CLEAR_SIGHAND leaves what is ignored as it is, and libc refuses 32 and 33. */
CHILD static long default_signals(const struct job *job)
{
    static const uint64_t action[4]; /* the kernel's struct sigaction, all zero: SIG_DFL */
    for (uint64_t left = job->ignored; left != 0; left &= left - 1) {
        RAW(SYS_rt_sigaction, __builtin_ctzll(left) + 1, action, 0, sizeof(uint64_t));
    }
    return 0;
}

CHILD static long own_session(const struct job *job)
{
    (void)job;
    long id = RAW(SYS_setsid, 0, 0, 0, 0);
    return id < 0 ? id : 0;
}

/* The given ones come from low numbers or, with a table that was copied, from anywhere. */
CHILD static long descriptors(const struct job *job)
{
    int from[3];
    for (int i = 0; i < 3; i++) {
        from[i] = job->given[i];
        if (from[i] >= 0 && from[i] < 3) { /* out of the way of the others */
            from[i] = (int)RAW(SYS_fcntl, from[i], F_DUPFD_CLOEXEC, 3, 0);
            if (from[i] < 0) {
                return from[i];
            }
        }
    }
    for (int i = 0; i < 3; i++) {
        const char *path = i == 0 ? "/dev/null" : job->output[i - 1];
        int flags = (i == 0 ? O_RDONLY : O_RDWR) | O_NOCTTY;
        long fd = from[i] >= 0 ? from[i] : RAW(SYS_openat, AT_FDCWD, path, flags, 0);
        long err = fd < 0 ? fd : put((int)fd, i);
        if (err < 0) {
            return err;
        }
    }
    return 0;
}

CHILD static long put(int fd, int target)
{
    return fd == target ? 0 : RAW(SYS_dup3, fd, target, 0, 0);
}

CHILD static long limits(const struct job *job)
{
    const uint64_t mark[2] = { job->mark, job->mark };
    RAW(SYS_umask, 022, 0, 0, 0);
    /* A mark that is there already can be raised by root alone: then this keeper, itself run by
     * another, can do without. */
    RAW(SYS_prlimit64, 0, RLIMIT_LOCKS, mark, 0);
    return job->nofile[0] == 0 ? 0 : RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, job->nofile, 0);
}

CHILD static long directory(const struct job *job)
{
    return job->directory_fd >= 0 ? RAW(SYS_fchdir, job->directory_fd, 0, 0, 0)
                                  : RAW(SYS_chdir, job->directory, 0, 0, 0);
}

/* Each candidate in turn, as execvp(3) does. */
CHILD static long run(const struct job *job)
{
    static const uint64_t none;
    bool denied = false;
    long err = -ENOENT;
    /* What was given, once more. EINVAL before Linux 5.11: it is close-on-exec anyway. */
    RAW(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC, 0);
    /* Last, since from here on a signal ends this child, and only this one. */
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
    for (const char **path = job->candidates; *path != NULL; path++) {
        err = RAW(SYS_execve, *path, job->argv, job->envp, 0);
        denied = denied || err == -EACCES;
        if (err != -ENOENT && err != -ENOTDIR && err != -EACCES) {
            return err;
        }
    }
    return denied ? -EACCES : err;
}

/* Tells the reason on the program's own standard error, as a shell would. */
CHILD static void say(const struct job *job, int err)
{
    const uint64_t pipe_signal = (uint64_t)1 << (SIGPIPE - 1);
    const char *program = job->argv[0] != NULL ? job->argv[0] : "";
    char text[512], *at = text;
    at = append(at, text + 300, "archon: cannot run \"");
    at = append(at, text + 300, program);
    at = append(at, text + sizeof text, "\": exec: ");
    at = append(at, text + sizeof text - 1, errno_text(err));
    *at++ = '\n';
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &pipe_signal, 0, sizeof pipe_signal);
    RAW(SYS_write, 2, text, at - text, 0);
}

CHILD static char *append(char *at, char *end, const char *text)
{
    while (at < end && *text != '\0') {
        unsigned char c = (unsigned char)*text++;
        *at++ = (char)(c < ' ' || c == 127 ? '?' : c);
    }
    return at;
}
