/*
 * The minder: a child of the keeper (keeper.h), `archond --child minder`, that does for it what
 * takes judgement. It is a part of archond because a keeper must not need anything of the disk. It
 * starts daemon and archon-log, and starts them again; finds out whether the daemon hangs; begins
 * safe mode; knows what signals mean, what an upgrade is and when all has come to its end. What it
 * starts are the keeper's children, not its own, so the keeper hears of their ends and says so in
 * its state. Nothing is lost with a minder: what it knows is in memory that outlives it
 * (minder_state.h), and the next one starts a daemon of its own.
 *
 * Reading order: minder_state.h, minder.c (main, the loop, signals), minder_told.c (what the daemon
 * says), minder_children.c (start again), minder_end.c (close down), minder_watch.c (a daemon that
 * hangs), minder_spare.c (one that is started ahead). minder_linux.c is what another system does
 * otherwise.
 */
#ifndef ARCHON_MINDER_H
#define ARCHON_MINDER_H

#include <stddef.h>
#include <sys/types.h>

#include "core/now.h"
#include "core/say.h"
#include "minder_state.h"

/* A child that ran for so long, a daemon with its Hello, ran well; milliseconds. */
enum { RAN_WELL = 10000 };
/* So many daemons in a row that were of no use are not tried again in the same way. */
enum { MOST_FAILURES = 5 };

/* Tokens of watched descriptors. */
enum { TOKEN_TOLD, TOKEN_LOOK, TOKEN_QUEUE, TOKEN_THREADS };

/* The process, until it has come to an end: its exit code. */
int minder_run(struct minder *minder);

/* The place of one of the three. */
struct own *place_of(const struct minder *minder, const struct child *child);
/* The pid of one of the three, or 0 where it does not run. */
pid_t pid_of(const struct minder *minder, const struct child *child);
/* Notes in the ledger by what this process of ours is found again. */
void ledger_note(struct ledger_head *head, enum ledger_own which, pid_t pid);
/* The end of all: takes the ledger's files away where nothing lives on. */
void ledger_end(const struct minder *minder);

void daemon_start(struct minder *minder);
void daemon_ended(struct minder *minder, int status);
void logger_start(struct minder *minder);
void logger_ended(struct minder *minder, int status);
/* TERM and the like: all is to end. Remembered, so that a daemon started later is told too. */
void terminate(struct minder *minder, enum ending ending);
/* Starts what is due. Returns the milliseconds until something will be, or -1. */
int children_due(struct minder *minder);
/* Takes no clients any more, ends archon-log, and then the keeper with this code. */
void close_down(struct minder *minder, int exit_code);

/* Handles all that the daemon has said. */
void told_drain(struct minder *minder);

/* A daemon was started: until it says Hello, we ourselves wait for it. */
void watch_begin(struct minder *minder);
/* This is readable whenever something waits for the daemon. */
void watch_queue(struct minder *minder, int queue);
/* It is. */
void watch_fired(struct minder *minder);
/* The daemon is gone. */
void watch_end(struct minder *minder);
/* Looks, where it is time. Returns when it is the next time, or NEVER. */
int64_t watch_due(struct minder *minder, int64_t moment);
/* The daemon has ended: counts those in a row that were of no use; too many, and it is safe mode.
 */
void watch_count(struct minder *minder);
/* Whether it has answered a request, or ran for a while after its Hello. */
bool watch_was_useful(const struct minder *minder);
/* Kills the daemon, and gives it up when it cannot be reaped soon. */
void daemon_kill(struct minder *minder);

/* These are readable when threads of the daemon end; none any more: the daemon is gone. */
void spare_watch(struct minder *minder, const int *threads, int count);
/* One of them is: starts the next daemon, where there is to be one, to wait. */
void spare_start(struct minder *minder);
/* Makes it the daemon that is there. False when there is none: one is to be started. */
bool spare_take(struct minder *minder);
/* It is not wanted any more. */
void spare_drop(struct minder *minder);
/* It has ended by itself. */
void spare_ended(struct minder *minder);

/* Starts one of the three, by archond: `as` is daemon, safe, spare or logger, `channel` the end
 * that it gets, or -1. 0 or -errno. */
int child_start(struct minder *minder, struct child *child, const char *as, int channel);
/* Sends it a signal, where it runs. */
void child_signal(const struct minder *minder, const struct child *child, int number);
/* Two ends: the keeper's, then the daemon's. 0 or -errno. */
int channel_make(int pair[2]);
/* Gives the keeper a copy of its end, as that of this daemon. 0 or -errno. */
int channel_hand(const struct minder *minder, int channel, pid_t daemon);

/* What differs between systems. */
/* A child of the keeper runs `body`; its pid is in `own` before. 0 or -errno. */
int os_start(struct minder *minder, struct own *own, void (*body)(void *), void *arg);
bool os_ends_with_minder(void); /* whether such a child does */
/* Where the keeper does not hear of such a child's end: looks, and says it in its place. */
void os_look(struct minder *minder);
/* For how many milliseconds of the second since `last`, which becomes that of now, a process could
 * have done something: not while it waited for a processor, where somebody says that. */
int64_t os_could_act(pid_t pid, struct shares *last);
/* What a process is doing, for people; empty where nobody says. */
void os_doing(pid_t pid, char *out, size_t size);

#endif
