/* archon-log: what outlives a kill of it, see log.h. */
#ifndef ARCHON_LOG_BATCH_H
#define ARCHON_LOG_BATCH_H

#include "core/ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fifo;
struct log_file;

/* ---- log_ledger.c: the words shared with the daemon ---- */

/* Maps the ledger that fd is and closes fd; nothing is busy then. 0, or -EINVAL when it is none. */
int ledger_map(int fd);

/* Slots from here on were never used. */
uint32_t ledger_high(void);
void ledger_set_busy(uint32_t slot, unsigned stream, bool busy);
bool ledger_is_open(uint32_t slot);
bool ledger_is_retired(uint32_t slot);
void ledger_set_done(uint32_t slot);
uint64_t ledger_max(uint32_t slot);
uint32_t ledger_keep(uint32_t slot);
uint64_t ledger_dropped(uint32_t slot);
void ledger_set_dropped(uint32_t slot, uint64_t count);
uint32_t ledger_held(uint32_t slot, unsigned stream);
void ledger_set_held(uint32_t slot, unsigned stream, uint32_t length);
struct ledger_batch *ledger_batch(void);
/* How many keepers there were, the one that started us included. */
uint32_t ledger_keepers(void);
/* This process has put something into a log. */
void ledger_note_use(void);

/* ---- log_batch.c: what is noted so that a kill takes nothing ---- */

/* The file of held lines. */
void batch_begin(int held);

/* Goes on with what the one before was killed in; all FIFOs that there are, are known. */
void batch_recover(void);

/* A batch of this FIFO begins; `ends`: its held line ends with it. */
void batch_open(const struct fifo *fifo, bool ends);

/* The first `skip` bytes of its records are written; the next go to this file as it is now (NULL:
 * to one that is not known yet). */
void batch_piece(const struct log_file *file, uint64_t skip);

/* All its records are written; `anew`: the line that is held now is not the one from before with
 * more behind it. */
void batch_close(struct fifo *fifo, bool anew);

/* There was nothing to take. */
void batch_none(void);

/* The line that an archon-log before this one held; and: none is held any more, for good. */
void held_load(struct fifo *fifo);
void held_forget(struct fifo *fifo);

/* ---- log_flight_linux.c, log_flight_freebsd.c: the keeper's pipe ---- */

/* Its two ends. 0 or -errno. */
int flight_begin(int out, int in);

/* Moves what is in a FIFO, READ_MOST bytes at most, into the flight and copies it to `bytes`; the
 * count, 0 at its end, or -errno. The flight is empty before. */
int flight_take(int fd, char *bytes);

/* Copies what is in flight, READ_MOST bytes at most; the count or -errno. */
int flight_copy(char *bytes);

void flight_discard(void);

/* Makes a pipe hold more, as far as that is allowed. */
void pipe_enlarge(int fd);

#endif
