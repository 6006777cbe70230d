/* archon-keeper: main, the loop, signals. See keeper.h for the whole. */
#include "keeper.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

/* So often process 1 tries to become what ends everything. */
enum { PATIENCE = 50 };

static void loop(struct keeper *keeper);
static void signals_read(struct keeper *keeper);
static void terminate(struct keeper *keeper, enum ending ending);

/* Begins, or goes on where another version was; what ended meanwhile has told nobody. */
int main(int argc, char **argv)
{
    struct keeper *keeper = state_take(MAP_SHARED);
    if (!keeper || keeper->asks) {
        return keeper ? keeper->asks = false : 2; /* the answer: who asks has this memory too */
    }
    (void)argc;
    keeper->argv = argv;
    os_name("archond");
    /* Its pages are there, and a user may lock little. */
    (void)mlock(keeper->ledger, sizeof *keeper->ledger);
    say_never_waits();
    reap(keeper);
    loop(keeper);
    if (keeper->settings.init) {
        static char *end[] = { "archond", "--end", NULL };
        for (int tries = 0; tries < PATIENCE; tries++) { /* memory may come back */
            archond_become(keeper, end);
            (void)poll(NULL, 0, 100);
        }
        return init_finish(keeper);
    }
    return keeper->exit_code;
}

static void loop(struct keeper *keeper)
{
    uint32_t tokens[64];
    while (!keeper->closed) {
        int timeout = children_due(keeper);
        if (keeper->closed) {
            return;
        }
        int count = os_wait(keeper->events, tokens, 64, keeper->unreaped ? 0 : timeout);
        for (int i = 0; i < count; i++) {
            if (tokens[i] == TOKEN_SIGNALS) {
                signals_read(keeper);
            }
            else if (tokens[i] == TOKEN_CHANNEL) {
                channel_drain(keeper);
            }
            else if (tokens[i] == TOKEN_QUEUE) {
                watch_fired(keeper);
            }
            else if (tokens[i] == TOKEN_THREADS) {
                spare_start(keeper);
            }
            else if (tokens[i] == TOKEN_CHILD) {
                reap(keeper);
            }
            else {
                connection_writable(keeper, tokens[i] - TOKEN_CONNECTION);
            }
        }
        if (keeper->unreaped) {
            reap(keeper);
        }
    }
}

static void signals_read(struct keeper *keeper)
{
    for (int number; (number = os_next_signal(keeper->signals)) != 0;) {
        if (number == SIGCHLD) {
            reap(keeper);
        }
        else if (keeper->asked[number] != END_NOT) {
            terminate(keeper, keeper->asked[number]);
        }
        else if (number == SIGHUP && keeper->hello && keeper->daemon.pid > 0) {
            (void)kill(keeper->daemon.pid, SIGHUP); /* before its Hello it reads all in any case */
        } /* others do nothing: whoever holds this much ends only when asked to */
    }
}

/* Remembered, so that a daemon started later is told too, after its Hello. Before the first Hello
 * nothing runs that would need an orderly end. */
static void terminate(struct keeper *keeper, enum ending ending)
{
    keeper->ending = ending == END_EXIT ? keeper->ending : ending;
    keeper->terminate = true;
    if (keeper->daemon.pid == 0 && !keeper->ready) {
        close_down(keeper, 0);
        return;
    }
    if (keeper->daemon.pid > 0 && (keeper->hello || !keeper->ready)) {
        (void)kill(keeper->daemon.pid, SIGTERM);
        os_counter_add(keeper->wake); /* if it does nothing any more, that shows */
    }
}
