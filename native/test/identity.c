/* As whom a process is born: user, groups, limits; and that nothing is born when a step fails. */
#include "starting.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define SELF "/proc/self/exe"

/* The child's part: who it is. */
static int tell(void)
{
    char line[256], value[16] = "";
    FILE *status = fopen("/proc/self/status", "re");
    FILE *score = fopen("/proc/self/oom_score_adj", "re");
    FILE *group = fopen("/proc/self/autogroup", "re");
    struct rlimit files, core;
    const char *told[] = { "Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:" };
    while (fgets(line, sizeof line, status) != NULL) {
        for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
            if (strncmp(line, told[i], strlen(told[i])) == 0) {
                printf("%s", line);
            }
        }
    }
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_CORE, &core);
    printf("umask: %03o\nnice: %d\n", (unsigned)umask(0), getpriority(PRIO_PROCESS, 0));
    printf("files: %llu %llu\n", (unsigned long long)files.rlim_cur,
           (unsigned long long)files.rlim_max);
    printf("core: %s\n", core.rlim_max == RLIM_INFINITY ? "unlimited" : "limited");
    printf("score: %s", fgets(value, sizeof value, score));
    if (group != NULL && fgets(line, sizeof line, group) != NULL) {
        printf("group: %s", strstr(line, "nice"));
    }
    return 0;
}

static struct start telling(const struct identity *identity)
{
    return (struct start){ .candidates = { SELF }, .argv = { "tell" }, .identity = identity };
}

static void as_a_user(void)
{
    const uint32_t groups[] = { 4242, 4243, 70000 };
    const struct identity user = { .set = IDENTITY_USER,
                                   .uid = 65534,
                                   .gid = 4240,
                                   .groups = groups,
                                   .group_count = 3,
                                   .umask = 077 };
    struct start s = telling(&user);
    int dumpable = prctl(PR_GET_DUMPABLE);
    run(&s);
    check(says(&s, "Uid:\t65534\t65534\t65534\t65534\n"), "its four user ids are those asked for");
    check(says(&s, "Gid:\t4240\t4240\t4240\t4240\n"), "so are its four group ids");
    check(says(&s, "Groups:\t4242 4243 70000 \n"), "it is in the groups asked for and no others");
    check(says(&s, "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
                   "CapEff:\t0000000000000000\n") &&
              says(&s, "CapAmb:\t0000000000000000\n"),
          "no capability is left to it");
    check(says(&s, "umask: 077\n"), "its umask is the one asked for");
    check(getuid() == 0 && geteuid() == 0, "the parent is who it was");
    check(dumpable == 1 && prctl(PR_GET_DUMPABLE) == 1, "and can be looked into as before");
    struct identity alone = user;
    alone.group_count = 0;
    s = telling(&alone);
    run(&s);
    check(says(&s, "Groups:\t \n"), "no supplementary group is none");
}

/* In this process: which capabilities a child would inherit, and whether a change of user drops
 * any. */
static void set_inheritable(uint32_t capabilities, int securebits)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    need(syscall(SYS_capget, &header, data) == 0, "capget");
    data[0].inheritable = capabilities;
    need(syscall(SYS_capset, &header, data) == 0, "capset");
    need(prctl(PR_SET_SECUREBITS, securebits, 0, 0, 0) == 0, "PR_SET_SECUREBITS");
}

static void keeps_no_capability(void)
{
    const struct identity user = { .set = IDENTITY_USER, .uid = 65534, .gid = 65534, .umask = 022 };
    struct start s = telling(&user);
    set_inheritable(1U << CAP_KILL, 4); /* SECBIT_NO_SETUID_FIXUP */
    need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0, "PR_CAP_AMBIENT");
    run(&s);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    set_inheritable(0, 0);
    check(says(&s, "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
                   "CapEff:\t0000000000000000\n"),
          "also where a change of user takes none away and children inherit some");
}

static void limited(void)
{
    const struct identity_limit limits[] = { { RLIMIT_NOFILE, 123 },
                                             { RLIMIT_CORE, RLIM_INFINITY } };
    struct identity who = {
        .set = IDENTITY_NICE, .nice = 5, .umask = 027, .limits = limits, .limit_count = 2
    };
    struct start s = telling(&who);
    s.nofile = 1000;
    run(&s);
    check(says(&s, "files: 123 123\n"), "a limit is soft and hard");
    check(says(&s, "core: unlimited\n"), "and may be none");
    check(says(&s, "umask: 027\nnice: 5\n"), "its nice value is the one asked for");
    check(strstr(s.said, "group:") == NULL || says(&s, "group: nice 5\n"),
          "its session is weighed by that too");
    check(says(&s, "Uid:\t0\t0\t0\t0\n"), "its user is the parent's when none is asked for");
    who.nice = -5;
    run(&s);
    check(says(&s, "nice: -5\n"), "a nice value may be negative");
}

