/* clone3(2), or where there is none clone(2), for a child that runs one function and never returns.
 */
#ifndef ARCHON_CLONE_LINUX_H
#define ARCHON_CLONE_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct clone_request {
    bool copy;        /* the child gets a copy of the memory, and runs on a copy of this stack */
    bool share_table; /* the child shares our descriptor table until it unshares */
    bool own;         /* we are the parent and get SIGCHLD; else our parent is */
    void *stack;      /* for a child that shares the memory */
    size_t stack_size;
    const int *cgroup;   /* an open directory of cgroup v2, where the child is born; NULL: ours */
    int32_t *parent_tid; /* the kernel writes the pid here before the child runs */
    void (*body)(void *);
    void *arg;
};

/*
 * Returns the pid (and a close-on-exec pidfd, if `pidfd` is not NULL) or -errno. Every signal is
 * blocked in the child: it must not run a handler in our memory. On other machines than x86_64
 * `copy` is always so: a new stack takes assembly.
 */
pid_t clone_child(const struct clone_request *want, int *pidfd);

/*
 * Whether there is clone(2) alone: a filter cannot see the flags of clone3(2), so that of a
 * container without CAP_SYS_ADMIN answers it with ENOSYS. Then `cgroup` is left to the child, as is
 * to reset the handlers of signals; and the pidfd is opened by the pid afterwards, so it may be
 * another's if nothing keeps the child's number, or -errno.
 */
bool clone_is_plain(void);

#endif
