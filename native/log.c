/*
 * archon-log FIFODIR LOGDIR, with descriptors 3 the ledger, 4 an eventfd that says "a slot was
 * retired, or has other limits", 5 an eventfd that wakes the daemon, 6 and 7 the two ends of the
 * flight, 8 the file of held lines (log.h). TERM: takes what is in the FIFOs and exits 0;
 * USR1, when the keeper has died: the same, but lines without an end are left to the next one.
 * Exit codes: 1 the system refused something, 2 wrong usage.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { LEDGER_FD = 3, RETIRED_FD, WAKE_FD, FLIGHT_OUT_FD, FLIGHT_IN_FD, HELD_FD };
enum { KEY_RETIRED = FIFO_KEYS, KEY_WATCH, KEY_TERM };
#define TICK_MS 1000

static bool wake_owed, is_orphan;

static void open_all(const char *fifos, const char *logs);
static int end_fd(void);
static void raise_limit(void);
static void serve(void);
static bool turn(uint32_t key);
static void tick(void);
static void finish(void);
static void wake_now(void);
static void watch_for(int fd, uint32_t key);
static int checked(int result, const char *what);

static int epoll_fd, ending_fd;

int main(int argc, char **argv)
{
    if (argc != 3 || argv[1][0] == '\0' || argv[2][0] == '\0') {
        fputs("usage: archon-log FIFODIR LOGDIR, started by archond\n", stderr);
        return 2;
    }
    raise_limit();
    open_all(argv[1], argv[2]);
    serve();
    finish();
    return 0;
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void open_all(const char *fifos, const char *logs)
{
    checked(ledger_map(LEDGER_FD), "the ledger, descriptor 3");
    checked(files_begin(logs), logs);
    int directory = open(fifos, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    checked(directory < 0 ? -errno : 0, fifos);
    checked(flight_begin(FLIGHT_OUT_FD, FLIGHT_IN_FD), "the flight, descriptors 6 and 7");
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    checked(epoll_fd < 0 ? -errno : 0, "epoll");
    ending_fd = end_fd();
    watch_for(ending_fd, KEY_TERM);
    watch_for(RETIRED_FD, KEY_RETIRED);
    fifos_begin(directory, epoll_fd);
    batch_begin(HELD_FD);
    int watch = watch_begin(fifos);
    if (watch >= 0) {
        watch_for(watch, KEY_WATCH);
    }
    batch_recover();
    retire_scan();
    wake_daemon(); /* nothing is busy any more */
}

/* HUP and INT are for archond; a terminal sends them to everyone. */
static int end_fd(void)
{
    const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ };
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        signal(ignored[i], SIG_IGN);
    }
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGUSR1);
    sigprocmask(SIG_SETMASK, &ending, NULL);
    return signalfd(-1, &ending, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void serve(void)
{
    struct epoll_event events[64];
    int64_t ticked = now_ms();
    for (bool goes_on = true; goes_on;) {
        wake_now();
        bool ticks = fifos_are_late() || files_owe() || watch_is_blind();
        int count =
            epoll_wait(epoll_fd, events, sizeof events / sizeof events[0], ticks ? TICK_MS : -1);
        for (int i = 0; i < count; i++) {
            goes_on &= turn(events[i].data.u32);
        }
        int64_t now = ticks ? now_ms() : ticked;
        if (now < ticked || now - ticked >= TICK_MS) {
            ticked = now;
            tick();
        }
    }
}

/* What one event of epoll asks for; false: to end. */
static bool turn(uint32_t key)
{
    uint64_t times;
    if (key == KEY_TERM) {
        struct signalfd_siginfo told;
        is_orphan |= read(ending_fd, &told, sizeof told) > 0 && told.ssi_signo == SIGUSR1;
        return false;
    }
    if (key == KEY_WATCH) {
        watch_read();
    }
    else if (key == KEY_RETIRED) {
        (void)!read(RETIRED_FD, &times, sizeof times);
        fifos_limit();
        retire_scan();
    }
    else {
        struct fifo *fifo = fifo_of(key);
        if (fifo != NULL && fifo->fd >= 0) { /* else an event before it in this batch ended it */
            fifo_turn(fifo);
        }
    }
    return true;
}

static void tick(void)
{
    if (watch_is_blind()) {
        watch_read();
    }
    if (fifos_are_late()) {
        fifos_tick();
        retire_scan();
    }
    files_tick(now_ms());
}

static void finish(void)
{
    watch_read();
    retire_scan();
    fifos_drain(!is_orphan);
    files_tick(now_ms());
    wake_now();
}

void wake_daemon(void)
{
    wake_owed = true;
}

static void wake_now(void)
{
    const uint64_t once = 1;
    if (wake_owed) {
        wake_owed = false;
        (void)!write(WAKE_FD, &once, sizeof once);
    }
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void watch_for(int fd, uint32_t key)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = key };
    checked(fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0, "epoll");
}

static int checked(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "archon-log: %s: %s\n", what, strerror(-result));
        _exit(1);
    }
    return result;
}
