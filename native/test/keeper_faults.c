/*
 * The keeper with one system call failing, each in turn: it goes on as if nothing had been, or ends
 * with a message before it has started anything that would be lost. This program is also the
 * keeper itself (called archond), and plays its daemon and archon-log.
 */
#include "check.h"
#include "faults.h"

#include "fdpass.h"
#include "ledger.h"

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/un.h>

enum { CHANNEL = 3, LISTENER, LEDGER, PATIENCE = 20000, FEW = 8, MANY = 64 };

int keeper_main(int argc, char **argv);

static char self[4096];

/* ---- the daemon ---- */

static void daemon_send(const char *text, int fd)
{
    char control[CMSG_SPACE(sizeof fd)];
    struct iovec bytes = { (void *)(uintptr_t)text, strlen(text) };
    struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
    memset(control, 0, sizeof control);
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(part), &fd, sizeof fd);
    }
    if (sendmsg(CHANNEL, &message, MSG_NOSIGNAL) < 0) {
        _exit(3);
    }
}

/* Says something to which there is an answer: its first letter, and the descriptor or -1. */
static char daemon_ask(const char *text, int *fd)
{
    char said[64];
    struct fdpass_received received;
    struct pollfd readable = { .fd = CHANNEL, .events = POLLIN };
    daemon_send(text, -1);
    do {
        if (poll(&readable, 1, PATIENCE) != 1 ||
            fdpass_receive(CHANNEL, said, sizeof said, &received) <= 0) {
            _exit(5);
        }
    } while (*said == 'R'); /* Ready */
    *fd = received.count == 1 ? received.fds[0] : -1;
    return *said;
}

/* Has the keeper take the next client, as often as it says that this did not go. */
static void take_client(int number)
{
    char text[32];
    int fd = -1;
    while (fd < 0) {
        struct pollfd waits = { .fd = LISTENER, .events = POLLIN };
        (void)poll(&waits, 1, PATIENCE);
        snprintf(text, sizeof text, "Accept,c%d", number);
        if (daemon_ask(text, &fd) == 'L') { /* Late: it has it */
            snprintf(text, sizeof text, "Take,c%d", number);
            (void)daemon_ask(text, &fd);
        }
    }
    close(fd);
}

/* Goes on with the connection of the daemon before, and has its reply sent once. */
static void reply_to(struct ledger *ledger, int number)
{
    struct ledger_connection *connection = &ledger->connections[number];
    char text[32];
    int fd;
    if (connection->at == connection->next) {
        return; /* an earlier one has */
    }
    snprintf(text, sizeof text, "Take,c%d", number);
    while (daemon_ask(text, &fd) != 'F') {
    }
    close(fd);
    snprintf(text, sizeof text, "Reply,c%d,Ok\n", number);
    for (int i = 0; i < PATIENCE; i++) {
        if (i == 0 || __atomic_exchange_n(&connection->full, 0, __ATOMIC_SEQ_CST) != 0) {
            daemon_send(text, -1);
        }
        if (__atomic_load_n(&connection->at, __ATOMIC_SEQ_CST) == connection->next) {
            break;
        }
        (void)poll(NULL, 0, 1);
    }
    snprintf(text, sizeof text, "Drop,c%d", number);
    daemon_send(text, -1);
}

/* Takes two clients: one has asked for something that the next daemon replies to, for the other it
 * starts what exits with 7 once somebody has opened the gate. */
static void begin(struct ledger *ledger, const char *gate)
{
    struct ledger_slot *slot = &ledger->at[0];
    take_client(0);
    take_client(1);
    ledger->connections[1] = (struct ledger_connection){ .request = 1, .next = 9 };
    __atomic_store_n(&ledger->connections[1].whole, 1, __ATOMIC_SEQ_CST);
    daemon_send("Store,k5", memfd_create("kept", MFD_CLOEXEC));
    *slot = (struct ledger_slot){ .conn = 0, .log = -1, .kind = KIND_RUN, .stage = STAGE_EXEC };
    slot->start = ++ledger->head.start;
    ledger->head.high = 1;
    __atomic_store_n(&slot->state, SLOT_INTENT, __ATOMIC_SEQ_CST);
    struct clone_args how = { .flags = CLONE_PARENT | CLONE_PARENT_SETTID,
                              .parent_tid = (uint64_t)(uintptr_t)&ledger->pids[0] };
    long pid = syscall(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        char letter;
        close_range(CHANNEL, ~0U, 0);
        int fd = open(gate, O_RDONLY);
        _exit(read(fd, &letter, 1) == 1 ? 7 : 8);
    }
    dprintf(1, "child %ld\n", pid);
}

/* Whether the keeper gives back what the daemon before had it keep. */
static bool is_kept(void)
{
    int fd;
    while (daemon_ask("Take,k5", &fd) != 'F') {
    }
    return fd >= 0;
}

