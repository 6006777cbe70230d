/*
 * The next daemon is started before the one that is there has ended altogether. Of a process that
 * is killed the threads go at once, but its parent hears of it only when its memory was given back
 * and the last descriptor is closed: 5 to 25 ms later, as long as Node takes to begin. So the
 * daemon has the minder watch threads of its own that live as long as it does; when one of them
 * ends a spare is started, which loads what it is to run, waits for `Begin` and touches nothing
 * before. That is sent once the daemon before was reaped, or given up, so nothing of that one can
 * meet the spare at work. A spare is never needed: any other outcome ends it, and costs a start.
 */
#include "minder.h"

#include <signal.h>
#include <unistd.h>

#include "core/events.h"
#include "core/fdpass.h"

static void start(struct minder *minder);
static bool is_wanted(const struct minder *minder);
static bool begin(struct minder *minder);

void spare_watch(struct minder *minder, const int *threads, int count)
{
    for (int i = 0; i < WATCHED_THREADS; i++) {
        int *thread = &minder->threads[i];
        if (*thread >= 0) {
            events_forget(minder->events, *thread);
            close(*thread);
        }
        *thread = i < count ? threads[i] : -1;
        if (*thread >= 0 && events_input(minder->events, *thread, TOKEN_THREADS) < 0) {
            close(*thread);
            *thread = -1;
        }
    }
}

/* Which of them it was does not matter; what it has said may be that nothing is to come after it.
 */
void spare_start(struct minder *minder)
{
    told_drain(minder);
    if (is_wanted(minder)) {
        start(minder);
    }
    spare_watch(minder, NULL, 0);
}

static void start(struct minder *minder)
{
    int pair[2];
    if (channel_make(pair) < 0) {
        return;
    }
    int failed = child_start(minder, &minder->spare, "spare", pair[1]);
    close(pair[1]);
    if (failed) {
        close(pair[0]);
        return;
    }
    minder->spare_channel = pair[0];
}

/* Only in place of a daemon that is started again at once, and in the same way. */
static bool is_wanted(const struct minder *minder)
{
    return pid_of(minder, &minder->daemon) > 0 && pid_of(minder, &minder->spare) == 0 &&
           minder->hello && watch_was_useful(minder) && !minder->safe && !minder->quit &&
           !minder->upgrade && !minder->terminate && !minder->closing;
}

bool spare_take(struct minder *minder)
{
    if (pid_of(minder, &minder->spare) == 0) {
        return false;
    }
    if (minder->safe || !begin(minder)) {
        spare_drop(minder);
        return false;
    }
    minder->daemon.since = now();
    minder->daemon_place = 2 - minder->daemon_place;
    spare_ended(minder); /* the keeper has its channel */
    return true;
}

/* The ledger names it from now on, as it does a daemon from its beginning. */
static bool begin(struct minder *minder)
{
    struct ledger_head *head = &minder->ledger->head;
    pid_t spare = pid_of(minder, &minder->spare);
    if (channel_hand(minder, minder->spare_channel, spare) != 0) {
        return false;
    }
    ledger_note(head, OWN_DAEMON, spare);
    head->daemon = spare;
    (void)__atomic_add_fetch(&head->generation, 1, __ATOMIC_SEQ_CST);
    watch_begin(minder);
    return fdpass_send(minder->spare_channel, "Begin", 5) == 5;
}

/* Who has begun it under an earlier minder does not matter. */
void spare_drop(struct minder *minder)
{
    pid_t spare = pid_of(minder, &minder->spare);
    if (spare > 0) {
        child_signal(minder, &minder->spare, SIGKILL);
        __atomic_store_n(&place_of(minder, &minder->spare)->pid, 0, __ATOMIC_SEQ_CST);
        spare_ended(minder);
    }
}

void spare_ended(struct minder *minder)
{
    if (minder->spare_channel >= 0) {
        close(minder->spare_channel);
        minder->spare_channel = -1;
    }
}
