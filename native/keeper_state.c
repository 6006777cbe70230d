#include "keeper_state.h"

#include <stddef.h>

#include "core/map.h"
#include "core/say.h"

struct keeper *keeper_take(int sharing)
{
    struct keeper *keeper = map_file(KEEPER_STATE, sizeof *keeper, sharing);
    if (!keeper || keeper->magic != KEEPER_MAGIC || keeper->version != HANDOVER_VERSION ||
        keeper->ledger_version != LEDGER_VERSION) {
        say("this program is started by archond alone, by that of its own version");
        return NULL;
    }
    return keeper;
}
