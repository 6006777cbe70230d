/*
 * floor OPERATIONS AT_ONCE PROGRAM [ARGUMENT...]: the least that starting a program and knowing how
 * it ended can cost: vfork, execve, wait. Input and output are /dev/null, the environment is ours.
 */
#include "stopwatch.h"
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void start(char **argv, int null)
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
}

static void await_one(const char *program)
{
    int status;
    if (wait(&status) < 0) {
        give_up("wait");
    }
    if (status != 0) {
        fprintf(stderr, "%s: wait status %d\n", program, status);
        exit(1);
    }
}

static void one_at_a_time(char **argv, int null, uint64_t *each, size_t operations)
{
    for (size_t i = 0; i < operations; i++) {
        uint64_t began = now();
        start(argv, null);
        await_one(argv[0]);
        each[i] = now() - began;
    }
}

static void many_at_once(char **argv, int null, size_t operations, size_t at_once)
{
    size_t running = 0;
    for (size_t i = 0; i < operations; i++) {
        if (running == at_once) {
            await_one(argv[0]);
        }
        else {
            running++;
        }
        start(argv, null);
    }
    for (; running > 0; running--) {
        await_one(argv[0]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        return 2;
    }
    size_t operations = strtoul(argv[1], NULL, 10), at_once = strtoul(argv[2], NULL, 10);
    uint64_t *each = calloc(operations, sizeof *each);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (!each || null < 0) {
        give_up("/dev/null");
    }
    uint64_t began = now();
    if (at_once == 1) {
        one_at_a_time(argv + 3, null, each, operations);
    }
    else {
        many_at_once(argv + 3, null, operations, at_once);
    }
    report(now() - began, each, at_once == 1 ? operations : 0);
    return 0;
}
