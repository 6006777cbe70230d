/*
 * The next daemon is started before the one that is there has ended altogether. Of a process that
 * is killed the threads go at once, but its parent hears of it only when its memory was given back
 * and the last descriptor is closed: 5 to 25 ms later, as long as Node takes to begin. So the
 * daemon has the keeper watch threads of its own that live as long as it does; when one of them
 * ends a spare is started, which loads what it is to run, waits for `Begin` and touches nothing
 * before. That is sent once the daemon before was reaped, or given up, so nothing of that one can
 * meet the spare at work. A spare is never needed: any other outcome ends it, and costs a start.
 */
#include "keeper.h"

#include <signal.h>
#include <unistd.h>

#include "core/fdpass.h"

static bool is_wanted(const struct keeper *keeper);
static bool begin(struct keeper *keeper);

void spare_watch(struct keeper *keeper, const int *threads, int count)
{
    for (int i = 0; i < WATCHED_THREADS; i++) {
        int *thread = &keeper->threads[i];
        if (*thread >= 0) {
            os_unwatch(keeper->events, *thread);
            close(*thread);
        }
        *thread = i < count ? threads[i] : -1;
        if (*thread >= 0 && os_watch_input(keeper->events, *thread, TOKEN_THREADS) < 0) {
            close(*thread);
            *thread = -1;
        }
    }
}

void spare_start(struct keeper *keeper)
{
    spare_watch(keeper, NULL, 0);
    channel_drain(keeper); /* it may have said that nothing is to come after it */
    int pair[2];
    if (!is_wanted(keeper) || channel_make(pair) < 0) {
        return;
    }
    int failed = child_start(keeper, &keeper->spare, "spare", pair[1]);
    close(pair[1]);
    if (failed) {
        close(pair[0]);
        return;
    }
    keeper->spare_channel = pair[0];
}

/* Only in place of a daemon that is started again at once, and in the same way. */
static bool is_wanted(const struct keeper *keeper)
{
    return keeper->daemon.pid > 0 && keeper->spare.pid == 0 && keeper->hello &&
           watch_was_useful(keeper) && !keeper->safe && !keeper->quit && !keeper->upgrade &&
           !keeper->terminate && !keeper->closing;
}

bool spare_take(struct keeper *keeper)
{
    if (keeper->spare.pid == 0) {
        return false;
    }
    if (keeper->safe || !begin(keeper)) {
        spare_drop(keeper);
        return false;
    }
    keeper->daemon.pid = keeper->spare.pid;
    keeper->daemon.descriptor = keeper->spare.descriptor;
    keeper->daemon.since = now();
    keeper->channel = keeper->spare_channel;
    keeper->spare.pid = 0;
    return true;
}

/* The ledger names it from now on, as it does a daemon from its beginning. */
static bool begin(struct keeper *keeper)
{
    struct ledger_head *head = &keeper->ledger->head;
    if (os_watch_input(keeper->events, keeper->spare_channel, TOKEN_CHANNEL) < 0) {
        return false;
    }
    ledger_note(head, OWN_DAEMON, keeper->spare.pid);
    head->daemon = keeper->spare.pid;
    (void)__atomic_add_fetch(&head->generation, 1, __ATOMIC_SEQ_CST);
    watch_begin(keeper);
    return fdpass_send(keeper->spare_channel, "Begin", 5) == 5;
}

void spare_drop(struct keeper *keeper)
{
    if (keeper->spare.pid > 0) {
        (void)kill(keeper->spare.pid, SIGKILL);
        spare_ended(keeper);
    }
}

void spare_ended(struct keeper *keeper)
{
    keeper->spare.pid = 0;
    os_reaped(keeper->events, keeper->spare.descriptor);
    os_unwatch(keeper->events, keeper->spare_channel);
    close(keeper->spare_channel);
}
