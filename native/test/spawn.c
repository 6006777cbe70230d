/* How a process is born: with what it was given, and nothing else of its parent. */
#include "starting.h"

#include "mark.h"

#include <sys/resource.h>
#include <sys/stat.h>

#define SELF "/proc/self/exe"

/* The child's part: says how it was born. */
static int tell(int argc, char **argv, char **envp)
{
    char line[256], directory[256];
    FILE *status = fopen("/proc/self/status", "re");
    struct rlimit files;
    printf("open:");
    for (int fd = 0; fd < 20000; fd++) {
        if (fd != fileno(status) && fcntl(fd, F_GETFD) >= 0) {
            printf(" %d", fd);
        }
    }
    while (fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "SigIgn", 6) == 0 || strncmp(line, "SigBlk", 6) == 0) {
            printf("\n%.6s %llx", line, strtoull(line + 7, NULL, 16));
        }
    }
    getrlimit(RLIMIT_NOFILE, &files);
    printf("\nsession: %s\n", getsid(0) == getpid() && getpgid(0) == getpid() ? "own" : "other");
    printf("umask: %03o\n", (unsigned)umask(0));
    printf("directory: %s\n", getcwd(directory, sizeof directory));
    printf("files: %llu\n", (unsigned long long)files.rlim_cur);
    printf("input: %d\n", getchar());
    printf("flags: %d %d\n", fcntl(1, F_GETFL) & O_ACCMODE, fcntl(2, F_GETFL) & O_ACCMODE);
    for (int i = 0; i < argc; i++) {
        printf("argument: %s\n", argv[i]);
    }
    for (; *envp != NULL; envp++) {
        printf("setting: %.20s\n", *envp);
    }
    return 0;
}

static struct start telling(void)
{
    return (
        struct start){ .candidates = { SELF }, .argv = { "tell", "a b", "" }, .envp = { "A=1" } };
}

static void inherits_nothing(void)
{
    struct start s = telling();
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigaddset(&some, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &some, NULL);
    umask(077);
    run(&s);
    sigprocmask(SIG_UNBLOCK, &some, NULL);
    check(exited(&s, 0) && says(&s, "open: 0 1 2\n"), "descriptors 0 to 2 are open and no others");
    check(says(&s, "SigIgn 0\n"), "no signal is ignored, whatever the parent ignores");
    check(says(&s, "SigBlk 0\n"), "no signal is blocked, whatever the parent blocks");
    check(says(&s, "session: own\n"), "it leads a session and a process group of its own");
    check(says(&s, "umask: 022\n"), "its umask is 022");
    check(says(&s, "directory: /\n"), "it starts in the directory that was named");
    check(says(&s, "input: -1\n"), "its input is empty when none is given");
    check(says(&s, "argument: tell\nargument: a b\nargument: \nsetting: A=1\n") &&
              strstr(s.said, "setting: A=1\nsetting") == NULL,
          "it has the arguments and settings that were given, and no more");
    check(s.at->stage == STAGE_EXEC && s.at->err == 0, "the slot says that exec was reached");
}

static void pid_is_in_the_slot(void)
{
    struct start s = telling();
    begin(&s);
    pid_t noted = ledger->pids[s.slot];
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    check(!sigismember(&blocked, SIGTERM), "the parent's own signals are as before");
    finish(&s);
    check(noted == s.child.pid, "the kernel wrote the pid into the slot");
}

static void takes_what_is_given(void)
{
    int in[2], high[40];
    for (int i = 0; i < 40; i++) { /* so that they are no low numbers */
        high[i] = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    need(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "x", 1) == 1, "pipe2");
    struct start s = telling();
    s.stdin_fd = in[0];
    s.directory_fd = high[39];
    run(&s);
    check(says(&s, "input: 120\n"), "a given descriptor is its input");
    check(says(&s, "directory: /usr\n"), "it starts in a directory given as a descriptor");
    check(says(&s, "open: 0 1 2\n"), "given descriptors leave no other copy in it");
    for (int i = 0; i < 40; i++) {
        close(high[i]);
    }
    close(in[0]);
    close(in[1]);
}

