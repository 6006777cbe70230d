/*
 * The keeper with one system call failing, each in turn: it goes on as if nothing had been, or ends
 * with a message before it has started anything that would be lost. This program is also archond
 * and archon-keeper themselves (by their names), and plays daemon and archon-log
 * (faults_cast.h).
 */
#include "faults_stage.h"

#include <sys/auxv.h>

enum { FEW = 8, MANY = 64 };

int archond_main(int argc, char **argv);
int keeper_main(int argc, char **argv);

static const char *told_to_end(struct stage *stage)
{
    kill(stage->keeper, SIGTERM);
    return ends(stage) == 0 ? NULL : "it did not end with 0 when it was told to";
}

/* Two requests whose daemon is killed, an archon-log that is killed, and the end. NULL, or what is
 * wrong.
 */
static const char *one_life(struct stage *stage)
{
    start_keeper(stage, true);
    if (!hears(stage, "listening on")) {
        return ended_early(stage);
    }
    if (!both_answered(stage)) {
        kill(stage->keeper, SIGTERM);
        return "a client got no reply";
    }
    if (hears_now(stage, "what was kept is gone")) {
        return "what was kept is gone";
    }
    if (!hears(stage, "logger ")) {
        return "archon-log was not started";
    }
    char *first = strstr(stage->text, "logger ");
    kill(atoi(first + 7), SIGKILL);
    *first = '-';
    if (!hears(stage, "logger ") || !hears(stage, "daemon of")) {
        return "archon-log was not started again";
    }
    return told_to_end(stage);
}

/* A keeper that takes over what another left that was killed; one that cannot leaves it as it is.
 */
static const char *second_life(struct stage *stage)
{
    start_keeper(stage, false);
    need(hears(stage, "listening on"), "listening");
    int run = client_of(stage);
    int other = client_of(stage);
    need(hears(stage, "child "), "child");
    kill(stage->keeper, SIGKILL);
    ends(stage);
    close(run);
    close(other);
    close(stage->said);
    start_keeper(stage, true);
    const char *wrong = NULL;
    if (!hears(stage, "daemon of")) {
        wrong = ended_early(stage);
        close(stage->said);
        start_keeper(stage, false);
    }
    bool taken = hears(stage, "daemon of keeper ") && !hears_now(stage, "daemon of keeper 1");
    kill(stage->keeper, SIGTERM);
    return wrong != NULL ? wrong : !taken ? "it began anew" : ends(stage) == 0 ? NULL : "no end";
}

/* The daemon of a keeper that has answered both requests; no fault falls until `off` is false. */
static pid_t answering(struct stage *stage)
{
    atomic_store(&stage->faults->off, true);
    start_keeper(stage, true);
    need(hears(stage, "listening on"), "listening");
    need(both_answered(stage), "replies");
    pid_t daemon = daemon_of(stage);
    need(daemon > 0, "a daemon");
    return daemon;
}

/* A daemon that hangs is replaced. */
static const char *hanging(struct stage *stage)
{
    pid_t daemon = answering(stage);
    kill(daemon, SIGSTOP);
    atomic_store(&stage->faults->off, false);
    int client = client_of(stage);
    if (!hears(stage, "daemon of keeper 1")) {
        kill(daemon, SIGKILL);
        return "it was not replaced";
    }
    close(client);
    return told_to_end(stage);
}

/* The keeper becomes its program anew, or says why not and goes on; one that comes to nothing in
 * between leaves all to the next. */
static const char *upgraded(struct stage *stage)
{
    pid_t daemon = answering(stage);
    atomic_store(&stage->faults->off, false);
    kill(daemon, SIGUSR1);
    if (!hears(stage, "daemon of keeper 1")) {
        const char *wrong = ended_early(stage);
        if (wrong != NULL) {
            return wrong;
        }
        close(stage->said);
        start_keeper(stage, false);
        if (!hears(stage, "daemon of keeper 2")) {
            return "the next one began anew";
        }
    }
    if (stage->faults->error == 0 && hears_now(stage, "stays as it is")) {
        return "it was not upgraded";
    }
    return told_to_end(stage);
}

