/* The daemon and archon-log of a keeper that was killed end with it, though not at the same moment:
 * while the one lives it still listens, while the other does it still writes. */
#include "archond.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/pidfd.h"

/* Seconds of archon-log's; milliseconds for one that was killed to be gone. */
enum { LOGGER_PATIENCE = 5, LOGGER_MOST = 60, LAST_PATIENCE = 1000, MOMENT = 100 };

/* What a keeper that is dead has left; either descriptor may be negative. */
struct remnants {
    int daemon, logger;
    pid_t logger_pid;
};

static bool find(const struct ledger_head *head, struct remnants *found);
static void let_go(int process);
static void see_off_logger(const struct ledger *ledger, const struct remnants *left);
static bool ends(const struct ledger *ledger, const struct remnants *left);
static void finish_off(int process);

bool remnants_wait(const struct settings *settings)
{
    struct ledger *ledger;
    int fd = ledger_find(settings, &ledger);
    if (fd < 0) {
        return true;
    }
    struct remnants left = { -1, -1, 0 };
    bool dead = find(&ledger->head, &left);
    if (dead) {
        finish_off(left.daemon); /* nobody is to answer any more */
        see_off_logger(ledger, &left);
    }
    let_go(left.daemon);
    let_go(left.logger);
    (void)munmap(ledger, sizeof *ledger);
    close(fd);
    return dead;
}

/* False where the keeper lives. Of two that begin at once the one may take over while the other,
 * which has no lock yet, looks: the ledger then names that one's daemon and archon-log, and has
 * named its keeper before. */
static bool find(const struct ledger_head *head, struct remnants *found)
{
    pid_t pid = head->keeper;
    const struct again known = head->own[OWN_KEEPER];
    int keeper = again_open(pid, &known);
    struct pollfd ended = { .fd = keeper, .events = POLLIN };
    /* Whoever killed it may have begun us at once. */
    bool dead = keeper < 0 || poll(&ended, 1, MOMENT) == 1;
    let_go(keeper);
    if (!dead) {
        return false;
    }
    found->daemon = again_open(head->daemon, &head->own[OWN_DAEMON]);
    found->logger_pid = head->logger;
    found->logger = again_open(found->logger_pid, &head->own[OWN_LOGGER]);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return head->keeper == pid && memcmp(&head->own[OWN_KEEPER], &known, sizeof known) == 0;
}

static void let_go(int process)
{
    if (process >= 0) {
        close(process);
    }
}

/* What it has in flight, and what is in the pipes of processes that have ended, is nowhere else any
 * more: it may take its time. */
static void see_off_logger(const struct ledger *ledger, const struct remnants *left)
{
    if (left->logger >= 0 && !ends(ledger, left)) {
        if (has_room(STDERR_FILENO)) {
            say("the archon-log of the archond before does not end: killing it, and what processes "
                "that have ended had written last may be lost");
        }
        finish_off(left->logger);
    }
}

/* Waits for its end while it gets on; what it waits for a processor does not count. */
static bool ends(const struct ledger *ledger, const struct remnants *left)
{
    struct pollfd ended = { .fd = left->logger, .events = POLLIN };
    struct ledger_batch seen = ledger->batch;
    int64_t still = 0;
    struct shares shares = { 0 };
    (void)os_could_act(left->logger_pid, &shares);
    for (int second = 0; second < LOGGER_MOST; second++) {
        (void)pidfd_signal(left->logger, SIGCONT); /* where it is stopped nobody else does */
        if (poll(&ended, 1, SECOND) == 1) {
            return true;
        }
        if (memcmp(&seen, &ledger->batch, sizeof seen) != 0) {
            seen = ledger->batch;
            still = 0;
            (void)os_could_act(left->logger_pid, &shares);
            continue;
        }
        still += os_could_act(left->logger_pid, &shares);
        if (still >= LOGGER_PATIENCE * SECOND - SECOND / 2) {
            break;
        }
    }
    return false;
}

static void finish_off(int process)
{
    struct pollfd ended = { .fd = process, .events = POLLIN };
    if (process >= 0 && poll(&ended, 1, 0) != 1) {
        (void)pidfd_signal(process, SIGKILL);
        (void)poll(&ended, 1, LAST_PATIENCE);
    }
}
