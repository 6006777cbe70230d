/*
 * A child that is another user's already and shares our memory still: nobody of that user gets in.
 * It is held where it enters its directory.
 */
#include "holding.h"

#include <sys/ptrace.h>
#include <sys/uio.h>

static const struct identity nobody = {
    .set = IDENTITY_USER, .uid = 65534, .gid = 65534, .umask = 022
};

static int before_its_directory(void)
{
    return listen_to(SYS_chdir);
}

/* What a process of that user gets when it reaches for one: bits for what it got. */
static int reach_for(pid_t victim, void *address)
{
    pid_t pid = fork();
    if (pid == 0) {
        char path[40], byte;
        struct iovec here = { &byte, 1 }, there = { address, 1 };
        need(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
        snprintf(path, sizeof path, "/proc/%d/mem", (int)victim);
        int got = open(path, O_RDWR | O_CLOEXEC) >= 0;
        got |= process_vm_readv(victim, &here, 1, &there, 1, 0) > 0 ? 2 : 0;
        snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)victim);
        got |= open(path, O_WRONLY | O_CLOEXEC) >= 0 ? 4 : 0;
        got |= ptrace(PTRACE_SEIZE, victim, NULL, NULL) == 0 ? 8 : 0;
        _exit(got);
    }
    int status;
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    return WEXITSTATUS(status);
}

static void keeps_others_out(void)
{
    static char secret = 's';
    struct held held = {
        .start = { .candidates = { "/bin/true" }, .argv = { "true" }, .identity = &nobody }
    };
    hold(&held, before_its_directory);
    check(held.start.at->stage == STAGE_DIRECTORY, "a child is another user's before its exec");
    check(reach_for(held.start.child.pid, &secret) == 0, "no process of that user gets into it");
    check(prctl(PR_GET_DUMPABLE) == 0, "the memory it shares is not dumpable");
    struct start other = {
        .candidates = { "/bin/true" }, .argv = { "true" }, .slot = 1, .identity = &nobody
    };
    run(&other);
    check(exited(&other, 0) && prctl(PR_GET_DUMPABLE) == 0,
          "and stays so when another one has left it");
    let_go_on(&held);
    finish(&held.start);
    check(exited(&held.start, 0) && prctl(PR_GET_DUMPABLE) == 1,
          "when the last one has left it is as before");
}

static void keeps_what_was(void)
{
    struct start s = { .candidates = { "/bin/true" }, .argv = { "true" }, .identity = &nobody };
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    run(&s);
    check(exited(&s, 0) && prctl(PR_GET_DUMPABLE) == 0, "what was not dumpable before stays so");
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    s.candidates[0] = "/nowhere";
    run(&s);
    check(exited(&s, 127) && prctl(PR_GET_DUMPABLE) == 1, "a start that fails leaves it as it was");
}

/* What the check is worth: one that keeps nobody out is got into. */
static void reaching_works(void)
{
    char secret = 's';
    pid_t pid = fork();
    if (pid == 0) {
        need(setgid(65534) == 0 && setuid(65534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0, "setuid");
        raise(SIGSTOP);
        _exit(0);
    }
    need(waitpid(pid, NULL, WUNTRACED) == pid, "waitpid");
    check(reach_for(pid, &secret) != 0, "a process that is dumpable would be got into");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int main(void)
{
    if (geteuid() != 0) {
        check(true, "other users are kept out # SKIP only root can start as another user");
        return result();
    }
    set_up();
    reaching_works();
    keeps_others_out();
    keeps_what_was();
    starter_close(starter);
    return result();
}
