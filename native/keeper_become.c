/*
 * Other programs. What the keeper holds is not closed by execve(2): whatever it becomes has it all
 * and finds it by the state, and archond, which each child is first, closes what is not for the
 * child.
 */
#include "keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* fork is cheap here, the keeper being small, and safe, it having one thread. */
int child_start(struct keeper *keeper, struct child *child, const char *as, int channel)
{
    pid_t pid = os_fork(keeper->events, &child->descriptor);
    if (pid < 0) {
        return (int)pid;
    }
    if (pid == 0) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", channel);
        const char *const argv[] = { "archond", "--child", as, number, NULL };
        archond_become(keeper, (char *const *)(uintptr_t)argv);
        _exit(126);
    }
    child->pid = pid;
    child->since = now();
    child->due = NEVER;
    return 0;
}

void archond_become(const struct keeper *keeper, char *const *argv)
{
    (void)fexecve(keeper->program, argv, environ);
    (void)execve(keeper->settings.self, argv, environ); /* where nothing in memory may be run */
    say("cannot run %s: %s", keeper->settings.self, strerror(errno));
}

void become(const char *program, char *const *argv)
{
    (void)execve(program, argv, environ);
    say("cannot run %s: %s", program, strerror(errno));
}

/* A machine whose process 1 exits panics: that is left to a failure, for the kernel knows what is
 * to follow (panic=). */
int init_finish(const struct keeper *keeper)
{
    static const char *const words[] = {
        [END_REBOOT] = "reboot",
        [END_POWER_OFF] = "power-off",
        [END_HALT] = "halt",
    };
    enum ending ending = keeper->ending;
    if (ending == END_EXIT && keeper->settings.machine && keeper->exit_code == 0) {
        ending = END_POWER_OFF;
    }
    sync();
    if (ending == END_EXIT) {
        return keeper->exit_code;
    }
    int failed = os_reboot(ending);
    say("cannot %s: %s", words[ending], strerror(-failed));
    return 1;
}
