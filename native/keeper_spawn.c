/* Starts one of the keeper's own two. fork is cheap here, the keeper being small, and safe, it
 * having one thread. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_PASSED = 3, MOST_PASSED = 8 };
/* Descriptors that the daemon has room for at once: so many at least, and so many a process. */
enum { LEAST_ROOM = 4096, ROOM_EACH = 4 };

static _Noreturn void become(const struct child *child, const int *fds, size_t count,
                             const struct keeper *keeper, pid_t parent);
static int place_descriptors(const int *fds, size_t count, int null);
static int duplicate(int fd, int to);
static void make_room(const struct ledger *ledger);
static void clear_signals(int left);

int spawn_child(struct child *child, const int *fds, size_t count, const struct keeper *keeper)
{
    pid_t parent = getpid();
    pid_t pid = os_fork(keeper->events, &child->descriptor);
    if (pid < 0) {
        return (int)pid;
    }
    if (pid == 0) {
        become(child, fds, count, keeper, parent);
    }
    child->pid = pid;
    child->since = now();
    child->due = -1;
    return 0;
}

/* A session of its own: what the terminal says (Ctrl-C) is the keeper's to forward. */
static _Noreturn void become(const struct child *child, const int *fds, size_t count,
                             const struct keeper *keeper, pid_t parent)
{
    os_die_with(parent, child->ends_by);
    struct ledger_head *head = &keeper->ledger->head;
    ledger_note(head, child->own);
    *(child->own == OWN_DAEMON ? &head->daemon : &head->logger) = getpid();
    (void)setsid();
    int error = -place_descriptors(fds, count, keeper->null);
    if (error == 0) {
        if (child->own == OWN_DAEMON) {
            make_room(keeper->ledger);
        }
        clear_signals(child->ends_by);
        (void)execve(child->argv[0], child->argv, keeper->environment);
        error = errno;
    }
    say("cannot run %s: %s", child->argv[0], strerror(error));
    _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
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
