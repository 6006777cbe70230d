/* The life of daemon and archon-log: when they are started, and started again. */
#include "minder.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/wake.h"
#include "minder_end.h"

enum { FIRST_DELAY = 100, LONGEST_DELAY = 5000 };

static void not_started(struct minder *minder);
static void end_without(struct minder *minder);
static bool is_needed(const struct minder *minder);
static bool has_taken_over(const struct minder *minder);
static void upgrade(struct minder *minder);
static void ended_unready(struct minder *minder, int status);
static bool cannot_end(const struct minder *minder, int status);
static const char *described(int status);
static void start_again(struct child *child);

void daemon_start(struct minder *minder)
{
    int pair[2];
    minder->hello = minder->replaced = false;
    minder->daemon.due = NEVER;
    if (spare_take(minder)) {
        return;
    }
    int failed = channel_make(pair);
    if (failed) {
        say("cannot make the daemon's channel: %s", strerror(-failed));
        not_started(minder);
        return;
    }
    struct ledger_head *head = &minder->ledger->head;
    uint32_t before = minder->ready || has_taken_over(minder) ? head->generation : 0;
    __atomic_store_n(&head->generation, before + 1, __ATOMIC_SEQ_CST);
    watch_begin(minder);
    failed = child_start(minder, &minder->daemon, minder->safe ? "safe" : "daemon", pair[1]);
    close(pair[1]);
    int lost = failed ? 0 : channel_hand(minder, pair[0], pid_of(minder, &minder->daemon));
    close(pair[0]);
    if (failed || lost) {
        say("cannot start the daemon: %s", strerror(failed ? -failed : -lost));
        daemon_kill(minder);
        if (failed) {
            watch_end(minder);
            not_started(minder);
        }
    }
}

/* One that is needed is tried again, for the processes' sake. */
static void not_started(struct minder *minder)
{
    if (is_needed(minder) && (!minder->terminate || minder->failures++ < MOST_FAILURES)) {
        start_again(&minder->daemon);
    }
    else if (minder->terminate && is_needed(minder)) {
        end_without(minder);
    }
    else {
        close_down(minder, 1);
    }
}

static void end_without(struct minder *minder)
{
    say("the daemon does not come up to end what runs: it is %s",
        minder->settings.init ? "ended without it" : "left alone");
    close_down(minder, 1);
}

void daemon_ended(struct minder *minder, int status)
{
    watch_end(minder);
    spare_watch(minder, NULL, 0);
    bool served = minder->hello;
    if (minder->quit) {
        close_down(minder, minder->quit_code);
        return;
    }
    if (minder->replaced && !minder->upgrade && (minder->ready || !minder->terminate)) {
        minder->daemon.due = now(); /* that says nothing about it */
        return;
    }
    bool is_first = !minder->ready;
    if (is_first && (minder->terminate || !WIFSIGNALED(status) || !is_needed(minder))) {
        ended_unready(minder, status);
        return;
    }
    if (minder->upgrade) {
        upgrade(minder);
        return;
    }
    if (minder->terminate && !served && cannot_end(minder, status)) {
        end_without(minder);
        return;
    }
    say("the daemon %s: starting it again", described(status));
    watch_count(minder);
    start_again(&minder->daemon);
}

/* Whoever kills it, or whatever is short for a moment. What another keeper left behind needs also
 * the first one, and a machine ends with its process 1. Elsewhere who starts archond is told that
 * it did not come up. */
static bool is_needed(const struct minder *minder)
{
    return minder->ready || minder->settings.init || has_taken_over(minder);
}

static bool has_taken_over(const struct minder *minder)
{
    return minder->ledger->head.keepers > 1;
}

/* Whatever the programs are by now is started: by the keeper, which becomes its own anew. */
static void upgrade(struct minder *minder)
{
    say("the daemon has ended for an upgrade");
    minder->safe = false;
    minder->failures = minder->daemon.delay = 0;
    child_signal(minder, &minder->logger,
                 SIGTERM); /* it takes what is in the logs yet, and is started again */
    spare_drop(minder);
    start_again(&minder->daemon);
    minder->keeper->verdict = minder->ends = MINDER_UPGRADES;
    minder->upgrade = false; /* not before: killed until here, the next minder does it */
}

/* The first daemon ended before its Hello: another one would fare no better. */
static void ended_unready(struct minder *minder, int status)
{
    if (minder->terminate) {
        close_down(minder, 0);
        return;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == 127) {
        say("%s did not run: on Debian it may need libatomic1 (apt-get install libatomic1)",
            minder->settings.node);
    }
    else {
        say("the daemon %s before it was ready", described(status));
    }
    close_down(minder, code >= 1 && code <= 125 ? code : 1);
}

/* It was started to end everything. Who kills one may not kill the next; so many are not by chance,
 * and of them one was in safe mode. */
static bool cannot_end(const struct minder *minder, int status)
{
    return !WIFSIGNALED(status) || (minder->safe && minder->failures >= MOST_FAILURES);
}

void logger_start(struct minder *minder)
{
    minder->logger.due = NEVER;
    int failed = child_start(minder, &minder->logger, "logger", -1);
    if (failed) {
        say("cannot start archon-log: %s", strerror(-failed));
        start_again(&minder->logger);
    }
}

void logger_ended(struct minder *minder, int status)
{
    struct ledger_head *head = &minder->ledger->head;
    int32_t ended = __atomic_exchange_n(&head->logger, 0, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&head->logged, __ATOMIC_SEQ_CST) == ended ||
        now() - minder->logger.since >= RAN_WELL) {
        minder->logger.delay = 0; /* it was of use: whoever writes waits for the next one */
    }
    if (minder->closing) {
        return;
    }
    if (status != 0) { /* 0: it was told to end, as by an upgrade */
        say("archon-log %s: starting it again", described(status));
    }
    start_again(&minder->logger);
}

int children_due(struct minder *minder)
{
    int64_t moment = now();
    if (minder->daemon.due <= moment) {
        daemon_start(minder);
    }
    if (minder->logger.due <= moment) {
        logger_start(minder);
    }
    if (minder->kill_logger <= moment) {
        child_signal(minder, &minder->logger, SIGKILL);
        minder->kill_logger = NEVER;
    }
    int64_t next = earlier(watch_due(minder, moment), minder->kill_logger);
    if (minder->closing && pid_of(minder, &minder->logger) == 0) {
        minder->keeper->verdict = minder->ends = MINDER_DONE;
    }
    next = earlier(next, earlier(minder->daemon.due, minder->logger.due));
    return next == NEVER ? -1 : next > moment ? (int)(next - moment) : 0;
}

/* Valid until the next one. */
static const char *described(int status)
{
    static char how[64];
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        (void)snprintf(how, sizeof how, "was ended by signal %s", name ? name : "?");
    }
    else {
        (void)snprintf(how, sizeof how, "ended with code %d", WEXITSTATUS(status));
    }
    return how;
}

/* At once the first time, then with a pause that doubles until it was of use. */
static void start_again(struct child *child)
{
    child->due = now() + child->delay;
    int longer = child->delay == 0 ? FIRST_DELAY : child->delay * 2;
    child->delay = longer < LONGEST_DELAY ? longer : LONGEST_DELAY;
}
