#include "sealed.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The exit code of what it runs, or -1. */
static int runs(int program)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        char *argv[] = { "sealed", "7", NULL };
        char *env[] = { NULL };
        fexecve(program, argv, env);
        _exit(99);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        return atoi(argv[1]);
    }
    check(sealed_program(-1) == -1, "of no file there is none");

    int file = open("/proc/self/exe", O_RDONLY);
    int sealed = sealed_program(file);
    check(sealed >= 0 && sealed != file, "there is a copy");
    check(fcntl(file, F_GETFD) == -1 && errno == EBADF, "the file itself is closed");
    check((fcntl(sealed, F_GETFD) & FD_CLOEXEC) == 0, "it is there over exec");
    check(runs(sealed) == 7, "it can be run");
    check(runs(sealed) == 7, "more than once");
    check(pwrite(sealed, "x", 1, 0) == -1 && errno == EPERM, "nobody can write to it");
    check(ftruncate(sealed, 0) == -1 && errno == EPERM, "nor empty it");
    check(fcntl(sealed, F_ADD_SEALS, 0) == -1 && errno == EPERM, "that is for ever");

    int empty = memfd_create("empty", 0);
    check(sealed_program(empty) == empty, "a file that is empty stays as it is");
    check(pwrite(empty, "x", 1, 0) == 1 && fchmod(empty, 0600) == 0 &&
              sealed_program(empty) == empty,
          "and so does one that is no program");
    close(empty);
    int folder = open("/", O_RDONLY | O_DIRECTORY);
    check(sealed_program(folder) == folder, "or no file");
    close(folder);
    close(sealed);
    return result();
}
