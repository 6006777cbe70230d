/* Descriptors beyond the first three, and a setting that tells the child its own number. */
#include "starting.h"

#include <sys/resource.h>
#include <sys/stat.h>

#define SELF "/proc/self/exe"

/* The child's part: which descriptors are open, and what comes out of each that is passed. */
static int tell(void)
{
    char text[16];
    const char *pid = getenv("LISTEN_PID");
    printf("open:");
    for (int fd = 0; fd < 20000; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            printf(" %d", fd);
        }
    }
    printf("\n");
    for (int fd = 3; fd < 20000; fd++) {
        ssize_t length = pread(fd, text, sizeof text, 0);
        if (length > 0) {
            printf("%d: %.*s\n", fd, (int)length, text);
        }
    }
    printf("pid: %s\n", pid == NULL ? "none" : atoi(pid) == getpid() ? "its own" : pid);
    return 0;
}

static struct start telling(const struct spawn_passed *passed, uint32_t count)
{
    return (struct start){
        .candidates = { SELF }, .argv = { "tell" }, .passed = passed, .passed_count = count
    };
}

/* A file with one letter in it, at the next free number or at `target`. */
static int letter(char c, int target)
{
    int fd = memfd_create("letter", MFD_CLOEXEC);
    need(fd >= 0 && pwrite(fd, &c, 1, 0) == 1, "memfd_create");
    if (target >= 0 && fd != target) {
        need(dup3(fd, target, O_CLOEXEC) == target && close(fd) == 0, "dup3");
        return target;
    }
    return fd;
}

static void some(void)
{
    struct spawn_passed passed[] = { { letter('a', -1), 3 }, { letter('b', -1), 7 } };
    struct start s = telling(passed, 2);
    fcntl(passed[0].from, F_SETFD, 0); /* so that exec alone would leave it open */
    run(&s);
    check(says(&s, "open: 0 1 2 3 7\n"), "what is passed is open, what lies between is not");
    check(says(&s, "3: a\n7: b\n"), "each has the number that was asked for");
    passed[1].to = 3000;
    run(&s);
    check(says(&s, "open: 0 1 2 3 3000\n"), "a number may be high");
    close(passed[0].from);
    close(passed[1].from);
}

/* Numbers of the parent that are targets for something else, in circles. */
static void crossing(void)
{
    int a = letter('a', 70), b = letter('b', 71), c = letter('c', 72);
    struct spawn_passed passed[] = { { a, b }, { b, c }, { c, a }, { a, 3 }, { a, 73 } };
    struct start s = telling(passed, 5);
    s.directory_fd = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    run(&s);
    check(says(&s, "3: a\n70: c\n71: a\n72: b\n73: a\n"), "numbers may be exchanged in a circle");
    check(says(&s, "open: 0 1 2 3 70 71 72 73\n"), "and nothing else is left open");
    struct spawn_passed same[] = { { a, a }, { a, 4 } };
    s = telling(same, 2);
    run(&s);
    check(says(&s, "open: 0 1 2 4 70\n4: a\n70: a\n"), "one may keep its number and be copied too");
    close(a);
    close(b);
    close(c);
}

/* All numbers from 3 on: also those where the exec pipe and the directory are for a while. */
static void many(void)
{
    enum { ALL = 257 };
    struct spawn_passed passed[ALL];
    char wanted[64];
    for (int i = 0; i < ALL; i++) {
        passed[i] = (struct spawn_passed){ letter((char)('a' + i % 26), -1), 3 + ALL - 1 - i };
    }
    for (int used = 1; used <= ALL; used = used < 4 ? used + 1 : used == 4 ? 256 : used + 1) {
        struct start s = telling(passed + ALL - used, (uint32_t)used);
        s.directory_fd = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        run(&s);
        snprintf(wanted, sizeof wanted, "\n%d: %c\npid: none", 2 + used, 'a' + (ALL - used) % 26);
        check(exited(&s, 0) && says(&s, "open: 0 1 2 3") && says(&s, wanted),
              "1 to 257 descriptors arrive, the directory and the end of exec unharmed");
        close(s.directory_fd);
    }
    for (int i = 0; i < ALL; i++) {
        close(passed[i].from);
    }
}

static void refused(void)
{
    static struct spawn_passed too_many[SPAWN_PASSED_MOST + 1];
    struct spawn_passed low = { 0, 2 }, none = { -1, 3 }, closed = { 19999, 3 };
    int a = letter('a', -1);
    for (int i = 0; i <= SPAWN_PASSED_MOST; i++) {
        too_many[i] = (struct spawn_passed){ a, 3 + i };
    }
    struct start s = telling(too_many, SPAWN_PASSED_MOST);
    run(&s);
    check(exited(&s, 0) && says(&s, "1026: a\npid"), "the most that can be passed is 1024");
    s = telling(too_many, SPAWN_PASSED_MOST + 1);
    run(&s);
    check(s.result == -EINVAL, "and not one more");
    s = telling(&low, 1);
    run(&s);
    check(s.result == -EINVAL, "0 to 2 are not passed");
    s = telling(&none, 1);
    run(&s);
    check(s.result == -EINVAL, "what is no descriptor is refused");
    s = telling(&closed, 1);
    run(&s);
    check(s.result == -EBADF || s.at->err == EBADF, "what is not open is EBADF");
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    struct spawn_passed last = { a, (int)files.rlim_cur - 1 }, beyond = { a, (int)files.rlim_cur };
    s = telling(&last, 1);
    run(&s);
    check(exited(&s, 0), "the highest number that a process may have can be given");
    s = telling(&beyond, 1);
    run(&s);
    check(s.at->stage == STAGE_DESCRIPTORS && s.at->err == EBADF, "one beyond it is refused");
    close(a);
}

static void own_pid(void)
{
    struct start s = telling(NULL, 0);
    s.envp[0] = "A=1";
    s.envp[1] = "LISTEN_PID=0000000000";
    s.pid_setting = 2;
    run(&s);
    check(says(&s, "pid: its own\n"), "a setting is its own number");
    s.pid_setting = 1;
    run(&s);
    check(s.result == -EINVAL, "a setting without room for it is refused");
    s.pid_setting = 3;
    run(&s);
    check(s.result == -EINVAL, "one that is not there too");
    s.envp[1] = "LISTEN_PID=000000000";
    s.pid_setting = 2;
    run(&s);
    check(s.result == -EINVAL, "nine digits are too little room");
}

int main(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], "tell") == 0) {
        return tell();
    }
    set_up();
    int before = open_count();
    static const unsigned ways[] = { 0, SPAWN_COPY, SPAWN_OWN_TABLE, SPAWN_COPY | SPAWN_OWN_TABLE };
    for (int i = 0; i < 4; i++) {
        how = SPAWN_OWN | ways[i];
        printf("# %s memory, %s table\n", (how & SPAWN_COPY) != 0 ? "copied" : "shared",
               (how & SPAWN_OWN_TABLE) != 0 ? "copied" : "shared");
        some();
        crossing();
        many();
        refused();
        own_pid();
    }
    check(open_count() <= before + 4, "no descriptor is left behind");
    starter_close(starter);
    return result();
}
