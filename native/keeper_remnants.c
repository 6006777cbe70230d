/* The daemon and archon-log of a keeper that was killed end with it, though not at the same moment:
 * while the one lives it still listens, while the other does it still writes. */
#include "keeper.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/pidfd.h"

enum { LOGGER_PATIENCE = 5000, LAST_PATIENCE = 1000 };

static void see_off(pid_t pid, const struct again *known, int patience);

bool remnants_wait(const struct settings *settings)
{
    struct ledger *ledger;
    int fd = ledger_find(settings, &ledger);
    if (fd < 0) {
        return false;
    }
    const struct ledger_head *head = &ledger->head;
    int keeper = again_open(head->keeper, &head->own[OWN_KEEPER]);
    struct pollfd ended = { .fd = keeper, .events = POLLIN };
    bool dead = keeper < 0 || poll(&ended, 1, 0) == 1;
    if (dead) {
        see_off(head->daemon, &head->own[OWN_DAEMON], 0);
        see_off(head->logger, &head->own[OWN_LOGGER], LOGGER_PATIENCE);
    }
    if (keeper >= 0) {
        close(keeper);
    }
    (void)munmap(ledger, sizeof *ledger);
    close(fd);
    return dead;
}

/* Waits for its end, kills it when that does not come, and waits a little for that. */
static void see_off(pid_t pid, const struct again *known, int patience)
{
    int process = again_open(pid, known);
    struct pollfd ended = { .fd = process, .events = POLLIN };
    if (process < 0) {
        return;
    }
    if (poll(&ended, 1, patience) != 1) {
        (void)pidfd_signal(process, SIGKILL);
        (void)poll(&ended, 1, LAST_PATIENCE);
    }
    close(process);
}
