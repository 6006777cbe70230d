/*
 * The keeper: the parent of everything archon runs. It holds what must not be lost with the daemon
 * (the ledger, the listening socket, connections that are owed an ExitStatus, the read ends of
 * logs), sees how its children end, and starts daemon and archon-log again. It decides nothing.
 *
 * These files are archon-keeper, the program that must never die: archond (archond.h) has done all
 * that happens once, then becomes it. It never blocks, never allocates, reads nothing that a user
 * has sent, and writes to its standard error only what that takes at once. What a child does before
 * it is daemon or archon-log, and what is left to do when all has ended, is archond's again.
 * scripts/check-keeper.mjs bounds how much there is of it.
 *
 * Reading order: keeper_state.h, keeper.c (main, the loop, signals), keeper_reap.c (an end and its
 * ExitStatus), keeper_connections.c, keeper_channel.c (what the daemon says), keeper_kept.c (what
 * it has us hold), keeper_children.c (start again, close down), keeper_watch.c (a daemon that
 * hangs), keeper_spare.c (one that is started ahead), keeper_become.c (other programs, this one's
 * next version too), keeper_note.c, keeper_say.c. keeper_linux.c is what another system does
 * otherwise.
 */
#ifndef ARCHON_KEEPER_H
#define ARCHON_KEEPER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "keeper_state.h"

/* A child that ran for so long ran well, milliseconds. */
enum { RAN_WELL = 10000, SECOND = 1000 };
/* Daemon, archon-log and spare. */
enum { OWN = 3 };

/* Tokens of watched descriptors; connection N is TOKEN_CONNECTION + N. */
enum {
    TOKEN_SIGNALS,
    TOKEN_CHANNEL,
    TOKEN_QUEUE,
    TOKEN_THREADS,
    TOKEN_CHILD,
    TOKEN_CONNECTION,
};

/* Notes in the ledger by what this process of ours is found again. */
void ledger_note(struct ledger_head *head, enum ledger_own which, pid_t pid);
/* The end of the keeper: takes the files away where nothing lives on. */
void ledger_end(const struct keeper *keeper);

void daemon_start(struct keeper *keeper);
void daemon_ended(struct keeper *keeper, int status);
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
/* Looks, where it is time. Returns when it is the next time, or NEVER. */
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

/* Starts one of our own, by archond: `as` is daemon, safe, spare or logger, `channel` the end that
 * it gets, or -1. 0 or -errno. */
int child_start(struct keeper *keeper, struct child *child, const char *as, int channel);
/* Becomes another program with all that is held and all children; returns, after a message, where
 * that fails. */
void become(const char *program, char *const *argv);
/* The same for archond, that of our own version. */
void archond_become(const struct keeper *keeper, char *const *argv);
/* The last that process 1 does: everything is on its disk, and the machine or the container ends as
 * it was asked to. Returns the exit code where that is how it ends. */
int init_finish(const struct keeper *keeper);

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
/* Sends this now, if there still is somebody. False when there is no room, or no memory for it:
 * that is not for ever. */
bool connection_send(const struct keeper *keeper, uint32_t number, const char *text);
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

/* One line "archond: …" on standard error. At start it may wait; once `say_never_waits` was called,
 * it is dropped when whoever reads is slow. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_never_waits(void);
bool has_room(int fd); /* whether a line would not wait: at start for what is no reason to end */
/* The same for a line of its own on standard output. */
void announce(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t now(void);
int64_t earlier(int64_t moment, int64_t other);

/* What differs between systems. Negative results are -errno. */
void os_name(const char *name);             /* what we are called in lists of processes */
pid_t os_fork(int events, int *descriptor); /* of one of our own; its end comes as TOKEN_CHILD
                                             * where it does not come as SIGCHLD. -errno */
/* Looks for a child that has ended, without reaping it: any, or one of our own. False when
 * there is none. */
bool os_next_end(const pid_t own[OWN], siginfo_t *info);
void os_reaped(int events, int descriptor); /* one of our own, or it is nobody's any more */
void os_counter_add(int counter);
int os_next_signal(int signals); /* 0 when none waits */
int os_watch_input(int events, int fd, uint32_t token);
/* Tells once, and again after the same call. */
int os_watch_once(int events, int fd, uint32_t token);
int os_watch_output(int events, int fd, uint32_t token);
void os_unwatch(int events, int fd); /* always before close(2) */
/* Waits up to `timeout` ms (-1: without end). Fills in tokens, returns how many. */
int os_wait(int events, uint32_t *tokens, int size, int timeout);
/* For how many milliseconds of the second since `last`, which becomes that of now, a process could
 * have done something: not while it waited for a processor, where somebody says that. */
int64_t os_could_act(pid_t pid, struct shares *last);
/* What a process is doing, for people; empty where nobody says. */
void os_doing(pid_t pid, char *out, size_t size);
int os_reboot(enum ending ending); /* -errno, unless it does not return */

#endif
