/* Who called bind(2), and for what: as the kernel tells it, checked at the end to be the same
 * still. */
#include "binder.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Since Linux 6.9: a pidfd of a thread, which may have descriptors of its own. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

static bool read_status(int thread, struct asker *out);
static int take_socket(int thread, const struct asker *asker);
static bool read_address(int thread, const struct seccomp_notif *at, struct asker *out);
static bool read_flags(int thread, struct asker *out);

bool asker_look(int listener, const struct seccomp_notif *at, struct asker *out)
{
    const int thread = (int)at->pid;
    *out = (struct asker){ .pidfd = -1, .socket = -1, .number = (int)at->data.args[0] };
    if (thread <= 0 || !read_status(thread, out) || !read_address(thread, at, out)) {
        return false;
    }
    out->pidfd = move_up((int)syscall(SYS_pidfd_open, out->pid, 0));
    out->socket = move_up(take_socket(thread, out));
    /* The numbers may have become another's meanwhile: not where the call still waits. */
    return out->pidfd >= 0 && out->socket >= 0 && read_flags(thread, out) &&
           ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &at->id) == 0 &&
           is_worth_asking(out->socket, (const struct sockaddr *)&out->address, out->length);
}

void asker_close(struct asker *asker)
{
    if (asker->pidfd >= 0) {
        close(asker->pidfd);
    }
    if (asker->socket >= 0) {
        close(asker->socket);
    }
}

bool is_bound(int socket)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = { .any.sa_family = AF_UNSPEC };
    socklen_t length = sizeof at;
    if (getsockname(socket, &at.any, &length) != 0) {
        return false;
    }
    return at.any.sa_family == AF_INET ? at.v4.sin_port != 0
                                       : at.any.sa_family == AF_INET6 && at.v6.sin6_port != 0;
}

/* Reads a file of /proc into `text`, ended by NUL. */
static bool read_proc(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

/* Tgid comes before Uid and Gid, whose second number is the effective one (proc_pid_status(5)). */
static bool read_status(int thread, struct asker *out)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/status", thread);
    if (!read_proc(path, text, sizeof text)) {
        return false;
    }
    /* The name, in the first line, may say anything; a newline in it is escaped. */
    const char *rest = strchr(text, '\n');
    const char *pid = rest == NULL ? NULL : strstr(rest, "\nTgid:\t");
    const char *uid = pid == NULL ? NULL : strstr(pid, "\nUid:\t");
    const char *gid = uid == NULL ? NULL : strstr(uid, "\nGid:\t");
    return gid != NULL && sscanf(pid, "\nTgid:\t%d", &out->pid) == 1 &&
           sscanf(uid, "\nUid:\t%*u\t%u", &out->uid) == 1 &&
           sscanf(gid, "\nGid:\t%*u\t%u", &out->gid) == 1;
}

static bool read_address(int thread, const struct seccomp_notif *at, struct asker *out)
{
    int length = (int)at->data.args[2];
    if (length < (int)sizeof(struct sockaddr_in) || length > (int)sizeof out->address) {
        return false;
    }
    struct iovec here = { .iov_base = &out->address, .iov_len = (size_t)length };
    struct iovec there = { .iov_base = (void *)(uintptr_t)at->data.args[1],
                           .iov_len = (size_t)length };
    out->length = (socklen_t)length;
    return process_vm_readv(thread, &here, 1, &there, 1, 0) == length;
}

static int take_socket(int thread, const struct asker *asker)
{
    int of = (int)syscall(SYS_pidfd_open, thread, PIDFD_THREAD);
    int socket = (int)syscall(SYS_pidfd_getfd, of >= 0 ? of : asker->pidfd, asker->number, 0);
    if (of >= 0) {
        close(of);
    }
    return socket;
}

/* FD_CLOEXEC is not the socket's but the number's: there it is told as O_CLOEXEC. */
static bool read_flags(int thread, struct asker *out)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", thread, out->number);
    if (!read_proc(path, text, sizeof text)) {
        return false;
    }
    const char *flags = strstr(text, "flags:\t");
    out->is_closed_at_exec = flags != NULL && (strtoul(flags + 7, NULL, 8) & O_CLOEXEC) != 0;
    return flags != NULL;
}
