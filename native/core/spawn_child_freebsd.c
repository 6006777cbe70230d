/* The child has a copy of the memory, and its parent (the keeper) one thread: it may call libc. */
#include "spawn_child.h"

#include "errno_text.h"
#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int own_table(const struct job *job);
static void close_all_but(const int *ours, int count);
static int default_signals(const struct job *job);
static int own_session(const struct job *job);
static int descriptors(const struct job *job);
static int limits(const struct job *job);
static int directory(const struct job *job);
static int run(const struct job *job);
static void say(const struct job *job, int err);

static const struct step {
    uint32_t stage;
    int (*take)(const struct job *job); /* 0 or -errno */
} steps[] = {
    { STAGE_TABLE, own_table },
    { STAGE_SIGNALS, default_signals },
    { STAGE_SESSION, own_session },
    { STAGE_DESCRIPTORS, descriptors },
    { STAGE_LIMITS, limits },
    { STAGE_DIRECTORY, directory },
    { STAGE_EXEC, run },
};

void spawn_child(void *arg)
{
    const struct job *job = arg;
    int err = 0;
    for (unsigned i = 0; err == 0 && i < sizeof steps / sizeof steps[0]; i++) {
        __atomic_store_n(&job->at->stage, steps[i].stage, __ATOMIC_SEQ_CST);
        err = steps[i].take(job);
    }
    __atomic_store_n(&job->at->err, (uint32_t)-err, __ATOMIC_SEQ_CST);
    if (job->at->stage == STAGE_EXEC) {
        say(job, -err);
    }
    _exit(err == -ENOENT || err == -ENOTDIR ? 127 : 126);
}

static int own_table(const struct job *job)
{
    const int ours[] = { job->given[0], job->given[1], job->given[2], job->directory_fd,
                         job->exec_pipe };
    __atomic_store_n(&job->at->unshared, 1, __ATOMIC_SEQ_CST);
    close_all_but(ours, 5);
    return 0;
}

/* Closes all above 2 but ours. */
static void close_all_but(const int *ours, int count)
{
    unsigned from = 3, next;
    do {
        next = UINT_MAX;
        for (int i = 0; i < count; i++) {
            if (ours[i] >= (int)from && (unsigned)ours[i] < next) {
                next = (unsigned)ours[i];
            }
        }
        if (next > from) {
            close_range(from, next == UINT_MAX ? next : next - 1, 0);
        }
        from = next + 1;
    } while (next != UINT_MAX);
}

static int default_signals(const struct job *job)
{
    const struct sigaction action = { .sa_handler = SIG_DFL };
    (void)job;
    for (int number = 1; number <= SIGRTMAX; number++) {
        sigaction(number, &action, NULL);
    }
    return 0; /* EINVAL for KILL, STOP and what libthr keeps for itself */
}

static int own_session(const struct job *job)
{
    (void)job;
    return setsid() < 0 ? -errno : 0;
}

static int descriptors(const struct job *job)
{
    int from[3];
    for (int i = 0; i < 3; i++) {
        from[i] = job->given[i];
        if (from[i] >= 0 && from[i] < 3) { /* out of the way of the others */
            from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
            if (from[i] < 0) {
                return -errno;
            }
        }
    }
    for (int i = 0; i < 3; i++) {
        const char *path = i == 0 ? "/dev/null" : job->output[i - 1];
        int fd = from[i] >= 0 ? from[i] : open(path, (i == 0 ? O_RDONLY : O_RDWR) | O_NOCTTY);
        if (fd < 0 || (fd != i && dup2(fd, i) < 0)) {
            return -errno;
        }
    }
    return 0;
}

static int limits(const struct job *job)
{
    const struct rlimit files = { .rlim_cur = (rlim_t)job->nofile[0],
                                  .rlim_max = (rlim_t)job->nofile[1] };
    umask(022);
    return job->nofile[0] != 0 && setrlimit(RLIMIT_NOFILE, &files) != 0 ? -errno : 0;
}

static int directory(const struct job *job)
{
    int result = job->directory_fd >= 0 ? fchdir(job->directory_fd) : chdir(job->directory);
    return result != 0 ? -errno : 0;
}

/* Each candidate in turn, as execvp(3) does. */
static int run(const struct job *job)
{
    bool denied = false;
    int err = -ENOENT;
    sigset_t none;
    close_all_but(&job->exec_pipe, 1); /* which exec closes */
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
