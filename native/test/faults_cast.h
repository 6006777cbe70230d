/* Whom the keeper of keeper_faults.c starts: its daemon, which loses something each time it ends,
 * and its archon-log. */
#ifndef ARCHON_TEST_FAULTS_CAST_H
#define ARCHON_TEST_FAULTS_CAST_H

#include "check.h"
#include "faults.h"

#include "fdpass.h"
#include "ledger.h"

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

enum { CHANNEL = 3, LISTENER, LEDGER, PATIENCE = 20000 };

static void daemon_send(const char *text, int fd)
{
    char control[CMSG_SPACE(sizeof fd)];
    struct iovec bytes = { (void *)(uintptr_t)text, strlen(text) };
    struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
    memset(control, 0, sizeof control);
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(part), &fd, sizeof fd);
    }
    if (sendmsg(CHANNEL, &message, MSG_NOSIGNAL) < 0) {
        _exit(3);
    }
}

/* Says something to which there is an answer: its first letter, and the descriptor or -1. */
static char daemon_ask(const char *text, int *fd)
{
    char said[64];
    struct fdpass_received received;
    struct pollfd readable = { .fd = CHANNEL, .events = POLLIN };
    daemon_send(text, -1);
    do {
        if (poll(&readable, 1, PATIENCE) != 1 ||
            fdpass_receive(CHANNEL, said, sizeof said, &received) <= 0) {
            _exit(5);
        }
    } while (*said == 'R'); /* Ready */
    *fd = received.count == 1 ? received.fds[0] : -1;
    return *said;
}

/* Has the keeper take the next client, as often as it says that this did not go. */
static void take_client(int number)
{
    char text[32];
    int fd = -1;
    while (fd < 0) {
        struct pollfd waits = { .fd = LISTENER, .events = POLLIN };
        (void)poll(&waits, 1, PATIENCE);
        snprintf(text, sizeof text, "Accept,c%d", number);
        if (daemon_ask(text, &fd) == 'L') { /* Late: it has it */
            snprintf(text, sizeof text, "Take,c%d", number);
            (void)daemon_ask(text, &fd);
        }
    }
    close(fd);
}

/* Goes on with the connection of the daemon before, and has its reply sent once. */
static void reply_to(struct ledger *ledger, int number)
{
    struct ledger_connection *connection = &ledger->connections[number];
    char text[32];
    int fd;
    if (connection->at == connection->next) {
        return; /* an earlier one has */
    }
    snprintf(text, sizeof text, "Take,c%d", number);
    while (daemon_ask(text, &fd) != 'F') {
    }
    close(fd);
    snprintf(text, sizeof text, "Reply,c%d,Ok\n", number);
    for (int i = 0; i < PATIENCE; i++) {
        if (i == 0 || __atomic_exchange_n(&connection->full, 0, __ATOMIC_SEQ_CST) != 0) {
            daemon_send(text, -1);
        }
        if (__atomic_load_n(&connection->at, __ATOMIC_SEQ_CST) == connection->next) {
            break;
        }
        (void)poll(NULL, 0, 1);
    }
    snprintf(text, sizeof text, "Drop,c%d", number);
    daemon_send(text, -1);
}

/* Takes two clients: one has asked for something that the next daemon replies to, for the other it
 * starts what exits with 7 once somebody has opened the gate. */
static void begin(struct ledger *ledger, const char *gate)
{
    struct ledger_slot *slot = &ledger->at[0];
    take_client(0);
    take_client(1);
    ledger->connections[1] = (struct ledger_connection){ .request = 1, .next = 9 };
    __atomic_store_n(&ledger->connections[1].whole, 1, __ATOMIC_SEQ_CST);
    daemon_send("Store,k5", memfd_create("kept", MFD_CLOEXEC));
    *slot = (struct ledger_slot){ .conn = 0, .log = -1, .kind = KIND_RUN, .stage = STAGE_EXEC };
    slot->start = ++ledger->head.start;
    ledger->head.high = 1;
    __atomic_store_n(&slot->state, SLOT_INTENT, __ATOMIC_SEQ_CST);
    struct clone_args how = { .flags = CLONE_PARENT | CLONE_PARENT_SETTID,
                              .parent_tid = (uint64_t)(uintptr_t)&ledger->pids[0] };
    long pid = syscall(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        char letter;
        close_range(CHANNEL, ~0U, 0);
        int fd = open(gate, O_RDONLY);
        _exit(read(fd, &letter, 1) == 1 ? 7 : 8);
    }
    dprintf(1, "child %ld\n", pid);
}

/* Whether the keeper gives back what the daemon before had it keep. */
static bool is_kept(void)
{
    int fd;
    while (daemon_ask("Take,k5", &fd) != 'F') {
    }
    return fd >= 0;
}

/* What waits for this daemon shows there. */
static int queue(void)
{
    struct epoll_event event = { .events = EPOLLIN };
    int fd = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(fd, EPOLL_CTL_ADD, LISTENER, &event);
    return fd;
}

/* Whether one that is started ahead is to begin, after it has done nothing. */
static bool begins(void)
{
    char text[8] = "";
    dprintf(1, "spare %d\n", getpid());
    return recv(CHANNEL, text, sizeof text - 1, 0) == 5 && strcmp(text, "Begin") == 0;
}

/* Has the minder believe that one of our threads has ended, and waits until it has seen that: it
 * closes its end then. */
static void lose_thread(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        _exit(5);
    }
    daemon_send("Threads", ends[0]);
    close(ends[0]);
    (void)!write(ends[1], "\n", 1);
    struct pollfd closed = { .fd = ends[1] };
    (void)poll(&closed, 1, PATIENCE);
}

/* The first one dies with two requests in flight; the next replies to one, lets the Run end, and
 * waits to be told to stop or, by USR1, to be upgraded or, by USR2, to die slowly. */
static int play_daemon(const char *state, bool ahead)
{
    if (ahead && !begins()) {
        return 6;
    }
    struct ledger *ledger =
        mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, LEDGER, 0);
    char gate[4200];
    sigset_t term;
    int number = 0;
    snprintf(gate, sizeof gate, "%s/gate", state);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigaddset(&term, SIGUSR1);
    sigaddset(&term, SIGUSR2);
    sigprocmask(SIG_BLOCK, &term, NULL);
    if (ledger == MAP_FAILED) {
        return 4;
    }
    daemon_send("Hello", -1);
    if (ledger->head.high == 0) {
        begin(ledger, gate);
        kill(getpid(), SIGKILL);
    }
    bool kept = ledger->head.keepers > 1 || is_kept();
    daemon_send("Watch", queue());
    ledger->head.beat++;
    __atomic_store_n(&ledger->head.answered, ledger->head.generation, __ATOMIC_SEQ_CST);
    reply_to(ledger, 1);
    dprintf(1, "daemon of keeper %u, %d\n%s", ledger->head.keepers, getpid(),
            kept ? "" : "what was kept is gone\n");
    int fd = open(gate, O_RDWR);
    (void)!write(fd, "\n", 1);
    sigwait(&term, &number);
    if (number == SIGUSR2) {
        lose_thread();
        kill(getpid(), SIGKILL);
    }
    daemon_send(number == SIGUSR1 ? "Upgrade" : "Quit", -1);
    return 0;
}

static int play_logger(void)
{
    sigset_t ending;
    int number;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGUSR1);
    sigprocmask(SIG_SETMASK, &ending, NULL);
    dprintf(1, "logger %d\n", getpid());
    sigwait(&ending, &number);
    return 0;
}

#endif
