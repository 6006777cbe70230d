/*
 * Stands in for the daemon, and for archon-log, so that the keeper can be tested alone: it does
 * what a test tells it over a socket `control` in the state (or log) directory. One line is one
 * order, answered by one line. Started by the keeper as
 *     puppet --min-semi-space-size=4 … BUNDLE --socket S --state-dir D …     or
 *     archon-log FIFODIR LOGDIR
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "puppet.h"

enum { CHANNEL = 3, LISTENER = 4, LEDGER = 5, WAKE = 6, PATIENCE = 10000 };

struct ledger *ledger;
static FILE *control;
static int signals;
static sigset_t blocked;

static bool readable(int fd)
{
    struct pollfd one = { .fd = fd, .events = POLLIN };
    return poll(&one, 1, PATIENCE) == 1;
}

void reply(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(control, format, arguments);
    va_end(arguments);
    fputc('\n', control);
    fflush(control);
}

/* send TEXT [FD [FD]]; in the text, \1 stands for a line break. */
static void order_send(char *rest)
{
    char *save;
    char *text = strtok_r(rest, " ", &save);
    for (char *at = text; (at = strchr(at, '\1')) != NULL;) {
        *at = '\n';
    }
    int fds[4];
    size_t count = 0;
    for (char *word; count < 4 && (word = strtok_r(NULL, " ", &save));) {
        fds[count++] = atoi(word);
    }
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof fds)];
    struct iovec bytes = { text, strlen(text) };
    struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
    if (count > 0) {
        message.msg_control = space;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(part), fds, count * sizeof(int));
    }
    reply("%s", sendmsg(CHANNEL, &message, MSG_NOSIGNAL) < 0 ? strerror(errno) : "sent");
}

static void order_receive(char *rest)
{
    (void)rest;
    char text[256];
    ssize_t length = readable(CHANNEL) ? recv(CHANNEL, text, sizeof text - 1, 0) : -1;
    text[length < 0 ? 0 : length] = '\0';
    reply("%s", text);
}

static void order_accept(char *rest)
{
    (void)rest;
    reply("%d", readable(LISTENER) ? accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC) : -1);
}

/* Writes into the connection until nothing more goes in. */
static void order_fill(char *rest)
{
    int fd = atoi(rest);
    long total = 0;
    char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    for (size_t size = sizeof bytes; size > 0;) {
        ssize_t sent = send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            total += sent;
        }
        else {
            size /= 2;
        }
    }
    reply("%ld", total);
}

/* Gives a connection as little room as there is, as net.core.wmem_default can. */
static void order_narrow(char *rest)
{
    const int least = 1;
    reply("%d", setsockopt(atoi(rest), SOL_SOCKET, SO_SNDBUF, &least, sizeof least));
}

/* Waits for the wake eventfd and clears it. */
static void order_woken(char *rest)
{
    (void)rest;
    eventfd_t count = 0;
    if (readable(WAKE)) {
        (void)eventfd_read(WAKE, &count);
    }
    reply("%llu", (unsigned long long)count);
}

static void order_signal(char *rest)
{
    (void)rest;
    struct signalfd_siginfo info = { 0 };
    if (readable(signals) && read(signals, &info, sizeof info) < 0) {
        info.ssi_signo = 0;
    }
    reply("%s", info.ssi_signo ? sigabbrev_np((int)info.ssi_signo) : "none");
}

static void order_close(char *rest)
{
    reply("%d", close(atoi(rest)));
}

static void order_open(char *rest)
{
    reply("%d", open(rest, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

/* Whether the other end is gone. */
static void order_ended(char *rest)
{
    struct pollfd one = { .fd = atoi(rest) };
    reply("%d", poll(&one, 1, 0) == 1 && (one.revents & POLLHUP) != 0);
}

/* The signals that were blocked when it began. */
static void order_blocked(char *rest)
{
    (void)rest;
    char text[512] = "";
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&blocked, number) == 1) {
            strcat(strcat(text, text[0] ? " " : ""), sigabbrev_np(number));
        }
    }
    reply("%s", text);
}

/* Busy for ever, and of no use. */
static void order_spin(char *rest)
{
    (void)rest;
    reply("spins");
    for (;;) {
        (void)getppid();
    }
}

/* Until it is told to exit, or the test is over, it ends by KILL alone. */
static void order_deaf(char *rest)
{
    (void)rest;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    reply("deaf");
}

static void order_exit(char *rest)
{
    _exit(atoi(rest));
}

static const struct {
    const char *name;
    void (*carry_out)(char *rest);
} orders[] = {
    { "send", order_send },       { "receive", order_receive }, { "accept", order_accept },
    { "fill", order_fill },       { "narrow", order_narrow },   { "close", order_close },
    { "open", order_open },       { "start", order_start },     { "put", order_put },
    { "slot", order_slot },       { "whole", order_whole },     { "connection", order_connection },
    { "head", order_head },       { "woken", order_woken },     { "signal", order_signal },
    { "beat", order_beat },       { "answer", order_answer },   { "spin", order_spin },
    { "deaf", order_deaf },       { "exit", order_exit },       { "ended", order_ended },
    { "blocked", order_blocked }, { "number", order_number },   { "logged", order_logged },
};

static void obey(char *line)
{
    char *rest = line + strcspn(line, " ");
    if (*rest) {
        *rest++ = '\0';
    }
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (strcmp(line, orders[i].name) == 0) {
            orders[i].carry_out(rest);
            return;
        }
    }
    reply("what?");
}

static int connect_to(const char *directory)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control", directory);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : fd;
}

int main(int argc, char **argv)
{
    bool logs = argc == 3;
    for (int fd = CHANNEL; fd <= WAKE + 1; fd++) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    const char *directory = logs ? argv[2] : NULL;
    for (int i = 1; i + 1 < argc && !logs; i++) {
        if (strcmp(argv[i], "--state-dir") == 0) {
            directory = argv[i + 1];
        }
    }
    if (!logs) {
        sigset_t waited;
        sigemptyset(&waited);
        sigaddset(&waited, SIGTERM);
        sigaddset(&waited, SIGHUP);
        sigaddset(&waited, SIGINT);
        sigprocmask(SIG_BLOCK, &waited, NULL);
        signals = signalfd(-1, &waited, SFD_CLOEXEC);
        ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, LEDGER, 0);
    }
    if (logs) { /* when the keeper dies it ends, and does nothing before */
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, &blocked);
    }
    int fd = directory ? connect_to(directory) : -1;
    if (fd < 0 || (!logs && ledger == MAP_FAILED)) {
        return 42;
    }
    control = fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "w");
    FILE *told = fdopen(fd, "r");
    reply("%d", getpid());
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, told)) > 0;) {
        line[length - 1] = '\0';
        obey(line);
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    pause(); /* the test is over; the keeper's end is ours */
    return 0;
}
