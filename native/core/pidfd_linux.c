#include "pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first version of the structure; every later kernel takes it. linux/pidfd.h may be older. */
struct info {
    uint64_t mask, cgroupid;
    uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
    int32_t exit_code;
};
_Static_assert(sizeof(struct info) == 64, "PIDFD_INFO_SIZE_VER0");

enum { INFO_PID = 1, INFO_CREDS = 2, INFO_EXIT = 8 };
#define GET_INFO _IOWR(0xFF, 11, struct info)

static int pid_in_fdinfo(int fd, pid_t *pid);
static int about_from_proc(pid_t pid, struct pidfd_about *out);
static int read_small(const char *path, char *text, size_t size);
static bool number_after(const char *text, const char *key, int which, long *out);

int pidfd_of(pid_t pid)
{
    long fd = syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : (int)fd;
}

int pidfd_copy(int pidfd)
{
    int fd = fcntl(pidfd, F_DUPFD_CLOEXEC, 3);
    return fd < 0 ? -errno : fd;
}

int pidfd_of_thread(pid_t thread)
{
    long fd = syscall(SYS_pidfd_open, thread, O_EXCL); /* PIDFD_THREAD */
    return fd < 0 ? -errno : (int)fd;
}

int pidfd_signal(int pidfd, int number)
{
    return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) == 0 ? 0 : -errno;
}

int pidfd_take(int pidfd, int number)
{
    long fd = syscall(SYS_pidfd_getfd, pidfd, number, 0);
    return fd < 0 ? -errno : (int)fd;
}

int pidfd_info(int fd, struct pidfd_about *out)
{
    pid_t pid;
    int err = pid_in_fdinfo(fd, &pid);
    if (err != 0) {
        return err;
    }
    /* What is not asked for is not told, and after the reap all but EXIT is ESRCH. */
    struct info info = { .mask = INFO_PID | INFO_CREDS | INFO_EXIT };
    if (ioctl(fd, GET_INFO, &info) == 0) {
        *out = (struct pidfd_about){ .pid = (pid_t)info.pid,
                                     .ppid = (pid_t)info.ppid,
                                     .ruid = info.ruid,
                                     .suid = info.suid,
                                     .exit = (info.mask & INFO_EXIT) != 0 ? info.exit_code : -1 };
        return 0;
    }
    if (errno == ESRCH || pid <= 0) {
        *out = (struct pidfd_about){ .exit = -1 };
        return 0;
    }
    if (errno != ENOTTY && errno != EINVAL) {
        return -errno;
    }
    pid_t now = 0;
    err = about_from_proc(pid, out);
    if (err == 0 && (pid_in_fdinfo(fd, &now) != 0 || now != pid)) {
        *out =
            (struct pidfd_about){ .exit = -1 }; /* what was read may be the next of that number */
    }
    return err;
}

/* The `Pid:` line, which only a pidfd has: -1 after the reap, 0 in another PID namespace. */
static int pid_in_fdinfo(int fd, pid_t *pid)
{
    char path[40], text[1024];
    long number;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    int err = read_small(path, text, sizeof text);
    if (err != 0) {
        return err == -ENOENT ? -EBADF : err;
    }
    if (!number_after(text, "\nPid:", 0, &number)) {
        return -ENOTTY;
    }
    *pid = (pid_t)number;
    return 0;
}

static int about_from_proc(pid_t pid, struct pidfd_about *out)
{
    char path[40], text[2048];
    long ppid, ruid, suid;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    *out = (struct pidfd_about){ .exit = -1 };
    if (read_small(path, text, sizeof text) != 0) {
        return 0; /* gone meanwhile */
    }
    if (!number_after(text, "\nPPid:", 0, &ppid) || !number_after(text, "\nUid:", 0, &ruid) ||
        !number_after(text, "\nUid:", 2, &suid)) {
        return -EIO;
    }
    out->pid = pid;
    out->ppid = (pid_t)ppid;
    out->ruid = (uid_t)ruid;
    out->suid = (uid_t)suid;
    return 0;
}

static int read_small(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    ssize_t length = read(fd, text, size - 1);
    int err = length < 0 ? -errno : 0;
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    return err;
}

/* The number in column `which` of the line that begins with `key`. */
static bool number_after(const char *text, const char *key, int which, long *out)
{
    const char *at = strstr(text, key);
    if (at == NULL) {
        return false;
    }
    char *end = (char *)at + strlen(key);
    for (int i = 0; i <= which; i++) {
        *out = strtol(end, &end, 10);
    }
    return true;
}
