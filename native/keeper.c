/* archon-keeper: main and the loop. See keeper.h for the whole. */
#include "keeper.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/become.h"
#include "core/events.h"
#include "core/ledger_map.h"
#include "core/self.h"
#include "core/signals.h"
#include "core/wake.h"
#include "minder_end.h"

static void loop(struct keeper *keeper);
static void handle(struct keeper *keeper, uint32_t token);
static void signals_read(struct keeper *keeper);

/* Begins, or goes on where another version was; what ended meanwhile has told nobody. */
int main(int argc, char **argv)
{
    struct keeper *keeper = keeper_take(MAP_SHARED);
    if (!keeper || keeper->asks) {
        return keeper ? keeper->asks = false : 2; /* the answer: who asks has this memory too */
    }
    int failed = ledger_map(keeper->ledger_fd, &keeper->ledger);
    if (failed) {
        say("the ledger cannot be mapped: %s", strerror(-failed));
        return 2;
    }
    (void)argc;
    keeper->argv = argv;
    self_name("archond");
    /* Its pages are there, and a user may lock little. */
    (void)mlock(keeper->ledger, sizeof *keeper->ledger);
    say_never_waits();
    reap(keeper);
    loop(keeper);
    connections_orphan(keeper, true); /* what was said on them is to be read */
    static char *end[] = { "archond", "--end", NULL };
    for (int tries = 0; keeper->init && tries < 50; tries++) { /* memory may come back */
        become_opened(keeper->program, keeper->archond, end);
        (void)usleep(100000);
    }
    return ending_do(keeper->ending) == 0 ? keeper->exit_code : 1;
}

static void loop(struct keeper *keeper)
{
    uint32_t tokens[EVENTS_BATCH];
    while (keeper->minder != 0 || keeper->verdict != MINDER_DONE) {
        int timeout = minder_due(keeper);
        int count = events_wait(keeper->events, tokens, keeper->unreaped ? 0 : timeout);
        for (int i = 0; i < count; i++) {
            handle(keeper, tokens[i]);
        }
        if (keeper->unreaped) {
            reap(keeper);
        }
    }
}

static void handle(struct keeper *keeper, uint32_t token)
{
    static void (*const handlers[TOKEN_CONNECTION])(struct keeper *) = {
        [TOKEN_SIGNALS] = signals_read,
        [TOKEN_CHANNEL] = channel_drain,
        [TOKEN_MINDER] = minder_drain,
    };
    if (token < TOKEN_CONNECTION) {
        handlers[token](keeper);
    }
    else {
        connection_writable(keeper, token - TOKEN_CONNECTION);
    }
}

/* What they mean is the minder's to say: whoever holds this much ends only when that one has. */
static void signals_read(struct keeper *keeper)
{
    for (int number; (number = signals_next(keeper->taken)) != 0;) {
        if (number == SIGCHLD) {
            reap(keeper);
        }
        else {
            (void)__atomic_add_fetch(&keeper->ledger->reload.asked, number == SIGHUP,
                                     __ATOMIC_SEQ_CST);
            (void)__atomic_or_fetch(&keeper->signals, UINT64_C(1) << (number - 1),
                                    __ATOMIC_SEQ_CST);
            (void)wake_write(keeper->look);
        }
    }
}