static void scored(void)
{
    static const int scores[] = { 0, 1, 1000, -1, -1000 };
    const int may_lower = prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE);
    char said[32];
    struct identity who = { .set = IDENTITY_OOM_SCORE, .umask = 022 };
    for (int i = 0; i < 5; i++) {
        who.oom_score = scores[i];
        struct start s = telling(&who);
        run(&s);
        snprintf(said, sizeof said, "score: %d\n", scores[i]);
        if (scores[i] < 0 && may_lower != 1) {
            check(failed(&s, STAGE_OOM_SCORE, EACCES), "an OOM score that may not be had is told");
        }
        else {
            check(says(&s, said), "its OOM score is the one asked for");
        }
    }
    char own[16] = "";
    int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    check(read(fd, own, sizeof own - 1) > 0 && atoi(own) == 0, "the parent's is as before");
    close(fd);
    who.oom_score = 1001;
    struct start s = telling(&who);
    run(&s);
    check(failed(&s, STAGE_OOM_SCORE, EINVAL), "one beyond 1000 refuses the start");
}

static void without_new_privileges(void)
{
    struct identity who = { .set = IDENTITY_NO_NEW_PRIVS, .umask = 022 };
    struct start s = telling(&who);
    run(&s);
    check(says(&s, "NoNewPrivs:\t1\n"), "it can gain no privileges by exec");
    check(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0, "its parent still can");
    who.set = 0;
    run(&s);
    check(says(&s, "NoNewPrivs:\t0\n"), "and so can one that was not asked to");
}

static void refused(void)
{
    const struct identity_limit odd = { 99, 1 };
    struct identity who = { .umask = 022, .limits = &odd, .limit_count = 1 };
    struct start s = telling(&who);
    run(&s);
    check(failed(&s, STAGE_LIMITS, EINVAL), "an unknown limit refuses the start");
    who = (struct identity){ .set = IDENTITY_USER, .uid = UINT32_MAX, .gid = 1 };
    s = telling(&who);
    run(&s);
    check(s.result == -EINVAL, "the user that means \"leave it\" is refused");
    who = (struct identity){ .set = IDENTITY_USER, .uid = 1, .gid = UINT32_MAX };
    run(&s);
    check(s.result == -EINVAL, "and so is that group");
    who = (struct identity){ .set = IDENTITY_USER, .uid = 65534, .gid = 65534, .umask = 022 };
    char path[] = "/tmp/archon-closed-XXXXXX";
    need(mkdtemp(path) != NULL, "mkdtemp");
    s = telling(&who);
    s.directory = path;
    run(&s);
    check(failed(&s, STAGE_DIRECTORY, EACCES), "a directory is entered with the user's rights");
    rmdir(path);
}

/* In a process of its own, which has no privileges. */
static void without_privilege(void)
{
    const struct identity_limit more = { RLIMIT_NOFILE, 1U << 30 };
    struct identity who = { .umask = 022, .limits = &more, .limit_count = 1 };
    struct start s = telling(&who);
    run(&s);
    check(failed(&s, STAGE_LIMITS, EPERM), "a limit that may not be raised is told");
    who = (struct identity){ .set = IDENTITY_NICE, .nice = -1, .umask = 022 };
    run(&s);
    check(failed(&s, STAGE_NICE, EACCES), "a nice value that may not be had is told");
    who = (struct identity){ .set = IDENTITY_OOM_SCORE, .oom_score = -1, .umask = 022 };
    run(&s);
    check(failed(&s, STAGE_OOM_SCORE, EACCES), "an OOM score that may not be had is told");
    who = (struct identity){ .set = IDENTITY_USER, .uid = 1, .gid = 1, .umask = 022 };
    run(&s);
    check(failed(&s, STAGE_GROUPS, EPERM), "groups that may not be had are told");
}

static void start_without_privilege(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        need(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
        execl(SELF, "unprivileged", (how & SPAWN_COPY) != 0 ? "copy" : "", NULL);
        _exit(2);
    }
    int status;
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    failures += WEXITSTATUS(status);
}

static void wrong_cgroup(void)
{
    struct start s = telling(NULL);
    int file = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    s.cgroup = &file;
    run(&s);
    check(s.result == -EBADF && s.at->stage == STAGE_CGROUP,
          "a directory that is no cgroup is told");
    close(file);
}

static void starts(void)
{
    as_a_user();
    keeps_no_capability();
    limited();
    scored();
    without_new_privileges();
    refused();
    start_without_privilege();
    wrong_cgroup();
}

int main(int argc, char **argv)
{
    if (strcmp(argv[0], "tell") == 0) {
        return tell();
    }
    if (strcmp(argv[0], "unprivileged") == 0) {
        set_up();
        how = SPAWN_OWN | (argc > 1 && argv[1][0] != '\0' ? SPAWN_COPY | SPAWN_OWN_TABLE : 0);
        without_privilege();
        starter_close(starter);
        return result();
    }
    if (geteuid() != 0) {
        check(true, "a process is born as another user # SKIP only root can do that");
        return result();
    }
    set_up();
    both_ways(starts);
    starter_close(starter);
    return result();
}
