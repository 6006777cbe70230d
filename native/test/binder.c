/*
 * archon-binder as a program under the sanitizers: between a process of this test that binds and
 * the daemon, which this test plays in every way there is.
 */
#include "../bind.h"
#include "check.h"
#include "fdpass.h"
#include "filter.h"
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum how {
    GIVE,
    GIVE_LATE_TO_ANOTHER, /* an answer to a question that was not asked comes first */
    REFUSE,
    GARBAGE,
    ANOTHER, /* a socket of another kind */
    NO_SOCKET,
    HANG_UP,
    SILENT
};

static int listener = -1, line = -1, memory = -1, kept = -1;
static pid_t binder = -1;
static char path[256];

static void listen_to_bind(int cradle)
{
    int fd = listen_to(SYS_bind);
    need(fd >= 0 && fdpass_send_one(cradle, "L", 1, fd) == 0, "seccomp");
    close(fd);
}

/* A process that binds this port and exits with what came of it: 1 it listens, 0 it does not, or an
 * errno from 2 on. */
static pid_t binds(int port)
{
    int cradle[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, cradle) == 0, "socketpair");
    pid_t pid = fork();
    if (pid == 0) {
        struct sockaddr_in at = loopback(port);
        int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        listen_to_bind(cradle[1]);
        if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
            _exit(errno);
        }
        socklen_t size = sizeof on;
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size);
        bool same = fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK) && fcntl(fd, F_GETFD) == FD_CLOEXEC;
        _exit(same && port_of(fd) == port ? on : 200);
    }
    struct fdpass_received received;
    char byte;
    struct pollfd more = { .fd = cradle[0], .events = POLLIN };
    poll(&more, 1, -1);
    need(fdpass_receive(cradle[0], &byte, 1, &received) == 1 && received.count == 1, "listener");
    listener = received.fds[0];
    close(cradle[0]);
    close(cradle[1]);
    return pid;
}

