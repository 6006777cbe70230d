/*
 * The ledger: one table that keeper, daemon and archon-log share in memory. It outlives each of
 * them, so whatever a crash may not take stands here: which processes there are (the kernel itself
 * writes a pid into its place before the child's first instruction), how they ended, what was said
 * to whom. A status has its place before the process exists, so an exit needs no message.
 *
 * Who writes what: the daemon claims a slot (FREE -> INTENT) and gives it back (-> FREE); the child
 * writes stage, err and unshared until exec; the keeper writes status and ended, then EXITED, then
 * reaps, then (for a Run) REPLIED; of a connection the keeper writes full and at, the daemon the
 * rest, and at while nothing is in flight on it. What has outlived an earlier keeper is nobody's
 * child: of these the daemon writes status and EXITED. All words are read and written with
 * sequentially consistent atomics. Of the head the minder raises generation and clears logger; a
 * spare that becomes the daemon it notes there. src/keeper reads the same layout: ledger.ts,
 * ledger-head.ts and a file for each table.
 */
#ifndef ARCHON_LEDGER_H
#define ARCHON_LEDGER_H

#include "again.h"

#include <stdint.h>

#define LEDGER_MAGIC 0x41524348u
#define LEDGER_VERSION 6u
#define LEDGER_SLOTS 16384u
#define LEDGER_RING (2u * LEDGER_SLOTS)
#define LEDGER_NAME 68

enum slot_state { SLOT_FREE, SLOT_INTENT, SLOT_EXITED, SLOT_REPLIED };
enum slot_kind { KIND_RUN = 1, KIND_DAEMON = 2, KIND_ASIDE = 3, KIND_BINDER = 4 };
enum ledger_own { OWN_KEEPER, OWN_DAEMON, OWN_LOGGER };
enum log_state { LOG_FREE, LOG_OPEN, LOG_RETIRED, LOG_DONE };

/* Which step of a start the child was at; written before the step is tried. */
enum spawn_stage {
    STAGE_CLONE,
    STAGE_CGROUP,
    STAGE_TABLE,
    STAGE_SIGNALS,
    STAGE_SESSION,
    STAGE_DESCRIPTORS,
    STAGE_LIMITS,
    STAGE_NICE,
    STAGE_OOM_SCORE,
    STAGE_BIND,
    STAGE_GROUPS,
    STAGE_USER,
    STAGE_DIRECTORY,
    STAGE_NO_NEW_PRIVS,
    STAGE_EXEC,
};

/*
 * `unshared` is the child's until exec, and nobody asks for it afterwards. From then on the daemon
 * notes there when the watchdog was fed, which is more than 1: ms since the boot modulo 2^32.
 */
struct ledger_slot {
    uint32_t state;     /* enum slot_state */
    uint32_t stage;     /* enum spawn_stage */
    uint32_t err;       /* errno of the stage that failed, else 0 */
    int32_t status;     /* the wait status, valid from EXITED on */
    int32_t conn;       /* the keeper's connection that gets the ExitStatus, or -1 */
    uint32_t unshared;  /* 1 once the child has a descriptor table of its own; later as above */
    double start;       /* number of this start, never used twice */
    double ended;       /* milliseconds since 1970, from EXITED on */
    uint32_t kind;      /* enum slot_kind */
    int32_t log;        /* index into logs, or -1 */
    struct again again; /* daemon: by what its process is found again when the keeper has died */
    char name[LEDGER_NAME];
    uint32_t kept;    /* daemon: 1 + the number under which the keeper holds its pidfd, or 0 */
    uint32_t request; /* daemon: of the request that asked for it, see ledger_connection, or 0 */
    uint32_t asked;   /* daemon: 1 once its process was sent its stop signal */
    double newest;    /* daemon: the newest event when this start was made; 0: not noted */
    double begun;     /* daemon: when this start was made, ms since 1970; 0: not noted */
};

/*
 * A client's connection by the keeper's number. What comes on it is written down by the daemon
 * (src/server/intake.ts) before it is taken from the socket; positions count the bytes that were
 * written down, modulo 2^32. `whole` is 1 while nothing else was taken that has no reply: such a
 * connection outlives the daemon. A request is in flight while `next` is not `at`.
 */
struct ledger_connection {
    uint32_t whole;
    uint32_t taken;   /* the newest piece that was taken from the socket before `taking`, or 0 */
    uint32_t request; /* number of the request in flight, never used twice */
    uint32_t at;      /* what is before has its replies */
    uint32_t next;    /* where the request in flight ends; its reply makes this `at` */
    uint32_t full;    /* a reply found no room: the daemon is to ask again */
    uint32_t taking;  /* the next piece to be taken */
    uint32_t mark;    /* 0 until it is taken, then its first byte, which is never NUL */
};

