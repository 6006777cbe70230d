/*
 * services FIFO COUNT PROGRAM [ARGUMENT...]: starts a supervisor and goes by what its services say.
 * Prints the nanoseconds from the start of PROGRAM to the COUNT-th stamp (see service.c), then
 * answers on its input: kill K     ends K services at once: until the last of K new stamps stop
 * NAME  sends TERM, INT or HUP to PROGRAM: until the last service has ended; then awaits PROGRAM
 * and ends What is left at the end is killed: everything that PROGRAM started is ours once its
 * parent is gone.
 */
#include "stopwatch.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1 << 16 };
static const uint64_t patience = 120000000000u, moment = 1000000u; /* nanoseconds */

extern char **environ;
static int fifo;
static pid_t pids[MOST]; /* of all stamps in their order; those before `first` were killed */
static size_t first, after;
static uint64_t latest; /* the newest stamp's time */

static void rest(void)
{
    const struct timespec t = { .tv_nsec = (long)moment };
    nanosleep(&t, NULL);
}

static void take_stamps(void)
{
    static char bytes[1 << 16];
    static size_t have;
    ssize_t got = read(fifo, bytes + have, sizeof bytes - 1 - have);
    if (got <= 0) {
        return;
    }
    have += (size_t)got;
    bytes[have] = '\0';
    char *line = bytes, *end;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        unsigned long long time;
        int pid;
        if (sscanf(line, "%*s %d %llu", &pid, &time) != 2 || after == MOST) {
            give_up("stamps");
        }
        pids[after++] = pid;
        latest = time > latest ? time : latest;
    }
    have -= (size_t)(line - bytes);
    memmove(bytes, line, have);
}

/* Looked for every millisecond, not awaited: a wake-up per stamp would be at the supervisor's
 * expense. */
static uint64_t await_stamps(size_t until, uint64_t began)
{
    while (after < until) {
        rest();
        take_stamps();
        if (now() - began > patience) {
            fprintf(stderr, "%zu of %zu stamps came\n", after, until);
            errno = ETIME;
            give_up("not all services came");
        }
    }
    return latest - began;
}

static void answer(uint64_t took)
{
    printf("%llu\n", (unsigned long long)took);
    fflush(stdout);
}

static uint64_t kill_some(size_t count)
{
    size_t until = after + count;
    if (count > after - first) {
        errno = ESRCH;
        give_up("kill");
    }
    uint64_t began = now();
    for (size_t i = 0; i < count; i++) {
        kill(pids[first++], SIGKILL);
    }
    return await_stamps(until, began);
}

static uint64_t stop(pid_t supervisor, int signal)
{
    size_t count = after - first;
    struct pollfd *p = calloc(count, sizeof *p);
    for (size_t i = 0; p && i < count; i++) {
        p[i] = (struct pollfd){ .events = POLLIN };
        p[i].fd = (int)syscall(SYS_pidfd_open, pids[first + i], 0);
        if (p[i].fd < 0) {
            give_up("pidfd_open");
        }
    }
    uint64_t began = now();
    kill(supervisor, signal);
    for (size_t i = 0; p && i < count; i++) {
        if (poll(&p[i], 1, (int)(patience / 1000000u)) != 1) {
            give_up("a service did not end");
        }
    }
    return now() - began;
}

static pid_t start(char **argv)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
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
    close(null);
    return pid;
}

/* Returns whether there were any. They are our children, so no number is anybody else's. */
static int kill_children(void)
{
    int pid, any = 0;
    FILE *children = fopen("/proc/thread-self/children", "r");
    while (children && fscanf(children, "%d", &pid) == 1) {
        any = 1;
        kill(pid, SIGKILL);
    }
    if (children) {
        fclose(children);
    }
    return any;
}

static void end(pid_t supervisor)
{
    for (uint64_t until = now() + patience / 4; supervisor > 0 && now() < until; rest()) {
        if (waitpid(supervisor, NULL, WNOHANG) == supervisor) {
            break;
        }
    }
    while (kill_children()) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {
            ;
        }
        rest();
    }
}

static void fall(void)
{
    end(0);
}

static void raise_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    char line[64];
    if (argc < 4) {
        return 2;
    }
    fifo = mkfifo(argv[1], 0600) < 0 ? -1 : open(argv[1], O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fifo < 0 || fcntl(fifo, F_SETPIPE_SZ, 1 << 20) < 0) {
        give_up(argv[1]);
    }
    raise_limit();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    atexit(fall);
    uint64_t began = now();
    pid_t supervisor = start(argv + 3);
    signal(SIGPIPE, SIG_IGN); /* whoever asked may be gone: the end is to be orderly all the same */
    answer(await_stamps(strtoul(argv[2], NULL, 10), began));
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "kill ", 5) == 0) {
            answer(kill_some(strtoul(line + 5, NULL, 10)));
            continue;
        }
        answer(stop(supervisor, strstr(line, "HUP")   ? SIGHUP
                                : strstr(line, "INT") ? SIGINT
                                                      : SIGTERM));
        end(supervisor);
        break;
    }
    return 0;
}
