/*
 * What the minder knows, and what the user has chosen: a file like the keeper's (keeper_state.h),
 * open as MINDER_STATE in whoever needs it, so that it outlives a minder that dies and a keeper
 * that becomes its next version. The keeper holds it and does not look at it.
 */
#ifndef ARCHON_MINDER_STATE_H
#define ARCHON_MINDER_STATE_H

#include <signal.h>

#include "keeper_state.h"

enum { MINDER_STATE = 4 };

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
};

/* Times are milliseconds of CLOCK_MONOTONIC (core/now.h). */

/* One of the three that the minder starts; its pid is in keeper.own. */
struct child {
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

/* A daemon has so many threads of its own watched. */
enum { WATCHED_THREADS = 2 };

struct minder {
    struct settings settings;
    struct keeper *keeper; /* set by whoever maps it, as is ledger */
    struct ledger *ledger;
    uint64_t nofile;     /* the soft limit of open descriptors that archond was started with */
    uint8_t asked[NSIG]; /* enum ending: what a signal asks for */
    struct child daemon, logger, spare;
    int daemon_place; /* in keeper.own, 0 or 2: the other one is the spare's, 1 archon-log's */
    bool replaced;    /* this daemon was killed because its minder had died */
    int failures;     /* daemons in a row that ended without having been of use */
    int hangs;        /* daemons in a row that were killed before their Hello */
    bool safe;        /* too many: the next one begins in safe mode */
    bool hello;       /* this daemon said it */
    bool ready;       /* one daemon did */
    bool terminate; /* all is to end: TERM or the like came, or the daemon says that it ends all */
    int end_code;   /* and with what archond is to exit where no daemon says more than 0 */
    bool quit;      /* the daemon says that its exit is the end */
    bool upgrade;   /* the daemon says that its exit is to be the end of its program */
    int quit_code;  /* and with what archond is to exit */
    enum ending ending; /* how; END_EXIT until somebody asks for more */
    bool closing;
    int64_t kill_logger; /* when, or NEVER */
    /* Of this minder alone, and -1 at its start. */
    int events;
    int spare_channel;            /* while there is a spare */
    int threads[WATCHED_THREADS]; /* of the daemon's */
    struct watch watch;
    int ends; /* with keeper.verdict: that this minder is to end, and its exit code; or -1 */
};

/* The state that was handed over, with the keeper's and its ledger: see keeper_take. */
struct minder *minder_take(int sharing);

#endif
