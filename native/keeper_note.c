/* The keeper's two words about the ledger as a whole, which archond has as well. */
#include "keeper.h"

#include <unistd.h>

#include "core/pidfd.h"

void ledger_note(struct ledger_head *head, enum ledger_own which, pid_t pid)
{
    int process = pidfd_of(pid);
    if (process >= 0) {
        (void)again_note(process, pid, &head->own[which]);
        close(process);
    }
}

void ledger_end(const struct keeper *keeper)
{
    /* Where something may live on it is what the next keeper finds it by. */
    if (keeper->settings.ledger[0] && (keeper->quit || keeper->ledger->head.high == 0)) {
        (void)unlink(keeper->settings.ledger);
        (void)unlink(keeper->settings.held);
    }
}
