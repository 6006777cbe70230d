/*
 * The keeper: the parent of everything archon runs. It holds what must not be lost with the daemon
 * (the ledger, the listening socket, connections that are owed an ExitStatus, the read ends of
 * logs), sees how its children end, and starts the minder (minder.h) again, which does the same for
 * daemon and archon-log. It decides nothing.
 *
 * These files are archon-keeper, the program that must never die: archond (archond.h) has done all
 * that happens once, then becomes it. It never blocks, never allocates, reads nothing that a user
 * has sent, and writes to its standard error only what that takes at once. What a child does before
 * it is another program, and what is left to do when all has ended, is archond's again; what takes
 * judgement is the minder's. scripts/check-keeper.mjs bounds how much there is of it.
 *
 * Reading order: keeper_state.h, keeper.c (main, the loop), keeper_reap.c (an end and its
 * ExitStatus), keeper_connections.c, keeper_channel.c (what the daemon says), keeper_kept.c (what
 * it has us hold), keeper_minder.c. keeper_linux.c is what another system does otherwise.
 */
#ifndef ARCHON_KEEPER_H
#define ARCHON_KEEPER_H

#include <signal.h>

#include "core/say.h"
#include "keeper_state.h"

/* Tokens of watched descriptors; connection N is TOKEN_CONNECTION + N. */
enum { TOKEN_SIGNALS, TOKEN_CHANNEL, TOKEN_MINDER, TOKEN_CONNECTION };

/* Starts the minder, where it is time. Returns the milliseconds until then, or -1. */
int minder_due(struct keeper *keeper);
void minder_ended(struct keeper *keeper, int status);

/* Handles every record that waits in the channel, or that the minder has sent. */
void channel_drain(struct keeper *keeper);
void minder_drain(struct keeper *keeper);
/* There is no daemon at the other end any more. */
void channel_close(struct keeper *keeper);

/* Handles children that have ended: all, or so many that others must have their turn first. */
void reap(struct keeper *keeper);
/* Where the minder has this pid, whose end is not written yet; or NULL. */
struct own *own_of(struct keeper *keeper, pid_t pid);
/* Whether a Run in this slot is still owed an ExitStatus that the keeper will send. */
bool reply_owed(const struct keeper *keeper, uint32_t slot);
/* Sends it, where one is. False when the connection's buffer is full. */
bool reply_settled(struct keeper *keeper, uint32_t slot);

/* What is kept under a kind and a number: c a connection, l the two read ends of a log, k whatever
 * else. False where that is not what belongs there; else the descriptors are the keeper's now. */
bool kept_store(struct keeper *keeper, char kind, uint32_t number, const int *fds, int count);
void kept_drop(struct keeper *keeper, char kind, uint32_t number);
/* Both answer in the channel: with what is kept, or with the next client, kept from now on. */
void kept_take(struct keeper *keeper, char kind, uint32_t number);
void kept_accept(struct keeper *keeper, uint32_t number);

/* `number` is free. */
void connection_store(struct keeper *keeper, uint32_t number, int fd);
/* Closes it; an ExitStatus that waits for it counts as given. */
void connection_drop(struct keeper *keeper, uint32_t number);
/* Sends this now, if there still is somebody. False when there is no room, or no memory for it:
 * that is not for ever. */
bool connection_send(const struct keeper *keeper, uint32_t number, const char *text);
/* Sends the final reply of the request in flight. */
void connection_reply(struct keeper *keeper, uint32_t number, const char *text);
/* The reply of the request in flight is out, or can reach nobody. */
void connection_replied(struct keeper *keeper, uint32_t number);
/* To be called once nothing more is owed on it: closes it when it is an orphan. */
void connection_settled(struct keeper *keeper, uint32_t number);
/* Its buffer is full for this ExitStatus: go on when there is room. */
void connection_wait(struct keeper *keeper, uint32_t number, uint32_t slot);
void connection_writable(struct keeper *keeper, uint32_t number);
/* The daemon is gone: keeps those that are whole or owed an ExitStatus, closes the others, or all.
 */
void connections_orphan(struct keeper *keeper, bool all);

/* What differs between systems: looks for a child that has ended, without reaping it. False when
 * there is none. */
bool os_next_end(siginfo_t *info);

#endif
