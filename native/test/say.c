/* Lines on standard error and output, as whoever reads them finds them. */
#include "say.h"

#include "check.h"
#include "full.h"
#include "open_count.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of a text, in a line of PIPE_BUF with its prefix, newline and NUL. */
enum { LONGEST = PIPE_BUF - (int)sizeof "archond: " - 1 };

static char line[2 * PIPE_BUF], text[2 * PIPE_BUF], bytes[65536];
static int note;

/* What `fd` was, to be put back. */
static int redirect(int fd, int to)
{
    int before = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    need(before >= 0 && dup2(to, fd) == fd, "dup2");
    return before;
}

static void put_back(int fd, int before)
{
    need(dup2(before, fd) == fd, "dup2");
    close(before);
}

/* By packets: what one write(2) wrote. The length, 0 for none. */
static size_t next_line(int reader)
{
    ssize_t length = recv(reader, line, sizeof line - 1, MSG_DONTWAIT);
    line[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

static void says_long(int reader, size_t length)
{
    memset(text, 'x', length);
    text[length] = '\0';
    say("%s", text);
    (void)next_line(reader);
}

static bool is_cut(void)
{
    return strlen(line) == PIPE_BUF - 1 && strspn(line + 9, "x") == LONGEST &&
           strcmp(line + 9 + LONGEST, "\n") == 0;
}

static void says(void)
{
    int pair[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    int before = redirect(STDERR_FILENO, pair[1]);
    say("%s has %d", "it", 3);
    say("%s", "");
    check(next_line(pair[0]) > 0 && strcmp(line, "archond: it has 3\n") == 0,
          "a line has a prefix and its end, in one write");
    check(next_line(pair[0]) > 0 && strcmp(line, "archond: \n") == 0, "an empty one, too");
    says_long(pair[0], LONGEST - 1);
    check(strlen(line) == PIPE_BUF - 2 && line[PIPE_BUF - 3] == '\n', "a long one is whole");
    says_long(pair[0], LONGEST);
    check(is_cut(), "the longest, too");
    says_long(pair[0], LONGEST + 1);
    check(is_cut(), "one that is longer is cut, and has its end");
    says_long(pair[0], sizeof text - 1);
    check(is_cut() && next_line(pair[0]) == 0, "however long it is, nothing comes behind it");
    put_back(STDERR_FILENO, before);
    close(pair[0]);
    close(pair[1]);
}

static void announces(void)
{
    int outputs[2], errors[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, outputs) == 0 &&
             socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, errors) == 0,
         "socketpair");
    int output = redirect(STDOUT_FILENO, outputs[1]), error = redirect(STDERR_FILENO, errors[1]);
    announce("ready %d", 1);
    put_back(STDOUT_FILENO, output);
    put_back(STDERR_FILENO, error);
    check(next_line(outputs[0]) > 0 && strcmp(line, "archond: ready 1\n") == 0,
          "what is announced is on standard output");
    check(next_line(errors[0]) == 0, "and not on standard error");
    for (int i = 0; i < 2; i++) {
        close(outputs[i]);
        close(errors[i]);
    }
}

static void has(void)
{
    int ends[2];
    size_t size;
    fill_new(ends, &size);
    check(!has_room(ends[1]), "a full pipe has no room");
    need(read(ends[0], bytes, PIPE_BUF) == PIPE_BUF, "read");
    check(has_room(ends[1]), "it has where a line was read");
    check(!has_room(9999) && !has_room(-1), "no descriptor has none");
    close(ends[0]);
    close(ends[1]);
}

static void interrupted(int number)
{
    (void)number;
    (void)write(note, "!", 1);
}

/* It waits for something, or has ended. */
static bool rests(pid_t pid)
{
    char path[32], stat[512] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    need(fd >= 0 && read(fd, stat, sizeof stat - 1) > 0, "read");
    close(fd);
    const char *state = strrchr(stat, ')');
    return state != NULL && strchr("SZ", state[2]) != NULL;
}

static void until_rests(pid_t pid)
{
    while (!rests(pid)) {
        (void)poll(NULL, 0, 1);
    }
}

/* Says of a full pipe that it has room: what fills it came in between. */
static bool comes_late;

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    if (comes_late && timeout == 0) {
        fds->revents = POLLOUT;
        return 1;
    }
    const struct timespec patience = { timeout / 1000, timeout % 1000 * 1000000L };
    return ppoll(fds, count, timeout < 0 ? NULL : &patience, NULL);
}

/* At start. A signal comes while it waits. */
static void waits(void)
{
    int ends[2], notes[2];
    size_t size;
    char last[64] = "";
    fill_new(ends, &size);
    need(pipe2(notes, O_CLOEXEC) == 0, "pipe2");
    note = notes[1];
    struct sigaction action = { .sa_handler = interrupted }; /* no SA_RESTART */
    need(sigaction(SIGUSR1, &action, NULL) == 0, "sigaction");
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        say("late");
        _exit(0);
    }
    close(ends[1]);
    close(notes[1]);
    until_rests(pid);
    need(kill(pid, SIGUSR1) == 0, "kill");
    bool came = read(notes[0], bytes, 1) == 1;
    until_rests(pid);
    for (size_t left = size; left > 0;) {
        ssize_t taken = read(ends[0], bytes, left < sizeof bytes ? left : sizeof bytes);
        need(taken > 0, "read");
        left -= (size_t)taken;
    }
    bool whole = read(ends[0], last, sizeof last - 1) > 0 && strcmp(last, "archond: late\n") == 0;
    check(came && whole, "at start a line waits for room, also past a signal");
    need(waitpid(pid, NULL, 0) == pid, "waitpid");
    close(ends[0]);
    close(notes[0]);
}

/* From here on for the rest of the process. */
static void never_waits(void (*filled)(int *, size_t *), const char *kind)
{
    int ends[2];
    size_t size;
    int before = open_count();
    say_never_waits();
    printf("# %s\n", kind);
    filled(ends, &size);
    int output = redirect(STDOUT_FILENO, ends[1]), error = redirect(STDERR_FILENO, ends[1]);
    say("lost");
    announce("lost");
    comes_late = true;
    say("lost");
    comes_late = false;
    need(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0, "fcntl");
    size_t found = 0;
    for (ssize_t taken; (taken = read(ends[0], bytes, sizeof bytes)) > 0;) {
        found += (size_t)taken;
    }
    say("here");
    announce("too");
    put_back(STDOUT_FILENO, output);
    put_back(STDERR_FILENO, error);
    check(found == size,
          "later a line that would wait is dropped, on either of the two, also where "
          "there was room a moment ago");
    ssize_t length = read(ends[0], line, sizeof line - 1);
    line[length > 0 ? length : 0] = '\0';
    check(strcmp(line, "archond: here\narchond: too\n") == 0, "and the next one with room is said");
    close(ends[0]);
    close(ends[1]);
    check(open_count() == before, "no descriptor is left of it");
}

int main(void)
{
    (void)alarm(60); /* what waits where it is not to */
    says();
    announces();
    has();
    waits();
    never_waits(fill_new, "a pipe");
    never_waits(fill_named, "a FIFO");
    return result();
}