static void opens_fifos(void)
{
    char path[] = "/tmp/archon-fifo-XXXXXX", line[16384];
    need(mkdtemp(path) != NULL && chdir(path) == 0 && mkfifo("out", 0600) == 0, "mkfifo");
    int reader = open("out", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char full[64];
    snprintf(full, sizeof full, "%s/out", path);
    struct start s = telling();
    s.output = full;
    s.error = full;
    run(&s);
    ssize_t length = read(reader, line, sizeof line - 1);
    line[length > 0 ? length : 0] = '\0';
    check(strstr(line, "flags: 2 2\n") != NULL,
          "FIFOs are opened for reading too, so that no reader's end is a SIGPIPE");
    close(reader);
    unlink(full);
    need(chdir("/") == 0 && rmdir(path) == 0, "rmdir");
}

static void carries_a_mark(void)
{
    struct start s = { .candidates = { "/bin/sleep" }, .argv = { "sleep", "60" } };
    uint32_t start = 0;
    begin(&s);
    await_exec(&s);
    int err = mark_of(s.child.pid, ledger->head.nonce, &start);
    check(err == 0 && start == (uint32_t)s.at->start,
          "the number of its start can be read from it");
    kill(s.child.pid, SIGKILL);
    finish(&s);
}

static void limits_files(void)
{
    struct start s = telling();
    s.nofile = 1000;
    run(&s);
    check(says(&s, "files: 1000\n"), "its limit on open files is the one asked for");
}

static void tries_candidates(void)
{
    struct start s = telling();
    s.candidates[0] = "/nowhere/tell";
    s.candidates[1] = "/etc/passwd/tell";
    s.candidates[2] = "/etc/passwd";
    s.candidates[3] = NULL;
    run(&s);
    check(exited(&s, 126) && s.at->err == EACCES, "what was found but may not be run is EACCES");
    s.candidates[1] = "/etc/passwd";
    s.candidates[2] = "/nowhere/tell";
    run(&s);
    check(exited(&s, 126) && s.at->err == EACCES, "also when there is nothing behind it");
    s = telling();
    s.candidates[0] = "/etc/passwd";
    s.candidates[1] = SELF;
    run(&s);
    check(exited(&s, 0), "the first candidate that runs is run");
}

static void many_descriptors(void)
{
    struct rlimit files = { .rlim_cur = 12000, .rlim_max = 20000 };
    static int fds[10000];
    setrlimit(RLIMIT_NOFILE, &files);
    for (int i = 0; i < 10000; i++) {
        fds[i] = open("/dev/null", O_RDONLY); /* without close-on-exec */
        need(fds[i] >= 0, "open");
    }
    struct start s = telling();
    run(&s);
    check(says(&s, "open: 0 1 2\n"), "10 000 descriptors of the parent stay with the parent");
    for (int i = 0; i < 10000; i++) {
        close(fds[i]);
    }
}

static void large_block(void)
{
    struct start s = telling();
    s.more = 120000;
    run(&s);
    check(exited(&s, 0) && says(&s, "setting: M=xxx"), "a setting of 120 000 bytes arrives");
}

static void leaves_nothing_behind(void)
{
    struct start s = telling();
    run(&s);
    int before = open_count();
    for (int i = 0; i < 200; i++) {
        s = (struct start){ .candidates = { i % 2 == 0 ? "/bin/true" : "/nowhere" },
                            .argv = { "true" },
                            .slot = (uint32_t)i };
        run(&s);
    }
    check(open_count() == before, "200 starts leave no descriptor behind");
}

static void starts(void)
{
    inherits_nothing();
    pid_is_in_the_slot();
    takes_what_is_given();
    opens_fifos();
    carries_a_mark();
    limits_files();
    tries_candidates();
    many_descriptors();
    large_block();
    leaves_nothing_behind();
}

int main(int argc, char **argv, char **envp)
{
    if (strcmp(argv[0], "tell") == 0) {
        return tell(argc, argv, envp);
    }
    /* What a process ignores when it opens a starter is what its children find ignored. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGRTMAX, SIG_IGN);
    set_up();
    both_ways(starts);
    starter_close(starter);
    return result();
}
