/* The words shared with the daemon; core/ledger.h says who writes which. */
#include "log.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ledger *shared;

int ledger_map(int fd)
{
    struct stat file;
    if (fstat(fd, &file) < 0 || file.st_size < (off_t)sizeof *shared) {
        return -EINVAL;
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) {
        return -errno;
    }
    close(fd);
    if (shared->head.magic != LEDGER_MAGIC || shared->head.version != LEDGER_VERSION) {
        return -EINVAL;
    }
    for (uint32_t slot = 0; slot < ledger_high(); slot++) {
        /* Whatever one that was killed had read is not held any more. */
        ledger_set_busy(slot, 0, false);
        ledger_set_busy(slot, 1, false);
    }
    return 0;
}

uint32_t ledger_high(void)
{
    uint32_t high = __atomic_load_n(&shared->head.log_high, __ATOMIC_SEQ_CST);
    return high < LEDGER_SLOTS ? high : LEDGER_SLOTS;
}

void ledger_set_busy(uint32_t slot, unsigned stream, bool busy)
{
    __atomic_store_n(&shared->logs[slot].busy[stream], busy, __ATOMIC_SEQ_CST);
}

bool ledger_is_retired(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].state, __ATOMIC_SEQ_CST) == LOG_RETIRED;
}

void ledger_set_done(uint32_t slot)
{
    __atomic_store_n(&shared->logs[slot].state, LOG_DONE, __ATOMIC_SEQ_CST);
}
