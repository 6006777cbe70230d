/* What FreeBSD does its own way: kqueue, signals read from one, procctl, sysctl instead of /proc.
 */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>

#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/procctl.h>
#include <sys/procdesc.h>
#include <sys/reboot.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int watch(int events, int fd, short filter, int flags, uint32_t token);

/* ps shows the command line, which is that of archond. */
void os_name(const char *name)
{
    (void)name;
}

/* Without PD_DAEMON it is killed when its descriptor is closed for the last time: with us. */
pid_t os_fork(int events, int *descriptor)
{
    pid_t pid = pdfork(descriptor, 0);
    if (pid > 0) {
        const struct kevent change = { .ident = (uintptr_t)*descriptor,
                                       .filter = EVFILT_PROCDESC,
                                       .flags = EV_ADD,
                                       .fflags = NOTE_EXIT,
                                       .udata = (void *)(uintptr_t)TOKEN_CHILD };
        (void)kevent(events, &change, 1, NULL, 0, NULL);
    }
    return pid < 0 ? -errno : pid;
}

/* What has a descriptor is neither told by SIGCHLD nor found by P_ALL. */
bool os_next_end(const pid_t own[OWN], siginfo_t *info)
{
    info->si_pid = 0;
    if (waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info->si_pid > 0) {
        return true;
    }
    for (size_t i = 0; i < OWN; i++) {
        info->si_pid = 0;
        if (own[i] > 0 && waitid(P_PID, (id_t)own[i], info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info->si_pid > 0) {
            return true;
        }
    }
    return false;
}

/* That takes it out of the queue as well. One that has not ended is killed by it, and is then told
 * like any orphan: the reaper, which we are, is its parent again. */
void os_reaped(int events, int descriptor)
{
    (void)events;
    close(descriptor);
}

void os_counter_add(int counter)
{
    while (eventfd_write(counter, 1) < 0 && errno == EINTR) {
    }
}

int os_next_signal(int signals)
{
    const struct timespec none = { 0 };
    struct kevent event;
    return kevent(signals, NULL, 0, &event, 1, &none) == 1 ? (int)event.ident : 0;
}

int os_watch_input(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_READ, 0, token);
}

int os_watch_once(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_READ, EV_ONESHOT, token);
}

int os_watch_output(int events, int fd, uint32_t token)
{
    return watch(events, fd, EVFILT_WRITE, 0, token);
}

/* One of the two is ENOENT. */
void os_unwatch(int events, int fd)
{
    static const short filters[] = { EVFILT_READ, EVFILT_WRITE };
    for (size_t i = 0; i < 2; i++) {
        const struct kevent change = { .ident = (uintptr_t)fd,
                                       .filter = filters[i],
                                       .flags = EV_DELETE };
        (void)kevent(events, &change, 1, NULL, 0, NULL);
    }
}

int os_wait(int events, uint32_t *tokens, int size, int timeout)
{
    struct kevent found[64];
    const struct timespec limit = { .tv_sec = timeout / 1000,
                                    .tv_nsec = timeout % 1000 * 1000000L };
    int count = kevent(events, NULL, 0, found, size < 64 ? size : 64, timeout < 0 ? NULL : &limit);
    for (int i = 0; i < count; i++) {
        tokens[i] = (uint32_t)(uintptr_t)found[i].udata;
    }
    return count < 0 ? -errno : count;
}

/* Seconds count as they are. */
int64_t os_could_act(pid_t pid, struct shares *last)
{
    (void)pid, (void)last;
    return SECOND;
}

void os_doing(pid_t pid, char *out, size_t size)
{
    (void)snprintf(out, size, "procstat -k %d says what it waits for", (int)pid);
}

/* It unmounts as well, and does not return. */
int os_reboot(enum ending ending)
{
    static const int how[] = {
        [END_REBOOT] = RB_AUTOBOOT,
        [END_POWER_OFF] = RB_POWEROFF | RB_HALT,
        [END_HALT] = RB_HALT,
    };
    return reboot(how[ending]) < 0 ? -errno : 0;
}

static int watch(int events, int fd, short filter, int flags, uint32_t token)
{
    const struct kevent change = { .ident = (uintptr_t)fd,
                                   .filter = filter,
                                   .flags = (unsigned short)(EV_ADD | flags),
                                   .udata = (void *)(uintptr_t)token };
    return kevent(events, &change, 1, NULL, 0, NULL) < 0 ? -errno : 0;
}
