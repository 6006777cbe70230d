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
        (void)execve(keeper->settings.self, (char *const *)(uintptr_t)argv, environ);
        say("cannot run %s: %s", keeper->settings.self, strerror(errno));
        _exit(126);
    }
    child->pid = pid;
    child->since = now();
    child->due = NEVER;
    return 0;
}

void become(const char *program, char *const *argv)
{
    (void)execve(program, argv, environ);
    say("cannot run %s: %s", program, strerror(errno));
}
