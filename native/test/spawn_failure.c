/* What a start that fails leaves: which step it was and why, in the slot and on standard error. */
#include "job.h"
#include "spawn_fds.h"
#include "starting.h"

#include <sys/resource.h>
#include <sys/stat.h>

static void no_program(void)
{
    struct start s = { .candidates = { "/nowhere/nosuch" }, .argv = { "nosuch" } };
    run(&s);
    check(exited(&s, 127) && failed(&s, STAGE_EXEC, ENOENT), "a missing program is 127 and ENOENT");
    check(strcmp(s.said, "archon: cannot run \"nosuch\": exec: no such file or directory\n") == 0,
          "its standard error says so in one line");
    s = (struct start){ .argv = { "nosuch" } };
    run(&s);
    check(exited(&s, 127) && failed(&s, STAGE_EXEC, ENOENT), "no place to look at is ENOENT too");
    s = (struct start){ .candidates = { "/etc/passwd" }, .argv = { "pass\nwd" } };
    run(&s);
    check(exited(&s, 126) && failed(&s, STAGE_EXEC, EACCES),
          "what may not be run is 126 and EACCES");
    check(says(&s, "\"pass?wd\": exec: permission denied\n"),
          "a line break in its name is not one");
}

static void not_a_program(void)
{
    char path[] = "/tmp/archon-program-XXXXXX";
    int fd = mkstemp(path);
    need(fd >= 0 && write(fd, "no program\n", 11) == 11 && fchmod(fd, 0700) == 0, "mkstemp");
    close(fd);
    struct start s = { .candidates = { path, "/bin/true" }, .argv = { "true" } };
    run(&s);
    check(exited(&s, 126) && failed(&s, STAGE_EXEC, ENOEXEC),
          "a file that is no program ends the search with 126 and ENOEXEC");
    unlink(path);
}

static void nobody_reads(void)
{
    int out[2];
    need(pipe2(out, O_CLOEXEC) == 0, "pipe2");
    close(out[0]);
    struct start s = { .candidates = { "/nowhere" }, .argv = { "nosuch" }, .stderr_fd = out[1] };
    run(&s);
    check(exited(&s, 127), "a standard error that nobody reads does not change the code");
    close(out[1]);
}

/* A child whose parent dies before its first act, as its signals are: all blocked, SIGPIPE ignored.
 */
static void parent_is_dead(void)
{
    int ends[2], status = 0;
    need(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe2");
    pid_t pid = fork();
    if (pid == 0) {
        struct ledger_slot slot = { 0 };
        struct job job = { .at = &slot, .shares_table = true, .directory_fd = -1 };
        sigset_t all, waiting;
        sigfillset(&all);
        signal(SIGPIPE, SIG_IGN);
        sigprocmask(SIG_SETMASK, &all, NULL);
        job.exec_pipe = dup2(ends[1], 4);
        close(ends[0]);
        _exit(spawn_own_table(&job) != 0 || sigpending(&waiting) != 0 ? 2
              : sigismember(&waiting, SIGPIPE)                        ? 1
                                                                      : 0);
    }
    close(ends[0]);
    close(ends[1]);
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    check(status == 0, "a parent that died meanwhile is no SIGPIPE for the child");
}

static void earlier_steps(void)
{
    struct start s = { .candidates = { "/bin/true" }, .argv = { "true" }, .directory = "/nowhere" };
    run(&s);
    check(exited(&s, 127) && failed(&s, STAGE_DIRECTORY, ENOENT), "a missing directory is told");
    check(s.said[0] == '\0', "a step before exec says nothing on standard error");
    s = (struct start){ .candidates = { "/bin/true" },
                        .argv = { "true" },
                        .output = "/nowhere/out" };
    run(&s);
    check(failed(&s, STAGE_DESCRIPTORS, ENOENT), "a missing output is told");
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    s = (struct start){ .candidates = { "/bin/true" }, .argv = { "true" }, .directory_fd = file };
    run(&s);
    check(exited(&s, 127) && failed(&s, STAGE_DIRECTORY, ENOTDIR), "a file is no directory");
    close(file);
}

/* No child: then an error is returned and nothing is left. */
static void no_child(void)
{
    struct start s = { .candidates = { "/bin/true" }, .argv = { "true" } };
    run(&s);
    int before = open_count();
    s.stdin_fd = 19999;
    run(&s);
    check(s.result == -EBADF || s.at->err == EBADF, "a descriptor that is none is EBADF");
    struct spawn_request want = { .ledger = ledger, .block = "a\0b\0c", .size = 5, .how = how };
    check(spawn(starter, &want, &s.child) == -EINVAL, "a block that does not end is refused");
    want.size = 6;
    want.argc = 1;
    check(spawn(starter, &want, &s.child) == -EINVAL, "a block of too few strings is refused");
    want.argc = 0xffffffff;
    check(spawn(starter, &want, &s.child) == -EINVAL, "a count beyond all measure is refused");
    want.block = "a\0b\0c\0d";
    want.size = 8;
    want.argc = 0;
    check(spawn(starter, &want, &s.child) == -EINVAL, "a block of too many strings is refused");
    want.slot = LEDGER_SLOTS;
    check(spawn(starter, &want, &s.child) == -EINVAL, "a slot outside the ledger is refused");
    struct rlimit files, none;
    getrlimit(RLIMIT_NOFILE, &files);
    none = (struct rlimit){ .rlim_cur = 3, .rlim_max = files.rlim_max };
    want = (struct spawn_request){
        .ledger = ledger, .block = "a\0b\0c", .size = 6, .given = { -1, -1, -1 }, .how = how
    };
    setrlimit(RLIMIT_NOFILE, &none);
    int err = spawn(starter, &want, &s.child);
    setrlimit(RLIMIT_NOFILE, &files);
    check(err == -EMFILE, "a full descriptor table is EMFILE");
    check(open_count() == before, "failed starts leave no descriptor behind");
    check(spawn_done(starter, 0) == -ENOENT, "and nothing to be done in the slot");
}

static void starts(void)
{
    no_program();
    not_a_program();
    nobody_reads();
    parent_is_dead();
    earlier_steps();
    no_child();
}

int main(void)
{
    set_up();
    both_ways(starts);
    starter_close(starter);
    return result();
}
