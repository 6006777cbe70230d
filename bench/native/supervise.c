/*
 * supervise COUNT SERVICE FIFO: the least a supervisor can be: starts COUNT of them, starts again
 * what ends, and on TERM ends and awaits them all. No control channel, no logs.
 */
#include "stopwatch.h"
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;
static pid_t *pids;
static int count;
static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    stopping = 1;
    for (int i = 0; i < count; i++) {
        kill(pids[i], signal);
    }
}

static void start(int i, char *service, char *fifo)
{
    char name[16];
    snprintf(name, sizeof name, "s%d", i);
    char *argv[] = { service, name, fifo, NULL };
    errno = posix_spawn(&pids[i], service, NULL, NULL, argv, environ);
    if (errno) {
        give_up(service);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        return 2;
    }
    int most = atoi(argv[1]);
    pids = calloc((size_t)most, sizeof *pids);
    for (; pids && count < most; count++) {
        start(count, argv[2], argv[3]);
    }
    signal(SIGTERM, stop);
    for (pid_t ended; (ended = waitpid(-1, NULL, 0)) > 0 || errno == EINTR;) {
        for (int i = 0; i < count && !stopping; i++) {
            if (pids[i] == ended) {
                start(i, argv[2], argv[3]);
                break;
            }
        }
    }
    return 0;
}