struct ledger_log {
    uint32_t state;   /* enum log_state: daemon OPEN, RETIRED, FREE; archon-log DONE */
    uint32_t busy[2]; /* stdout, stderr: archon-log holds bytes that are not in the file yet */
    uint32_t keep;    /* daemon: how many files the log has at most, the one in use counted */
    uint64_t max;     /* daemon: bytes that a file has at most */
    uint64_t dropped; /* archon-log: lines it could not write and has not told of yet */
    uint32_t
        held[2]; /* archon-log: bytes of a line without its end, kept for the next archon-log */
};

/* What archon-log is doing with the bytes it has moved out of a FIFO into the pipe in flight; that
 * pipe is the keeper's, so what is in it outlives archon-log. */
enum batch_phase {
    BATCH_DONE,    /* what is in flight is in its place and may be thrown away */
    BATCH_TAKEN,   /* what is in flight is to be written, from piece[which] on */
    BATCH_WRITTEN, /* it is in the file; the held line is being kept */
};

/* Bytes of the records that are in files for sure, and how large the file was that the next ones go
 * to; ino 0: none has begun. */
struct ledger_piece {
    uint64_t skip, ino, offset;
};

struct ledger_batch {
    uint32_t phase; /* enum batch_phase */
    uint32_t which;
    struct ledger_piece piece[2];
    uint32_t key;     /* twice the log slot, plus 1 for stderr */
    uint32_t held;    /* bytes of the line that was held before */
    uint32_t ends;    /* the held line ends here */
    char entry[132];  /* name of the FIFO */
    uint32_t keepers; /* how many keepers there had been: the flight is that one's; 0: not noted */
};

struct ledger_head {
    uint32_t magic, version, slots;
    int32_t keeper; /* pid, as the daemon and the children see it */
    uint64_t nonce; /* high half of the mark that every process of this keeper carries */
    uint32_t high;  /* slots from here on were never used; written by the daemon */
    uint32_t head;  /* exits[head % LEDGER_RING] is the next to be written; keeper only */
    double seq;     /* the newest event number given out */
    double start;   /* the newest start number given out */
    int32_t logger; /* pid of archon-log, or 0 */
    uint32_t log_high;
    uint32_t generation; /* how often a daemon was started, this one included; it is 1 for each
                          * until the first Hello of the first keeper */
    uint32_t beat;       /* daemon: raised whenever it takes what it was waited for with */
    uint32_t answered;   /* daemon: the generation that has answered a request */
    uint32_t handover;   /* keeper: the format in which it would leave all to another program */
    uint32_t asker;      /* daemon: who asked for an upgrade is kept under this number less 1 */
    uint32_t keepers;    /* how many keepers had this ledger, this one included */
    double outlived;     /* starts up to this number are no children of this keeper: one before it
                            had made them, and died */
    int32_t daemon;      /* pid, or 0 */
    uint32_t requests;   /* the newest number given to a request or to a piece that was taken */
    struct again own[3]; /* keeper, daemon, archon-log: written by each of them */
    char boot[40];       /* of which boot of the system this is */
    int32_t logged;      /* archon-log: the pid of the one that has put something into a log */
    int32_t minder;      /* pid */
};

/* HUP. While `done` is not `asked` each daemon is told with its Hello: the one before may have died
 * before it had done it. */
struct ledger_reload {
    uint32_t asked; /* keeper: how often it came */
    uint32_t begun; /* daemon: so many of that a reload has begun for */
    uint32_t done;  /* daemon: and one has ended for */
};

struct ledger {
    struct ledger_head head;
    struct ledger_batch batch; /* archon-log's */
    struct ledger_reload reload;
    uint8_t pad[4096 - sizeof(struct ledger_head) - sizeof(struct ledger_batch) -
                sizeof(struct ledger_reload)];
    int32_t pids[LEDGER_SLOTS]; /* apart, so that a search by pid reads 4 bytes a slot */
    uint32_t exits[LEDGER_RING];
    struct ledger_log logs[LEDGER_SLOTS];
    struct ledger_slot at[LEDGER_SLOTS];
    struct ledger_connection connections[LEDGER_SLOTS];
};

_Static_assert(sizeof(struct ledger_head) + sizeof(struct ledger_batch) == 400,
               "src/keeper/ledger.ts knows what is behind");
_Static_assert(sizeof(struct ledger_slot) == 160, "src/keeper/ledger.ts knows this size");
_Static_assert(sizeof(struct ledger_connection) == 32, "src/keeper/ledger.ts knows this size");
_Static_assert(sizeof(struct ledger_log) == 40, "src/keeper/ledger.ts knows this size");

#endif