static void start_binder(void)
{
    int pair[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    line = pair[0];
    binder = fork();
    if (binder == 0) {
        int from[] = { fcntl(listener, F_DUPFD, 100), fcntl(pair[1], F_DUPFD, 100),
                       fcntl(memory, F_DUPFD, 100) };
        for (int i = 0; i < 3; i++) {
            dup2(from[i], 3 + i);
            close(from[i]);
        }
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
}

/* The next question: its number. */
static unsigned long question(char *text, size_t size)
{
    struct fdpass_received received;
    struct pollfd more = { .fd = line, .events = POLLIN };
    poll(&more, 1, -1);
    ssize_t length = fdpass_receive(line, text, size - 1, &received);
    text[length < 0 ? 0 : length] = '\0';
    for (int i = 0; i < received.count; i++) {
        close(received.fds[i]);
    }
    return strtoul(text, NULL, 10);
}

static void reply(enum how how, unsigned long id)
{
    char text[32], other[32];
    int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(text, sizeof text, "%lu", id);
    snprintf(other, sizeof other, "%lu", id + 1);
    switch (how) {
    case GIVE_LATE_TO_ANOTHER:
        fdpass_send_one(line, other, strlen(other), datagram);
        fdpass_send_one(line, text, strlen(text), kept);
        break;
    case GIVE:
        fdpass_send_one(line, text, strlen(text), kept);
        break;
    case REFUSE:
        fdpass_send_one(line, text, strlen(text), -1);
        break;
    case GARBAGE:
        fdpass_send_one(line, "x", 1, kept);
        fdpass_send_one(line, text, strlen(text), -1);
        break;
    case ANOTHER:
        fdpass_send_one(line, text, strlen(text), datagram);
        break;
    case NO_SOCKET:
        fdpass_send_one(line, text, strlen(text), STDOUT_FILENO);
        break;
    case HANG_UP:
        close(line);
        line = -1;
        break;
    case SILENT:
        break;
    }
    close(datagram);
}

static int code_of(pid_t pid)
{
    int status = -1;
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void end_binder(const char *sentence)
{
    close(listener);
    check(code_of(binder) == 0, sentence);
    if (line >= 0) {
        close(line);
    }
    need(ftruncate(memory, 0) == 0 && ftruncate(memory, 4096) == 0, "ftruncate");
}

static void answers(void)
{
    static const struct {
        enum how how;
        int code;
        const char *sentence;
    } ways[] = { { GIVE, 1, "what archon gives is bound, with the program's own flags" },
                 { GIVE_LATE_TO_ANOTHER, 1, "an answer to something else is passed over" },
                 { REFUSE, EADDRINUSE, "what it refuses is left to the real bind" },
                 { GARBAGE, EADDRINUSE, "what is no answer is none" },
                 { ANOTHER, EADDRINUSE, "another kind of socket is not taken" },
                 { NO_SOCKET, EADDRINUSE, "nor is what is no socket" },
                 { HANG_UP, EADDRINUSE, "a daemon that hangs up leaves it to the real bind" },
                 { SILENT, EADDRINUSE, "so does one that says nothing" } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char text[128], wanted[128], got[128];
        int64_t since = now_ms();
        pid_t pid = binds(port_of(kept));
        start_binder();
        unsigned long id = question(text, sizeof text);
        reply(ways[i].how, id);
        int code = code_of(pid);
        bool waits = ways[i].how == HANG_UP || ways[i].how == SILENT;
        int64_t took = now_ms() - since;
        check(code == ways[i].code && took < 2 * WAIT_MS && (!waits || took >= WAIT_MS - 100),
              ways[i].sentence);
        snprintf(wanted, sizeof wanted, "%u,%u,tcp:127.0.0.1:%d", geteuid(), getegid(),
                 port_of(kept));
        snprintf(got, sizeof got, "%s", strchr(text, ',') == NULL ? "" : strchr(text, ',') + 1);
        check(strcmp(got, wanted) == 0, "it is asked for the address, and for whom");
        end_binder("it ends when nobody is left who could call");
    }
}

/* What one had taken up is asked again by whoever comes after it. */
static void killed(void)
{
    char text[128];
    pid_t pid = binds(port_of(kept));
    start_binder();
    question(text, sizeof text);
    close(line);
    pid_t first = binder;
    start_binder();
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    reply(GIVE, question(text, sizeof text));
    check(code_of(pid) == 1, "a call that one had taken up is asked for again when it was killed");
    end_binder("and the second ends as the first would");
}

/* The same for one that was killed between the two system calls with which it answers. */
static void killed_late(void)
{
    char text[128];
    pid_t pid = binds(port_of(kept));
    start_binder();
    question(text, sizeof text);
    kill(binder, SIGKILL);
    waitpid(binder, NULL, 0);
    close(line);
    struct {
        int64_t since;
        uint32_t is_placing;
        struct seccomp_notif at;
    } *mind = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    struct seccomp_notif_addfd add = { .id = mind->at.id,
                                       .flags = SECCOMP_ADDFD_FLAG_SETFD,
                                       .srcfd = (__u32)kept,
                                       .newfd = (__u32)mind->at.data.args[0],
                                       .newfd_flags = O_CLOEXEC };
    fcntl(kept, F_SETFL, O_NONBLOCK);
    need(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) >= 0, "ADDFD");
    mind->is_placing = 1;
    munmap(mind, 4096);
    start_binder();
    check(code_of(pid) == 1, "one that has its socket already is told so");
    end_binder("and that is all");
}

/* A program that is killed while it waits is nobody to answer. */
static void gone(void)
{
    char text[128];
    pid_t pid = binds(port_of(kept));
    start_binder();
    unsigned long id = question(text, sizeof text);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    reply(GIVE, id);
    end_binder("whoever is killed while it waits leaves nothing behind");
}

int main(void)
{
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 32);
    need(length > 0, "readlink");
    path[length] = '\0';
    strcpy(strrchr(path, '/'), "/../archon-binder");
    struct sockaddr_in any = loopback(0);
    kept = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(bind(kept, (struct sockaddr *)&any, sizeof any) == 0 && listen(kept, 8) == 0, "listen");
    memory = memfd_create("mind", MFD_CLOEXEC);
    need(memory >= 0 && ftruncate(memory, 4096) == 0, "memfd_create");
    answers();
    killed();
    killed_late();
    gone();
    return result();
}
