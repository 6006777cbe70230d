/*
 * archond --child: the moment in which a child of the keeper becomes minder, daemon or archon-log.
 * It has all the descriptors that the keeper holds, and the state, where it looks and changes
 * nothing.
 */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/self.h"

enum { FIRST_PASSED = 3, MOST_PASSED = 8 };
/* Descriptors that the daemon has room for at once: so many at least, and so many a process. */
enum { LEAST_ROOM = 4096, ROOM_EACH = 4 };

static int minder_become(struct minder *minder);
static int daemon_become(struct minder *minder, const char *as, int channel);
static int logger_become(struct minder *minder);
static int run(const struct minder *minder, const char *const *argv);
static int place_descriptors(const int *fds, size_t count, int null);
static int duplicate(int fd, int to);
static void make_room(const struct ledger *ledger);
static void clear_signals(int left);

int child_become(const char *as, const char *channel)
{
    say_never_waits();
    bool minds = strcmp(as, "minder") == 0;
    self_name(minds ? "archon-minder" : "archond");
    struct minder *minder = minder_take(minds ? MAP_SHARED : MAP_PRIVATE);
    if (!minder) {
        return 2;
    }
    /* A session of its own: what the terminal says (Ctrl-C) is the keeper's to forward. */
    (void)setsid();
    return minds                       ? minder_become(minder)
           : strcmp(as, "logger") == 0 ? logger_become(minder)
                                       : daemon_become(minder, as, atoi(channel));
}

/* It has what was made at start, to hand on: but nothing that is the keeper's alone, which others
 * wait for the end of. All signals stay blocked: a service manager sends TERM to everybody. */
static int minder_become(struct minder *minder)
{
    const struct keeper *keeper = minder->keeper;
    os_die_with(minder->ledger->head.keeper, SIGKILL);
    const int keepers[] = { keeper->locks[0], keeper->locks[1], keeper->locks[2],
                            keeper->events,   keeper->taken,    keeper->to_minder };
    for (size_t i = 0; i < sizeof keepers / sizeof keepers[0]; i++) {
        close(keepers[i]);
    }
    os_close_from(keeper->last + 1);
    return minder_run(minder);
}

/* What is started ahead the ledger does not name yet. */
static int daemon_become(struct minder *minder, const char *as, int channel)
{
    struct ledger_head *head = &minder->ledger->head;
    const struct keeper *keeper = minder->keeper;
    os_die_with(os_parent(head), SIGKILL);
    if (strcmp(as, "spare") != 0) {
        ledger_note(head, OWN_DAEMON, getpid());
        head->daemon = getpid();
    }
    int fds[] = { channel,      keeper->listener, keeper->ledger_fd,
                  keeper->wake, keeper->log_wake, STDIN_FILENO };
    int failed = place_descriptors(fds, minder->settings.foreground[0] ? 6 : 5, keeper->null);
    if (failed) {
        say("cannot pass on what the daemon needs: %s", strerror(-failed));
        return 126;
    }
    make_room(minder->ledger);
    clear_signals(SIGKILL);
    return run(minder, child_arguments(minder, as));
}

/* USR1 when the keeper dies: it writes what it has taken yet. */
static int logger_become(struct minder *minder)
{
    struct ledger_head *head = &minder->ledger->head;
    const struct keeper *keeper = minder->keeper;
    os_die_with(os_parent(head), SIGUSR1);
    ledger_note(head, OWN_LOGGER, getpid());
    head->logger = getpid();
    int fds[] = { keeper->ledger_fd, keeper->log_wake,  keeper->wake,
                  keeper->flight[0], keeper->flight[1], keeper->held };
    int failed = place_descriptors(fds, 6, keeper->null);
    if (failed) {
        say("cannot pass on what archon-log needs: %s", strerror(-failed));
        return 126;
    }
    clear_signals(SIGUSR1);
    const struct settings *settings = &minder->settings;
    return run(minder, (const char *const[]){ settings->logger, settings->fifo_dir,
                                              settings->log_dir, NULL });
}

static int run(const struct minder *minder, const char *const *argv)
{
    (void)execve(argv[0], (char *const *)(uintptr_t)argv,
                 child_environment(&minder->settings, minder->nofile));
    int error = errno;
    say("cannot run %s: %s", argv[0], strerror(error));
    return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

/* First up above the places that are to be filled, then down. 0 or -errno. */
static int place_descriptors(const int *fds, size_t count, int null)
{
    int above[MOST_PASSED];
    for (size_t i = 0; i < count; i++) {
        above[i] = fcntl(fds[i], F_DUPFD, FIRST_PASSED + MOST_PASSED);
        if (above[i] < 0) {
            return -errno;
        }
    }
    /* Not before: what is passed may be the standard input that we were given. */
    int failed = duplicate(null, STDIN_FILENO);
    for (size_t i = 0; i < count && failed >= 0; i++) {
        failed = duplicate(above[i], FIRST_PASSED + (int)i);
    }
    os_close_from(FIRST_PASSED + (int)count);
    return failed < 0 ? failed : 0;
}

static int duplicate(int fd, int to)
{
    int result;
    do {
        result = dup2(fd, to);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : result;
}

/*
 * The table of descriptors grows with the highest number that was ever used, and keeps its size
 * over exec. Grown by a process that has threads, as Node has at once, each doubling waits until no
 * processor looks at the old table any more: some 10 ms, of which a daemon that takes over a
 * thousand processes had five.
 */
static void make_room(const struct ledger *ledger)
{
    uint32_t high = __atomic_load_n(&ledger->head.high, __ATOMIC_SEQ_CST);
    int wanted = ROOM_EACH * (int)(high < LEDGER_SLOTS ? high : LEDGER_SLOTS) + LEAST_ROOM;
    while (wanted > LEAST_ROOM / 16 && dup2(STDIN_FILENO, wanted - 1) < 0) {
        wanted /= 2; /* more than we may have */
    }
    close(wanted - 1);
}

/* What is ignored stays ignored over exec: the keeper's own parent may have ignored anything. The
 * signal that comes when the keeper dies waits until the program hears it; nothing blocks KILL. */
static void clear_signals(int left)
{
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_DFL);
    }
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, left);
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}
