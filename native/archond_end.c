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

int init_end(void)
{
    say_never_waits();
    os_name("archond");
    struct keeper *keeper = state_take(MAP_SHARED);
    if (!keeper) {
        sync();
        return 2;
    }
    end_all(keeper);
    return init_finish(keeper);
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
