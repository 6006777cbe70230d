#include "unotify_linux.h"

#include "syscall_linux.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Since Linux 5.19: once taken up, a call is interrupted by what kills and by nothing else. A
 * program of Go is sent signals all the time. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

static long listen_to_bind(void);
static long send_listener(long socket, int listener);

CHILD long unotify_bind(struct job *job)
{
    if (job->listens < 0) {
        return 0;
    }
    long listener = listen_to_bind();
    if (listener < 0) {
        return listener;
    }
    long err = send_listener(job->listens, (int)listener);
    RAW(SYS_close, listener, 0, 0, 0);
    RAW(SYS_close, job->listens, 0, 0, 0);
    return err < 0 ? err : 0;
}

#if defined(NATIVE)
/* The number of a call means something else on another machine; x32 has a bit in it. */
static const struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bind, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static const struct sock_fprog program = { .len = sizeof code / sizeof code[0],
                                           .filter = (struct sock_filter *)(uintptr_t)code };

/* SPEC_ALLOW: it is no sandbox, and must not slow anything down as one. */
CHILD static long listen_to_bind(void)
{
    const long plain = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    long flags = plain | (long)SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, listener;
    bool is_bound = false; /* by no_new_privs */
    for (;;) {
        listener = RAW(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program, 0);
        if (listener == -EINVAL && flags != plain) {
            flags = plain;
        }
        else if (listener == -EACCES && !is_bound) {
            RAW(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
            is_bound = true;
        }
        else {
            return listener;
        }
    }
}
#else
CHILD static long listen_to_bind(void)
{
    return -ENOSYS;
}
#endif

CHILD static long send_listener(long socket, int listener)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    char byte = 'L';
    struct iovec piece = { .iov_base = &byte, .iov_len = 1 };
    struct msghdr message = { .msg_iov = &piece,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    *(int *)(void *)CMSG_DATA(&control.header) = listener;
    return RAW(SYS_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT, 0);
}
