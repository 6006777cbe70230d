/*
 * The end of a slot. The daemon retires it when its process has ended and something was written; a
 * child that was left over may still write. So each FIFO is opened again for reading only, and then
 * our own hold on its writing side is given up: now its end shows when nobody can write any more.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>

static void retire(uint32_t slot);
static void give_up_writing(struct fifo *fifo);

void retire_scan(void)
{
    uint32_t high = ledger_high();
    for (uint32_t slot = 0; slot < high; slot++) {
        if (ledger_is_retired(slot)) {
            retire(slot);
        }
    }
}

static void retire(uint32_t slot)
{
    if (fifo_at(slot, 0) == NULL || fifo_at(slot, 1) == NULL) {
        watch_read(); /* it may be so new that we did not hear of it yet */
    }
    for (unsigned stream = 0; stream < 2; stream++) {
        struct fifo *fifo = fifo_at(slot, stream);
        if (fifo != NULL && fifo->fd >= 0 && !fifo->retired) {
            give_up_writing(fifo);
        }
    }
    retire_ended(slot);
}

static void give_up_writing(struct fifo *fifo)
{
    int result = fifo_open(fifo, O_RDONLY);
    if (result == 0) {
        fifo->retired = true;
    }
    else if (result != -ENOENT) {
        fifos_late();
    }
    else if (fifo_drain(fifo)) {
        fifo_end(fifo); /* somebody removed it, so its end cannot be seen */
    }
}

void retire_ended(uint32_t slot)
{
    if (fifo_at(slot, 0) == NULL && fifo_at(slot, 1) == NULL && ledger_is_retired(slot)) {
        ledger_set_done(slot);
        wake_daemon();
    }
}