/* A daemon dies slowly: the next one was started before, or is then. */
static const char *started_ahead(struct stage *stage)
{
    pid_t daemon = answering(stage);
    atomic_store(&stage->faults->off, false);
    kill(daemon, SIGUSR2);
    if (!hears(stage, "daemon of keeper 1")) {
        return "there is no next daemon";
    }
    if (stage->faults->error == 0 && !hears_now(stage, "spare ")) {
        return "it was not started ahead";
    }
    return told_to_end(stage);
}

/* The minder is killed: the next one starts another daemon. */
static const char *without_minder(struct stage *stage)
{
    (void)answering(stage);
    atomic_store(&stage->faults->off, false);
    kill(minder_of(stage), SIGKILL);
    if (!hears(stage, "daemon of keeper 1")) {
        return "the daemon was not replaced";
    }
    return hears_now(stage, "what was kept is gone") ? "what was kept is gone" : told_to_end(stage);
}

static int run(const char *(*live)(struct stage *), int at)
{
    struct stage stage = { 0 };
    make_stage(&stage, at);
    const char *wrong = live(&stage);
    if (wrong != NULL && stage.status < 0) {
        kill(stage.keeper, SIGKILL); /* or it would go on for ever */
    }
    (void)hears(&stage, "\n\n");
    if (wrong != NULL) {
        printf("#   fault %d, errno %d of %s: %s\n%s", at, stage.faults->error, stage.faults->call,
               wrong, stage.text);
        fflush(stdout);
    }
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", stage.directory);
    (void)!system(command);
    return wrong != NULL ? 1 : stage.faults->error != 0 || at == 0 ? 0 : 2;
}

/* How many faults there are when none falls. */
static int count_of(const char *(*live)(struct stage *))
{
    struct stage stage = { 0 };
    make_stage(&stage, 0);
    const char *wrong = live(&stage);
    int count = stage.faults->count;
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", stage.directory);
    (void)!system(command);
    printf("# %d faults%s%s\n", count, wrong ? ": " : "", wrong ? wrong : "");
    fflush(stdout);
    return wrong != NULL ? -1 : count;
}

static void each(const char *(*live)(struct stage *), int at_once, const char *sentence)
{
    int count = count_of(live), wrong = count < 10, running = 0;
    for (int at = 1; at <= count || running > 0;) {
        if (at <= count && running < at_once) {
            running++;
            if (fork() == 0) {
                _exit(run(live, at));
            }
            at++;
            continue;
        }
        int status = 0;
        wait(&status);
        running--;
        wrong += !WIFEXITED(status) || WEXITSTATUS(status) == 1;
    }
    check(wrong == 0, sentence);
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash != NULL ? slash + 1 : argv[0];
    slash = strrchr((const char *)getauxval(AT_EXECFN), '/');
    if (slash != NULL && strcmp(slash, "/archon-keeper") == 0) { /* it is called archond too */
        return keeper_main(argc, argv);
    }
    if (strcmp(name, "archond") == 0 || strcmp(name, "archon-minder") == 0) {
        return archond_main(argc, argv);
    }
    if (strcmp(name, "archon-log") == 0) {
        return play_logger();
    }
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--state-dir") == 0) {
            return play_daemon(argv[i + 1], strcmp(argv[argc - 1], "--stand-by") == 0);
        }
    }
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    need(length > 0, "readlink");
    if (argc > 2) { /* one alone: which life, which fault */
        return run(atoi(argv[1]) == 1   ? one_life
                   : atoi(argv[1]) == 2 ? second_life
                   : atoi(argv[1]) == 3 ? hanging
                   : atoi(argv[1]) == 4 ? upgraded
                   : atoi(argv[1]) == 6 ? without_minder
                                        : started_ahead,
                   atoi(argv[2]));
    }
    each(one_life, FEW, "whichever system call fails once: nothing is lost, or nothing was begun");
    each(second_life, FEW, "nor when it takes over from one that was killed");
    each(upgraded, FEW, "nor when it becomes its own new program");
    each(started_ahead, FEW, "nor when the next daemon is started ahead");
    each(without_minder, FEW, "nor when the minder is killed: the next one replaces the daemon");
    each(hanging, MANY, "a daemon that hangs is replaced all the same");
    return result();
}
