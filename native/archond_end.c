/*
 * archond --end: what process 1 becomes when its services are stopped and the daemon has ended. It
 * still holds all that the keeper held.
 */
#include "archond.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is left gets TERM, so long, then KILL, and that long until we go on without waiting. */
enum { GRACE = 2000, KILL_GRACE = 1000 };

static void end_all(struct keeper *keeper);
static bool all_gone(const struct keeper *keeper, int64_t until);

static const char *const words[] = {
    [END_REBOOT] = "reboot",
    [END_POWER_OFF] = "power-off",
    [END_HALT] = "halt",
};

/* A machine whose process 1 exits panics: that is left to a failure, for the kernel knows what is
 * to follow (panic=). */
int init_end(void)
{
    struct keeper *keeper = state_take(MAP_SHARED);
    if (!keeper) {
        return 2;
    }
    say_never_waits();
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
