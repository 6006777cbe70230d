/* Becoming another program: this one again, which tells on standard output what it was given. */
#include "become.h"

#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BECAME = 7, CAME_BACK = 99, NO_DESCRIPTOR = -1 };

static char self[PATH_MAX];
static char said[1024], complained[1024];
static pid_t child;

static int told(char **argv)
{
    const char *word = getenv("ARCHON_TEST_WORD");
    printf("%d %s,%s,%s %s\n", (int)getpid(), argv[0], argv[1], argv[2], word ? word : "none");
    return BECAME;
}

static void read_all(int fd, char *out, size_t size)
{
    size_t length = 0;
    ssize_t more;
    while (length + 1 < size && (more = read(fd, out + length, size - 1 - length)) > 0) {
        length += (size_t)more;
    }
    out[length] = '\0';
    close(fd);
}

/* The exit code of a child that becomes `program`, or `path` where it is none; what it said. */
static int code_of(int program, const char *path)
{
    char *argv[] = { "zero", "a b", "", NULL };
    int output[2], errors[2], status;
    need(pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0, "pipe2");
    child = fork();
    if (child == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(errors[1], STDERR_FILENO);
        if (program == NO_DESCRIPTOR) {
            become(path, argv);
        }
        else {
            become_opened(program, path, argv);
        }
        _exit(CAME_BACK);
    }
    close(output[1]);
    close(errors[1]);
    read_all(output[0], said, sizeof said);
    read_all(errors[0], complained, sizeof complained);
    need(waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool became(int code)
{
    char expected[128];
    (void)snprintf(expected, sizeof expected, "%d zero,a b, kept\n", (int)child);
    return code == BECAME && strcmp(said, expected) == 0 && complained[0] == '\0';
}

static bool came_back(int code, const char *message)
{
    return code == CAME_BACK && said[0] == '\0' && strcmp(complained, message) == 0;
}

static void by_path(void)
{
    check(became(code_of(NO_DESCRIPTOR, self)),
          "the same process is another program, with its arguments and our environment");
    check(came_back(code_of(NO_DESCRIPTOR, "/nowhere/program"),
                    "archond: cannot run /nowhere/program: No such file or directory\n"),
          "where there is none it comes back, after a message");
    check(came_back(code_of(NO_DESCRIPTOR, "/etc/passwd"),
                    "archond: cannot run /etc/passwd: Permission denied\n"),
          "where it is no program, too");
}

static void by_descriptor(void)
{
    int program = open(self, O_RDONLY | O_CLOEXEC), other = open("/etc/passwd", O_RDONLY);
    need(program >= 0 && other >= 0, "open");
    check(became(code_of(program, "/nowhere/program")),
          "a descriptor is run whatever is at the path by now");
    check(became(code_of(other, self)), "one that cannot be run gives way to the path");
    check(became(code_of(9999, self)), "and so does one that is not open");
    check(came_back(code_of(other, "/nowhere/program"),
                    "archond: cannot run /nowhere/program: No such file or directory\n"),
          "where neither can be run it comes back, after one message");
    close(program);
    close(other);
}

int main(int argc, char **argv)
{
    if (argc > 1 || getenv("ARCHON_TEST_WORD") != NULL) {
        return argc == 3 ? told(argv) : 1;
    }
    need(readlink("/proc/self/exe", self, sizeof self - 1) > 0, "readlink");
    need(setenv("ARCHON_TEST_WORD", "kept", 1) == 0, "setenv");
    by_path();
    by_descriptor();
    return result();
}
