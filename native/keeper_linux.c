/* What another system does otherwise: signalfd, epoll, eventfd, /proc. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int watch(int events, int fd, uint32_t token, uint32_t wanted);
static char state_of(pid_t pid);
static struct shares shares_of(pid_t pid);
static void read_of(pid_t pid, const char *what, char *text, size_t size);

void os_name(const char *name)
{
    (void)prctl(PR_SET_NAME, name);
}

pid_t os_fork(int events, int *descriptor)
{
    (void)events;
    *descriptor = -1;
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

bool os_next_end(const pid_t own[OWN], siginfo_t *info)
{
    (void)own; /* they are children like all others */
    int failed;
    do {
        info->si_pid = 0;
        failed = waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT);
    } while (failed < 0 && errno == EINTR);
    return failed == 0 && info->si_pid > 0;
}

void os_reaped(int events, int descriptor)
{
    (void)events;
    (void)descriptor;
}

void os_counter_add(int counter)
{
    while (eventfd_write(counter, 1) < 0 && errno == EINTR) {
    }
}

int os_next_signal(int signals)
{
    struct signalfd_siginfo info;
    return read(signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int os_watch_input(int events, int fd, uint32_t token)
{
    return watch(events, fd, token, EPOLLIN);
}

int os_watch_once(int events, int fd, uint32_t token)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.u32 = token };
    if (epoll_ctl(events, EPOLL_CTL_MOD, fd, &event) == 0) {
        return 0;
    }
    return watch(events, fd, token, EPOLLIN | EPOLLONESHOT);
}

int os_watch_output(int events, int fd, uint32_t token)
{
    return watch(events, fd, token, EPOLLOUT);
}

void os_unwatch(int events, int fd)
{
    (void)epoll_ctl(events, EPOLL_CTL_DEL, fd, NULL);
}

int os_wait(int events, uint32_t *tokens, int size, int timeout)
{
    struct epoll_event found[64];
    int count = epoll_wait(events, found, size < 64 ? size : 64, timeout);
    for (int i = 0; i < count; i++) {
        tokens[i] = found[i].data.u32;
    }
    return count < 0 ? -errno : count;
}

/* Of its first thread, which is that of Node that does the work. What it waits for a processor is
 * counted when it has one: of one that still waits it counts what it had. */
int64_t os_could_act(pid_t pid, struct shares *last)
{
    struct shares before = *last;
    *last = shares_of(pid);
    int64_t waited = last->waited - before.waited;
    if (state_of(pid) == 'R' && last->ran > 0) {
        return last->ran - before.ran;
    }
    return waited < SECOND ? SECOND - waited : 0;
}

/* None of these files waits for the process or its memory. */
void os_doing(pid_t pid, char *out, size_t size)
{
    char place[64];
    read_of(pid, "wchan", place, sizeof place);
    (void)snprintf(out, size, "state %c in %s, has run for %lld ms", state_of(pid),
                   place[0] > '0' ? place : "user space", (long long)shares_of(pid).ran);
}

int os_reboot(enum ending ending)
{
    static const int commands[] = {
        [END_REBOOT] = RB_AUTOBOOT,
        [END_POWER_OFF] = RB_POWER_OFF,
        [END_HALT] = (int)RB_HALT_SYSTEM,
    };
    return reboot(commands[ending]) < 0 ? -errno : 0;
}

/* proc_pid_stat(5) */
static char state_of(pid_t pid)
{
    char stat[512];
    read_of(pid, "stat", stat, sizeof stat);
    const char *name = strrchr(stat, ')');
    return name && name[1] == ' ' ? name[2] : '?';
}

/* proc_pid_schedstat(5), in nanoseconds; zero where there is none. */
static struct shares shares_of(pid_t pid)
{
    char times[96], *next;
    read_of(pid, "schedstat", times, sizeof times);
    int64_t ran = strtoll(times, &next, 10) / 1000000;
    return (struct shares){ ran, strtoll(next, NULL, 10) / 1000000 };
}

/* Empty when there is none. */
static void read_of(pid_t pid, const char *what, char *text, size_t size)
{
    char path[48];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, what);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
}

static int watch(int events, int fd, uint32_t token, uint32_t wanted)
{
    struct epoll_event event = { .events = wanted, .data.u32 = token };
    return epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}
