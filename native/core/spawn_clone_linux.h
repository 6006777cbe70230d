/* Of a start: the child itself. */
#ifndef ARCHON_SPAWN_CLONE_LINUX_H
#define ARCHON_SPAWN_CLONE_LINUX_H

#include "dumpable.h"
#include "job.h"

/*
 * Makes the child of a job, which goes on by spawn_child.h. Returns its pid (and a pidfd, or -1 as
 * struct spawned has it) or -errno. The caller lends itself as `dumpable` while the job is a
 * stranger's.
 */
pid_t spawn_clone(const struct spawn_request *want, struct job *job, struct dumpable *dumpable,
                  int *pidfd);

#endif
