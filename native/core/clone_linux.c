#include "clone_linux.h"

#include "syscall_linux.h"

#include <linux/sched.h>
#include <signal.h>

/* Since Linux 5.5; linux/sched.h may be older. */
#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
/* Since Linux 5.7. */
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/* struct clone_args. Its first version, which every clone3 takes, ends with tls. */
struct arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup;
};

enum { FIRST_SIZE = 8 * sizeof(uint64_t) };

static long clone_sharing(struct arguments *arguments, size_t size, void (*body)(void *),
                          void *arg);
static long clone_copying(struct arguments *arguments, size_t size, void (*body)(void *),
                          void *arg);

pid_t clone_child(const struct clone_request *want, int *pidfd)
{
    struct arguments arguments = {
        .flags = CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CLEAR_SIGHAND |
                 (want->own ? 0 : CLONE_PARENT) | (want->share_table ? CLONE_FILES : 0),
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .parent_tid = (uint64_t)(uintptr_t)want->parent_tid,
        .exit_signal = want->own ? SIGCHLD : 0, /* anything else with CLONE_PARENT is EINVAL */
    };
    const uint64_t all = ~(uint64_t)0;
    size_t size = FIRST_SIZE;
    uint64_t old;
    long pid;
    if (want->cgroup != NULL) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)*want->cgroup;
        size = sizeof arguments;
    }
    /* Not pthread_sigmask, which leaves out the two signals that libc keeps for itself. */
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof all);
    if (want->copy) {
        pid = clone_copying(&arguments, size, want->body, want->arg);
    }
    else {
        arguments.flags |= CLONE_VM;
        arguments.stack = (uint64_t)(uintptr_t)want->stack;
        arguments.stack_size = want->stack_size;
        pid = clone_sharing(&arguments, size, want->body, want->arg);
    }
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &old, 0, sizeof old);
    return (pid_t)pid;
}

static long clone_copying(struct arguments *arguments, size_t size, void (*body)(void *), void *arg)
{
    long pid = RAW(SYS_clone3, arguments, size, 0, 0);
    if (pid == 0) {
        body(arg);
    }
    return pid;
}

#if defined(ARCHON_ASSEMBLY)
/* The child comes out of the call on an empty stack, so it calls `body` from registers. */
static long clone_sharing(struct arguments *arguments, size_t size, void (*body)(void *), void *arg)
{
    register void (*child_body)(void *) __asm__("r12") = body;
    register void *child_arg __asm__("r13") = arg;
    long result;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "call *%%r12\n\t"
                     "ud2\n"
                     "1:"
                     : "=a"(result)
                     : "a"(SYS_clone3), "D"(arguments), "S"(size), "r"(child_body), "r"(child_arg)
                     : "rcx", "r11", "memory");
    return result;
}
#else
static long clone_sharing(struct arguments *arguments, size_t size, void (*body)(void *), void *arg)
{
    arguments->flags &= ~(uint64_t)CLONE_VM;
    arguments->stack = 0;
    arguments->stack_size = 0;
    return clone_copying(arguments, size, body, arg);
}
#endif
