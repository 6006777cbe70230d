/* What the daemon says: one datagram is one record, `Hello`, `Store,<key>` with descriptors,
 * `Take,<key>` (answered by `Fd,<key>`, with the descriptor where there is one), `Accept,<key>` of
 * the next client (answered in the same way, or by `Full,<key>`; both by `Late,<key>` where the
 * descriptor is here and cannot be sent now), `Drop,<key>`, `Reply,<connection>,<what to send>`,
 * `Watch` with what is readable while the daemon has something to do, `Threads` with what is
 * readable when threads of it have ended, `Sound` (safe mode is over),
 * `Upgrade` (another program takes over when this daemon has ended), `End,<how>` (as process 1: how
 * it is to end, now that everything is being stopped), `Quit` or `Quit,<code>` (the keeper is to
 * exit with that). What is to be sent is never looked at. Keys: c<N> a connection, l<N> the two
 * read ends of a log, k<N> whatever else the daemon must not lose. */
#include "core/fdpass.h"
#include "keeper.h"
#include "keeper_kept.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHANNEL_BUFFER = 4 << 20 };
enum { MOST_SAID = 64, LONGEST = 33 * 1024, MOST_FDS = 4, MOST_TRIES = 8 };

struct record {
    char text[LONGEST];
    int fds[MOST_FDS];
    int count;
};

static bool receive(struct keeper *keeper, struct record *record);
static void take_descriptors(struct msghdr *message, struct record *record);
static void handle(struct keeper *keeper, struct record *record);
static void hello(struct keeper *keeper);
static bool answer(struct keeper *keeper, const char *text);
static bool end(struct keeper *keeper, const char *how);
static bool quit(struct keeper *keeper, const char *code);

void channel_drain(struct keeper *keeper)
{
    static struct record record;
    while (keeper->channel >= 0 && receive(keeper, &record)) {
        handle(keeper, &record);
    }
}

void channel_close(struct keeper *keeper)
{
    if (keeper->channel >= 0) {
        os_unwatch(keeper->events, keeper->channel);
        close(keeper->channel);
        keeper->channel = -1;
    }
}

int channel_make(int pair[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0) {
        return -errno;
    }
    int room = CHANNEL_BUFFER;
    if (setsockopt(pair[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0) {
        (void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    }
    return 0;
}

/* A daemon that ended without having read its `Ready` shows first as ECONNRESET, once, though what
 * it had sent is still there: a Store that a reply depends on, maybe. */
static bool receive(struct keeper *keeper, struct record *record)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MOST_FDS * sizeof(int))];
    struct iovec bytes = { record->text, LONGEST - 1 };
    ssize_t length;
    struct msghdr message;
    bool passes;
    int tries = 0;
    do {
        message = (struct msghdr){ .msg_iov = &bytes,
                                   .msg_iovlen = 1,
                                   .msg_control = control,
                                   .msg_controllen = sizeof control };
        length = recvmsg(keeper->channel, &message, MSG_DONTWAIT);
        passes = length < 0 && (errno == EINTR || errno == ENOMEM || errno == ENOBUFS);
    } while (length < 0 && (errno == ECONNRESET || passes) && tries++ < MOST_TRIES);
    if (length < 0 && (errno == EAGAIN || passes)) {
        return false; /* what passes is told of again as long as something is there */
    }
    if (length <= 0) { /* a daemon without its channel is of no use, if it still runs */
        channel_close(keeper);
        daemon_kill(keeper);
        return false;
    }
    record->text[length] = '\0';
    take_descriptors(&message, record);
    if (message.msg_flags & MSG_TRUNC) {
        record->text[0] = '\0';
    }
    return true;
}

static void take_descriptors(struct msghdr *message, struct record *record)
{
    record->count = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
            size_t size = part->cmsg_len - CMSG_LEN(0);
            memcpy(record->fds, CMSG_DATA(part), size);
            record->count = (int)(size / sizeof(int));
        }
    }
}

static void handle(struct keeper *keeper, struct record *record)
{
    const char *text = record->text;
    bool stored = false;
    bool known = true;
    if (strcmp(text, "Hello") == 0) {
        hello(keeper);
    }
    else if (strncmp(text, "Store,", 6) == 0) {
        known = stored = kept_store(keeper, text + 6, record->fds, record->count);
    }
    else if (strncmp(text, "Drop,", 5) == 0) {
        known = kept_drop(keeper, text + 5);
    }
    else if (strncmp(text, "Take,", 5) == 0) {
        known = kept_take(keeper, text + 5);
    }
    else if (strncmp(text, "Accept,", 7) == 0) {
        known = kept_accept(keeper, text + 7);
    }
    else if (strncmp(text, "Reply,c", 7) == 0) {
        known = answer(keeper, text + 7);
    }
    else if (strncmp(text, "End,", 4) == 0) {
        known = end(keeper, text + 4);
    }
    else if (strncmp(text, "Quit", 4) == 0) {
        known = quit(keeper, text + 4);
    }
    else if (strcmp(text, "Upgrade") == 0) {
        keeper->upgrade = true;
        os_counter_add(keeper->wake); /* it is to end: if it does not, that shows */
    }
    else if (strcmp(text, "Watch") == 0 && record->count == 1) {
        watch_queue(keeper, record->fds[0]);
        stored = true;
    }
    else if (strcmp(text, "Threads") == 0 && record->count <= WATCHED_THREADS) {
        spare_watch(keeper, record->fds, record->count);
        stored = true;
    }
    else if (strcmp(text, "Sound") == 0) {
        keeper->safe = false;
        keeper->failures = 0;
    }
    else {
        known = false;
    }
    if (!known) {
        say("ignored from the daemon: \"%.*s\" with %d descriptors", MOST_SAID, text,
            record->count);
    }
    for (int i = 0; i < record->count && !stored; i++) {
        close(record->fds[i]);
    }
}

static void hello(struct keeper *keeper)
{
    keeper->hello = true;
    keeper->hangs = 0;
    (void)fdpass_send(keeper->channel, "Ready", 5);
    if (!keeper->ready) {
        keeper->ready = true;
        announce("listening on %s", keeper->settings.socket);
    }
    if (keeper->terminate && keeper->daemon.pid > 0) {
        (void)kill(keeper->daemon.pid, SIGTERM);
    }
}

/* The rest of a `Reply`: connection, what to send. */
static bool answer(struct keeper *keeper, const char *text)
{
    uint32_t number;
    text = kept_number(text, &number);
    if (text == NULL || *text != ',' || number >= LEDGER_SLOTS) {
        return false;
    }
    connection_reply(keeper, number, text + 1);
    return true;
}

/* Remembered as if a signal had asked for it: a daemon started later goes on ending everything. */
static bool end(struct keeper *keeper, const char *how)
{
    static const char *const words[] = { "reboot", "power-off", "halt" };
    for (int which = 0; which < 3; which++) {
        if (keeper->settings.init && strcmp(words[which], how) == 0) {
            keeper->ending = END_REBOOT + which;
            keeper->terminate = true;
            return true;
        }
    }
    return false;
}

/* The rest of a `Quit`: nothing, or an exit code, 0 to 255. */
static bool quit(struct keeper *keeper, const char *code)
{
    uint32_t value = 0;
    const char *end = *code == ',' ? kept_number(code + 1, &value) : code;
    if (end == NULL || *end != '\0' || end - code > 4 || value > 255) {
        return false;
    }
    keeper->quit = true;
    keeper->quit_code = (int)value;
    os_counter_add(keeper->wake);
    return true;
}
