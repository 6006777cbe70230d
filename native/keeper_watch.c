/*
 * A daemon that hangs (stopped, or stuck on a mount that never answers) is replaced like a dead
 * one. What waits for it shows in its own queue of readiness, of which the keeper has a copy: that
 * is readable from when something comes until the daemon has taken it, and taking raises a number
 * in the ledger. While nothing waits the keeper sleeps: it is told once that something does, then
 * looks a second at a time. Seconds are counted rather than measured, so that one in which nobody
 * ran (the machine was suspended) counts as one, and one that wants a processor counts only what it
 * has of one: a machine that is busy is slow, and a daemon that is killed for it would never be up.
 */
#include "keeper.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* For how many seconds a daemon may do nothing, and one that Node is still to load. Each that is
 * killed before its Hello gives the next one twice as long: there may be much to read, and a disk
 * slow.
 */
enum { PATIENCE = 5, PATIENCE_AT_FIRST = 30, MOST_DOUBLED = 2 };
/* So many failures in a row are not tried again in the same way. */
enum { MOST_FAILURES = 5 };

static uint32_t beat_of(const struct keeper *keeper);
static void look(struct keeper *keeper, int64_t moment);
static void begin_look(struct keeper *keeper);
static int patience_with(const struct keeper *keeper);
static bool is_waited_for(const struct keeper *keeper);
static void rest(struct keeper *keeper);

void watch_begin(struct keeper *keeper)
{
    keeper->watch = (struct watch){
        .queue = -1, .look = now() + SECOND, .reap = NEVER, .beat = beat_of(keeper)
    };
}

void watch_queue(struct keeper *keeper, int queue)
{
    if (keeper->watch.queue >= 0) {
        os_unwatch(keeper->events, keeper->watch.queue);
        close(keeper->watch.queue);
    }
    keeper->watch.queue = queue;
    watch_fired(keeper); /* what came before it was ours would not be told */
}

void watch_fired(struct keeper *keeper)
{
    if (keeper->watch.queue >= 0 && keeper->watch.look == NEVER) {
        keeper->watch.look = now() + SECOND;
        begin_look(keeper);
    }
}

void watch_end(struct keeper *keeper)
{
    watch_queue(keeper, -1);
    keeper->watch.look = keeper->watch.reap = NEVER;
}

int64_t watch_due(struct keeper *keeper, int64_t moment)
{
    struct watch *watch = &keeper->watch;
    if (watch->reap <= moment) {
        say("the daemon cannot be reaped: it is left alone");
        os_reaped(keeper->events, keeper->daemon.descriptor);
        daemon_ended(keeper, SIGKILL); /* its status, as wait(2) would give it */
    }
    if (watch->look <= moment) {
        look(keeper, moment);
    }
    return earlier(watch->look, watch->reap);
}

void daemon_kill(struct keeper *keeper)
{
    if (keeper->daemon.pid > 0 && keeper->watch.reap == NEVER) {
        (void)kill(keeper->daemon.pid, SIGKILL);
        keeper->watch.look = NEVER;
        keeper->watch.reap = now() + SECOND;
    }
}

bool watch_was_useful(const struct keeper *keeper)
{
    const struct ledger_head *head = &keeper->ledger->head;
    return __atomic_load_n(&head->answered, __ATOMIC_SEQ_CST) == head->generation ||
           now() - keeper->daemon.since >= RAN_WELL;
}

void watch_count(struct keeper *keeper)
{
    if (watch_was_useful(keeper)) {
        keeper->failures = keeper->daemon.delay = 0;
        return;
    }
    keeper->failures++;
    if (keeper->failures >= MOST_FAILURES && !keeper->safe) {
        say("the daemon failed %d times in a row: it begins in safe mode", keeper->failures);
        keeper->safe = true;
    }
}

static uint32_t beat_of(const struct keeper *keeper)
{
    return __atomic_load_n(&keeper->ledger->head.beat, __ATOMIC_SEQ_CST);
}

static void look(struct keeper *keeper, int64_t moment)
{
    struct watch *watch = &keeper->watch;
    if (!is_waited_for(keeper)) {
        rest(keeper);
        return;
    }
    watch->look = moment + SECOND;
    if (beat_of(keeper) != watch->beat) {
        watch->beats = true;
        begin_look(keeper);
        return;
    }
    watch->idle += os_could_act(keeper->daemon.pid, &watch->shares);
    int patience = patience_with(keeper);
    if (watch->idle >= patience * SECOND - SECOND / 2) {
        char doing[128];
        os_doing(keeper->daemon.pid, doing, sizeof doing);
        say("the daemon has done nothing for %d s, though it is waited for: killing it (%s)",
            patience, doing);
        keeper->hangs += !keeper->hello;
        daemon_kill(keeper);
    }
}

static void begin_look(struct keeper *keeper)
{
    keeper->watch.beat = beat_of(keeper);
    (void)os_could_act(keeper->daemon.pid, &keeper->watch.shares);
    keeper->watch.idle = 0;
}

static int patience_with(const struct keeper *keeper)
{
    if (keeper->hello) {
        return PATIENCE;
    }
    int doubled = keeper->hangs < MOST_DOUBLED ? keeper->hangs : MOST_DOUBLED;
    return keeper->watch.beats ? PATIENCE << doubled : PATIENCE_AT_FIRST;
}

static bool is_waited_for(const struct keeper *keeper)
{
    struct pollfd queue = { .fd = keeper->watch.queue, .events = POLLIN };
    return !keeper->hello || (queue.fd >= 0 && poll(&queue, 1, 0) == 1);
}

/* Until something waits again. */
static void rest(struct keeper *keeper)
{
    struct watch *watch = &keeper->watch;
    watch->look = NEVER;
    if (watch->queue >= 0 && os_watch_once(keeper->events, watch->queue, TOKEN_QUEUE) < 0) {
        watch->look = now() + SECOND; /* looked at until it can be told */
        begin_look(keeper);
    }
}
