/* Clients' connections, which the keeper holds for the daemon. */
#include "keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/events.h"
#include "core/fdpass.h"
#include "core/wake.h"

static bool is_whole(const struct keeper *keeper, uint32_t number);

void connection_store(struct keeper *keeper, uint32_t number, int fd)
{
    (void)fdpass_room(fd, 1 << 16); /* for a reply, or nothing could be said about half of one */
    keeper->connections[number] = (struct connection){ .fd = fd };
    keeper->connected++;
}

void connection_drop(struct keeper *keeper, uint32_t number)
{
    struct connection *connection = &keeper->connections[number];
    if (connection->fd < 0) {
        return;
    }
    uint32_t waits = connection->waits;
    if (waits != 0) {
        events_forget(keeper->events, connection->fd);
    }
    if (connection->orphan) {
        (void)fdpass_hang_up(connection->fd);
    }
    close(connection->fd);
    *connection = (struct connection){ .fd = -1 };
    keeper->connected--;
    if (waits != 0) { /* nobody is there any more to be told */
        (void)reply_settled(keeper, waits - 1);
        (void)wake_write(keeper->wake);
    }
}

bool connection_send(const struct keeper *keeper, uint32_t number, const char *text)
{
    int fd = keeper->connections[number].fd;
    return fd < 0 || send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ||
           errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN;
}

/* A reply is at most 32 KiB, which the kernel takes as one piece or not at all (fdpass_room). */
void connection_reply(struct keeper *keeper, uint32_t number, const char *text)
{
    if (connection_send(keeper, number, text)) {
        connection_replied(keeper, number);
    }
    else {
        __atomic_store_n(&keeper->ledger->connections[number].full, 1, __ATOMIC_SEQ_CST);
    }
    (void)wake_write(keeper->wake);
}

void connection_replied(struct keeper *keeper, uint32_t number)
{
    struct ledger_connection *connection = &keeper->ledger->connections[number];
    uint32_t next = __atomic_load_n(&connection->next, __ATOMIC_SEQ_CST);
    __atomic_store_n(&connection->at, next, __ATOMIC_SEQ_CST);
}

void connection_settled(struct keeper *keeper, uint32_t number)
{
    if (keeper->connections[number].orphan && !is_whole(keeper, number)) {
        connection_drop(keeper, number);
    }
}

void connection_wait(struct keeper *keeper, uint32_t number, uint32_t slot)
{
    struct connection *connection = &keeper->connections[number];
    connection->waits = slot + 1;
    if (events_output(keeper->events, connection->fd, TOKEN_CONNECTION + number) < 0) {
        connection_drop(keeper, number); /* it could never be told that there is room */
    }
}

/* Unless it was dropped since this was reported. */
void connection_writable(struct keeper *keeper, uint32_t number)
{
    struct connection *connection = &keeper->connections[number];
    if (connection->waits != 0 && reply_settled(keeper, connection->waits - 1)) {
        events_forget(keeper->events, connection->fd);
        connection->waits = 0;
        connection_settled(keeper, number);
        (void)wake_write(keeper->wake);
    }
}

void connections_orphan(struct keeper *keeper, bool all)
{
    static bool owed[LEDGER_SLOTS];
    memset(owed, 0, sizeof owed);
    const struct ledger *ledger = keeper->ledger;
    uint32_t high = __atomic_load_n(&ledger->head.high, __ATOMIC_SEQ_CST);
    for (uint32_t slot = 0; slot < high && slot < LEDGER_SLOTS; slot++) {
        const struct ledger_slot *at = &ledger->at[slot];
        bool runs =
            __atomic_load_n(&at->state, __ATOMIC_SEQ_CST) == SLOT_INTENT && ledger->pids[slot] != 0;
        if (at->conn >= 0 && at->conn < (int32_t)LEDGER_SLOTS &&
            (runs || reply_owed(keeper, slot))) {
            owed[at->conn] = true;
        }
    }
    for (uint32_t number = 0; number < LEDGER_SLOTS; number++) {
        keeper->connections[number].orphan = true;
        if (all || (!owed[number] && !is_whole(keeper, number))) {
            connection_drop(keeper, number);
        }
    }
}

static bool is_whole(const struct keeper *keeper, uint32_t number)
{
    return __atomic_load_n(&keeper->ledger->connections[number].whole, __ATOMIC_SEQ_CST) != 0;
}
