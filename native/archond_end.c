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

#include "core/events.h"
#include "core/self.h"
#include "core/signals.h"
#include "keeper.h"

/* What is left gets TERM, so long, then KILL, and that long until we go on without waiting. */
enum { GRACE = 2000, KILL_GRACE = 1000 };

static void end_all(struct minder *minder);
static int finish(const struct keeper *keeper);
static bool all_gone(const struct minder *minder, int64_t until);

int init_end(void)
{
    say_never_waits();
    self_name("archond");
    struct minder *minder = minder_take(MAP_SHARED);
    if (!minder) {
        if (!ending_is_contained()) {
            sync();
        }
        return 2;
    }
    end_all(minder);
    return finish(minder->keeper);
}

/* Whoever was stopped would not see TERM. */
static void end_all(struct minder *minder)
{
    (void)kill(-1, SIGTERM);
    (void)kill(-1, SIGCONT);
    if (!all_gone(minder, now() + GRACE)) {
        (void)kill(-1, SIGKILL);
        (void)all_gone(minder, now() + KILL_GRACE);
    }
}

/* Every process has us or a child of ours above it, but those that came into the container from
 * without, which are somebody else's to wait for. */
static bool all_gone(const struct minder *minder, int64_t until)
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
        uint32_t tokens[EVENTS_BATCH];
        (void)events_wait(minder->keeper->events, tokens, (int)left);
        while (signals_next(minder->keeper->taken) != 0) {
            /* SIGCHLD says that it is time to look; others are too late */
        }
    }
}

/* A machine whose process 1 exits panics: that is left to a failure, for the kernel knows what is
 * to follow (panic=). */
static int finish(const struct keeper *keeper)
{
    static const char *const words[] = {
        [END_REBOOT] = "reboot",
        [END_POWER_OFF] = "power-off",
        [END_HALT] = "halt",
    };
    int failed = ending_do(keeper->ending);
    if (failed) {
        say("cannot %s: %s", words[keeper->ending], strerror(-failed));
    }
    return failed ? 1 : keeper->exit_code;
}
