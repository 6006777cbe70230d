/*
 * Another archond takes over without an end: the process stays, execve(2) changes its program. Its
 * children stay its own, and what ended meanwhile waits to be reaped; every descriptor it needs is
 * left open, their numbers and the rest stand in a file without a name whose number it is told.
 */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ledger_map.h"

#define HANDOVER_MAGIC 0x41524b48u

/* Followed by settings, connections, logs and kept as they stand in struct keeper. */
struct handover {
    uint32_t magic, version, settings, slots;
    uint64_t nofile;
    int64_t logger_since;
    int32_t ledger_fd, listener, wake, log_wake, null, flight[2], held, locks[3];
    int32_t logger, logger_delay;
    uint8_t ready, terminate, reserved[6];
};

/* A program that reads it otherwise than it was written would end, and with it all that is held. */
#if defined(__linux__) && defined(__LP64__)
_Static_assert(sizeof(struct settings) == 53552 && sizeof(struct connection) == 8,
               "another format than that of HANDOVER_VERSION");
#endif

typedef void each_fd(int fd);

static void for_each(const struct keeper *keeper, each_fd *act);
static void let_through(int fd);
static void keep_back(int fd);
static bool write_all(int fd, const void *from, size_t size);
static bool read_all(int fd, void *to, size_t size);
static bool hand_over(const struct keeper *keeper, int fd);
static bool receive(struct keeper *keeper, int fd, struct handover *it);
static int go_on(struct keeper *keeper);
static struct file file_at(const char *path);

int upgrade_fits(const char *ledger, const char *handover)
{
    if (strtoul(ledger, NULL, 10) != LEDGER_VERSION) {
        say("the ledger is of version %s, this archond knows %u: stop archond, then start it again",
            ledger, LEDGER_VERSION);
        return 1;
    }
    if (strtoul(handover, NULL, 10) > HANDOVER_VERSION) {
        say("archond is newer than this one: stop it, then start it again");
        return 1;
    }
    return 0;
}

void upgrade_note(struct keeper *keeper)
{
    keeper->self = file_at(keeper->settings.self);
}

void upgrade_self(struct keeper *keeper)
{
    struct file is = file_at(keeper->settings.self);
    if (keeper->settings.init) { /* what it was told then is not all in what is handed over */
        return;
    }
    if (is.number == 0 || memcmp(&is, &keeper->self, sizeof is) == 0) {
        return;
    }
    int fd = os_memory_file("archon-handover", 0);
    if (fd < 0 || !hand_over(keeper, fd)) {
        say("archond itself stays as it is: %s", strerror(errno));
        (void)close(fd);
        return;
    }
    char number[16];
    (void)snprintf(number, sizeof number, "%d", fd);
    static char option[] = "--take-over";
    char *argv[] = { keeper->settings.self, option, number, NULL };
    extern char **environ;
    for_each(keeper, let_through);
    let_through(fd);
    (void)execve(argv[0], argv, environ);
    say("archond itself stays as it is: cannot run %s: %s", argv[0], strerror(errno));
    for_each(keeper, keep_back);
    (void)close(fd);
}

int upgrade_take_over(struct keeper *keeper, const char *fd)
{
    struct handover it;
    int number = atoi(fd);
    if (number <= 2 || !receive(keeper, number, &it)) {
        say("--take-over is for archond itself");
        return 2;
    }
    (void)close(number);
    for_each(keeper, keep_back);
    int failed = ledger_map(keeper->ledger_fd, &keeper->ledger);
    if (failed) {
        say("the ledger cannot be mapped again: %s", strerror(-failed));
        return 1;
    }
    (void)mlock(keeper->ledger, sizeof *keeper->ledger);
    keeper->ledger->head.handover = HANDOVER_VERSION;
    arguments_prepare(keeper, it.nofile);
    keeper->logger.pid = it.logger;
    keeper->logger.since = it.logger_since;
    keeper->logger.delay = it.logger_delay;
    return go_on(keeper);
}

static void for_each(const struct keeper *keeper, each_fd *act)
{
    const int few[] = { keeper->ledger_fd, keeper->listener,  keeper->wake,      keeper->log_wake,
                        keeper->null,      keeper->flight[0], keeper->flight[1], keeper->held,
                        keeper->locks[0],  keeper->locks[1],  keeper->locks[2] };
    for (size_t i = 0; i < sizeof few / sizeof few[0]; i++) {
        act(few[i]);
    }
    for (size_t i = 0; i < LEDGER_SLOTS; i++) {
        const int held[] = { keeper->connections[i].fd, keeper->logs[i][0], keeper->logs[i][1],
                             keeper->kept[i] };
        for (size_t one = 0; one < sizeof held / sizeof held[0]; one++) {
            if (held[one] >= 0) {
                act(held[one]);
            }
        }
    }
}

