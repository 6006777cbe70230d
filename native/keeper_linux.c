/* What another system does otherwise: signalfd, epoll, eventfd, memfd, subreaper, /proc. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

static int watch(int events, int fd, uint32_t token, uint32_t wanted);
static void read_of(pid_t pid, const char *what, char *text, size_t size);

int os_adopt_orphans(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? -errno : 0;
}

pid_t os_fork(int events, int *descriptor)
{
    (void)events;
    *descriptor = -1;
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

bool os_next_end(const pid_t own[2], siginfo_t *info)
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

/* The parent may have ended just before this call. */
void os_die_with(pid_t parent, int signal)
{
    if (prctl(PR_SET_PDEATHSIG, signal) < 0 || getppid() != parent) {
        _exit(126);
    }
}

void os_close_from(int lowest)
{
    if (close_range((unsigned)lowest, ~0U, 0) == 0) {
        return;
    }
    long limit = sysconf(_SC_OPEN_MAX); /* kernels before 5.9 */
    for (int fd = lowest; fd < limit; fd++) {
        close(fd);
    }
}

int os_memory_file(const char *name, size_t size)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    int failed = size > 0 ? os_reserve(fd, size) : 0;
    if (failed) {
        close(fd);
        return failed;
    }
    return fd;
}

int os_in_memory(int fd)
{
    struct statfs found;
    return fstatfs(fd, &found) < 0 ? -errno : found.f_type == TMPFS_MAGIC;
}

int os_reserve(int fd, size_t size)
{
    return fallocate(fd, 0, 0, (off_t)size) < 0 ? -errno : 0;
}

int os_boot(char *out, size_t size)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, out, size - 1);
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (length <= 1) {
        return length < 0 ? -error : -ENODATA;
    }
    out[length] = '\0';
    return 0;
}

int os_counter(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void os_counter_add(int counter)
{
    while (eventfd_write(counter, 1) < 0 && errno == EINTR) {
    }
}

/* All but those that a fault of our own raises: blocked, they would still kill. What a parent made
 * us ignore (nohup) would not be readable, and an ignored SIGCHLD would lose every status. */
int os_signals(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&all, faults[i]);
    }
    if (sigprocmask(SIG_SETMASK, &all, NULL) < 0) {
        return -1;
    }
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&all, number) == 1) {
            (void)signal(number, SIG_DFL);
        }
    }
    return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

int os_next_signal(int signals)
{
    struct signalfd_siginfo info;
    return read(signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int os_events(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
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

int os_seen_as(void)
{
    char text[16] = "";
    return readlink("/proc/self", text, sizeof text - 1) < 0 ? -errno : atoi(text);
}

/* PROC_PID_INIT_INO of the kernel: the inode of the first PID namespace there is. */
bool os_is_machine(void)
{
    struct stat namespace;
    return stat("/proc/self/ns/pid", &namespace) == 0 && namespace.st_ino == 0xEFFFFFFCU;
}

/* proc_pid_schedstat(5): nanoseconds on a processor, and waiting for one. Of its first thread,
 * which is that of Node that does the work. */
int64_t os_starved(pid_t pid)
{
    char text[96], *next;
    read_of(pid, "schedstat", text, sizeof text);
    (void)strtoll(text, &next, 10);
    return strtoll(next, NULL, 10) / 1000000;
}

/* None of these files waits for the process or its memory. */
void os_doing(pid_t pid, char *out, size_t size)
{
    char stat[512], place[64], times[96];
    read_of(pid, "stat", stat, sizeof stat);
    read_of(pid, "wchan", place, sizeof place);
    read_of(pid, "schedstat", times, sizeof times);
    const char *name = strrchr(stat, ')');
    char state = name && name[1] == ' ' ? name[2] : '?';
    (void)snprintf(out, size, "state %c in %s, has run for %lld ms", state,
                   place[0] > '0' ? place : "user space", strtoll(times, NULL, 10) / 1000000);
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

/* The leader of a session takes the terminal from all of it, who are told so by HUP: that is us. */
void os_leave_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) {
        (void)ioctl(fd, TIOCNOTTY);
        close(fd);
    }
}

void os_keys_ask(void)
{
    (void)reboot(RB_DISABLE_CAD);
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

static int watch(int events, int fd, uint32_t token, uint32_t wanted)
{
    struct epoll_event event = { .events = wanted, .data.u32 = token };
    return epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}
