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

static void see_off_logger(const struct ledger *ledger);
static bool ends(const struct ledger *ledger, int process);
static void see_off_daemon(const struct ledger_head *head);
static void finish_off(int process);

bool remnants_wait(const struct settings *settings)
{
    struct ledger *ledger;
    int fd = ledger_find(settings, &ledger);
    if (fd < 0) {
        return true;
    }
    const struct ledger_head *head = &ledger->head;
    int keeper = again_open(head->keeper, &head->own[OWN_KEEPER]);
    struct pollfd ended = { .fd = keeper, .events = POLLIN };
    /* Whoever killed it may have begun us at once. */
    bool dead = keeper < 0 || poll(&ended, 1, MOMENT) == 1;
    if (dead) {
        see_off_daemon(head);
        see_off_logger(ledger);
    }
    if (keeper >= 0) {
        close(keeper);
    }
    (void)munmap(ledger, sizeof *ledger);
    close(fd);
    return dead;
}

/* Nobody is to answer any more. */
static void see_off_daemon(const struct ledger_head *head)
{
    int process = again_open(head->daemon, &head->own[OWN_DAEMON]);
    if (process >= 0) {
        finish_off(process);
        close(process);
    }
}

/* What it has in flight, and what is in the pipes of processes that have ended, is nowhere else any
 * more: it may take its time. */
static void see_off_logger(const struct ledger *ledger)
{
    const struct ledger_head *head = &ledger->head;
    int process = again_open(head->logger, &head->own[OWN_LOGGER]);
    if (process < 0) {
        return;
    }
    if (!ends(ledger, process)) {
        if (has_room(STDERR_FILENO)) {
            say("the archon-log of the archond before does not end: killing it, and what processes "
                "that have ended had written last may be lost");
        }
        finish_off(process);
    }
    close(process);
}

/* Waits for its end while it gets on; what it waits for a processor does not count. */
static bool ends(const struct ledger *ledger, int process)
{
    const struct ledger_head *head = &ledger->head;
    struct pollfd ended = { .fd = process, .events = POLLIN };
    struct ledger_batch seen = ledger->batch;
    int64_t still = 0;
    struct shares shares = { 0 };
    (void)os_could_act(head->logger, &shares);
    for (int second = 0; second < LOGGER_MOST; second++) {
        (void)pidfd_signal(process, SIGCONT); /* where it is stopped nobody else does */
        if (poll(&ended, 1, SECOND) == 1) {
            return true;
        }
        if (memcmp(&seen, &ledger->batch, sizeof seen) != 0) {
            seen = ledger->batch;
            still = 0;
            (void)os_could_act(head->logger, &shares);
            continue;
        }
        still += os_could_act(head->logger, &shares);
        if (still >= LOGGER_PATIENCE * SECOND - SECOND / 2) {
            break;
        }
    }
    return false;
}

static void finish_off(int process)
{
    struct pollfd ended = { .fd = process, .events = POLLIN };
    if (poll(&ended, 1, 0) != 1) {
        (void)pidfd_signal(process, SIGKILL);
        (void)poll(&ended, 1, LAST_PATIENCE);
    }
}
