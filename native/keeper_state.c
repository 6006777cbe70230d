#include "keeper_state.h"

#include "core/ledger_map.h"
#include "keeper.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static struct keeper *map(int sharing);

struct keeper *state_take(int sharing)
{
    struct keeper *keeper = map(sharing);
    if (!keeper || keeper->magic != KEEPER_MAGIC || keeper->version != HANDOVER_VERSION ||
        keeper->ledger_version != LEDGER_VERSION) {
        say("this program is started by archond alone, by that of its own version");
        return NULL;
    }
    int failed = keeper->asks ? 0 : ledger_map(keeper->ledger_fd, &keeper->ledger);
    if (failed) {
        say("the ledger cannot be mapped: %s", strerror(-failed));
        return NULL;
    }
    return keeper;
}

/* What is behind the end of a file must not be touched: SIGBUS. */
static struct keeper *map(int sharing)
{
    struct stat about;
    if (fstat(KEEPER_STATE, &about) < 0 || about.st_size != (off_t)sizeof(struct keeper)) {
        return NULL;
    }
    void *memory =
        mmap(NULL, sizeof(struct keeper), PROT_READ | PROT_WRITE, sharing, KEEPER_STATE, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
