/* The puppet's orders about the ledger: starts, as the daemon makes them, and what stands there. */
#include "puppet.h"

#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* start SLOT CONN STAGE COMMAND: as the daemon would, but with a plain fork; the child says that it
 * had come to STAGE, and where that is before exec it ends there. */
void order_start(char *rest)
{
    unsigned number, stage;
    int conn, used = 0;
    sscanf(rest, "%u %d %u %n", &number, &conn, &stage, &used);
    struct ledger_slot *slot = &ledger->at[number];
    memset(slot, 0, sizeof *slot);
    slot->conn = conn;
    slot->start = ++ledger->head.start;
    slot->log = -1;
    slot->kind = conn < 0 ? KIND_DAEMON : KIND_RUN;
    __atomic_store_n(&ledger->pids[number], 0, __ATOMIC_SEQ_CST);
    if (number >= ledger->head.high) {
        __atomic_store_n(&ledger->head.high, number + 1, __ATOMIC_SEQ_CST);
    }
    __atomic_store_n(&slot->state, SLOT_INTENT, __ATOMIC_SEQ_CST);
    struct clone_args how = {
        .flags = CLONE_PARENT | CLONE_PARENT_SETTID,
        .parent_tid = (uint64_t)(uintptr_t)&ledger->pids[number],
    };
    long pid = syscall(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        __atomic_store_n(&slot->stage, stage, __ATOMIC_SEQ_CST);
        if (stage < STAGE_EXEC) {
            _exit(1);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execl("/bin/sh", "sh", "-c", rest + used, NULL);
        _exit(127);
    }
    reply("%ld", pid);
}

/* put SLOT STATE PID CONN: writes what another process may have left there. */
void order_put(char *rest)
{
    unsigned number, state;
    int pid, conn;
    sscanf(rest, "%u %u %d %d", &number, &state, &pid, &conn);
    ledger->at[number] = (struct ledger_slot){ .conn = conn, .log = -1, .status = 77 };
    __atomic_store_n(&ledger->pids[number], pid, __ATOMIC_SEQ_CST);
    __atomic_store_n(&ledger->at[number].state, state, __ATOMIC_SEQ_CST);
    if (number >= ledger->head.high) {
        __atomic_store_n(&ledger->head.high, number + 1, __ATOMIC_SEQ_CST);
    }
    reply("put");
}

/* number SLOT PID: another process has that number now. */
void order_number(char *rest)
{
    unsigned number;
    int pid;
    sscanf(rest, "%u %d", &number, &pid);
    __atomic_store_n(&ledger->pids[number], pid, __ATOMIC_SEQ_CST);
    reply("put");
}

void order_slot(char *rest)
{
    int number = atoi(rest);
    struct ledger_slot *slot = &ledger->at[number];
    reply("{\"conn\":%d,\"state\":%u,\"status\":%d,\"ended\":%.0f,\"pid\":%d}", slot->conn,
          __atomic_load_n(&slot->state, __ATOMIC_SEQ_CST), slot->status, slot->ended,
          ledger->pids[number]);
}

/* whole NUMBER NEXT: the connection outlives the daemon; what is in flight on it ends at NEXT. */
void order_whole(char *rest)
{
    unsigned number, next;
    sscanf(rest, "%u %u", &number, &next);
    __atomic_store_n(&ledger->connections[number].next, next, __ATOMIC_SEQ_CST);
    __atomic_store_n(&ledger->connections[number].whole, 1, __ATOMIC_SEQ_CST);
    reply("whole");
}

void order_connection(char *rest)
{
    struct ledger_connection *connection = &ledger->connections[atoi(rest)];
    reply("{\"taken\":%u,\"at\":%u,\"next\":%u,\"full\":%u}",
          __atomic_load_n(&connection->taken, __ATOMIC_SEQ_CST),
          __atomic_load_n(&connection->at, __ATOMIC_SEQ_CST),
          __atomic_load_n(&connection->next, __ATOMIC_SEQ_CST),
          __atomic_load_n(&connection->full, __ATOMIC_SEQ_CST));
}

void order_head(char *rest)
{
    (void)rest;
    struct ledger_head *head = &ledger->head;
    reply("{\"keepers\":%u,\"outlived\":%g,\"daemon\":%d,"
          "\"magic\":%u,\"version\":%u,\"slots\":%u,\"keeper\":%d,\"nonce\":\"%llx\",\"head\":%u,"
          "\"seq\":%g,\"start\":%g,\"logger\":%d,\"generation\":%u,\"latest\":%u}",
          head->keepers, head->outlived, head->daemon, head->magic, head->version, head->slots,
          head->keeper, (unsigned long long)head->nonce,
          __atomic_load_n(&head->head, __ATOMIC_SEQ_CST), head->seq, head->start,
          __atomic_load_n(&head->logger, __ATOMIC_SEQ_CST), head->generation,
          ledger->exits[(head->head + LEDGER_RING - 1) % LEDGER_RING]);
}

/* What the daemon says in the ledger: that it does something, that it was of use. */
void order_beat(char *rest)
{
    (void)rest;
    reply("%u", __atomic_add_fetch(&ledger->head.beat, 1, __ATOMIC_SEQ_CST));
}

void order_logged(char *rest)
{
    __atomic_store_n(&ledger->head.logged, atoi(rest), __ATOMIC_SEQ_CST);
    reply("logged");
}

void order_answer(char *rest)
{
    (void)rest;
    __atomic_store_n(&ledger->head.answered, ledger->head.generation, __ATOMIC_SEQ_CST);
    reply("answered");
}
