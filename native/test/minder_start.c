/* A signal of the minder's reaches its child, and nobody who has that one's number by then. */
#include <sys/types.h>

static int opened(pid_t pid);
#define pidfd_of opened
#include "../minder_start.c" // NOLINT(bugprone-suspicious-include)
#undef pidfd_of
int pidfd_of(pid_t pid);

#include "check.h"
#include "open_count.h"

#include <sys/wait.h>

static struct keeper keeper;
static struct minder minder = { .keeper = &keeper };
/* The keeper reaps the child as it is opened, and this one has its number. */
static pid_t stranger;
static int refusal;

static int opened(pid_t pid)
{
    if (stranger != 0) {
        keeper.own[0].ended = pid;
        return refusal != 0 ? refusal : pidfd_of(stranger);
    }
    return refusal != 0 ? refusal : pidfd_of(pid);
}

int os_start(struct minder *of, struct own *own, void (*body)(void *), void *arg)
{
    (void)of, (void)own, (void)body, (void)arg;
    return -ENOSYS;
}

static pid_t begins(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)pause();
        _exit(1);
    }
    need(pid > 0, "fork");
    return pid;
}

static bool is_killed_by(int number, pid_t pid)
{
    int status;
    return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == number;
}

static bool signals(void)
{
    pid_t pid = begins();
    keeper.own[0] = (struct own){ .pid = pid };
    child_signal(&minder, &minder.daemon, SIGTERM);
    return is_killed_by(SIGTERM, pid);
}

static bool spares(void)
{
    pid_t child = begins();
    stranger = begins();
    keeper.own[0] = (struct own){ .pid = child };
    child_signal(&minder, &minder.daemon, SIGTERM);
    /* Of two fatal signals a process ends by the first. */
    (void)kill(stranger, SIGKILL);
    (void)kill(child, SIGKILL);
    return is_killed_by(SIGKILL, stranger) & is_killed_by(SIGKILL, child);
}

int main(void)
{
    (void)alarm(60);
    int before = open_count();
    check(signals(), "a child gets what it is sent");
    refusal = -EMFILE;
    check(signals(), "also where there is no descriptor for it");
    check(spares(), "one that is reaped meanwhile gets nothing, nor does who has its number");
    refusal = 0;
    check(spares(), "also where that has a descriptor");
    check(open_count() == before, "no descriptor is left of any");
    return result();
}
