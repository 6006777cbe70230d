/*
 * Seccomp user notification (seccomp_unotify(2)) of bind(2), as a step of a start: what the program
 * and its children bind waits until whoever holds the listener has answered.
 */
#ifndef ARCHON_UNOTIFY_LINUX_H
#define ARCHON_UNOTIFY_LINUX_H

#include "job.h"

/*
 * Puts the filter in place and sends its listener over job->listens, with one byte. Who may not do
 * that as it is (CAP_SYS_ADMIN) gets no_new_privs first. System calls of other machines than the
 * kernel's own (32 bit, x32) pass. Returns 0 or -errno: -EINVAL, -ENOSYS: not in this kernel;
 * -EBUSY: there is a listener already, and there can be but one.
 */
long unotify_bind(struct job *job);

#endif
