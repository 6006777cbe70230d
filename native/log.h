/*
 * archon-log: takes what every service writes on standard output and error from FIFOs into files.
 *
 * A service writes into its FIFO and never waits for anyone but this program; keeper and daemon
 * hold the FIFOs open for reading, so this program may be killed and started again: what was not
 * taken yet is still there. A batch is what one turn takes of one FIFO. It is cut into lines, each
 * gets the time of that turn, and the batch goes to the file by one write(2) or, where a rotation
 * comes in between, by two, so that a file holds whole records only and their order is the order of
 * arrival.
 *
 * A kill at any moment loses, doubles and tears nothing: a batch is moved by splice(2) into a pipe
 * of the keeper's, the flight, and copied out of it by tee(2); what becomes of it is noted in the
 * ledger before it is done; a line whose end was not read yet is kept in a file in memory. The next
 * archon-log finds what is in flight, cuts the log to where the batch began and writes it again.
 *
 * The words shared with the daemon (core/ledger.h): busy[stream] is set before a FIFO is read and
 * cleared when all that was read is in the file and no line without its end is held, so "nothing
 * unread, then not busy" means that all is in the file. A slot that the daemon has RETIRED is read
 * until nobody can write into it any more, then it is DONE.
 */
#ifndef ARCHON_LOG_H
#define ARCHON_LOG_H

#include "core/ledger.h"
#include "log_batch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- log_lines.c: bytes into records `<time> <o|e|a> <line>\n` ---- */

#define LINE_MOST 65536u /* bytes of a line in one record; the rest goes into further records */
#define READ_MOST 262144u
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

/* How many of these bytes are whole records, and how many records they are. */
size_t lines_whole(const char *records, size_t n);
uint64_t lines_count(const char *records, size_t n);

/* ---- log_file.c and log_open.c: one log file; log_rotate.c: its older parts ---- */

/* Until a daemon has said something else; bytes of one file, and files, the one in use counted. */
#define FILE_MAX (10u << 20)
#define FILE_KEEP 5u

#define NO_SLOT UINT32_MAX

struct log_file {
    struct log_file *next;          /* with the same hash */
    struct log_file *newer, *older; /* open files in the order of their last use */
    int fd;                         /* -1 while it is not open */
    unsigned users;                 /* FIFOs that end here */
    bool pruned;                    /* older parts beyond `keep` were looked for */
    uint32_t slot; /* whose limits it has, and where `dropped` outlives a kill; or NO_SLOT */
    uint32_t keep; /* files at most, this one counted */
    uint64_t max;  /* a file is rotated before it would be larger, in bytes */
    uint64_t size, ino;
    uint64_t dropped; /* records that could not be written since the last that could */
    int64_t looked;   /* when it was last seen to be there still, in ms since 1970 */
    char path[];
};

/* Appends whole records, but for the first `skip` bytes of them. What cannot be written (a full
 * disk) is dropped and counted; nothing is ever torn, and the count is appended as a record of
 * archon's as soon as that works again. */
void file_append(struct log_file *file, int64_t now, const char *records, size_t n, size_t skip);

/* Opens it, unless it is open. 0 or -errno. */
int file_open(struct log_file *file);

/* Cuts off what a kill left of a batch that began at this size of the file with this inode. */
void file_cut(struct log_file *file, uint64_t ino, uint64_t size);

/* Whether more than that is in this file now. */
bool file_is_beyond(struct log_file *file, uint64_t ino, uint64_t size);

/* Tries to append the count of dropped records; true when none is owed any more. */
bool file_note(struct log_file *file, int64_t now);

/* Other limits from now on; parts beyond `keep` are removed. 0 stands for the default. */
void file_limit(struct log_file *file, uint64_t max, uint32_t keep);

/* Renames path to path.1, that to path.2 and so on, so that `keep` files are left with the new one;
 * the oldest goes only where none is missing in between. 0 or -errno. */
int rotate(const char *path, uint32_t keep);

/* Removes the parts that are beyond `keep`. */
void rotate_prune(const char *path, uint32_t keep);

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

/* ---- log_fifo.c: one FIFO ---- */

struct fifo {
    int fd; /* -1: there, but it could not be opened yet */
    uint32_t slot;
    uint8_t stream; /* 0 stdout, 1 stderr */
    bool retired;   /* opened for reading only, so that its end can be seen */
    bool large;     /* it was tried to make it larger */
    bool kept;      /* some of it was in the file of held lines */
    struct held held;
    struct log_file *file;
    char entry[]; /* its name in the directory of the FIFOs */
};

/* The directory of the FIFOs and the epoll they are put into. */
void fifos_begin(int directory, int epoll);

/* Opens it with these flags, then closes what it had open. 0 or -errno; -ENOENT: it is no FIFO (any
 * more). */
int fifo_open(struct fifo *fifo, int flags);

/* One batch and what follows from it. Returns the bytes taken; 0: its end, it is gone now; or
 * -errno
 * (-EAGAIN: there was nothing). */
int fifo_turn(struct fifo *fifo);

/* Reads what is in it now, and not for ever what comes meanwhile; false: its end was seen, it is
 * gone now. */
bool fifo_drain(struct fifo *fifo);

/* Appends its unfinished line. */
void fifo_flush(struct fifo *fifo);

/* Appends its unfinished line, closes it and removes it from the directory and from the table. */
void fifo_end(struct fifo *fifo);

/* Goes on with a batch that a kill has interrupted: n bytes that were in flight. */
void fifo_resume(struct fifo *fifo, const char *bytes, size_t n);

/* Whether `entry` is now another FIFO than the one we have in its place. */
bool fifo_is_replaced(const struct fifo *fifo, const char *entry);

/* ---- log_table.c: all of them, at most one per slot and stream ---- */

/* An entry was seen in the directory; what is known already or is no FIFO of ours is ignored. */
void fifo_found(const char *entry);

/* The FIFO of that name, or, where it is gone, one that was never opened and is in no table, for a
 * batch of it. NULL: no name of ours. */
struct fifo *fifo_named(const char *entry);

/* The limits of the slots may have changed. */
void fifos_limit(void);

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

/* Reads everything there is in any FIFO; `flush`: and appends all unfinished lines. */
void fifos_drain(bool flush);

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

/* ---- log_say.c ---- */

/* Why lines are dropped: a line on standard error, if that does not have to be waited for. */
void say_dropping(const char *path, int err);

/* ---- log.c ---- */

/* Milliseconds since 1970. */
int64_t now_ms(void);

/* The daemon is to be woken when this turn is over. */
void wake_daemon(void);

#endif
