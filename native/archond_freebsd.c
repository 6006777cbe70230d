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

/* That is the minder, whichever it is: its descriptor ends us with it. */
pid_t os_parent(const struct ledger_head *head)
{
    (void)head;
    return getppid();
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

/* Nothing of ours reads /proc. */
int os_seen_as(void)
{
    return 1;
}

/* Only what has a foreground service gives its terminal up, and that is no machine. */
void os_leave_terminal(void)
{
}

/* syscons(4) and vt(4) send INT to process 1 in any case. */
void os_keys_ask(void)
{
}
