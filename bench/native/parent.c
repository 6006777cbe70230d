/*
 * parent PROGRAM [ARGUMENT...]: a stand-in for the keeper. Makes a ledger, starts PROGRAM with the
 * descriptors that a daemon inherits (3 channel, 5 ledger, 6 wake, 7 log; 4 is /dev/null), then
 * writes into the ledger how the children that PROGRAM starts for it end, until PROGRAM ends.
 */
#include "ledger.h"
#include "stopwatch.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNEL = 3, LISTENER, LEDGER, WAKE, LOG, HANDED };

static struct ledger *new_ledger(int *fd)
{
    *fd = memfd_create("ledger", MFD_CLOEXEC);
    if (*fd < 0 || ftruncate(*fd, sizeof(struct ledger)) < 0) {
        give_up("memfd");
    }
    struct ledger *l =
        mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, *fd, 0);
    if (l == MAP_FAILED) {
        give_up("mmap");
    }
    l->head.magic = LEDGER_MAGIC;
    l->head.version = LEDGER_VERSION;
    l->head.slots = LEDGER_SLOTS;
    l->head.keeper = getpid();
    l->head.nonce = now();
    l->head.generation = 1;
    return l;
}

static pid_t start(char **argv, const int handed[HANDED])
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    int high[HANDED];
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = CHANNEL; i < HANDED; i++) {
        high[i] = fcntl(handed[i], F_DUPFD_CLOEXEC, 64);
    }
    for (int i = CHANNEL; i < HANDED; i++) {
        dup2(high[i], i);
    }
    execv(argv[0], argv);
    give_up(argv[0]);
}

static void enter(struct ledger *l, const siginfo_t *end)
{
    uint32_t high = __atomic_load_n(&l->head.high, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; i < high; i++) {
        struct ledger_slot *slot = &l->at[i];
        if (__atomic_load_n(&l->pids[i], __ATOMIC_SEQ_CST) != end->si_pid ||
            slot->state != SLOT_INTENT) {
            continue;
        }
        slot->status = end->si_code == CLD_EXITED ? end->si_status << 8 : end->si_status;
        __atomic_store_n(&slot->state, SLOT_EXITED, __ATOMIC_SEQ_CST);
        l->exits[l->head.head % LEDGER_RING] = i;
        __atomic_fetch_add(&l->head.head, 1, __ATOMIC_SEQ_CST);
        return;
    }
}

/* Returns the exit code of `program` once it has ended, else -1. */
static int reap(struct ledger *l, pid_t program)
{
    siginfo_t end = { 0 };
    while (waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0) {
        enter(l, &end);
        waitid(P_PID, (id_t)end.si_pid, &end, WEXITED);
        if (end.si_pid == program) {
            return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
        }
        end.si_pid = 0;
    }
    return -1;
}

int main(int argc, char **argv)
{
    int handed[HANDED], channel[2], ended = -1;
    sigset_t child;
    struct signalfd_siginfo info;
    if (argc < 2) {
        return 2;
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    int signals = signalfd(-1, &child, SFD_CLOEXEC);
    struct ledger *l = new_ledger(&handed[LEDGER]);
    if (signals < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0) {
        give_up("socketpair");
    }
    handed[CHANNEL] = channel[1];
    handed[LISTENER] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    handed[WAKE] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    handed[LOG] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pid_t program = start(argv + 1, handed);
    while (ended < 0 && read(signals, &info, sizeof info) > 0) {
        ended = reap(l, program);
        if (eventfd_write(handed[WAKE], 1) < 0) {
            give_up("eventfd");
        }
    }
    return ended;
}
