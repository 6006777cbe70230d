/* Where keeper_faults.c plays: a keeper in a folder of its own, what it says, and its two clients.
 */
#ifndef ARCHON_TEST_FAULTS_STAGE_H
#define ARCHON_TEST_FAULTS_STAGE_H

#include "faults_cast.h"

#include <sys/un.h>

static char self[4096];

struct stage {
    char directory[64], text[16384];
    size_t length;
    pid_t keeper;
    int said;
    int status; /* of the keeper, or -1 while it runs */
    struct faults *faults;
    char memory[32];
};

static void make_stage(struct stage *stage, int at)
{
    char path[128];
    int fd = memfd_create("faults", 0);
    snprintf(stage->directory, sizeof stage->directory, "/dev/shm/archon-faults-XXXXXX");
    need(mkdtemp(stage->directory) != NULL, "mkdtemp");
    snprintf(path, sizeof path, "%s/state", stage->directory);
    need(mkdir(path, 0700) == 0, "mkdir");
    snprintf(path, sizeof path, "%s/state/gate", stage->directory);
    need(mkfifo(path, 0600) == 0, "mkfifo");
    need(fd >= 0 && ftruncate(fd, sizeof *stage->faults) == 0, "memfd_create");
    stage->faults = mmap(NULL, sizeof *stage->faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    need(stage->faults != MAP_FAILED, "mmap");
    stage->faults->at = at;
    snprintf(stage->memory, sizeof stage->memory, "/proc/%d/fd/%d", getpid(), fd);
}

static void start_keeper(struct stage *stage, bool armed)
{
    char faulty[64], node[4200], bundle[4200];
    char paths[3][80];
    int out[2];
    const char *names[] = { "sock", "state", "log" };
    need(pipe2(out, O_CLOEXEC) == 0, "pipe2");
    for (int i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", stage->directory, names[i]);
    }
    snprintf(faulty, sizeof faulty, "ARCHON_FAULTS=%s", armed ? stage->memory : "");
    snprintf(node, sizeof node, "ARCHON_NODE=%s", self);
    snprintf(bundle, sizeof bundle, "ARCHON_DAEMON=%s", self);
    char *argv[] = { "archond", "--socket",  paths[0], "--state-dir",
                     paths[1],  "--log-dir", paths[2], NULL };
    char *env[] = { faulty, node, bundle, "PATH=/bin", "HOME=/", NULL };
    stage->length = 0;
    stage->status = -1;
    stage->keeper = fork();
    if (stage->keeper == 0) {
        dup2(out[1], 1);
        dup2(out[1], 2);
        execve(self, argv, env);
        _exit(99);
    }
    close(out[1]);
    stage->said = out[0];
}

/* Reads until the keeper and its own have said that, or it has ended. */
static bool hears(struct stage *stage, const char *wanted)
{
    struct pollfd readable = { .fd = stage->said, .events = POLLIN };
    for (;;) {
        stage->text[stage->length] = '\0';
        if (strstr(stage->text, wanted) != NULL) {
            return true;
        }
        ssize_t got = poll(&readable, 1, PATIENCE) == 1
                          ? read(stage->said, stage->text + stage->length,
                                 sizeof stage->text - stage->length - 1)
                          : -1;
        if (got <= 0) {
            return false;
        }
        stage->length += (size_t)got;
    }
}

static bool hears_now(const struct stage *stage, const char *wanted)
{
    return strstr(stage->text, wanted) != NULL;
}

static int ends(struct stage *stage)
{
    for (int i = 0; stage->status < 0 && i < PATIENCE; i++) {
        if (waitpid(stage->keeper, &stage->status, WNOHANG) != stage->keeper) {
            stage->status = -1;
            poll(NULL, 0, 1);
        }
    }
    return stage->status;
}

/* The minder that there is by now: the keeper's child of that name, in a session of its own. */
static pid_t minder_of(const struct stage *stage)
{
    char path[64], text[4096], name[16];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", stage->keeper, stage->keeper);
    FILE *file = fopen(path, "r");
    size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    if (file != NULL) {
        fclose(file);
    }
    for (char *at = strtok(text, " "); at != NULL; at = strtok(NULL, " ")) {
        snprintf(path, sizeof path, "/proc/%s/comm", at);
        FILE *comm = fopen(path, "r");
        bool is = comm != NULL && fgets(name, sizeof name, comm) != NULL &&
                  strcmp(name, "archon-minder\n") == 0 && getsid(atoi(at)) == atoi(at);
        if (comm != NULL) {
            fclose(comm);
        }
        if (is) {
            return atoi(at);
        }
    }
    need(false, "a minder");
    return 0;
}

/* Its text from now on; the daemon that is there by then. */
static pid_t daemon_of(struct stage *stage)
{
    if (!hears(stage, "daemon of keeper 1, ") || !hears(stage, "listening on")) {
        return 0;
    }
    pid_t pid = atoi(strstr(stage->text, "daemon of keeper 1, ") + 20);
    stage->length = 0;
    return pid;
}

static int client_of(const struct stage *stage)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/sock", stage->directory);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    return fd;
}

/* All that comes until the end of the connection. */
static bool client_gets(int fd, const char *wanted)
{
    char text[64];
    size_t length = 0;
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    while (length < sizeof text - 1 && poll(&readable, 1, PATIENCE) == 1) {
        ssize_t got = read(fd, text + length, sizeof text - 1 - length);
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    text[length] = '\0';
    return strcmp(text, wanted) == 0;
}

/* Each of the two clients of `begin` gets its reply and then the end. */
static bool both_answered(const struct stage *stage)
{
    int run = client_of(stage);
    int other = client_of(stage);
    bool answered = client_gets(other, "Ok\n") && client_gets(run, "ExitStatus,7\n");
    close(run);
    close(other);
    return answered;
}

/* It has ended before anything was started, and said why; what is written meanwhile may be lost. */
static const char *ended_early(struct stage *stage)
{
    int status = ends(stage);
    (void)hears(stage, "\n\n"); /* to its end */
    return status < 0                                   ? "it hangs"
           : !WIFEXITED(status) || !WEXITSTATUS(status) ? "it ended without an exit code"
           : strstr(stage->text, "archond: ") == NULL   ? "it ended without a word"
           : strstr(stage->text, "child ") != NULL      ? "it ended with a process running"
                                                        : NULL;
}

#endif
