#include "clone_linux.h"

#include "pidfd.h"
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

/* One call, whose further arguments are 0. */
struct call {
    long number, first, second, third;
};

static pid_t clone_whole(const struct clone_request *want, int *pidfd);
static pid_t clone_plain(const struct clone_request *want, int *pidfd);
static bool copies(const struct clone_request *want);
static pid_t masked(const struct call *call, const struct clone_request *want);
static long call_sharing(const struct call *call, void (*body)(void *), void *arg);
static long call_copying(const struct call *call, void (*body)(void *), void *arg);

pid_t clone_child(const struct clone_request *want, int *pidfd)
{
    return clone_is_plain() ? clone_plain(want, pidfd) : clone_whole(want, pidfd);
}

/* Asked once: what is too short is EINVAL where it is looked at. */
bool clone_is_plain(void)
{
    static enum { UNKNOWN, WHOLE, PLAIN } kind;
    if (kind == UNKNOWN) {
        kind = RAW(SYS_clone3, 0, 0, 0, 0) == -ENOSYS ? PLAIN : WHOLE;
    }
    return kind == PLAIN;
}

static bool copies(const struct clone_request *want)
{
#if defined(ARCHON_ASSEMBLY)
    return want->copy;
#else
    (void)want;
    return true;
#endif
}

static pid_t clone_whole(const struct clone_request *want, int *pidfd)
{
    struct arguments arguments = {
        .flags = CLONE_PARENT_SETTID | CLONE_CLEAR_SIGHAND | (want->own ? 0 : CLONE_PARENT) |
                 (want->share_table ? CLONE_FILES : 0) | (pidfd != NULL ? CLONE_PIDFD : 0),
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .parent_tid = (uint64_t)(uintptr_t)want->parent_tid,
        .exit_signal = want->own ? SIGCHLD : 0, /* anything else with CLONE_PARENT is EINVAL */
    };
    size_t size = FIRST_SIZE;
    if (want->cgroup != NULL) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)*want->cgroup;
        size = sizeof arguments;
    }
    if (!copies(want)) {
        arguments.flags |= CLONE_VM;
        arguments.stack = (uint64_t)(uintptr_t)want->stack;
        arguments.stack_size = want->stack_size;
    }
    const struct call call = { SYS_clone3, (long)&arguments, (long)size, 0 };
    return masked(&call, want);
}

/* CLONE_PIDFD would be written where the pid has to be. */
static pid_t clone_plain(const struct clone_request *want, int *pidfd)
{
    long flags = CLONE_PARENT_SETTID | (want->own ? SIGCHLD : CLONE_PARENT) |
                 (want->share_table ? CLONE_FILES : 0);
    struct call call = { SYS_clone, flags, 0, (long)want->parent_tid };
    if (!copies(want)) {
        call.first |= CLONE_VM;
        call.second = (long)want->stack + (long)want->stack_size;
    }
    /* Else one could be missing when the child is there. */
    int room = pidfd != NULL ? pidfd_of(getpid()) : 0;
    pid_t pid = room < 0 ? room : masked(&call, want);
    if (pidfd != NULL && room >= 0) {
        close(room);
    }
    if (pidfd != NULL && pid > 0) {
        *pidfd = pidfd_of(pid);
    }
    return pid;
}

static pid_t masked(const struct call *call, const struct clone_request *want)
{
    const uint64_t all = ~(uint64_t)0;
    uint64_t old;
    /* Not pthread_sigmask, which leaves out the two signals that libc keeps for itself. */
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof all);
    long pid = copies(want) ? call_copying(call, want->body, want->arg)
                            : call_sharing(call, want->body, want->arg);
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &old, 0, sizeof old);
    return (pid_t)pid;
}

static long call_copying(const struct call *call, void (*body)(void *), void *arg)
{
    long pid = RAW(call->number, call->first, call->second, call->third, 0);
    if (pid == 0) {
        body(arg);
    }
    return pid;
}

#if defined(ARCHON_ASSEMBLY)
/* The child comes out of the call on an empty stack, so it calls `body` from registers. */
static long call_sharing(const struct call *call, void (*body)(void *), void *arg)
{
    register void (*child_body)(void *) __asm__("r12") = body;
    register void *child_arg __asm__("r13") = arg;
    register long fourth __asm__("r10") = 0;
    register long fifth __asm__("r8") = 0;
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
                     : "a"(call->number), "D"(call->first), "S"(call->second), "d"(call->third),
                       "r"(fourth), "r"(fifth), "r"(child_body), "r"(child_arg)
                     : "rcx", "r11", "memory");
    return result;
}
#else
/* Is not asked. */
static long call_sharing(const struct call *call, void (*body)(void *), void *arg)
{
    return call_copying(call, body, arg);
}
#endif
