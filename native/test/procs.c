/* What the kernel tells of processes that begin and end, with real ones. */
#include "procs.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct procs_event events[PROCS_BATCH];

static pid_t start(const char *script)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (script != NULL) {
            execl("/bin/sh", "sh", "-c", script, NULL);
        }
        _exit(7);
    }
    need(pid > 0, "fork");
    return pid;
}

/* Reads until that process has ended; how often it exec'ed, its status in `status`. */
static int execs_of(int fd, pid_t pid, int *status)
{
    int execs = 0;
    for (;;) {
        struct pollfd there = { .fd = fd, .events = POLLIN };
        need(poll(&there, 1, 10000) == 1, "nothing is told");
        int count = procs_read(fd, events);
        need(count >= 0, "procs_read");
        for (int i = 0; i < count; i++) {
            if (events[i].pid != pid) {
                continue;
            }
            if (events[i].what == PROCS_EXIT) {
                *status = events[i].status;
                return execs;
            }
            execs += events[i].what == PROCS_EXEC;
        }
    }
}

static void ends(int fd)
{
    int status = -1, reaped = -1;
    pid_t pid = start("exit 3");
    check(execs_of(fd, pid, &status) == 1, "an exec is told, once");
    waitpid(pid, &reaped, 0);
    check(status == reaped && WIFEXITED(status) && WEXITSTATUS(status) == 3,
          "an exit is told with the status that wait(2) gives");

    pid = start("exec sh -c 'kill -9 $$'");
    check(execs_of(fd, pid, &status) == 2, "each exec of a process is told");
    waitpid(pid, &reaped, 0);
    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "and the signal that ended it");

    pid = start(NULL);
    check(execs_of(fd, pid, &status) == 0 && WEXITSTATUS(status) == 7,
          "what does not exec only ends");
    waitpid(pid, &reaped, 0);
}

static void many(int fd)
{
    enum { MANY = 300 };
    int begun = 0, ended = 0;
    pid_t shell = start("i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i + 1)); done");
    for (bool is_over = false; !is_over;) {
        struct pollfd there = { .fd = fd, .events = POLLIN };
        need(poll(&there, 1, 10000) == 1, "nothing is told");
        int count = procs_read(fd, events);
        need(count >= 0 && count <= PROCS_BATCH, "procs_read");
        for (int i = 0; i < count; i++) {
            begun += events[i].what == PROCS_EXEC;
            ended += events[i].what == PROCS_EXIT;
            is_over = is_over || (events[i].what == PROCS_EXIT && events[i].pid == shell);
        }
    }
    waitpid(shell, NULL, 0);
    check(begun > MANY && ended > MANY, "of many that come and go none is missing");
}

static void overflow(int fd)
{
    int least = 1, count = 0;
    need(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) == 0, "SO_RCVBUF");
    for (int i = 0; i < 64; i++) {
        pid_t pid = start("exit 0");
        waitpid(pid, NULL, 0);
    }
    while ((count = procs_read(fd, events)) >= 0) {
    }
    check(count == -ENOBUFS, "that some were lost is told");
    int room = 200000, status = -1;
    need(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == 0, "SO_RCVBUF");
    pid_t pid = start("exit 4");
    check(execs_of(fd, pid, &status) == 1, "once, and then it goes on");
    waitpid(pid, NULL, 0);
}

int main(void)
{
    int fd = procs_open();
    if (fd == -EPERM || fd == -ENOSYS) {
        printf("ok - processes are told # SKIP %s\n", strerror(-fd));
        return 0;
    }
    need(fd >= 0, "procs_open");
    check((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0, "the descriptor is close-on-exec");
    ends(fd);
    many(fd);
    overflow(fd);
    check(procs_close(fd) == 0, "it is closed");
    check(procs_read(fd, events) == -EBADF && procs_close(fd) == -EBADF, "no descriptor is EBADF");
    return result();
}
