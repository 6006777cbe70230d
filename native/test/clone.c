/*
 * Where a filter leaves out clone3(2), as the one of a container without CAP_SYS_ADMIN does:
 * processes are started all the same, and are no others.
 */
#include "clone_linux.h"
#include "holding.h"
#include "pidfd.h"

#include <sys/resource.h>
#include <sys/stat.h>

static volatile int handled;

static void handle(int number)
{
    (void)number;
    handled++;
}

static struct start sleeping(void)
{
    return (struct start){ .candidates = { "/bin/sleep" }, .argv = { "sleep", "60" } };
}

static void is_known(void)
{
    struct start s = sleeping();
    struct pidfd_about about = { 0 };
    begin(&s);
    check(s.result == 0 && ledger->pids[s.slot] == s.child.pid, "its pid is in the slot");
    check(pidfd_info(s.child.pidfd, &about) == 0 && about.pid == s.child.pid,
          "the pidfd is its own");
    check(fcntl(s.child.pidfd, F_GETFD) == FD_CLOEXEC, "and closed on exec");
    check(s.at->again.handle + s.at->again.began > 0, "and by what it is found again is noted");
    await_exec(&s);
    kill(s.child.pid, SIGKILL);
    finish(&s);
}

/* Held where all signals are still blocked, and let go on to where they come. */
static void runs_no_handler_of_ours(void)
{
    struct held held = { .start = sleeping() };
    int before = handled;
    signal(SIGUSR1, handle);
    hold(&held, before_its_session);
    kill(held.start.child.pid, SIGUSR1);
    let_go_on(&held);
    finish(&held.start);
    check(WIFSIGNALED(held.start.status) && WTERMSIG(held.start.status) == SIGUSR1,
          "a signal that comes before exec ends it");
    check(handled == before, "and runs no handler of its parent's");
}

/* Where cgroup v2 can be written: a group of our own below the one that we are in. */
static bool make_group(char *path, size_t size)
{
    static const char *const points[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
    char line[512] = "", own[512] = "", files[800];
    FILE *groups = fopen("/proc/self/cgroup", "r");
    while (groups != NULL && fgets(line, sizeof line, groups) != NULL) {
        (void)sscanf(line, "0::%511s", own);
    }
    if (groups != NULL) {
        fclose(groups);
    }
    for (size_t i = 0; i < 2 && own[0] != '\0'; i++) {
        (void)snprintf(path, size, "%s%s/archon-test-%d", points[i], own, (int)getpid());
        (void)snprintf(files, sizeof files, "%s/cgroup.procs", path);
        if (mkdir(path, 0755) == 0 && access(files, W_OK) == 0) {
            return true;
        }
        (void)rmdir(path);
    }
    return false;
}

static void goes_into_its_group(void)
{
    char path[700];
    if (!make_group(path, sizeof path)) {
        check(true, "it runs in its control group # SKIP none can be made here");
        return;
    }
    int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct start s = { .candidates = { "/bin/cat" },
                       .argv = { "cat", "/proc/self/cgroup" },
                       .cgroup = &group };
    run(&s);
    check(exited(&s, 0) && says(&s, strrchr(path, '/')), "it runs in its control group");
    close(group);
    need(rmdir(path) == 0, "rmdir");
}

static void wrong_group(void)
{
    struct start s = sleeping();
    int file = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    s.cgroup = &file;
    run(&s);
    check(exited(&s, 127) && s.at->stage == STAGE_CGROUP && s.at->err == ENOENT,
          "a directory that is no control group is told");
    close(file);
    file = -EPERM;
    run(&s);
    check(s.result == -EBADF && s.at->stage == STAGE_CGROUP, "and one that could not be opened");
}

static void without_descriptors(void)
{
    struct rlimit files, few;
    getrlimit(RLIMIT_NOFILE, &files);
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC), before = open_count();
    few = (struct rlimit){ .rlim_cur = (rlim_t)next + 1, .rlim_max = files.rlim_max };
    int32_t parent_tid = 0, pidfd = -1;
    const struct clone_request want = { .copy = true, .own = true, .parent_tid = &parent_tid };
    setrlimit(RLIMIT_NOFILE, &few);
    pid_t pid = clone_child(&want, &pidfd);
    setrlimit(RLIMIT_NOFILE, &files);
    check(pid == -EMFILE && parent_tid == 0, "where there is no descriptor there is no child");
    check(open_count() == before, "and nothing is left open");
    close(next);
}

static void starts(void)
{
    is_known();
    runs_no_handler_of_ours();
    goes_into_its_group();
    wrong_group();
}

int main(void)
{
    need(filter(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS, 0) == 0, "seccomp");
    check(clone_is_plain(), "it is seen that there is no clone3");
    set_up();
    both_ways(starts);
    without_descriptors();
    starter_close(starter);
    return result();
}
