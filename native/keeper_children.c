/* The life of daemon and archon-log: what they are given, when they are started again, how all of
 * it ends. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sealed.h"

enum { FIRST_DELAY = 100, LONGEST_DELAY = 5000, LOGGER_GRACE = 5000 };

static void not_started(struct keeper *keeper);
static bool has_taken_over(const struct keeper *keeper);
static void upgrade(struct keeper *keeper);
static void ended_unready(struct keeper *keeper, int status);
static const char *described(int status);
static void start_again(struct child *child);

void daemon_start(struct keeper *keeper)
{
    int pair[2];
    keeper->hello = false;
    keeper->daemon.due = NEVER;
    if (spare_take(keeper)) {
        return;
    }
    int failed = channel_make(pair);
    if (failed) {
        say("cannot make the daemon's channel: %s", strerror(-failed));
        not_started(keeper);
        return;
    }
    (void)__atomic_add_fetch(&keeper->ledger->head.generation, 1, __ATOMIC_SEQ_CST);
    watch_begin(keeper);
    failed = child_start(keeper, &keeper->daemon, keeper->safe ? "safe" : "daemon", pair[1]);
    close(pair[1]);
    keeper->channel = pair[0];
    if (!failed) {
        failed = os_watch_input(keeper->events, keeper->channel, TOKEN_CHANNEL);
    }
    if (failed) {
        say("cannot start the daemon: %s", strerror(-failed));
        channel_close(keeper);
        daemon_kill(keeper);
        if (keeper->daemon.pid == 0) {
            watch_end(keeper);
            not_started(keeper);
        }
    }
}

/* The first one has to come up; a later one is tried again, for the processes' sake. */
static void not_started(struct keeper *keeper)
{
    if (keeper->ready && !keeper->terminate) {
        start_again(&keeper->daemon);
    }
    else {
        close_down(keeper, 1);
    }
}

void daemon_ended(struct keeper *keeper, int status)
{
    channel_drain(keeper);
    channel_close(keeper);
    watch_end(keeper);
    spare_watch(keeper, NULL, 0);
    keeper->daemon.pid = 0;
    bool served = keeper->hello;
    keeper->hello = false;
    if (keeper->quit) {
        close_down(keeper, keeper->quit_code);
        return;
    }
    bool is_first = !keeper->ready;
    if (is_first && (keeper->terminate || !WIFSIGNALED(status) || !has_taken_over(keeper))) {
        ended_unready(keeper, status);
        return;
    }
    connections_orphan(keeper);
    if (keeper->upgrade) {
        upgrade(keeper);
        return;
    }
    if (keeper->terminate && !served) { /* it was started to end everything, and cannot */
        say("the daemon does not come up to end what runs: it is %s",
            keeper->settings.init ? "ended without it" : "left alone");
        close_down(keeper, 1);
        return;
    }
    say("the daemon %s: starting it again", described(status));
    watch_count(keeper);
    start_again(&keeper->daemon);
}

/* What another keeper left behind needs a daemon, whoever kills the first one. */
static bool has_taken_over(const struct keeper *keeper)
{
    return keeper->ledger->head.keepers > 1;
}

/* Whatever the programs are by now is started, the keeper itself among them. */
static void upgrade(struct keeper *keeper)
{
    say("the daemon has ended for an upgrade");
    keeper->upgrade = keeper->safe = false;
    keeper->failures = keeper->daemon.delay = 0;
    if (keeper->logger.pid > 0) { /* it takes what is in the logs yet, and is started again */
        (void)kill(keeper->logger.pid, SIGTERM);
    }
    spare_drop(keeper);
    start_again(&keeper->daemon);
    if (!keeper->settings.init) { /* process 1 is not put at risk */
        int archond = sealed_program(open(keeper->settings.self, O_RDONLY));
        if (archond >= 0) {
            close(keeper->program);
            keeper->program = archond;
        }
        become(keeper->settings.keeper, keeper->argv);
        say("archond itself stays as it is");
    }
}

/* The first daemon ended before its Hello: another one would fare no better. */
static void ended_unready(struct keeper *keeper, int status)
{
    if (keeper->terminate) {
        close_down(keeper, 0);
        return;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == 127) {
        say("%s did not run: on Debian it may need libatomic1 (apt-get install libatomic1)",
            keeper->settings.node);
    }
    else {
        say("the daemon %s before it was ready", described(status));
    }
    close_down(keeper, code >= 1 && code <= 125 ? code : 1);
}

void logger_start(struct keeper *keeper)
{
    if (keeper->closing) {
        return;
    }
    keeper->logger.due = NEVER;
    int failed = child_start(keeper, &keeper->logger, "logger", -1);
    if (failed) {
        say("cannot start archon-log: %s", strerror(-failed));
        start_again(&keeper->logger);
    }
    __atomic_store_n(&keeper->ledger->head.logger, keeper->logger.pid, __ATOMIC_SEQ_CST);
}

void logger_ended(struct keeper *keeper, int status)
{
    if (__atomic_load_n(&keeper->ledger->head.logged, __ATOMIC_SEQ_CST) == keeper->logger.pid) {
        keeper->logger.delay = 0; /* it was of use: whoever writes waits for the next one */
    }
    keeper->logger.pid = 0;
    __atomic_store_n(&keeper->ledger->head.logger, 0, __ATOMIC_SEQ_CST);
    if (keeper->closing) {
        keeper->closed = true;
        return;
    }
    if (status != 0) { /* 0: it was told to end, as by an upgrade */
        say("archon-log %s: starting it again", described(status));
    }
    start_again(&keeper->logger);
}

int children_due(struct keeper *keeper)
{
    int64_t moment = now();
    if (keeper->daemon.due <= moment) {
        daemon_start(keeper);
    }
    if (keeper->logger.due <= moment) {
        logger_start(keeper);
    }
    if (keeper->kill_logger <= moment) {
        (void)kill(keeper->logger.pid, SIGKILL);
        keeper->kill_logger = NEVER;
    }
    int64_t next = earlier(watch_due(keeper, moment), keeper->kill_logger);
    next = earlier(next, earlier(keeper->daemon.due, keeper->logger.due));
    return next == NEVER ? -1 : next > moment ? (int)(next - moment) : 0;
}

void close_down(struct keeper *keeper, int exit_code)
{
    keeper->closing = true;
    spare_drop(keeper);
    keeper->exit_code = exit_code;
    keeper->daemon.due = keeper->logger.due = NEVER;
    (void)unlink(keeper->settings.socket);
    ledger_end(keeper);
    close(keeper->listener);
    for (uint32_t number = 0; number < LEDGER_SLOTS; number++) {
        keeper->connections[number].orphan = true;
        connection_drop(keeper, number);
    }
    keeper->closed = keeper->logger.pid == 0;
    if (!keeper->closed) { /* it takes what is in the logs yet, then ends */
        (void)kill(keeper->logger.pid, SIGTERM);
        keeper->kill_logger = now() + LOGGER_GRACE;
    }
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

/* At once the first time, then with a pause that doubles until it has run well for a while. */
static void start_again(struct child *child)
{
    int64_t moment = now();
    if (moment - child->since >= RAN_WELL) {
        child->delay = 0;
    }
    child->since = moment; /* an attempt that failed is no time it ran well */
    child->due = moment + child->delay;
    int longer = child->delay == 0 ? FIRST_DELAY : child->delay * 2;
    child->delay = longer < LONGEST_DELAY ? longer : LONGEST_DELAY;
}
