/* A seccomp filter, in this thread and what it starts. */
#ifndef ARCHON_TEST_FILTER_H
#define ARCHON_TEST_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The result of seccomp(2): the listener where the flags ask for one. */
static inline int install(struct sock_fprog program, unsigned flags)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* What becomes of one system call. */
static inline int filter(uint32_t number, uint32_t fate, unsigned flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, fate),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return install((struct sock_fprog){ .len = 4, .filter = code }, flags);
}

/* Who has the listener is asked about each such call. */
static inline int listen_to(uint32_t number)
{
    return filter(number, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

#endif
