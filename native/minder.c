/* The minder: its beginning, the loop, signals. See minder.h for the whole. */
#include "minder.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/events.h"
#include "core/wake.h"

static bool begin(struct minder *minder);
static void go_on(struct minder *minder);
static void loop(struct minder *minder);
static void look(struct minder *minder);
static void signals_read(struct minder *minder);

int minder_run(struct minder *minder)
{
    if (!begin(minder)) {
        say("the minder cannot watch what it is to watch");
        return 1;
    }
    loop(minder);
    return minder->ends;
}

static bool begin(struct minder *minder)
{
    struct keeper *keeper = minder->keeper;
    size_t ours = offsetof(struct keeper, init);
    (void)mprotect((char *)keeper + ours, sizeof *keeper - ours, PROT_READ);
    minder->ledger->head.minder = getpid();
    minder->ends = minder->spare_channel = minder->watch.queue = -1;
    minder->watch.look = minder->watch.reap = NEVER;
    memset(minder->threads, -1, sizeof minder->threads);
    minder->events = events_make();
    if (minder->events < 0 || events_input(minder->events, keeper->from_keeper, TOKEN_TOLD) < 0 ||
        events_input(minder->events, keeper->look, TOKEN_LOOK) < 0) {
        return false;
    }
    go_on(minder);
    look(minder);
    return true;
}

/*
 * Where a minder before us was killed, at any instruction. What it knew of its daemon by
 * descriptors is gone: there will be another, once that one is reaped; a spare may have begun
 * already. Who does not run and was not to be started was about to be.
 */
static void go_on(struct minder *minder)
{
    if (minder->closing) {
        close_down(minder, minder->keeper->exit_code);
        return;
    }
    if (pid_of(minder, &minder->daemon) == 0 && pid_of(minder, &minder->spare) > 0) {
        minder->daemon_place = 2 - minder->daemon_place;
    }
    minder->replaced |= pid_of(minder, &minder->daemon) > 0 ||
                        (os_ends_with_minder() && place_of(minder, &minder->daemon)->pid > 0);
    daemon_kill(minder);
    spare_drop(minder);
    struct child *const both[] = { &minder->daemon, &minder->logger };
    for (int i = 0; i < 2; i++) {
        if (place_of(minder, both[i])->pid == 0 && both[i]->due == NEVER) {
            both[i]->due = now();
        }
    }
}

static void loop(struct minder *minder)
{
    uint32_t tokens[EVENTS_BATCH];
    while (minder->ends < 0) {
        int timeout = children_due(minder);
        int count = minder->ends < 0 ? events_wait(minder->events, tokens, timeout) : 0;
        for (int i = 0; i < count; i++) {
            if (tokens[i] == TOKEN_TOLD) {
                told_drain(minder);
            }
            else if (tokens[i] == TOKEN_LOOK) {
                look(minder);
            }
            else if (tokens[i] == TOKEN_QUEUE) {
                watch_fired(minder);
            }
            else if (tokens[i] == TOKEN_THREADS) {
                spare_start(minder);
            }
        }
    }
}

/* What the daemon said before its end is heard before that. */
static void look(struct minder *minder)
{
    (void)wake_read(minder->keeper->look);
    os_look(minder);
    int32_t ended[OWN];
    for (int place = 0; place < OWN; place++) {
        ended[place] = __atomic_load_n(&minder->keeper->own[place].ended, __ATOMIC_SEQ_CST);
    }
    told_drain(minder);
    signals_read(minder);
    for (int place = 0; place < OWN; place++) {
        struct own *own = &minder->keeper->own[place];
        if (ended[place] == 0 || ended[place] != own->pid) {
            continue;
        }
        if (own == place_of(minder, &minder->daemon)) {
            daemon_ended(minder, own->status);
        }
        else if (own == place_of(minder, &minder->logger)) {
            logger_ended(minder, own->status);
        }
        else {
            spare_ended(minder);
        }
        __atomic_store_n(&own->pid, 0, __ATOMIC_SEQ_CST); /* not before: killed until here, the next
                                                           * minder handles it */
    }
}

static void signals_read(struct minder *minder)
{
    /* HUP is taken away first: one that comes again meanwhile is another. A daemon that does not
     * hear of it now does with its Hello. */
    uint64_t hup = UINT64_C(1) << (SIGHUP - 1);
    uint64_t came = __atomic_fetch_and(&minder->keeper->signals, ~hup, __ATOMIC_SEQ_CST);
    for (int number = 1; number <= 64 && number < NSIG; number++) {
        bool here = (came >> (number - 1) & 1) != 0;
        if (here && minder->asked[number] != END_NOT) {
            terminate(minder, minder->asked[number]);
        }
        else if (here && number == SIGHUP && minder->hello) {
            child_signal(minder, &minder->daemon, SIGHUP);
        } /* others do nothing: who holds this much ends only when asked to */
    }
    (void)__atomic_and_fetch(&minder->keeper->signals, hup | ~came, __ATOMIC_SEQ_CST);
}
