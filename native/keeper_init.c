/*
 * archond as process 1. Its orphans are its children like any others (keeper_reap.c); what is here
 * is what only process 1 has to do: to be one at all, to know what signals mean to an init, and to
 * end everything. Nothing is mounted and nothing unmounted.
 */
#include "keeper.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is left gets TERM, so long, then KILL, and that long until we go on without waiting. */
enum { GRACE = 2000, KILL_GRACE = 1000 };

static void end_all(struct keeper *keeper);
static bool all_gone(const struct keeper *keeper, int64_t until);

/* Only the calls that end a machine or a container. */
static const char *const words[] = {
    [END_REBOOT] = "reboot",
    [END_POWER_OFF] = "power-off",
    [END_HALT] = "halt",
};

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
    settings->machine = os_is_machine();
    if (settings->foreground && settings->machine) {
        say("--foreground is for containers: a machine has nobody who would want an exit code");
        return 1;
    }
    settings->terminal = settings->foreground && isatty(STDIN_FILENO);
    if (!settings->rc_named) {
        const char *usual = "/etc/rc";
        strcpy(settings->rc, access(usual, X_OK) == 0 ? usual : "");
    }
    return 0;
}

void init_begin(const struct keeper *keeper)
{
    if (keeper->settings.machine) {
        os_keys_ask();
    }
    if (keeper->settings.terminal) {
        os_leave_terminal();
    }
}

/* INT is Ctrl-C where a terminal of a container is ours, and ctrl-alt-del on a machine. */
bool init_ending(const struct keeper *keeper, int number, enum ending *ending)
{
    switch (number) {
    case SIGINT:
        *ending = keeper->settings.machine ? END_REBOOT : *ending;
        return true;
    case SIGUSR1:
        *ending = END_HALT;
        return true;
#ifdef SIGPWR
    case SIGPWR:
#endif
    case SIGUSR2:
        *ending = END_POWER_OFF;
        return true;
    default:
        return false;
    }
}

/* Remembered as if a signal had asked for it: a daemon started later goes on ending everything. */
bool init_asked(struct keeper *keeper, const char *how)
{
    for (enum ending which = END_REBOOT; which <= END_HALT; which++) {
        if (keeper->settings.init && strcmp(words[which], how) == 0) {
            keeper->ending = which;
            keeper->terminate = true;
            return true;
        }
    }
    return false;
}

/* A machine whose process 1 exits panics: that is left to a failure, for the kernel knows what is
 * to follow (panic=). */
int init_end(struct keeper *keeper)
{
    enum ending ending = keeper->ending;
    if (ending == END_EXIT && keeper->settings.machine && keeper->exit_code == 0) {
        ending = END_POWER_OFF;
    }
    end_all(keeper);
    sync();
    if (ending == END_EXIT) {
        return keeper->exit_code;
    }
    int failed = os_reboot(ending);
    say("cannot %s: %s", words[ending], strerror(-failed));
    return 1;
}

/* Whoever was stopped would not see TERM. */
static void end_all(struct keeper *keeper)
{
    (void)kill(-1, SIGTERM);
    (void)kill(-1, SIGCONT);
    if (!all_gone(keeper, now() + GRACE)) {
        (void)kill(-1, SIGKILL);
        (void)all_gone(keeper, now() + KILL_GRACE);
    }
}

/* Every process has us or a child of ours above it, but those that came into the container from
 * without, which are somebody else's to wait for. */
static bool all_gone(const struct keeper *keeper, int64_t until)
{
    for (;;) {
        pid_t ended;
        do {
            ended = waitpid(-1, NULL, WNOHANG);
        } while (ended > 0);
        int64_t left = until - now();
        if (ended < 0 || left <= 0) {
            return ended < 0;
        }
        uint32_t tokens[8];
        (void)os_wait(keeper->events, tokens, 8, (int)left);
        while (os_next_signal(keeper->signals) != 0) {
            /* SIGCHLD says that it is time to look; others are too late */
        }
    }
}
