#include "again.h"

#include "pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FILEID_KERNFS: 8 bytes, a number that is given once between two boots. */
enum { NUMBERED = 0xfe };

/* FD_PIDFS_ROOT, since Linux 6.17; before it any pidfd stands for its file system. */
#define PIDFS (-10002)

#define MOST 9007199254740991.0 /* beyond, a double does not hold every number */

struct numbered {
    struct file_handle head;
    uint64_t number;
};
_Static_assert(sizeof(struct numbered) == sizeof(struct file_handle) + 8, "the number follows");

static double handle_of(int pidfd);
static int open_handle(double handle);
static bool may_open(double handle);
static int began_at(pid_t pid, double *out);

int again_note(int pidfd, pid_t pid, struct again *out)
{
    *out = (struct again){ .handle = handle_of(pidfd) };
    if (out->handle > 0 && may_open(out->handle)) {
        return 0;
    }
    double began;
    int err = began_at(pid, &began);
    if (pidfd_signal(pidfd, 0) == -ESRCH) {
        err = -ESRCH; /* what was read may be another's */
    }
    *out = (struct again){ .began = err == 0 ? began : 0 };
    return err;
}

/* Tried once: open_by_handle_at(2) is not for everybody, and less so in a container. */
static bool may_open(double handle)
{
    static enum { UNKNOWN, MAY, MAY_NOT } known;
    if (known == UNKNOWN) {
        int fd = open_handle(handle);
        if (fd >= 0) {
            close(fd);
        }
        known = fd >= 0 ? MAY : fd == -EPERM || fd == -EACCES || fd == -ENOSYS ? MAY_NOT : UNKNOWN;
    }
    return known != MAY_NOT;
}

int again_open(pid_t pid, const struct again *known)
{
    if (known->handle > 0) {
        int fd = open_handle(known->handle);
        return fd == -ESTALE ? -ESRCH : fd;
    }
    if (known->began <= 0 || pid <= 0) {
        return -ENODATA;
    }
    int fd = pidfd_of(pid);
    if (fd < 0) {
        return fd;
    }
    /* Looked at while it is held: what has the number now keeps it. */
    double began;
    int err = began_at(pid, &began);
    if (err == 0 && (began != known->began || pidfd_signal(fd, 0) == -ESRCH)) {
        err = -ESRCH;
    }
    if (err != 0) {
        close(fd);
    }
    return err != 0 ? err : fd;
}

/* 0 where there is none, or none of a kind that we know. */
static double handle_of(int pidfd)
{
    struct numbered found = { .head.handle_bytes = sizeof found.number };
    int mount;
    if (name_to_handle_at(pidfd, "", &found.head, &mount, AT_EMPTY_PATH) < 0 ||
        found.head.handle_bytes != sizeof found.number || found.head.handle_type != NUMBERED ||
        (double)found.number > MOST) {
        return 0;
    }
    return (double)found.number;
}

static int open_handle(double handle)
{
    struct numbered known = { .head.handle_bytes = sizeof known.number,
                              .head.handle_type = NUMBERED,
                              .number = (uint64_t)handle };
    int fd = open_by_handle_at(PIDFS, &known.head, O_CLOEXEC);
    if (fd < 0 && errno == EBADF) {
        int own = pidfd_of(getpid());
        fd = own < 0 ? own : open_by_handle_at(own, &known.head, O_CLOEXEC);
        int error = errno;
        if (own >= 0) {
            close(own);
        }
        errno = error;
    }
    return fd < 0 ? -errno : fd;
}

/* Field 22 of /proc/PID/stat, counted from behind the name, which may hold anything. Returns 0 or
 * -errno. */
static int began_at(pid_t pid, double *out)
{
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    int err = length < 0 ? -errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    if (err != 0) {
        return err == -ENOENT ? -ESRCH : err;
    }
    text[length] = '\0';
    const char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    *out = at == NULL ? 0 : (double)strtoull(at, NULL, 10);
    return *out > 0 ? 0 : -ESRCH;
}
