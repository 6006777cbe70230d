/*
 * What is noted in the ledger about the batch in progress, and the lines whose ends were not read
 * yet, in a file of the keeper's, 64 KiB for each FIFO. The order of what is written decides: a
 * word that says that something is so is written behind it.
 */
#include "log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int held_fd = -1;

static void set_phase(uint32_t phase);
static void resume(struct ledger_batch *batch);
static bool is_lost(const struct ledger_batch *batch, int in_flight);
static bool held_is_written(const struct ledger_batch *batch, struct log_file *file);
static void release(struct fifo *fifo);
static void held_set(struct fifo *fifo, uint32_t length);
static void held_save(struct fifo *fifo, bool anew);
static off_t held_place(const struct fifo *fifo);

void batch_begin(int held)
{
    held_fd = held;
}

void batch_open(const struct fifo *fifo, bool ends)
{
    struct ledger_batch *batch = ledger_batch();
    size_t length = strlen(fifo->entry);
    if (length >= sizeof batch->entry) {
        return; /* no name of archon's is that long */
    }
    memcpy(batch->entry, fifo->entry, length + 1);
    batch->key = fifo_key(fifo);
    batch->held = ledger_held(fifo->slot, fifo->stream);
    batch->ends = ends;
    batch->keepers = ledger_keepers();
    batch->piece[0] = (struct ledger_piece){ 0 };
    __atomic_store_n(&batch->which, 0, __ATOMIC_SEQ_CST);
    set_phase(BATCH_TAKEN);
}

void batch_piece(const struct log_file *file, uint64_t skip)
{
    struct ledger_batch *batch = ledger_batch();
    uint32_t other = batch->which == 0;
    batch->piece[other] = (struct ledger_piece){ .skip = skip };
    if (file != NULL) {
        batch->piece[other].ino = file->ino;
        batch->piece[other].offset = file->size;
    }
    __atomic_store_n(&batch->which, other, __ATOMIC_SEQ_CST);
}

void batch_close(struct fifo *fifo, bool anew)
{
    set_phase(BATCH_WRITTEN);
    held_save(fifo, anew);
    set_phase(BATCH_DONE);
    ledger_note_use();
    flight_discard();
}

void batch_none(void)
{
    set_phase(BATCH_DONE);
}

void batch_recover(void)
{
    struct ledger_batch *batch = ledger_batch();
    if (batch->phase != BATCH_DONE) {
        resume(batch);
    }
    set_phase(BATCH_DONE);
    flight_discard();
}

static void resume(struct ledger_batch *batch)
{
    static char bytes[READ_MOST];
    char entry[sizeof batch->entry];
    memcpy(entry, batch->entry, sizeof entry - 1);
    entry[sizeof entry - 1] = '\0';
    int n = flight_copy(bytes);
    bool lost = is_lost(batch, n);
    struct fifo *fifo = n > 0 || batch->ends || lost ? fifo_named(entry) : NULL;
    if (fifo == NULL) {
        return;
    }
    if (lost && held_is_written(batch, fifo->file)) {
        held_set(fifo, 0);
        ledger_set_busy(fifo->slot, fifo->stream, false);
        release(fifo);
        return;
    }
    if (lost) { /* as if it had been the end of the line that was held */
        set_phase(BATCH_TAKEN);
        batch->ends = 1;
    }
    held_set(fifo, batch->held); /* what the word says of the length may be newer than the batch */
    fifo_resume(fifo, bytes, n > 0 ? (size_t)n : 0);
    ledger_set_busy(fifo->slot, fifo->stream, fifo->held.length > 0);
    if (fifo_at(fifo->slot, fifo->stream) != fifo) {
        fifo_flush(fifo);
    }
    release(fifo);
}

/* Whether what was in flight went with its keeper: what comes next is not what followed on what is
 * held. Where the batch was begun and nothing taken yet, that cannot be told, and counts as lost.
 */
static bool is_lost(const struct ledger_batch *batch, int in_flight)
{
    bool other = batch->keepers != 0 && batch->keepers != ledger_keepers();
    return in_flight <= 0 && !batch->ends && (other || batch->phase == BATCH_WRITTEN);
}

static bool held_is_written(const struct ledger_batch *batch, struct log_file *file)
{
    const struct ledger_piece *piece = &batch->piece[batch->which != 0];
    bool begun = piece->ino != 0 || piece->skip > 0;
    return begun && (batch->phase == BATCH_WRITTEN || piece->skip > 0 ||
                     file_is_beyond(file, piece->ino, piece->offset));
}

/* A FIFO that is in no table is there for one batch only. */
static void release(struct fifo *fifo)
{
    if (fifo_at(fifo->slot, fifo->stream) != fifo) {
        file_give(fifo->file, now_ms());
        free(fifo->held.bytes);
        free(fifo);
    }
}

static void held_set(struct fifo *fifo, uint32_t length)
{
    free(fifo->held.bytes);
    fifo->held = (struct held){ 0 };
    ledger_set_held(fifo->slot, fifo->stream, length);
    held_load(fifo);
}

void held_load(struct fifo *fifo)
{
    uint32_t length = ledger_held(fifo->slot, fifo->stream);
    char *bytes = length > 0 && length <= LINE_MOST ? malloc(length) : NULL;
    if (bytes == NULL) {
        return;
    }
    if (pread(held_fd, bytes, length, held_place(fifo)) != (ssize_t)length) {
        free(bytes);
        return;
    }
    fifo->held = (struct held){ .bytes = bytes, .length = length, .room = length };
    fifo->kept = true;
}

/* Where there is no room for it, the line is only in our memory: the word says that none is kept.
 */
static void held_save(struct fifo *fifo, bool anew)
{
    const struct held *held = &fifo->held;
    uint32_t from = anew ? 0 : ledger_held(fifo->slot, fifo->stream);
    uint32_t length = (uint32_t)held->length;
    if (length > from) {
        size_t more = length - from;
        ssize_t put = pwrite(held_fd, held->bytes + from, more, held_place(fifo) + from);
        fifo->kept = true;
        if (put != (ssize_t)more) {
            length = 0;
        }
    }
    ledger_set_held(fifo->slot, fifo->stream, length);
}

void held_forget(struct fifo *fifo)
{
    ledger_set_held(fifo->slot, fifo->stream, 0);
#ifdef FALLOC_FL_PUNCH_HOLE
    if (fifo->kept) {
        int how = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
        (void)fallocate(held_fd, how, held_place(fifo), LINE_MOST);
    }
#endif
}

static off_t held_place(const struct fifo *fifo)
{
    return (off_t)fifo_key(fifo) * (off_t)LINE_MOST;
}

static void set_phase(uint32_t phase)
{
    __atomic_store_n(&ledger_batch()->phase, phase, __ATOMIC_SEQ_CST);
}
