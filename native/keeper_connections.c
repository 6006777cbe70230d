/* Clients' connections, which the keeper holds for the daemon. */
#include "keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static bool answer_waiting(struct keeper *keeper, uint32_t number);
static void stop_waiting(struct keeper *keeper, uint32_t number);
static void hang_up(int fd);
static bool is_whole(const struct keeper *keeper, uint32_t number);

/* Where what nobody wants goes. */
static char unread[65536];

bool connection_room(const struct keeper *keeper)
{
    struct rlimit files;
    uint64_t most = LEDGER_SLOTS - 1024;
    bool few = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 2 < most;
    return keeper->connected < (few ? files.rlim_cur / 2 : most);
}

void connection_store(struct keeper *keeper, uint32_t number, int fd)
{
    keeper->connections[number] = (struct connection){ .fd = fd };
    keeper->connected++;
}

void connection_drop(struct keeper *keeper, uint32_t number)
{
    struct connection *connection = &keeper->connections[number];
    if (connection->fd < 0) {
        return;
    }
    bool waiting = connection->waiting;
    stop_waiting(keeper, number);
    if (connection->orphan) {
        hang_up(connection->fd);
    }
    close(connection->fd);
    *connection = (struct connection){ .fd = -1 };
    keeper->connected--;
    if (waiting) { /* nobody is there any more to be told */
        (void)answer_waiting(keeper, number);
        os_counter_add(keeper->wake);
    }
}

int connection_take(struct keeper *keeper, uint32_t number)
{
    keeper->connections[number].orphan = false;
    return keeper->connections[number].fd;
}

bool connection_send(const struct keeper *keeper, uint32_t number, const char *text)
{
    int fd = keeper->connections[number].fd;
    return fd < 0 || send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ||
           errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN;
}

/* A reply is at most 32 KiB, which the kernel takes as one piece or not at all. */
void connection_reply(struct keeper *keeper, uint32_t number, const char *text)
{
    if (connection_send(keeper, number, text)) {
        connection_replied(keeper, number);
    }
    else {
        __atomic_store_n(&keeper->ledger->connections[number].full, 1, __ATOMIC_SEQ_CST);
    }
    os_counter_add(keeper->wake);
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

void connection_wait(struct keeper *keeper, uint32_t number)
{
    struct connection *connection = &keeper->connections[number];
    if (connection->waiting) {
        return;
    }
    connection->waiting = true;
    if (os_watch_output(keeper->events, connection->fd, TOKEN_CONNECTION + number) < 0) {
        connection_drop(keeper, number); /* it could never be told that there is room */
    }
}

void connection_writable(struct keeper *keeper, uint32_t number)
{
    if (!keeper->connections[number].waiting) {
        return; /* dropped since this was reported */
    }
    bool done = answer_waiting(keeper, number);
    if (done) {
        stop_waiting(keeper, number);
        connection_settled(keeper, number);
        os_counter_add(keeper->wake);
    }
}

void connections_orphan(struct keeper *keeper)
{
    static bool owed[LEDGER_SLOTS];
    memset(owed, 0, sizeof owed);
    const struct ledger *ledger = keeper->ledger;
    uint32_t high = __atomic_load_n(&ledger->head.high, __ATOMIC_SEQ_CST);
    for (uint32_t slot = 0; slot < high && slot < LEDGER_SLOTS; slot++) {
        uint32_t state = __atomic_load_n(&ledger->at[slot].state, __ATOMIC_SEQ_CST);
        int32_t conn = ledger->at[slot].conn;
        bool runs = state == SLOT_INTENT && ledger->pids[slot] != 0;
        if (conn >= 0 && conn < (int32_t)LEDGER_SLOTS && (runs || reply_owed(keeper, slot))) {
            owed[conn] = true;
        }
    }
    for (uint32_t number = 0; number < LEDGER_SLOTS; number++) {
        keeper->connections[number].orphan = true;
        if (!owed[number] && !is_whole(keeper, number)) {
            connection_drop(keeper, number);
        }
    }
}

/* Tries every ExitStatus owed on this connection (there is one, as requests on a connection wait
 * for each other). False when its buffer is still full. */
static bool answer_waiting(struct keeper *keeper, uint32_t number)
{
    uint32_t high = __atomic_load_n(&keeper->ledger->head.high, __ATOMIC_SEQ_CST);
    for (uint32_t slot = 0; slot < high && slot < LEDGER_SLOTS; slot++) {
        bool mine = keeper->ledger->at[slot].conn == (int32_t)number;
        if (mine && reply_owed(keeper, slot) && !reply_send(keeper, slot)) {
            return false;
        }
    }
    return true;
}

static void stop_waiting(struct keeper *keeper, uint32_t number)
{
    if (keeper->connections[number].waiting) {
        os_unwatch(keeper->events, keeper->connections[number].fd);
        keeper->connections[number].waiting = false;
    }
}

static bool is_whole(const struct keeper *keeper, uint32_t number)
{
    return __atomic_load_n(&keeper->ledger->connections[number].whole, __ATOMIC_SEQ_CST) != 0;
}

/* A close with unread input would take from the client what it has not read yet; after the shutdown
 * no more input comes. */
static void hang_up(int fd)
{
    (void)shutdown(fd, SHUT_RDWR);
    while (recv(fd, unread, sizeof unread, MSG_DONTWAIT) > 0) {
    }
}
