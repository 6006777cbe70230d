#include "spawn_child.h"

#include "errno_text.h"
#include "identity_steps.h"
#include "job.h"
#include "spawn_fds.h"
#include "syscall_linux.h"
#include "unotify_linux.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>

static long enter_cgroup(struct job *job);
static long default_signals(struct job *job);
static long own_session(struct job *job);
static long directory(struct job *job);
static long run(struct job *job);
static void write_pid(char *at);
static void say(const struct job *job, int err);
static char *append(char *at, char *end, const char *text);

/* What takes privileges comes before the user is another; the directory after, so that it is
 * entered with that user's rights. */
static const struct step {
    uint32_t stage;
    long (*take)(struct job *job); /* 0 or -errno */
} steps[] = {
    { STAGE_CGROUP, enter_cgroup },
    { STAGE_TABLE, spawn_own_table },
    { STAGE_SIGNALS, default_signals },
    { STAGE_SESSION, own_session },
    { STAGE_DESCRIPTORS, spawn_place_descriptors },
    { STAGE_LIMITS, identity_limits },
    { STAGE_NICE, identity_nice },
    { STAGE_OOM_SCORE, identity_oom_score },
    { STAGE_BIND, unotify_bind },
    { STAGE_GROUPS, identity_groups },
    { STAGE_USER, identity_user },
    { STAGE_DIRECTORY, directory },
    { STAGE_NO_NEW_PRIVS, identity_no_new_privs },
    { STAGE_EXEC, run },
};

CHILD void spawn_child(void *arg)
{
    struct job *job = arg;
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

/* Where it could not be born there (clone_is_plain); then its descriptor table is a copy. */
CHILD static long enter_cgroup(struct job *job)
{
    if (job->cgroup < 0) {
        return 0;
    }
    long fd = RAW(SYS_openat, job->cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC, 0);
    long written = fd < 0 ? fd : RAW(SYS_write, fd, "0", 1, 0);
    if (fd >= 0) {
        RAW(SYS_close, fd, 0, 0, 0);
    }
    return written < 0 ? written : 0;
}

/* CLONE_CLEAR_SIGHAND leaves what is ignored as it is, and libc refuses 32 and 33. */
CHILD static long default_signals(struct job *job)
{
    static const uint64_t action[4]; /* the kernel's struct sigaction, all zero: SIG_DFL */
    for (uint64_t left = job->to_reset; left != 0; left &= left - 1) {
        RAW(SYS_rt_sigaction, __builtin_ctzll(left) + 1, action, 0, sizeof(uint64_t));
    }
    return 0;
}

/* Another session's terminal is taken only by who has CAP_SYS_ADMIN. A program without one still
 * reads and writes it, so that is no failure. */
CHILD static long own_session(struct job *job)
{
    long id = RAW(SYS_setsid, 0, 0, 0, 0);
    if (id >= 0 && job->takes_terminal &&
        RAW(SYS_ioctl, job->fds[0].from, TIOCSCTTY, 0, 0) == -EPERM) {
        RAW(SYS_ioctl, job->fds[0].from, TIOCSCTTY, 1, 0);
    }
    return id < 0 ? id : 0;
}

CHILD static long directory(struct job *job)
{
    return job->directory_fd >= 0 ? RAW(SYS_fchdir, job->directory_fd, 0, 0, 0)
                                  : RAW(SYS_chdir, job->directory, 0, 0, 0);
}

/* Each candidate in turn, as execvp(3) does. */
CHILD static long run(struct job *job)
{
    static const uint64_t none;
    bool denied = false;
    long err = -ENOENT;
    if (job->pid_setting != NULL) {
        write_pid(job->pid_setting);
    }
    spawn_close_others_at_exec(job);
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

/* The room was looked at by job.c. */
CHILD static void write_pid(char *at)
{
    char digits[SPAWN_PID_ROOM];
    int count = 0;
    for (long pid = RAW(SYS_getpid, 0, 0, 0, 0); pid != 0; pid /= 10) {
        digits[count++] = (char)('0' + pid % 10);
    }
    while (count > 0) {
        *at++ = digits[--count];
    }
    *at = '\0';
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
