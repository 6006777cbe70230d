/*
 * The keeper: the parent of everything archon runs. It holds what must not be lost with the daemon
 * (the ledger, the listening socket, connections that are owed an ExitStatus, the read ends of
 * logs), sees how its children end, and starts daemon and archon-log again. It decides nothing.
 *
 * From the first child on it never blocks, never allocates, and writes to its standard error only
 * what that takes at once.
 *
 * Reading order: keeper.c (main, the loop, signals), keeper_reap.c (an end and its ExitStatus),
 * keeper_connections.c, keeper_channel.c (what the daemon says), keeper_kept.c (what it has us
 * hold), keeper_children.c (start again, close down), keeper_watch.c (a daemon that hangs),
 * keeper_spare.c (one that is started ahead),
 * keeper_spawn.c, keeper_say.c, keeper_init.c (as process 1); what happens once, before:
 * keeper_options.c, keeper_programs.c, keeper_check.c, keeper_setup.c, keeper_remnants.c,
 * keeper_ledger.c, keeper_arguments.c; keeper_upgrade.c. keeper_linux.c is what another system does
 * otherwise.
 */
#ifndef ARCHON_KEEPER_H
#define ARCHON_KEEPER_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/ledger.h"

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
    const char *foreground;         /* the service whose exit code is ours, or NULL */
    bool terminal;                  /* our standard input is one, which that service gets */
    const char *check;              /* the file that is only to be checked, or NULL */
    char run_dir[PATH_MAX];
    char fifo_dir[PATH_MAX];
    char ledger[PATH_MAX]; /* empty when the ledger is in a memfd */
    char node[PATH_MAX];
    char bundle[PATH_MAX];
    char logger[PATH_MAX];
    char self[PATH_MAX]; /* archond itself */
};

/* One of the keeper's own two. Times are milliseconds of CLOCK_MONOTONIC. */
struct child {
    const char *name;
    enum ledger_own own;
    int ends_by; /* the signal that it gets when the keeper dies */
    char *argv[32];
    pid_t pid;      /* 0 while it does not run */
    int descriptor; /* of the process, where the system watches it by one */
    int64_t since;
    int64_t due;   /* when to start it again, -1 when nothing is planned */
    int delay;     /* before the next start */
    bool is_spare; /* the daemon to be: the ledger does not name it */
};

/* Whether the daemon does anything for those who wait for it. Times as in struct child. */
struct watch {
    int queue;       /* readable while something waits for the daemon; -1: it has not said */
    int64_t look;    /* when to look again, -1 while nothing waits */
    int64_t reap;    /* a daemon that was killed and is not reaped by then is given up, or -1 */
    uint32_t beat;   /* of the ledger, when it was last looked at */
    int strikes;     /* how often in a row it was the same */
    int64_t starved; /* for how long the daemon had waited for a processor when it began to be */
    bool beats;      /* this daemon did once */
};

