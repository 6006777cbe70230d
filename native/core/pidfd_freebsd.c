/* A pidfd is a process descriptor here: pdfork(2). */
#include "pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <sys/event.h>
#include <sys/procdesc.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <time.h>
#include <unistd.h>

static int error_of(int fd);
static int about_pid(pid_t pid, struct pidfd_about *out);
static int status_of(int fd);

/* Only whoever starts a process gets its descriptor. */
int pidfd_of(pid_t pid)
{
    (void)pid;
    return -ENOSYS;
}

int pidfd_copy(int pidfd)
{
    int fd = fcntl(pidfd, F_DUPFD_CLOEXEC, 3);
    return fd < 0 ? -errno : fd;
}

int pidfd_of_thread(pid_t thread)
{
    (void)thread;
    return -ENOSYS;
}

int pidfd_signal(int pidfd, int number)
{
    return pdkill(pidfd, number) == 0 ? 0 : error_of(pidfd);
}

/* There is nothing of the kind. */
int pidfd_take(int pidfd, int number)
{
    (void)pidfd;
    (void)number;
    return -ENOSYS;
}

/* Whose process has been reaped still knows its pid, which may be another's by then: so the process
 * is looked for last, to see whether what sysctl told was about it. */
int pidfd_info(int fd, struct pidfd_about *out)
{
    pid_t pid;
    if (pdgetpid(fd, &pid) != 0) {
        return error_of(fd);
    }
    int err = about_pid(pid, out);
    if (err == -ESRCH || (pdkill(fd, 0) != 0 && errno == ESRCH)) {
        *out = (struct pidfd_about){ .pid = 0 };
    }
    else if (err != 0) {
        return err;
    }
    out->exit = status_of(fd);
    return 0;
}

/* EBADF means both: no descriptor, and none of a process. */
static int error_of(int fd)
{
    int err = errno;
    return err == EBADF && fcntl(fd, F_GETFD) >= 0 ? -ENOTTY : -err;
}

static int about_pid(pid_t pid, struct pidfd_about *out)
{
    const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };
    struct kinfo_proc found;
    size_t size = sizeof found;
    if (sysctl(name, 4, &found, &size, NULL, 0) != 0) {
        return -errno;
    }
    if (size == 0) {
        return -ESRCH;
    }
    *out = (struct pidfd_about){
        .pid = pid, .ppid = found.ki_ppid, .ruid = found.ki_ruid, .suid = found.ki_svuid
    };
    return 0;
}

/* The event that tells of an end comes to whoever asks later, too, with the wait status. */
static int status_of(int fd)
{
    const struct kevent change = {
        .ident = (uintptr_t)fd, .filter = EVFILT_PROCDESC, .flags = EV_ADD, .fflags = NOTE_EXIT
    };
    const struct timespec none = { 0 };
    struct kevent event;
    int queue = kqueue();
    if (queue < 0) {
        return -1;
    }
    int count = kevent(queue, &change, 1, &event, 1, &none);
    close(queue);
    return count == 1 && (event.fflags & NOTE_EXIT) != 0 ? (int)event.data : -1;
}
