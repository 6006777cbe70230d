/* The child has a copy of the memory, and its parent (the keeper) one thread: it may call libc. */
#include "spawn_child.h"

#include "errno_text.h"
#include "identity_steps.h"
#include "job.h"
#include "spawn_fds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#include <unistd.h>

static long default_signals(struct job *job);
static long own_session(struct job *job);
static long directory(struct job *job);
static long run(struct job *job);
static void say(const struct job *job, int err);

/* See spawn_child_linux.c for the order. */
static const struct step {
    uint32_t stage;
    long (*take)(struct job *job); /* 0 or -errno */
} steps[] = {
    { STAGE_TABLE, spawn_own_table },
    { STAGE_SIGNALS, default_signals },
    { STAGE_SESSION, own_session },
    { STAGE_DESCRIPTORS, spawn_place_descriptors },
    { STAGE_LIMITS, identity_limits },
    { STAGE_NICE, identity_nice },
    { STAGE_OOM_SCORE, identity_oom_score },
    { STAGE_GROUPS, identity_groups },
    { STAGE_USER, identity_user },
    { STAGE_DIRECTORY, directory },
    { STAGE_NO_NEW_PRIVS, identity_no_new_privs },
    { STAGE_EXEC, run },
};

void spawn_child(void *arg)
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
    _exit(err == -ENOENT || err == -ENOTDIR ? 127 : 126);
}

static long default_signals(struct job *job)
{
    const struct sigaction action = { .sa_handler = SIG_DFL };
    (void)job;
    for (int number = 1; number <= SIGRTMAX; number++) {
        sigaction(number, &action, NULL);
    }
    return 0; /* EINVAL for KILL, STOP and what libthr keeps for itself */
}

static long own_session(struct job *job)
{
    long err = setsid() < 0 ? -errno : 0;
    if (err == 0 && job->takes_terminal) {
        (void)ioctl(job->fds[0].from, TIOCSCTTY, NULL);
    }
    return err;
}

static long directory(struct job *job)
{
    int result = job->directory_fd >= 0 ? fchdir(job->directory_fd) : chdir(job->directory);
    return result != 0 ? -errno : 0;
}

/* Each candidate in turn, as execvp(3) does. */
static long run(struct job *job)
{
    bool denied = false;
    int err = -ENOENT;
    sigset_t none;
    if (job->pid_setting != NULL) {
        snprintf(job->pid_setting, SPAWN_PID_ROOM + 1, "%d", (int)getpid());
    }
    spawn_close_others_at_exec(job);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (const char **path = job->candidates; *path != NULL; path++) {
        execve(*path, (char *const *)job->argv, (char *const *)job->envp);
        err = -errno;
        denied = denied || err == -EACCES;
        if (err != -ENOENT && err != -ENOTDIR && err != -EACCES) {
            return err;
        }
    }
    return denied ? -EACCES : err;
}

/* Tells the reason on the program's own standard error, as a shell would. */
static void say(const struct job *job, int err)
{
    const char *program = job->argv[0] != NULL ? job->argv[0] : "";
    char text[512];
    int length = snprintf(text, sizeof text, "archon: cannot run \"%.300s\": exec: %s\n", program,
                          errno_text(err));
    for (char *at = text; at < text + length - 1; at++) {
        *at = *at >= ' ' && *at != 127 ? *at : '?';
    }
    signal(SIGPIPE, SIG_IGN);
    ssize_t ignored = write(STDERR_FILENO, text, (size_t)length);
    (void)ignored;
}
