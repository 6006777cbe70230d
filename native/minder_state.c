#include "minder_state.h"

#include <stddef.h>

#include "core/ledger_map.h"
#include "core/map.h"
#include "core/say.h"

struct minder *minder_take(int sharing)
{
    struct ledger *ledger;
    struct keeper *keeper = keeper_take(sharing);
    if (!keeper) {
        return NULL;
    }
    struct minder *minder = map_file(MINDER_STATE, sizeof *minder, sharing);
    if (!minder || ledger_map(keeper->ledger_fd, &ledger) != 0) {
        say("cannot map what the minder knows, or the ledger");
        return NULL;
    }
    minder->keeper = keeper;
    minder->ledger = ledger;
    return minder;
}