/* What waits for this daemon shows there. */
static int queue(void)
{
    struct epoll_event event = { .events = EPOLLIN };
    int fd = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(fd, EPOLL_CTL_ADD, LISTENER, &event);
    return fd;
}

/* The first one dies with two requests in flight; the next replies to one, lets the Run end, and
 * waits to be told to stop or, by USR1, to be upgraded. */
static int play_daemon(const char *state)
{
    struct ledger *ledger =
        mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, LEDGER, 0);
    char gate[4200];
    sigset_t term;
    int number = 0;
    snprintf(gate, sizeof gate, "%s/gate", state);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigaddset(&term, SIGUSR1);
    sigprocmask(SIG_BLOCK, &term, NULL);
    if (ledger == MAP_FAILED) {
        return 4;
    }
    daemon_send("Hello", -1);
    if (ledger->head.high == 0) {
        begin(ledger, gate);
        kill(getpid(), SIGKILL);
    }
    bool kept = ledger->head.keepers > 1 || is_kept();
    daemon_send("Watch", queue());
    ledger->head.beat++;
    __atomic_store_n(&ledger->head.answered, ledger->head.generation, __ATOMIC_SEQ_CST);
    reply_to(ledger, 1);
    dprintf(1, "daemon of keeper %u, %d\n%s", ledger->head.keepers, getpid(),
            kept ? "" : "what was kept is gone\n");
    int fd = open(gate, O_RDWR);
    (void)!write(fd, "\n", 1);
    sigwait(&term, &number);
    daemon_send(number == SIGUSR1 ? "Upgrade" : "Quit", -1);
    return 0;
}

static int play_logger(void)
{
    sigset_t ending;
    int number;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGUSR1);
    sigprocmask(SIG_SETMASK, &ending, NULL);
    dprintf(1, "logger %d\n", getpid());
    sigwait(&ending, &number);
    return 0;
}

/* ---- the stage ---- */

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

/* ---- what happens ---- */

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
    kill(stage->keeper, SIGTERM);
    return ends(stage) == 0 ? NULL : "it did not end with 0 when it was told to";
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

/* A daemon that hangs is replaced. */
static const char *hanging(struct stage *stage)
{
    atomic_store(&stage->faults->off, true);
    start_keeper(stage, true);
    need(hears(stage, "listening on"), "listening");
    need(both_answered(stage), "replies");
    pid_t daemon = daemon_of(stage);
    need(daemon > 0, "a daemon");
    kill(daemon, SIGSTOP);
    atomic_store(&stage->faults->off, false);
    int client = client_of(stage);
    if (!hears(stage, "daemon of keeper 1")) {
        kill(daemon, SIGKILL);
        return "it was not replaced";
    }
    close(client);
    kill(stage->keeper, SIGTERM);
    return ends(stage) == 0 ? NULL : "it did not end with 0 when it was told to";
}

/* The keeper becomes its own new program, or says why not and goes on; one that comes to nothing in
 * between leaves all to the next. */
static const char *upgraded(struct stage *stage)
{
    struct stat about;
    atomic_store(&stage->faults->off, true);
    start_keeper(stage, true);
    need(hears(stage, "listening on"), "listening");
    need(both_answered(stage), "replies");
    pid_t daemon = daemon_of(stage);
    need(daemon > 0 && stat(self, &about) == 0 && chmod(self, about.st_mode) == 0, "a daemon");
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
    kill(stage->keeper, SIGTERM);
    return ends(stage) == 0 ? NULL : "it did not end with 0 when it was told to";
}

static int run(const char *(*live)(struct stage *), int at)
{
    struct stage stage = { 0 };
    make_stage(&stage, at);
    const char *wrong = live(&stage);
    (void)hears(&stage, "\n\n");
    if (wrong != NULL) {
        printf("#   fault %d, errno %d of %s: %s\n%s", at, stage.faults->error, stage.faults->call,
               wrong, stage.text);
        fflush(stdout);
        kill(stage.keeper, SIGKILL);
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
    if (strcmp(name, "archond") == 0 || (argc == 3 && strcmp(argv[1], "--take-over") == 0)) {
        return keeper_main(argc, argv);
    }
    if (strcmp(name, "archon-log") == 0) {
        return play_logger();
    }
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--state-dir") == 0) {
            return play_daemon(argv[i + 1]);
        }
    }
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    need(length > 0, "readlink");
    if (argc > 2) { /* one alone: which life, which fault */
        return run(atoi(argv[1]) == 1   ? one_life
                   : atoi(argv[1]) == 2 ? second_life
                                        : hanging,
                   atoi(argv[2]));
    }
    each(one_life, FEW, "whichever system call fails once: nothing is lost, or nothing was begun");
    each(second_life, FEW, "nor when it takes over from one that was killed");
    each(upgraded, FEW, "nor when it becomes its own new program");
    each(hanging, MANY, "a daemon that hangs is replaced all the same");
    return result();
}
