/*
 * Every system call that the keeper makes, by the function of libc that makes it (linked with
 * --wrap=NAME): one of them fails, once, with an errno that its manual page knows. Which one is
 * counted over keeper, minder and their children up to their exec, in memory that they share with
 * the test: a file that ARCHON_FAULTS names. Without it nothing fails. What cannot fail as it is
 * used is not here: kill(2) of a child, wait(2) with WNOHANG, prctl, setsid, signal masks, and
 * flags of what is open.
 */
#ifndef ARCHON_TEST_FAULTS_H
#define ARCHON_TEST_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clone_linux.h"

struct faults {
    int at;           /* which fault falls, from 1 on; 0: none */
    atomic_bool off;  /* none is counted for now */
    atomic_int count; /* of the faults there could have been */
    int error;        /* what fell */
    char call[32];
};

static struct faults *faults;

__attribute__((constructor)) static void faults_map(void)
{
    const char *path = getenv("ARCHON_FAULTS");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    if (faults == MAP_FAILED) {
        faults = NULL;
    }
}

/* Whether this call fails; each errno it may fail with counts as one. */
static inline bool falls(const char *call, const int *errors)
{
    for (; faults != NULL && !atomic_load(&faults->off) && *errors != 0; errors++) {
        if (atomic_fetch_add(&faults->count, 1) + 1 == faults->at) {
            snprintf(faults->call, sizeof faults->call, "%s", call);
            faults->error = *errors;
            errno = *errors;
            return true;
        }
    }
    return false;
}

#define FALLS(call, ...) falls(#call, (const int[]){ __VA_ARGS__, 0 })

/* type name(parameters) that fails with -1, else is the real one. */
#define WRAP(type, name, parameters, arguments, ...)                                               \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return FALLS(name, __VA_ARGS__) ? (type)-1 : __real_##name arguments;                      \
    }

WRAP(int, accept4, (int s, struct sockaddr *a, socklen_t *n, int f), (s, a, n, f), EINTR, EMFILE,
     ENFILE, ENOMEM, ECONNABORTED)
WRAP(int, access, (const char *p, int m), (p, m), ENOMEM)
WRAP(int, bind, (int s, const struct sockaddr *a, socklen_t n), (s, a, n), ENOMEM)
WRAP(int, chdir, (const char *p), (p), ENOMEM)
WRAP(int, close_range, (unsigned a, unsigned b, int f), (a, b, f), EMFILE, ENOMEM)
WRAP(int, connect, (int s, const struct sockaddr *a, socklen_t n), (s, a, n), EINTR, ENOMEM)
WRAP(int, dup2, (int a, int b), (a, b), EINTR, EMFILE)
WRAP(int, epoll_create1, (int f), (f), EMFILE, ENOMEM)
WRAP(int, epoll_ctl, (int e, int o, int f, struct epoll_event *v), (e, o, f, v), ENOMEM)
WRAP(int, epoll_wait, (int e, struct epoll_event *v, int n, int t), (e, v, n, t), EINTR)
WRAP(int, eventfd, (unsigned n, int f), (n, f), EMFILE, ENOMEM)
WRAP(int, eventfd_write, (int f, eventfd_t n), (f, n), EINTR)
WRAP(int, execve, (const char *p, char *const *a, char *const *e), (p, a, e), ENOMEM, EAGAIN,
     EMFILE)
WRAP(int, fallocate, (int f, int m, off_t a, off_t n), (f, m, a, n), EINTR)
WRAP(int, fexecve, (int f, char *const *a, char *const *e), (f, a, e), ENOMEM, EAGAIN, EMFILE)
WRAP(int, flock, (int f, int o), (f, o), EINTR, ENOMEM)
WRAP(pid_t, fork, (void), (), EAGAIN, ENOMEM)
WRAP(int, fstat, (int f, struct stat *s), (f, s), ENOMEM)
WRAP(int, fstatfs, (int f, struct statfs *s), (f, s), EINTR, ENOMEM)
WRAP(ssize_t, getrandom, (void *b, size_t n, unsigned f), (b, n, f), EINTR, EAGAIN)
WRAP(off_t, lseek, (int f, off_t o, int w), (f, o, w), ENOMEM)
WRAP(int, lstat, (const char *p, struct stat *s), (p, s), ENOMEM)
WRAP(int, memfd_create, (const char *p, unsigned f), (p, f), EMFILE, ENOMEM)
WRAP(int, mkdir, (const char *p, mode_t m), (p, m), ENOMEM)
WRAP(int, mlock, (const void *m, size_t n), (m, n), EAGAIN, ENOMEM)
WRAP(void *, mmap, (void *a, size_t n, int p, int f, int d, off_t o), (a, n, p, f, d, o), EAGAIN,
     ENOMEM)
