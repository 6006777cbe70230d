/*
 * archon-log: takes what every service writes on standard output and error from FIFOs into files.
 *
 * A service writes into its FIFO and never waits for anyone but this program; keeper and daemon
 * hold the FIFOs open for reading, so this program may be killed and started again: what was not
 * read yet is still there. A batch is what one read(2) of one FIFO gives. It is cut into lines,
 * each line gets the time of that read, and the whole batch goes to the file by one write(2), so
 * that a file holds whole records only and their order is the order of arrival.
 *
 * The words shared with the daemon (core/ledger.h): busy[stream] is set before a FIFO is read and
 * cleared when all that was read is in the file and no line without its end is held, so "nothing
 * unread, then not busy" means that all is in the file. A slot that the daemon has RETIRED is read
 * until nobody can write into it any more, then it is DONE.
 */
#ifndef ARCHON_LOG_H
#define ARCHON_LOG_H

#include "core/ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- log_lines.c: bytes into records `<time> <o|e|a> <line>\n` ---- */

#define LINE_MOST 65536u /* bytes of a line in one record; the rest goes into further records */
#define READ_MOST 65536u
#define STAMP_SIZE 27u /* "2026-11-20T10:00:00.000Z o " */
/* Bytes that one batch can become: each byte a line break, behind the longest held line. */
#define BATCH_MOST (LINE_MOST + READ_MOST + (READ_MOST + 2u) * (STAMP_SIZE + 1u))

/* The beginning of a line whose end was not read yet; all zero when there is none. */
struct held {
    char *bytes;
    size_t length, room;
};

/* What every record of a batch begins with; `ms` since 1970, `stream` o, e or a. */
void stamp_write(char stamp[STAMP_SIZE], int64_t ms, char stream);

/* Writes the records that n <= READ_MOST bytes complete into `out` (BATCH_MOST bytes), keeps what
 * is left in `held`; returns how many bytes of `out` are used. */
size_t lines_cut(struct held *held, const char *stamp, const char *bytes, size_t n, char *out);

/* The held line ends here: writes its record, if there is one, and returns its size. */
size_t lines_end(struct held *held, const char *stamp, char *out);

/* ---- log_file.c: one log file; log_rotate.c: its older parts ---- */

#define FILE_MOST (10u << 20) /* a file is rotated before it would be larger, in bytes */
#define FILE_KEEP 5           /* name.log.1 (the newest) to name.log.5 */

struct log_file {
    struct log_file *next;          /* with the same hash */
    struct log_file *newer, *older; /* open files in the order of their last use */
    int fd;                         /* -1 while it is not open */
    unsigned users;                 /* FIFOs that end here */
    uint64_t size;
    uint64_t dropped; /* records that could not be written since the last that could */
    int64_t looked;   /* when it was last seen to be there still, in ms since 1970 */
    char path[];
};

/* Appends whole records. What cannot be written (a full disk) is dropped and counted; nothing is
 * ever torn, and the count is appended as a record of archon's as soon as that works again. */
void file_append(struct log_file *file, int64_t now, const char *records, size_t n);

/* Tries to append the count of dropped records; true when none is owed any more. */
bool file_note(struct log_file *file, int64_t now);

/* Renames path to path.1, that to path.2 and so on, over the oldest. 0 or -errno. */
int rotate(const char *path);

/* ---- log_files.c: which log files there are; those open at one time are bounded ---- */

/* Where the files are; -ENAMETOOLONG when that cannot be. */
int files_begin(const char *directory);

/* The file of a daemon or a run, shared by all FIFOs of that name, and giving it back. NULL: no
 * memory. */
struct log_file *file_take(bool run, const char *name, size_t length);
void file_give(struct log_file *file, int64_t now);

/* Its descriptor was opened (others may be closed for it), used again, or is to be closed. */
void file_opened(struct log_file *file, int fd);
void file_used(struct log_file *file);
void file_close(struct log_file *file);
bool files_close_oldest(void);

/* Counts of dropped records are owed to some file; tries to append them now. */
void file_owes(void);
bool files_owe(void);
void files_tick(int64_t now);

/* ---- log_ledger.c: the words shared with the daemon ---- */

/* Maps the ledger that fd is and closes fd; nothing is busy then. 0, or -EINVAL when it is none. */
int ledger_map(int fd);

/* Slots from here on were never used. */
uint32_t ledger_high(void);
void ledger_set_busy(uint32_t slot, unsigned stream, bool busy);
bool ledger_is_retired(uint32_t slot);
void ledger_set_done(uint32_t slot);

/* ---- log_fifo.c: one FIFO ---- */

struct fifo {
    int fd; /* -1: there, but it could not be opened yet */
    uint32_t slot;
    uint8_t stream; /* 0 stdout, 1 stderr */
    bool retired;   /* opened for reading only, so that its end can be seen */
    struct held held;
    struct log_file *file;
    char entry[]; /* its name in the directory of the FIFOs */
};

/* The directory of the FIFOs and the epoll they are put into. */
void fifos_begin(int directory, int epoll);

/* Opens it with these flags, then closes what it had open. 0 or -errno; -ENOENT: it is no FIFO (any
 * more). */
int fifo_open(struct fifo *fifo, int flags);

/* One read and what follows from it. Returns the bytes read; 0: its end, it is gone now; or -errno
 * (-EAGAIN: there was nothing). */
int fifo_turn(struct fifo *fifo);

/* Reads what is in it now, and not for ever what comes meanwhile; false: its end was seen, it is
 * gone now. */
bool fifo_drain(struct fifo *fifo);

/* Appends its unfinished line. */
void fifo_flush(struct fifo *fifo);

/* Appends its unfinished line, closes it and removes it from the directory and from the table. */
void fifo_end(struct fifo *fifo);

/* Whether `entry` is now another FIFO than the one we have in its place. */
bool fifo_is_replaced(const struct fifo *fifo, const char *entry);

/* ---- log_table.c: all of them, at most one per slot and stream ---- */

/* An entry was seen in the directory; what is known already or is no FIFO of ours is ignored. */
void fifo_found(const char *entry);

/* The FIFO of a slot and stream, or NULL; forgetting it. */
struct fifo *fifo_at(uint32_t slot, unsigned stream);
void fifo_forget(struct fifo *fifo);

/* What epoll gives back for a FIFO, and which one that is, or NULL. */
uint32_t fifo_key(const struct fifo *fifo);
struct fifo *fifo_of(uint32_t key);
#define FIFO_KEYS (2u * LEDGER_SLOTS)

/* Some FIFO could not be opened: all such are tried again with the next tick. */
void fifos_late(void);
bool fifos_are_late(void);
void fifos_tick(void);

/* Reads everything there is in any FIFO and appends all unfinished lines. */
void fifos_drain(void);

/* ---- log_retire.c: their end ---- */

/* Deals with the slots that the daemon has retired since the last time. */
void retire_scan(void);

/* A stream of this slot may have been the last: a retired slot without streams is DONE. */
void retire_ended(uint32_t slot);

/* ---- log_watch_linux.c, log_watch_freebsd.c: how FIFOs are found ---- */

/* Begins to watch, then looks at what is there. Returns the descriptor for epoll, or -errno when
 * there is none to be had: then watch_read looks through the directory each time and is to be
 * called often. */
int watch_begin(const char *directory);
bool watch_is_blind(void);

/* Deals with all FIFOs made before this call. */
void watch_read(void);

/* ---- log.c ---- */

/* Milliseconds since 1970. */
int64_t now_ms(void);

/* The daemon is to be woken when this turn is over. */
void wake_daemon(void);

#endif
