/*
 * All that the keeper knows and holds: one file without a name, which is open as descriptor
 * KEEPER_STATE and mapped, so it outlives execve(2). archond fills it in and becomes archon-keeper,
 * which goes on with it; so does an archon-keeper that becomes its own next version. The minder and
 * what archond is for a moment (archond_child.c, archond_end.c) map it too. Hence: no pointers, but
 * those that the keeper sets anew.
 */
#ifndef ARCHON_KEEPER_STATE_H
#define ARCHON_KEEPER_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/ending.h"
#include "core/ledger.h"

#define KEEPER_MAGIC 0x41524b48u
/* Of the format of the state, this one and the minder's; only its own is understood. */
#define HANDOVER_VERSION 7u

/* The second: places for daemon, archon-log and spare; the third: that of archon-log. */
enum { KEEPER_STATE = 3, OWN = 3, LOGGER = 1 };

/* A child of the keeper that the minder has started. */
struct own {
    int32_t pid;    /* 0: none; written by the kernel as it begins */
    int32_t status; /* keeper: as wait(2) gives it */
    int32_t ended;  /* keeper: the pid, once the status is there */
};

/* A client's connection, index in keeper.connections. */
struct connection {
    int fd;         /* -1: none stored */
    uint32_t waits; /* 1 + the slot whose ExitStatus waits for room in its buffer, or 0 */
    bool orphan;    /* the daemon that had it is gone; if not whole it is closed after its reply */
};

/* What the daemon said that is for the minder, in order: it stays until that one has done it. */
enum { MOST_SAID = 16, LONGEST_SAID = 68 };

struct keeper {
    uint32_t magic, version, ledger_version;
    bool asks; /* only whether it is understood: the program is to exit with 0 then */
    /* What the minder writes too. */
    struct own own[OWN];
    uint64_t signals;    /* bit N - 1: signal N came and the minder has not seen it */
    uint32_t said, done; /* so much, and so much of that */
    char text[MOST_SAID][LONGEST_SAID];
    int exit_code;
    int verdict;        /* of minder_end.h: what a minder has come to, or 0 */
    enum ending ending; /* how process 1 ends; END_NOT: this is none */
    /* What only the keeper writes, once it is one: on pages of its own. */
    _Alignas(4096) bool init; /* process 1 becomes archond once more when all has ended */
    struct ledger *ledger;    /* set by the keeper alone, as is argv: its command line */
    char **argv;
    char archond[PATH_MAX], self[PATH_MAX]; /* where these programs are */
    int ledger_fd, listener, wake, log_wake, null;
    int program;  /* archond, of the same version as we, whatever is installed by now: sealed */
    int locks[3]; /* held until the keeper ends */
    /* What archon-log has taken and not written yet, see log.h: a pipe, and a file of lines. */
    int flight[2], held;
    int to_minder, from_keeper; /* the two ends of one socket */
    int look;                   /* a counter: the minder is to look at what follows */
    int events, taken;          /* what is watched; where signals are read */
    int last;                   /* nothing that the minder is to have has a higher number */
    int channel;                /* to the daemon, -1 while there is none */
    pid_t daemon;               /* whose channel it is */
    pid_t minder;               /* 0 while it does not run */
    int64_t due;                /* when to start it, milliseconds of CLOCK_MONOTONIC */
    bool unreaped;              /* children may have ended that were not looked at yet */
    struct connection connections[LEDGER_SLOTS];
    uint32_t connected, most; /* how many of them are there, and may be from their beginning: the
                               * rest is for other descriptors, and for connections of a Run */
    /* Whatever else the daemon must not lose, in the first place of two; then the two read ends of
     * logs. -1: nothing. */
    int kept[2][LEDGER_SLOTS][2];
};

/* The state that was handed over: `sharing` is MAP_SHARED for who goes on with it, MAP_PRIVATE for
 * who only looks. NULL, after a message, where there is none of this version. */
struct keeper *keeper_take(int sharing);

#endif
