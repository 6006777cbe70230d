/*
 * A daemon that hangs (stopped, or stuck on a mount that never answers) is replaced like a dead
 * one. What waits for it shows in its own queue of readiness, of which the minder has a copy: that
 * is readable from when something comes until the daemon has taken it, and taking raises a number
 * in the ledger. While nothing waits it sleeps: it is told once that something does, then
 * looks a second at a time. Seconds are counted rather than measured, so that one in which nobody
 * ran (the machine was suspended) counts as one, and one that wants a processor counts only what it
 * has of one: a machine that is busy is slow, and a daemon that is killed for it would never be up.
 */
#include "minder.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "core/events.h"

/* For how many seconds a daemon may do nothing, and one that Node is still to load. Each that is
 * killed before its Hello gives the next one twice as long: there may be much to read, and a disk
 * slow.
 */
enum { PATIENCE = 5, PATIENCE_AT_FIRST = 30, MOST_DOUBLED = 2 };

static uint32_t beat_of(const struct minder *minder);
static void look(struct minder *minder, int64_t moment);
static void begin_look(struct minder *minder);
static int patience_with(const struct minder *minder);
static bool is_waited_for(const struct minder *minder);
static void rest(struct minder *minder);

void watch_begin(struct minder *minder)
{
    minder->watch = (struct watch){
        .queue = -1, .look = now() + SECOND, .reap = NEVER, .beat = beat_of(minder)
    };
}

void watch_queue(struct minder *minder, int queue)
{
    if (minder->watch.queue >= 0) {
        events_forget(minder->events, minder->watch.queue);
        close(minder->watch.queue);
    }
    minder->watch.queue = queue;
    watch_fired(minder); /* what came before it was ours would not be told */
}

void watch_fired(struct minder *minder)
{
    if (minder->watch.queue >= 0 && minder->watch.look == NEVER) {
        minder->watch.look = now() + SECOND;
        begin_look(minder);
    }
}

void watch_end(struct minder *minder)
{
    watch_queue(minder, -1);
    minder->watch.look = minder->watch.reap = NEVER;
}

int64_t watch_due(struct minder *minder, int64_t moment)
{
    struct watch *watch = &minder->watch;
    if (watch->reap <= moment) {
        say("the daemon cannot be reaped: it is left alone");
        daemon_ended(minder, SIGKILL); /* its status, as wait(2) would give it */
        __atomic_store_n(&place_of(minder, &minder->daemon)->pid, 0, __ATOMIC_SEQ_CST);
    }
    if (watch->look <= moment) {
        look(minder, moment);
    }
    return earlier(watch->look, watch->reap);
}

void daemon_kill(struct minder *minder)
{
    pid_t daemon = pid_of(minder, &minder->daemon);
    if (daemon > 0 && minder->watch.reap == NEVER) {
        child_signal(minder, &minder->daemon, SIGKILL);
        minder->watch.look = NEVER;
        minder->watch.reap = now() + SECOND;
    }
}

bool watch_was_useful(const struct minder *minder)
{
    const struct ledger_head *head = &minder->ledger->head;
    return __atomic_load_n(&head->answered, __ATOMIC_SEQ_CST) == head->generation ||
           (minder->hello && now() - minder->daemon.since >= RAN_WELL);
}

void watch_count(struct minder *minder)
{
    if (watch_was_useful(minder)) {
        minder->failures = minder->daemon.delay = 0;
        return;
    }
    minder->failures++;
    if (minder->failures >= MOST_FAILURES && !minder->safe) {
        say("the daemon failed %d times in a row: it begins in safe mode", minder->failures);
        minder->safe = true;
    }
}

static uint32_t beat_of(const struct minder *minder)
{
    return __atomic_load_n(&minder->ledger->head.beat, __ATOMIC_SEQ_CST);
}

static void look(struct minder *minder, int64_t moment)
{
    struct watch *watch = &minder->watch;
    if (!is_waited_for(minder)) {
        rest(minder);
        return;
    }
    watch->look = moment + SECOND;
    if (beat_of(minder) != watch->beat) {
        watch->beats = true;
        begin_look(minder);
        return;
    }
    watch->idle += os_could_act(pid_of(minder, &minder->daemon), &watch->shares);
    int patience = patience_with(minder);
    if (watch->idle >= patience * SECOND - SECOND / 2) {
        char doing[128];
        os_doing(pid_of(minder, &minder->daemon), doing, sizeof doing);
        say("the daemon has done nothing for %d s, though it is waited for: killing it (%s)",
            patience, doing);
        minder->hangs += !minder->hello;
        daemon_kill(minder);
    }
}

static void begin_look(struct minder *minder)
{
    minder->watch.beat = beat_of(minder);
    (void)os_could_act(pid_of(minder, &minder->daemon), &minder->watch.shares);
    minder->watch.idle = 0;
}

static int patience_with(const struct minder *minder)
{
    if (minder->hello) {
        return PATIENCE;
    }
    int doubled = minder->hangs < MOST_DOUBLED ? minder->hangs : MOST_DOUBLED;
    return minder->watch.beats ? PATIENCE << doubled : PATIENCE_AT_FIRST;
}

static bool is_waited_for(const struct minder *minder)
{
    struct pollfd queue = { .fd = minder->watch.queue, .events = POLLIN };
    return !minder->hello || (queue.fd >= 0 && poll(&queue, 1, 0) == 1);
}

/* Until something waits again. */
static void rest(struct minder *minder)
{
    struct watch *watch = &minder->watch;
    watch->look = NEVER;
    if (watch->queue >= 0 && events_once(minder->events, watch->queue, TOKEN_QUEUE) < 0) {
        watch->look = now() + SECOND; /* looked at until it can be told */
        begin_look(minder);
    }
}