static void let_through(int fd)
{
    (void)fcntl(fd, F_SETFD, 0);
}

static void keep_back(int fd)
{
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static bool hand_over(const struct keeper *keeper, int fd)
{
    struct handover it = {
        .magic = HANDOVER_MAGIC,
        .version = HANDOVER_VERSION,
        .settings = sizeof keeper->settings,
        .slots = LEDGER_SLOTS,
        .nofile = keeper->nofile,
        .logger_since = keeper->logger.since,
        .ledger_fd = keeper->ledger_fd,
        .listener = keeper->listener,
        .wake = keeper->wake,
        .log_wake = keeper->log_wake,
        .null = keeper->null,
        .held = keeper->held,
        .logger = keeper->logger.pid,
        .logger_delay = keeper->logger.delay,
        .ready = keeper->ready,
        .terminate = keeper->terminate,
    };
    memcpy(it.flight, keeper->flight, sizeof it.flight);
    memcpy(it.locks, keeper->locks, sizeof it.locks);
    return write_all(fd, &it, sizeof it) &&
           write_all(fd, &keeper->settings, sizeof keeper->settings) &&
           write_all(fd, keeper->connections, sizeof keeper->connections) &&
           write_all(fd, keeper->logs, sizeof keeper->logs) &&
           write_all(fd, keeper->kept, sizeof keeper->kept) && lseek(fd, 0, SEEK_SET) == 0;
}

static bool receive(struct keeper *keeper, int fd, struct handover *it)
{
    if (!read_all(fd, it, sizeof *it) || it->magic != HANDOVER_MAGIC ||
        it->version != HANDOVER_VERSION || it->settings != sizeof keeper->settings ||
        it->slots != LEDGER_SLOTS || !read_all(fd, &keeper->settings, sizeof keeper->settings) ||
        !read_all(fd, keeper->connections, sizeof keeper->connections) ||
        !read_all(fd, keeper->logs, sizeof keeper->logs) ||
        !read_all(fd, keeper->kept, sizeof keeper->kept)) {
        return false;
    }
    keeper->ledger_fd = it->ledger_fd;
    keeper->listener = it->listener;
    keeper->wake = it->wake;
    keeper->log_wake = it->log_wake;
    keeper->null = it->null;
    keeper->held = it->held;
    memcpy(keeper->flight, it->flight, sizeof it->flight);
    memcpy(keeper->locks, it->locks, sizeof it->locks);
    keeper->ready = it->ready;
    keeper->terminate = it->terminate;
    keeper->settings.check = NULL;
    return true;
}

/* What does not outlive execve: the set of watched descriptors, and the reading of signals. */
static int go_on(struct keeper *keeper)
{
    keeper->channel = keeper->watch.queue = -1;
    memset(keeper->threads, -1, sizeof keeper->threads);
    keeper->watch.look = keeper->watch.reap = -1;
    keeper->signals = os_signals();
    keeper->events = os_events();
    int failed = keeper->signals < 0 || keeper->events < 0
                     ? -errno
                     : os_watch_input(keeper->events, keeper->signals, TOKEN_SIGNALS);
    if (failed) {
        say("cannot go on as another program: %s", strerror(-failed));
        return 1;
    }
    for (uint32_t number = 0; number < LEDGER_SLOTS; number++) {
        keeper->connected += keeper->connections[number].fd >= 0;
        if (keeper->connections[number].waiting) {
            keeper->connections[number].waiting = false;
            connection_wait(keeper, number);
        }
    }
    return 0;
}

static bool write_all(int fd, const void *from, size_t size)
{
    return write(fd, from, size) == (ssize_t)size;
}

static bool read_all(int fd, void *to, size_t size)
{
    return read(fd, to, size) == (ssize_t)size;
}

static struct file file_at(const char *path)
{
    struct stat found;
    if (stat(path, &found) < 0) {
        return (struct file){ 0 };
    }
    return (struct file){
        .device = (uint64_t)found.st_dev,
        .number = (uint64_t)found.st_ino,
        .changed = (uint64_t)found.st_ctim.tv_sec * 1000000000u + (uint64_t)found.st_ctim.tv_nsec,
    };
}
