/*
 * run: the caller's descriptors and directory go along with the request; while it is in flight,
 * signals are passed on; its ExitStatus is the exit code.
 *
 * The signals are blocked before anything is sent, so none is lost: one that comes while the record
 * waits for room ends us, as nothing was started; one that comes later finds the run on its way.
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { REPLY, SIGNAL, FORWARD, PING, SOURCES };

/* As shells say it: exec failed, and of that ENOENT or ENOTDIR. */
enum { NOT_STARTED = 126, NOT_FOUND = 127 };

static int wait_for_end(int fd, int signals, struct forward *forward);
static int sooner(int one, int other);
static int replied(struct reader *reader, int fd, const char *name);
static int signalled(int signals, struct forward *forward);

/* The exit code. */
int run(const struct ask *ask, int fd, const char *path, const struct bytes *record)
{
    int folder = open(ask->folder ? ask->folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        complain("cannot start in %s: %s", ask->folder ? ask->folder : "the current directory",
                 strerror(errno));
        return CTL_ERROR;
    }
    sigset_t caught, before;
    signals_caught(&caught);
    sigprocmask(SIG_BLOCK, &caught, &before);
    int signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) {
        complain("cannot read signals: %s", strerror(errno));
        return CTL_ERROR;
    }
    int passed[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, folder };
    /* When this fails the stream has ended, and what was said before that can still be read. */
    socket_send(fd, record, passed, sizeof passed / sizeof passed[0], &before);
    static struct forward forward;
    forward = (struct forward){ .path = path, .name = ask->name, .fd = -1 };
    int code = wait_for_end(fd, signals, &forward);
    if (has_key(ask) && (code == NOT_STARTED || code == NOT_FOUND)) {
        complain(
            "exit code %d is that of a program that cannot be started; where this key is known "
            "already it is the first answer, and nothing was started now: choose another key to "
            "try again",
            code);
    }
    return code;
}

static int wait_for_end(int fd, int signals, struct forward *forward)
{
    static struct reader reader;
    struct patience patience;
    int code = CTL_GO_ON;
    patience_begin(&patience, forward->path);
    while (code == CTL_GO_ON) {
        struct pollfd at[SOURCES] = {
            [REPLY] = { .fd = fd, .events = POLLIN },
            [SIGNAL] = { .fd = signals, .events = POLLIN },
            [FORWARD] = { .fd = forward->fd, .events = POLLIN },
            [PING] = { .fd = patience.fd, .events = POLLIN },
        };
        if (poll(at, SOURCES, sooner(forward_timeout(forward), patience_timeout(&patience))) < 0) {
            continue;
        }
        patience_step(&patience, at[REPLY].revents || at[PING].revents);
        forward_step(forward, at[FORWARD].revents != 0);
        if (at[SIGNAL].revents) {
            code = signalled(signals, forward);
        }
        if (at[REPLY].revents) {
            code = replied(&reader, fd, forward->name);
        }
    }
    return code;
}

/* Of two times for poll, of which -1 is none. */
static int sooner(int one, int other)
{
    return one < 0 ? other : other < 0 || one < other ? one : other;
}

static int replied(struct reader *reader, int fd, const char *name)
{
    int n = reader_fill(reader, fd);
    if (n <= 0 && n != -EINTR) {
        complain("the connection ended before the reply; %s may be running still (archonctl status "
                 "%s) or has ended (archonctl events --names %s)",
                 name, name, name);
        return CTL_SILENT;
    }
    char *line = reader_line(reader);
    if (!line) {
        return CTL_GO_ON;
    }
    static struct list reply;
    int code = csv_split(line, &reply) == 0 ? reply_code(&reply) : CTL_GO_ON;
    if (code == CTL_GO_ON) {
        complain("what answers there is no archond");
        return CTL_SILENT;
    }
    return code;
}

static int signalled(int signals, struct forward *forward)
{
    struct signalfd_siginfo got;
    while (read(signals, &got, sizeof got) == sizeof got) {
        int signo = (int)got.ssi_signo;
        if (signal_wanted(signo, got.ssi_code) && forward_push(forward, signo) < 0) {
            complain("the daemon does not answer; %s may be running still", forward->name);
            return CTL_SILENT;
        }
    }
    return CTL_GO_ON;
}