WRAP(int, munmap, (void *m, size_t n), (m, n), ENOMEM)
WRAP(int, name_to_handle_at, (int d, const char *p, struct file_handle *h, int *m, int f),
     (d, p, h, m, f), ENOMEM)
WRAP(int, open_by_handle_at, (int d, struct file_handle *h, int f), (d, h, f), EMFILE, ENOMEM)
WRAP(int, pipe2, (int *p, int f), (p, f), EMFILE, ENOMEM)
WRAP(int, poll, (struct pollfd * p, unsigned long n, int t), (p, n, t), EAGAIN, EINTR, ENOMEM)
WRAP(ssize_t, read, (int f, void *b, size_t n), (f, b, n), EINTR)
WRAP(ssize_t, readlink, (const char *p, char *b, size_t n), (p, b, n), ENOMEM)
WRAP(ssize_t, recv, (int s, void *b, size_t n, int f), (s, b, n, f), EINTR, ENOMEM)
WRAP(ssize_t, recvmsg, (int s, struct msghdr *m, int f), (s, m, f), EINTR, ENOMEM)
WRAP(ssize_t, send, (int s, const void *b, size_t n, int f), (s, b, n, f), EINTR, EAGAIN, ENOMEM)
WRAP(ssize_t, sendmsg, (int s, const struct msghdr *m, int f), (s, m, f), EINTR, EAGAIN, ENOMEM)
WRAP(int, setsockopt, (int s, int l, int o, const void *v, socklen_t n), (s, l, o, v, n), ENOMEM)
WRAP(int, signalfd, (int f, const void *m, int g), (f, m, g), EMFILE, ENOMEM)
WRAP(int, socket, (int d, int t, int p), (d, t, p), EMFILE, ENOMEM)
WRAP(int, socketpair, (int d, int t, int p, int *s), (d, t, p, s), EMFILE, ENOMEM)
WRAP(int, stat, (const char *p, struct stat *s), (p, s), ENOMEM)
WRAP(int, unlink, (const char *p), (p), ENOMEM)
WRAP(ssize_t, write, (int f, const void *b, size_t n), (f, b, n), EINTR)

/* What is closed is closed, whatever close(2) says. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    int result = __real_close(fd);
    return FALLS(close, EINTR) ? -1 : result;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return FALLS(open, EINTR, EMFILE, ENOMEM) ? -1 : __real_open(path, flags, mode);
}

/* One argument is all that is given. */
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
    va_list more;
    va_start(more, command);
    int value = va_arg(more, int);
    va_end(more);
    bool may = command == F_DUPFD; /* nothing else that is done with one that is open */
    return may && FALLS(fcntl, EINTR, EMFILE) ? -1 : __real_fcntl(fd, command, value);
}

/* A child of the keeper's, by its minder. */
pid_t __real_clone_child(const struct clone_request *want, int *pidfd);
pid_t __wrap_clone_child(const struct clone_request *want, int *pidfd);
pid_t __wrap_clone_child(const struct clone_request *want, int *pidfd)
{
    return FALLS(clone_child, EAGAIN, ENOMEM) ? -errno : __real_clone_child(want, pidfd);
}

/* pidfd_open and pidfd_send_signal. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
    va_list more;
    va_start(more, number);
    long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
    long d = va_arg(more, long);
    va_end(more);
    return FALLS(syscall, EMFILE, ENOMEM) ? -1 : __real_syscall(number, a, b, c, d);
}

#endif
