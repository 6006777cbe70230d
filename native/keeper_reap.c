/*
 * An end, and the ExitStatus it owes. The order is what makes it safe to kill any of us anywhere:
 * status and time into the slot, then the state, then the ring that the daemon reads, and only then
 * is the process reaped, for from there on its pid may be another's. The client hears last: who
 * knows of an end finds it told.
 */
#include "keeper.h"

#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

#include "core/wake.h"

/* AT_ONCE: of so many ends in a row others must not have to wait for more. */
enum { NONE = -1, AT_ONCE = 256 };

static bool one_end(struct keeper *keeper, const siginfo_t *info);
static int slot_of(const struct ledger *ledger, pid_t pid);
static void write_end(struct ledger *ledger, uint32_t slot, int status);
static void answer(struct keeper *keeper, uint32_t slot);
static int wait_status(const siginfo_t *info);

void reap(struct keeper *keeper)
{
    bool told = false;
    int left = AT_ONCE;
    siginfo_t info;
    for (; left > 0 && os_next_end(&info); left--) {
        told |= one_end(keeper, &info);
    }
    keeper->unreaped = left == 0;
    /* Whoever stops the minder stops all, and whoever stops archon-log all that write. Each stop is
     * told once, and one by a debugger not at all. */
    const pid_t own[] = { keeper->minder, keeper->own[LOGGER].ended ? 0 : keeper->own[LOGGER].pid };
    for (int i = 0; i < 2; i++) {
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)own[i], &info, WSTOPPED | WNOHANG) == 0 && info.si_pid > 0) {
            (void)kill(info.si_pid, SIGCONT);
        }
    }
    if (told) {
        (void)wake_write(keeper->wake);
    }
}

/* True when it was one of the ledger's. */
static bool one_end(struct keeper *keeper, const siginfo_t *info)
{
    pid_t pid = info->si_pid;
    int status = wait_status(info);
    struct own *own = own_of(keeper, pid);
    int slot = own ? NONE : slot_of(keeper->ledger, pid);
    if (slot != NONE) {
        write_end(keeper->ledger, (uint32_t)slot, status);
    }
    else if (own) {
        minder_drain(keeper);        /* it may have brought the channel only now */
        if (pid == keeper->daemon) { /* what it has said the minder knows before its end */
            channel_drain(keeper);
            channel_close(keeper);
        }
        own->status = status;
        __atomic_store_n(&own->ended, pid, __ATOMIC_SEQ_CST);
        (void)wake_write(keeper->look);
    }
    (void)waitpid(pid, NULL, WNOHANG);
    if (slot != NONE) {
        answer(keeper, (uint32_t)slot);
    }
    else if (pid == keeper->minder) {
        minder_ended(keeper, status);
    }
    return slot != NONE; /* what is neither is an orphan that we adopted */
}

struct own *own_of(struct keeper *keeper, pid_t pid)
{
    for (struct own *own = keeper->own; pid > 0 && own < keeper->own + OWN; own++) {
        if (__atomic_load_n(&own->pid, __ATOMIC_SEQ_CST) == pid && own->ended != pid) {
            return own;
        }
    }
    return NULL;
}

/* A slot that has its end already may have had the same pid: only INTENT counts; nor what is no
 * child of ours. */
static int slot_of(const struct ledger *ledger, pid_t pid)
{
    uint32_t high = __atomic_load_n(&ledger->head.high, __ATOMIC_SEQ_CST);
    for (uint32_t slot = 0; slot < high && slot < LEDGER_SLOTS; slot++) {
        if (__atomic_load_n(&ledger->pids[slot], __ATOMIC_SEQ_CST) == pid &&
            __atomic_load_n(&ledger->at[slot].state, __ATOMIC_SEQ_CST) == SLOT_INTENT &&
            ledger->at[slot].start > ledger->head.outlived) {
            return (int)slot;
        }
    }
    return NONE;
}

static void write_end(struct ledger *ledger, uint32_t slot, int status)
{
    struct ledger_slot *at = &ledger->at[slot];
    struct timespec moment;
    (void)clock_gettime(CLOCK_REALTIME, &moment);
    double ended = (double)moment.tv_sec * 1e3 + (double)(moment.tv_nsec / 1000000);
    __atomic_store_n(&at->status, status, __ATOMIC_SEQ_CST);
    __atomic_store(&at->ended, &ended, __ATOMIC_SEQ_CST);
    __atomic_store_n(&at->state, SLOT_EXITED, __ATOMIC_SEQ_CST);
    uint32_t head = __atomic_load_n(&ledger->head.head, __ATOMIC_SEQ_CST);
    __atomic_store_n(&ledger->exits[head % LEDGER_RING], slot, __ATOMIC_SEQ_CST);
    __atomic_store_n(&ledger->head.head, head + 1, __ATOMIC_SEQ_CST);
}

/* The connection's Store was sent before the process began, but maybe after the channel was last
 * read: it is read once more, or the reply would find nobody, or somebody who had the number
 * before. */
static void answer(struct keeper *keeper, uint32_t slot)
{
    int32_t conn = __atomic_load_n(&keeper->ledger->at[slot].conn, __ATOMIC_SEQ_CST);
    if (conn < 0 || conn >= (int32_t)LEDGER_SLOTS) {
        return;
    }
    channel_drain(keeper);
    if (reply_settled(keeper, slot)) {
        connection_settled(keeper, (uint32_t)conn);
    }
    else {
        connection_wait(keeper, (uint32_t)conn, slot);
    }
}

/* Where exec was not tried, the daemon answers with an Error that names the step. */
bool reply_owed(const struct keeper *keeper, uint32_t slot)
{
    const struct ledger_slot *at = &keeper->ledger->at[slot];
    return __atomic_load_n(&at->state, __ATOMIC_SEQ_CST) == SLOT_EXITED &&
           __atomic_load_n(&at->stage, __ATOMIC_SEQ_CST) >= STAGE_EXEC;
}

bool reply_settled(struct keeper *keeper, uint32_t slot)
{
    if (!reply_owed(keeper, slot)) {
        return true;
    }
    struct ledger_slot *at = &keeper->ledger->at[slot];
    int status = at->status;
    char text[32];
    (void)snprintf(text, sizeof text, "ExitStatus,%d\n",
                   WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (!connection_send(keeper, (uint32_t)at->conn, text)) {
        return false;
    }
    connection_replied(keeper, (uint32_t)at->conn);
    uint32_t expected = SLOT_EXITED;
    (void)__atomic_compare_exchange_n(&at->state, &expected, SLOT_REPLIED, false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST);
    return true;
}

/* As wait(2) gives it. */
static int wait_status(const siginfo_t *info)
{
    int signal = info->si_code == CLD_DUMPED ? info->si_status | 0x80 : info->si_status;
    return info->si_code == CLD_EXITED ? (info->si_status & 0xff) << 8 : signal;
}