/* Which file something was; all zero: not known. */
struct file {
    uint64_t device, number, changed;
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
enum ending { END_EXIT, END_REBOOT, END_POWER_OFF, END_HALT };

struct keeper {
    struct settings settings;
    struct ledger *ledger;
    char *environment[9]; /* of daemon and archon-log */
    int ledger_fd, listener, wake, log_wake, null;
    int locks[3];     /* held until the keeper ends */
    uint64_t nofile;  /* the soft limit of open descriptors that archond was started with */
    struct file self; /* what archond was when it was started */
    /* What archon-log has taken and not written yet, see log.h: a pipe, and a file of lines. */
    int flight[2], held;
    int channel; /* -1 while there is no daemon */
    int events, signals;
    struct child daemon, logger, spare;
    int spare_channel;            /* while there is a spare */
    int threads[WATCHED_THREADS]; /* of the daemon's, -1: none */
    size_t last_word;             /* of the daemon's: where --safe goes */
    struct watch watch;
    int failures;   /* daemons in a row that ended without having been of use */
    int hangs;      /* daemons in a row that were killed before their Hello */
    bool safe;      /* too many: the next one begins in safe mode */
    bool hello;     /* this daemon said it */
    bool ready;     /* one daemon did */
    bool terminate; /* TERM or INT came */
    bool quit;      /* the daemon says that its exit is the end */
    bool upgrade;   /* the daemon says that its exit is to be the end of its program */
    int quit_code;  /* and with what archond is to exit */
    bool unreaped;  /* children may have ended that were not looked at yet */
    enum ending ending;
    bool closing, closed;
    int64_t kill_logger; /* when, while closing */
    int exit_code;
    struct connection connections[LEDGER_SLOTS];
    uint32_t connected; /* how many of them are there */
    int logs[LEDGER_SLOTS][2];
    int kept[LEDGER_SLOTS]; /* whatever else the daemon must not lose, -1: nothing */
};

/* A child that ran for so long ran well, milliseconds. */
enum { RAN_WELL = 10000 };

/* Tokens of watched descriptors; connection N is TOKEN_CONNECTION + N. */
enum {
    TOKEN_SIGNALS,
    TOKEN_CHANNEL,
    TOKEN_QUEUE,
    TOKEN_THREADS,
    TOKEN_CHILD,
    TOKEN_CONNECTION,
};

/* Reads arguments and environment. False when the program is to end now, with *exit_code. */
bool options_read(int argc, char **argv, struct settings *settings, int *exit_code);

/* Finds Node, the daemon's bundle and archon-log. 0, or the exit code after a message. */
int programs_find(struct settings *settings);

/* Becomes the program that checks settings->check. Returns only when it cannot: the exit code after
 * a message. */
int check(const struct keeper *keeper);

/* Makes directories, locks and the listening socket. 0, or the exit code after a message. */
int setup(struct keeper *keeper);
/* Waits until nothing acts any more that an archond that was killed had for itself. Whether there
 * was one. */
bool remnants_wait(const struct settings *settings);

/* Makes the ledger, on tmpfs in the run directory or in a memfd, or takes over that of a keeper
 * that was killed. The locks are held. 0 or -errno. */
int ledger_make(struct keeper *keeper);
/* Opens and maps the ledger that is there. Its descriptor or -errno: -ENOENT where none is, of this
 * boot, that is ours; -EPROTO where it is of another version. */
int ledger_find(const struct settings *settings, struct ledger **out);
/* Notes there by what this process of ours is found again. */
void ledger_note(struct ledger_head *head, enum ledger_own which, pid_t pid);
/* The file for lines whose ends archon-log has not read, where the ledger is. */
int ledger_held(const struct keeper *keeper);
/* The end of the keeper: takes the files away where nothing lives on. */
void ledger_end(const struct keeper *keeper);

/* Command lines and environment of daemon and archon-log. `nofile` is the soft limit of open
 * descriptors that archond was started with, for the daemon to give back to processes. */
void arguments_prepare(struct keeper *keeper, uint64_t nofile);

/* The formats of what a keeper leaves to the next, newest last. */
#define HANDOVER_VERSION 1u
/* The exit code of `archond --fits LEDGER HANDOVER`: whether this program can take over from one
 * with these formats. */
int upgrade_fits(const char *ledger, const char *handover);
/* Notes which file this program is. */
void upgrade_note(struct keeper *keeper);
/* Becomes the program that archond is by now, if that is another one, with all that is held and all
 * children. Returns when it is the same or cannot be run. */
void upgrade_self(struct keeper *keeper);
/* The other side of it: what the keeper before had. 0, or the exit code after a message. */
int upgrade_take_over(struct keeper *keeper, const char *fd);

void daemon_start(struct keeper *keeper);
void daemon_ended(struct keeper *keeper, int status);
/* Starts a daemon with this end of a channel. 0 or -errno. */
int daemon_spawn(struct keeper *keeper, struct child *child, int channel);
void logger_start(struct keeper *keeper);
void logger_ended(struct keeper *keeper, int status);
/* A daemon was started: until it says Hello, the keeper itself waits for it. */
void watch_begin(struct keeper *keeper);
/* This is readable whenever something waits for the daemon. */
void watch_queue(struct keeper *keeper, int queue);
/* It is. */
void watch_fired(struct keeper *keeper);
/* The daemon is gone. */
void watch_end(struct keeper *keeper);
/* Makes something wait for the daemon, so that one that does nothing any more shows. */
void watch_poke(struct keeper *keeper);
/* Looks, where it is time. Returns when it is the next time, INT64_MAX: never. */
int64_t watch_due(struct keeper *keeper, int64_t moment);
/* The daemon has ended: counts those in a row that were of no use; too many, and it is safe mode.
 */
void watch_count(struct keeper *keeper);
/* Whether it has answered a request, or ran for a while. */
bool watch_was_useful(const struct keeper *keeper);
/* Kills the daemon, and gives it up when it cannot be reaped soon. */
void daemon_kill(struct keeper *keeper);

/* These are readable when threads of the daemon end; none any more: the daemon is gone. */
void spare_watch(struct keeper *keeper, const int *threads, int count);
/* One of them is: starts the next daemon, where there is to be one, to wait. */
void spare_start(struct keeper *keeper);
/* Makes it the daemon that is there. False when there is none: one is to be started. */
bool spare_take(struct keeper *keeper);
/* It is not wanted any more. */
void spare_drop(struct keeper *keeper);
/* It has ended by itself. */
void spare_ended(struct keeper *keeper);

/* Starts what is due. Returns the milliseconds until something will be, or -1. */
int children_due(struct keeper *keeper);
/* Takes no clients any more, ends archon-log, and then the keeper with this code. */
void close_down(struct keeper *keeper, int exit_code);

/* Starts child->argv in a session of its own, with fds as 3, 4, …, /dev/null as 0, the keeper's 1
 * and 2 and nothing else; child->ends_by comes to it when the keeper dies. 0 or -errno. */
int spawn_child(struct child *child, const int *fds, size_t count, const struct keeper *keeper);

/* Handles every record that waits in the channel. */
void channel_drain(struct keeper *keeper);
void channel_close(struct keeper *keeper);
/* A new one: the keeper's end, then the daemon's. 0 or -errno. */
int channel_make(int pair[2]);

/* Handles children that have ended: all, or so many that others must have their turn first. */
void reap(struct keeper *keeper);
/* Whether a Run in this slot is still owed an ExitStatus that the keeper will send. */
bool reply_owed(const struct keeper *keeper, uint32_t slot);
/* Sends it. False when the connection's buffer is full. */
bool reply_send(struct keeper *keeper, uint32_t slot);

/* Whether there is room for one more that is kept from its beginning: the rest is for other
 * descriptors, and for connections of a Run. */
bool connection_room(const struct keeper *keeper);
/* `number` is free. */
void connection_store(struct keeper *keeper, uint32_t number, int fd);
/* Closes it; an ExitStatus that waits for it counts as given. */
void connection_drop(struct keeper *keeper, uint32_t number);
/* Hands it to the daemon that is there now: its descriptor, or -1. */
int connection_take(struct keeper *keeper, uint32_t number);
/* Sends the final reply of the request in flight. */
void connection_reply(struct keeper *keeper, uint32_t number, const char *text);
/* The reply of the request in flight is out, or can reach nobody. */
void connection_replied(struct keeper *keeper, uint32_t number);
/* To be called once nothing more is owed on it: closes it when it is an orphan. */
void connection_settled(struct keeper *keeper, uint32_t number);
/* Its buffer is full: go on when there is room. */
void connection_wait(struct keeper *keeper, uint32_t number);
void connection_writable(struct keeper *keeper, uint32_t number);
/* The daemon is gone: keeps those that are whole or owed an ExitStatus, closes the others. */
void connections_orphan(struct keeper *keeper);
/* `number` is free. */
void log_store(struct keeper *keeper, uint32_t number, int out, int err);
void log_drop(struct keeper *keeper, uint32_t number);

/* As process 1 (--init). Whether we can be it; to be called before anything is made. 0, or the exit
 * code after a message. */
int init_check(struct settings *settings);
/* Before the first child. */
void init_begin(const struct keeper *keeper);
/* What everything is to end with when this signal comes; false when it does not ask for the end. */
bool init_ending(const struct keeper *keeper, int number, enum ending *ending);
/* The daemon asks for that, and is at it: reboot, power-off or halt. False when that is no such
 * word, or we are not process 1. */
bool init_asked(struct keeper *keeper, const char *how);
/* Ends every process there is, then the machine or the container. Returns the exit code where that
 * is how it ends. */
int init_end(struct keeper *keeper);

/* One line "archond: …" on standard error. At start it may wait; once `say_never_waits` was called,
 * it is dropped when whoever reads is slow. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_never_waits(void);
/* The same for a line of its own on standard output. */
void announce(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t now(void);

/* What differs between systems. Negative results are -errno. */
int os_adopt_orphans(void);                 /* become child subreaper */
pid_t os_fork(int events, int *descriptor); /* of one of our own two; its end comes as TOKEN_CHILD
                                             * where it does not come as SIGCHLD. -errno */
/* Looks for a child that has ended, without reaping it: any, or one of our own two. False when
 * there is none. */
bool os_next_end(const pid_t own[2], siginfo_t *info);
void os_reaped(int events, int descriptor);        /* one of our own two */
void os_die_with(pid_t parent, int signal);        /* to me when my parent ends */
void os_close_from(int lowest);                    /* closes this and all higher descriptors */
int os_memory_file(const char *name, size_t size); /* an unnamed file in memory */
int os_in_memory(int fd);            /* is this file's file system in memory? 1 or 0 */
int os_reserve(int fd, size_t size); /* grows a file, its pages included */
int os_boot(char *out, size_t size); /* which boot of the system this is: a word */
int os_counter(void);                /* a counter that another process can poll */
void os_counter_add(int counter);
int os_signals(void);            /* blocks signals; a descriptor to read them from */
int os_next_signal(int signals); /* 0 when none waits */
int os_events(void);             /* the set of watched descriptors */
int os_watch_input(int events, int fd, uint32_t token);
/* Tells once, and again after the same call. */
int os_watch_once(int events, int fd, uint32_t token);
int os_watch_output(int events, int fd, uint32_t token);
void os_unwatch(int events, int fd); /* always before close(2) */
/* Waits up to `timeout` ms (-1: without end). Fills in tokens, returns how many. */
int os_wait(int events, uint32_t *tokens, int size, int timeout);
/* The pid under which we stand in /proc, which programs of ours read; 1 where nobody needs it. */
int os_seen_as(void);
bool os_is_machine(void); /* is our process 1 that of the machine? */
/* For how long a process has waited for a processor in all, milliseconds; 0 where nobody says. */
int64_t os_starved(pid_t pid);
/* What a process is doing, for people; empty where nobody says. */
void os_doing(pid_t pid, char *out, size_t size);
void os_leave_terminal(void); /* gives up the controlling terminal, if there is one */
void os_keys_ask(void); /* ctrl-alt-del sends us SIGINT instead of ending the machine at once */
int os_reboot(enum ending ending); /* -errno, unless it does not return */

#endif
