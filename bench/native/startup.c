/*
 * startup SOCKET PROGRAM [ARGUMENT...]: the time from starting PROGRAM to its first answer to a
 * Ping on SOCKET, which must not exist yet. Then TERM, and its end is waited for.
 */
#include "local.h"
#include "stopwatch.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

extern char **environ;

static pid_t start(char **argv, int null)
{
    pid_t pid = vfork();
    if (pid < 0) {
        give_up("vfork");
    }
    if (pid == 0) {
        dup2(null, 0);
        dup2(null, 1);
        execve(argv[0], argv, environ);
        _exit(127);
    }
    return pid;
}

/* Every 0.1 ms, which is fine beside some 20 ms, until somebody listens. */
static int connect_when_there(const char *path, pid_t pid)
{
    const struct timespec moment = { .tv_nsec = 100000 };
    for (;;) {
        int fd = local_connect(path);
        if (fd >= 0) {
            return fd;
        }
        if (waitpid(pid, NULL, WNOHANG) != 0) {
            give_up("the program ended before it listened");
        }
        nanosleep(&moment, NULL);
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    uint64_t began = now();
    pid_t pid = start(argv + 2, null);
    int fd = connect_when_there(argv[1], pid);
    int answer = local_ask(fd, "Ping\n", "Ok\n");
    uint64_t took = now() - began;
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    if (answer < 0) {
        give_up("Ping");
    }
    report(took, &took, 1);
    return 0;
}
