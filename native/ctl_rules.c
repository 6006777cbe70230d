/*
 * `archonctl rules test FILE`: Lua is for Node to run, so the request goes to a program of Node's
 * that asks the daemon for what was recorded. It answers as a daemon does, over a socket of its
 * own, and when that has been shown it says the rest itself.
 */
#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/installed.h"

/* Where the program finds its end of the socket. */
enum { ANSWERS_ON = 3 };

struct program {
    char node[PATH_MAX], bundle[PATH_MAX];
};

static int find(struct program *program);
static void become(const struct program *program, const struct ask *ask, const char *daemon,
                   int fd);
static char **bare_environment(void);
static int code_of(pid_t pid);

/* `daemon`: its socket. The exit code. */
int rules_test(const struct ask *ask, const char *daemon, const struct bytes *record)
{
    static struct program program;
    int ends[2];
    if (ask->fields.count > 1 && strncmp(ask->fields.at[1], "since=", strlen("since=")) != 0) {
        return usage_wrong(ask->verb, "an argument too many: \"%s\"", ask->fields.at[1]);
    }
    if (find(&program) != CTL_OK) {
        return CTL_ERROR;
    }
    pid_t pid = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
        pid = fork();
    }
    if (pid < 0) {
        complain("cannot start %s: %s", program.node, strerror(errno));
        return CTL_ERROR;
    }
    if (pid == 0) {
        become(&program, ask, daemon, ends[1]);
    }
    close(ends[1]);
    int code = talk(ask, ends[0], daemon, record);
    close(ends[0]);
    int ended = code_of(pid);
    return ended == CTL_OK ? code : ended;
}

static int find(struct program *program)
{
    static struct installed here;
    static char why[INSTALLED_WHY];
    if (!installed_find(&here, why) ||
        !installed_bundle(&here, NULL, "rules-test.cjs", program->bundle, why) ||
        !installed_node(&here, program->node, why)) {
        complain("%s", why);
        return CTL_ERROR;
    }
    return CTL_OK;
}

static void become(const struct program *program, const struct ask *ask, const char *daemon, int fd)
{
    const char *const argv[] = { program->node, program->bundle, daemon,
                                 ask->json ? "json" : "text", NULL };
    /* dup2 onto itself would leave it close-on-exec. */
    int spare = fd == ANSWERS_ON ? dup(fd) : fd;
    if (spare >= 0 && dup2(spare, ANSWERS_ON) >= 0) {
        if (spare != fd) {
            close(spare);
        }
        (void)execve(program->node, (char *const *)(uintptr_t)argv, bare_environment());
    }
    complain("cannot run %s: %s", program->node, strerror(errno));
    _exit(CTL_ERROR);
}

/* What Node would read of the caller's, NODE_OPTIONS and the like, is not for this one. */
static char **bare_environment(void)
{
    static const char *const kept[] = { "PATH", "HOME", "TZ" };
    static struct list all;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const char *value = getenv(kept[i]);
        if (value) {
            list_add(&all, text_of("%s=%s", kept[i], value));
        }
    }
    list_add(&all, "LANG=C.UTF-8");
    list_add(&all, NULL);
    return all.at;
}

static int code_of(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return CTL_ERROR;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : CTL_ERROR;
}
