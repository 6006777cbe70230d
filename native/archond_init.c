/*
 * archond as process 1. Its orphans are its children like any others (keeper_reap.c); what is here
 * is what only process 1 has to do: to be one at all, to know what signals mean to an init, and, in
 * archond_end.c, to end everything. Nothing is mounted and nothing unmounted.
 */
#include "archond.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

int init_check(struct settings *settings)
{
    if (getpid() != 1) {
        say("--init is for process 1, and this is %d: make archond the entry point of a container, "
            "or begin with unshare --pid --fork --mount-proc",
            (int)getpid());
        return 1;
    }
    int seen = os_seen_as();
    if (seen != 1) {
        say(seen < 0 ? "cannot read /proc/self: mount proc on /proc first"
                     : "/proc is of another PID namespace: mount proc on /proc first (unshare has "
                       "--mount-proc)");
        return 1;
    }
    settings->machine = !ending_is_contained();
    if (settings->foreground[0] && settings->machine) {
        say("--foreground is for containers: a machine has nobody who would want an exit code");
        return 1;
    }
    settings->terminal = settings->foreground[0] && isatty(STDIN_FILENO);
    if (!settings->rc_named) {
        const char *usual = "/etc/rc";
        strcpy(settings->rc, access(usual, X_OK) == 0 ? usual : "");
    }
    return 0;
}

/* INT is Ctrl-C where a terminal of a container is ours, and ctrl-alt-del on a machine. */
void init_begin(struct minder *minder)
{
    minder->asked[SIGUSR1] = END_HALT;
    minder->asked[SIGUSR2] = END_POWER_OFF;
#ifdef SIGPWR
    minder->asked[SIGPWR] = END_POWER_OFF;
#endif
    if (minder->settings.machine) {
        minder->asked[SIGINT] = END_REBOOT;
        os_keys_ask();
    }
    if (minder->settings.terminal) {
        os_leave_terminal();
    }
}
