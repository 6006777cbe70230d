/*
 * The processes that descend from a child of the keeper, whoever their parent has become. FreeBSD
 * notes for each descendant of a reaper from which of the reaper's children it comes, and keeps
 * that note when the child is gone (procctl(2), PROC_REAP_GETPIDS), so that no mark is needed.
 */
#ifndef ARCHON_TREE_FREEBSD_H
#define ARCHON_TREE_FREEBSD_H

#include <sys/types.h>

/*
 * Writes up to `room` pids of the tree of `child` into `pids`, its own included while it is there,
 * zombies too. May be asked by the keeper and by its daemon, whose reaper the keeper is. As the
 * man page warns, the tree of a pid that was given to another child is that child's: `child` must
 * not be reaped (its process descriptor not be closed) before its tree is done with.
 * Returns how many there are, which may be more than `room`, or -errno.
 */
int tree_of(pid_t child, pid_t *pids, int room);

#endif
