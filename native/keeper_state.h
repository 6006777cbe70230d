/*
 * All that the keeper knows and holds: one file without a name, which is open as descriptor
 * KEEPER_STATE and mapped, so it outlives execve(2). archond fills it in and becomes archon-keeper,
 * which goes on with it; so does an archon-keeper that becomes its own next version. Its programs
 * for a moment (archond_child.c, archond_end.c) look things up in it. Hence: no pointers, but those
 * that whoever maps it sets anew.
 */
#ifndef ARCHON_KEEPER_STATE_H
#define ARCHON_KEEPER_STATE_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/ledger.h"

#define KEEPER_MAGIC 0x41524b48u
/* Of the format of the state; only its own is understood. */
#define HANDOVER_VERSION 5u

enum { KEEPER_STATE = 3 };

/* Paths are absolute. */
struct settings {
    char socket[PATH_MAX];
    char state_dir[PATH_MAX];
    char log_dir[PATH_MAX];
    char config[PATH_MAX];
    char rules[PATH_MAX];
    char log_level[16]; /* empty when nobody chose one */
    /* Who said what is no default, for the daemon's `Config`: "socket=--socket,rules=ARCHON_RULES"
     */
    char sources[256];
    bool config_named, rules_named; /* by option or variable: then the file must be there */
    bool init;                      /* this is to be process 1 */
    bool machine;                   /* and no container's: of the machine */
    bool rc_named;                  /* by its option: then it must be there and a program */
    char rc[PATH_MAX];              /* the program that runs before everything, or empty */
    char foreground[PATH_MAX];      /* the service whose exit code is ours, or empty */
    bool terminal;                  /* our standard input is one, which that service gets */
    char run_dir[PATH_MAX];
    char fifo_dir[PATH_MAX];
    char ledger[PATH_MAX]; /* empty when the ledger is in a memfd */
    char held[PATH_MAX];
    char node[PATH_MAX];
    char bundle[PATH_MAX];
    char logger[PATH_MAX];
    char self[PATH_MAX];   /* archond itself */
    char keeper[PATH_MAX]; /* archon-keeper */
};

/* Times are milliseconds of CLOCK_MONOTONIC. */
#define NEVER INT64_MAX

/* One of the keeper's own. */
struct child {
    pid_t pid;      /* 0 while it does not run */
    int descriptor; /* of the process, where the system watches it by one */
    int64_t since;
    int64_t due; /* when to start it again, or NEVER */
    int delay;   /* before the next start */
};

/* What a process has had of processors, and for how long it has waited for one, milliseconds. */
struct shares {
    int64_t ran, waited;
};

/* Whether the daemon does anything for those who wait for it. */
struct watch {
    int queue;     /* readable while something waits for the daemon; -1: it has not said */
    int64_t look;  /* when to look again, NEVER while nothing waits */
    int64_t reap;  /* a daemon that was killed and is not reaped by then is given up, or NEVER */
    uint32_t beat; /* of the ledger, when it was last looked at */
    int64_t idle;  /* for how long it was the same though the daemon could have changed it */
    struct shares shares; /* what the daemon had had then */
    bool beats;           /* this daemon did once */
};

/* A client's connection, index in keeper.connections. */
struct connection {
    int fd;       /* -1: none stored */
    bool waiting; /* an ExitStatus waits for room in its buffer */
    bool orphan;  /* the daemon that had it is gone; if not whole it is closed after its reply */
};

/* A daemon has so many threads of its own watched. */
enum { WATCHED_THREADS = 2 };

/* What comes after everything has ended. */
enum ending { END_NOT, END_EXIT, END_REBOOT, END_POWER_OFF, END_HALT };

struct keeper {
    uint32_t magic, version, ledger_version;
    bool asks; /* only whether it is understood: the program is to exit with 0 then */
    struct settings settings;
    struct ledger *ledger; /* set by whoever maps it, as is argv: our own command line */
    char **argv;
    int ledger_fd, listener, wake, log_wake, null;
    int program;     /* archond, of the same version as we, whatever is installed by now: sealed */
    int locks[3];    /* held until the keeper ends */
    uint64_t nofile; /* the soft limit of open descriptors that archond was started with */
    uint8_t asked[NSIG]; /* enum ending: what a signal asks for */
    /* What archon-log has taken and not written yet, see log.h: a pipe, and a file of lines. */
    int flight[2], held;
    int channel; /* -1 while there is no daemon */
    int events, signals;
    struct child daemon, logger, spare;
    int spare_channel;            /* while there is a spare */
    int threads[WATCHED_THREADS]; /* of the daemon's, -1: none */
    struct watch watch;
    int failures;       /* daemons in a row that ended without having been of use */
    int hangs;          /* daemons in a row that were killed before their Hello */
    bool safe;          /* too many: the next one begins in safe mode */
    bool hello;         /* this daemon said it */
    bool ready;         /* one daemon did */
    bool terminate;     /* TERM or INT came */
    bool quit;          /* the daemon says that its exit is the end */
    bool upgrade;       /* the daemon says that its exit is to be the end of its program */
    int quit_code;      /* and with what archond is to exit */
    bool unreaped;      /* children may have ended that were not looked at yet */
    enum ending ending; /* how; END_EXIT until somebody asks for more */
    bool closing, closed;
    int64_t kill_logger; /* when, or NEVER */
    int exit_code;
    struct connection connections[LEDGER_SLOTS];
    uint32_t connected; /* how many of them are there */
    /* Whatever else the daemon must not lose, in the first place of two; then the two read ends of
     * logs. -1: nothing. */
    int kept[2][LEDGER_SLOTS][2];
};

/* The state that was handed over, with its ledger mapped: `sharing` is MAP_SHARED for who goes on
 * with it, MAP_PRIVATE for who only looks. NULL, after a message, where there is none of this
 * version. */
struct keeper *state_take(int sharing);

#endif
