/* Whether an upgrade may be: asked of the archond that is installed by then, by the daemon that is
 * to end for it. */
#include "archond.h"

#include <stdlib.h>

int upgrade_fits(const char *ledger, const char *handover)
{
    static const char advice[] = "stop archond, then start it again";
    if (strtoul(ledger, NULL, 10) != LEDGER_VERSION) {
        say("the ledger is of version %s, this archond knows %u: %s", ledger, LEDGER_VERSION,
            advice);
        return 1;
    }
    if (strtoul(handover, NULL, 10) != HANDOVER_VERSION) {
        say("the archond that runs hands over version %s, this one knows %u: %s", handover,
            HANDOVER_VERSION, advice);
        return 1;
    }
    struct keeper *keeper = state_make();
    if (!keeper || programs_beside(&keeper->settings) != 0) {
        return 1;
    }
    keeper->asks = true;
    char *argv[] = { keeper->settings.keeper, NULL };
    become(keeper->settings.keeper, argv);
    return 1;
}
