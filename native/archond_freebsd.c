/* What FreeBSD does its own way of what archond does: procctl, kqueue. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>

#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/procctl.h>
#include <sys/procdesc.h>
#include <sys/reboot.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Process 1 is one from its birth: EBUSY. */
int os_adopt_orphans(void)
{
    int failed = procctl(P_PID, (id_t)getpid(), PROC_REAP_ACQUIRE, NULL) < 0 ? -errno : 0;
    return failed == -EBUSY && getpid() == 1 ? 0 : failed;
}

/* The parent may have ended just before this call. */
void os_die_with(pid_t parent, int signal)
{
    if (procctl(P_PID, (id_t)getpid(), PROC_PDEATHSIG_CTL, &signal) < 0 || getppid() != parent) {
        _exit(126);
    }
}

void os_close_from(int lowest)
{
    closefrom(lowest);
}

int os_in_memory(int fd)
{
    struct statfs found;
    return fstatfs(fd, &found) < 0 ? -errno : strcmp(found.f_fstypename, "tmpfs") == 0;
}

int os_reserve(int fd, size_t size)
{
    return -posix_fallocate(fd, 0, (off_t)size);
}

/* Nothing could be found again (core/again_freebsd.c): no ledger is taken over. */
int os_boot(char *out, size_t size)
{
    (void)out;
    (void)size;
    return -ENOENT;
}

int os_counter(void)
{
    return eventfd(0, EFD_NONBLOCK);
}

/* All but those that a fault of our own raises: blocked, they would still kill. The queue notes a
 * signal when it is sent, blocked or not, but SIGCHLD not while it is ignored, as a parent may have
 * left it. fork does not hand a kqueue on. */
int os_signals(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    static const int read_here[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&all, faults[i]);
    }
    int queue = kqueue();
    if (queue < 0 || sigprocmask(SIG_SETMASK, &all, NULL) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof read_here / sizeof read_here[0]; i++) {
        const struct kevent change = { .ident = (uintptr_t)read_here[i],
                                       .filter = EVFILT_SIGNAL,
                                       .flags = EV_ADD };
        (void)signal(read_here[i], SIG_DFL);
        if (kevent(queue, &change, 1, NULL, 0, NULL) < 0) {
            return -1;
        }
    }
    return queue;
}

int os_events(void)
{
    return kqueue();
}

/* Nothing of ours reads /proc. */
int os_seen_as(void)
{
    return 1;
}

/* A jail has no process 1 of its own. */
bool os_is_machine(void)
{
    return true;
}

/* Only what has a foreground service gives its terminal up, and that is no machine. */
void os_leave_terminal(void)
{
}

/* syscons(4) and vt(4) send INT to process 1 in any case. */
void os_keys_ask(void)
{
}
