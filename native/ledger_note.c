/* Two words about the ledger as a whole, archond's and the minder's. */
#include "minder.h"

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

void ledger_end(const struct minder *minder)
{
    /* Where something may live on it is what the next keeper finds it by. */
    if (minder->settings.ledger[0] && (minder->quit || minder->ledger->head.high == 0)) {
        (void)unlink(minder->settings.ledger);
        (void)unlink(minder->settings.held);
    }
}
