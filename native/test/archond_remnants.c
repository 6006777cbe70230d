/* What a keeper that is dead has left is seen off, and of two archonds that begin at once the one
 * touches nothing of the other. */
#include <sys/types.h>

struct again;
static int opened(pid_t pid, const struct again *known);
#define again_open opened
#define check archond_check      /* which is another */
#include "../archond_remnants.c" // NOLINT(bugprone-suspicious-include)
#undef check
#undef again_open
int again_open(pid_t pid, const struct again *known);

#include "check.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* Of each that archond_remnants.c opens: at so many the other one has taken over; 0: never. */
static int takes_over, opens;
static int ledger_fd;
static pid_t second_daemon, second_logger;
static sigset_t continued;

static void name(struct ledger_head *head, enum ledger_own which, pid_t pid)
{
    int process = pidfd_of(pid);
    need(process >= 0 && again_note(process, pid, &head->own[which]) == 0, "again_note");
    close(process);
}

static void write_down(struct ledger_head *head, pid_t keeper, pid_t daemon, pid_t logger)
{
    head->keeper = keeper;
    name(head, OWN_KEEPER, keeper);
    head->daemon = daemon;
    name(head, OWN_DAEMON, daemon);
    head->logger = logger;
    name(head, OWN_LOGGER, logger);
}

static struct ledger *mapped(void)
{
    void *memory =
        mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, ledger_fd, 0);
    need(memory != MAP_FAILED, "mmap");
    return memory;
}

static int opened(pid_t pid, const struct again *known)
{
    if (++opens == takes_over) {
        struct ledger *ledger = mapped();
        write_down(&ledger->head, getpid(), second_daemon, second_logger);
        (void)munmap(ledger, sizeof *ledger);
    }
    return again_open(pid, known);
}

int ledger_find(const struct settings *settings, struct ledger **out)
{
    (void)settings;
    *out = mapped();
    return dup(ledger_fd);
}

int64_t os_could_act(pid_t pid, struct shares *last)
{
    (void)pid;
    (void)last;
    return SECOND;
}

/* SIGCONT is what an archon-log is told that is waited for: one of ours ends of that by itself. */
enum kind { STAYS, ENDS_WHEN_CONTINUED };

static pid_t child(enum kind kind)
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)alarm(60); /* should this test end without it */
        int signal = 0;
        while (sigwait(&continued, &signal) != 0 || kind == STAYS) {
        }
        _exit(0);
    }
    need(pid > 0, "fork");
    return pid;
}

static bool has_exited(pid_t pid)
{
    siginfo_t how = { 0 };
    return waitid(P_PID, (id_t)pid, &how, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           how.si_code == CLD_EXITED;
}

/* Whether it had not ended by itself or by anybody; it has then. */
static bool was_there(pid_t pid)
{
    bool is_there = waitpid(pid, NULL, WNOHANG) == 0;
    if (is_there) {
        (void)kill(pid, SIGKILL);
        need(waitpid(pid, NULL, 0) == pid, "waitpid");
    }
    return is_there;
}

static void one(int when, bool expected, const char *sentence)
{
    ledger_fd = memfd_create("ledger", MFD_CLOEXEC);
    need(ledger_fd >= 0 && ftruncate(ledger_fd, sizeof(struct ledger)) == 0, "memfd_create");
    pid_t keeper = child(STAYS), daemon = child(STAYS),
          logger = child(when == 0 ? ENDS_WHEN_CONTINUED : STAYS);
    second_daemon = child(STAYS), second_logger = child(STAYS);
    struct ledger *ledger = mapped();
    write_down(&ledger->head, keeper, daemon, logger);
    (void)munmap(ledger, sizeof *ledger);
    (void)was_there(keeper);
    takes_over = when;
    opens = 0;
    struct settings settings = { 0 };
    bool dead = remnants_wait(&settings);
    bool awaited = has_exited(logger);
    bool first = was_there(daemon) | was_there(logger);
    bool second = was_there(second_daemon) & was_there(second_logger);
    check(dead == expected && awaited == expected && first != expected && second, sentence);
    close(ledger_fd);
}

int main(void)
{
    need(sigemptyset(&continued) == 0 && sigaddset(&continued, SIGCONT) == 0 &&
             sigprocmask(SIG_BLOCK, &continued, NULL) == 0,
         "sigprocmask");
    one(0, true, "the daemon of a dead keeper is ended, and its archon-log waited for");
    one(2, false, "one that takes over before its daemon is looked up keeps it");
    one(3, false, "and where only its archon-log is looked up after that, nothing is touched");
    return result();
}
