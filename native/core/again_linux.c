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
static double began_at(pid_t pid);

int again_note(int pidfd, pid_t pid, struct again *out)
{
    *out = (struct again){ .handle = handle_of(pidfd) };
    if (out->handle > 0) {
        return 0;
    }
    double began = began_at(pid);
    if (pidfd_signal(pidfd, 0) == -ESRCH || began <= 0) {
        return -ESRCH; /* what was read may be another's */
    }
    out->began = began;
    return 0;
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
    /* Looked at while it is held: what has the number now keeps it. */
    if (fd >= 0 && (began_at(pid) != known->began || pidfd_signal(fd, 0) == -ESRCH)) {
        close(fd);
        return -ESRCH;
    }
    return fd;
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

/* Field 22 of /proc/PID/stat, counted from behind the name, which may hold anything; 0 when it is
 * gone. */
static double began_at(pid_t pid)
{
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length < 0 ? 0 : length] = '\0';
    const char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at == NULL ? 0 : (double)strtoull(at, NULL, 10);
}
