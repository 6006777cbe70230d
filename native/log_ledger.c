/* The words shared with the daemon; core/ledger.h says who writes which. */
#include "log.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ledger *shared;

static bool is_unfinished(uint32_t slot, unsigned stream);

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
        /* What one that was killed was at is gone on with before anything is read. */
        ledger_set_busy(slot, 0, is_unfinished(slot, 0));
        ledger_set_busy(slot, 1, is_unfinished(slot, 1));
    }
    return 0;
}

static bool is_unfinished(uint32_t slot, unsigned stream)
{
    const struct ledger_batch *batch = &shared->batch;
    return ledger_held(slot, stream) > 0 ||
           (batch->phase != BATCH_DONE && batch->key == 2 * slot + stream);
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

bool ledger_is_open(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].state, __ATOMIC_SEQ_CST) == LOG_OPEN;
}

bool ledger_is_retired(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].state, __ATOMIC_SEQ_CST) == LOG_RETIRED;
}

void ledger_set_done(uint32_t slot)
{
    __atomic_store_n(&shared->logs[slot].state, LOG_DONE, __ATOMIC_SEQ_CST);
}

uint64_t ledger_max(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].max, __ATOMIC_SEQ_CST);
}

uint32_t ledger_keep(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].keep, __ATOMIC_SEQ_CST);
}

uint64_t ledger_dropped(uint32_t slot)
{
    return __atomic_load_n(&shared->logs[slot].dropped, __ATOMIC_SEQ_CST);
}

void ledger_set_dropped(uint32_t slot, uint64_t count)
{
    __atomic_store_n(&shared->logs[slot].dropped, count, __ATOMIC_SEQ_CST);
}

uint32_t ledger_held(uint32_t slot, unsigned stream)
{
    return __atomic_load_n(&shared->logs[slot].held[stream], __ATOMIC_SEQ_CST);
}

void ledger_set_held(uint32_t slot, unsigned stream, uint32_t length)
{
    __atomic_store_n(&shared->logs[slot].held[stream], length, __ATOMIC_SEQ_CST);
}

struct ledger_batch *ledger_batch(void)
{
    return &shared->batch;
}

uint32_t ledger_keepers(void)
{
    return shared->head.keepers;
}

void ledger_note_use(void)
{
    __atomic_store_n(&shared->head.logged, getpid(), __ATOMIC_SEQ_CST);
}
