/* The child becomes who it is to be: steps of a start. Each returns 0 or -errno. */
#ifndef ARCHON_IDENTITY_STEPS_H
#define ARCHON_IDENTITY_STEPS_H

#include "job.h"

/* The umask, and limits: while the privilege to raise them is there. */
long identity_limits(struct job *job);
long identity_nice(struct job *job);
long identity_oom_score(struct job *job);
long identity_groups(struct job *job);
/* Leaves no capability to another user than root. */
long identity_user(struct job *job);
long identity_no_new_privs(struct job *job);

#endif
