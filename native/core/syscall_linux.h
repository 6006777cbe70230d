/*
 * System calls that leave libc alone. A child that shares its parent's memory must not call libc:
 * errno is the parent's, locks may be held. On x86_64 the call is inline; elsewhere the child has a
 * copy of the memory (clone_linux.h) and may go through syscall(2).
 */
#ifndef ARCHON_SYSCALL_LINUX_H
#define ARCHON_SYSCALL_LINUX_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Left out with -DARCHON_NO_ASSEMBLY, to try on x86_64 what runs elsewhere. */
#if defined(__x86_64__) && !defined(ARCHON_NO_ASSEMBLY)
#define ARCHON_ASSEMBLY
#endif

/* For every function of the child: no instrumentation that thinks of the parent's thread. */
#define CHILD __attribute__((no_sanitize("address", "undefined"), no_stack_protector))

/* Makes one system call of up to four arguments, and a fifth of 0; returns its value or -errno. */
#define RAW(number, a, b, c, d) raw_call((number), (long)(a), (long)(b), (long)(c), (long)(d))

#if defined(ARCHON_ASSEMBLY)
CHILD static inline long raw_call(long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = 0;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
#else
CHILD static inline long raw_call(long number, long a, long b, long c, long d)
{
    long result = syscall(number, a, b, c, d, 0L);
    return result == -1 ? -(long)errno : result;
}
#endif

#endif
