/* What the daemon says: one datagram is one record, `Hello`, `Store,<key>` with descriptors,
 * `Take,<key>` (answered by `Fd,<key>`, with the descriptor where there is one), `Accept,<key>` of
 * the next client (answered in the same way, or by `Full,<key>`; both by `Late,<key>` where the
 * descriptor is here and cannot be sent now), `Drop,<key>`, `Reply,<connection>,<what to send>`,
 * `Watch` with what is readable while the daemon has something to do, `Sound` (safe mode is over),
 * `Upgrade` (another program takes over when this daemon has ended), `End,<how>` (as process 1: how
 * it is to end, now that everything is being stopped), `Quit` or `Quit,<code>` (the keeper is to
 * exit with that). What is to be sent is never looked at. Keys: c<N> a connection, l<N> the two
 * read ends of a log, k<N> whatever else the daemon must not lose. */
#include "core/fdpass.h"
#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_KEY = 64, LONGEST = 33 * 1024, MOST_FDS = 4, MOST_TRIES = 8 };

struct record {
    char text[LONGEST];
    int fds[MOST_FDS];
    int count;
};

static bool receive(struct keeper *keeper, struct record *record);
static void take_descriptors(struct msghdr *message, struct record *record);
static void handle(struct keeper *keeper, struct record *record);
static void hello(struct keeper *keeper);
static bool store(struct keeper *keeper, const char *key, const struct record *record);
static bool drop(struct keeper *keeper, const char *key);
static bool take(struct keeper *keeper, const char *key);
static bool accept_one(struct keeper *keeper, const char *key);
static void answer_with(struct keeper *keeper, const char *word, const char *key, int fd);
static bool answer(struct keeper *keeper, const char *text);
static bool quit(struct keeper *keeper, const char *code);
static bool read_key(const char *key, char *kind, uint32_t *number);
static const char *read_number(const char *text, uint32_t *number);

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
        length = recvmsg(keeper->channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
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
        known = stored = store(keeper, text + 6, record);
    }
    else if (strncmp(text, "Drop,", 5) == 0) {
        known = drop(keeper, text + 5);
    }
    else if (strncmp(text, "Take,", 5) == 0) {
        known = take(keeper, text + 5);
    }
    else if (strncmp(text, "Accept,", 7) == 0) {
        known = accept_one(keeper, text + 7);
    }
    else if (strncmp(text, "Reply,c", 7) == 0) {
        known = answer(keeper, text + 7);
    }
    else if (strncmp(text, "End,", 4) == 0) {
        known = init_asked(keeper, text + 4);
    }
    else if (strcmp(text, "Quit") == 0) {
        keeper->quit = true;
        watch_poke(keeper);
    }
    else if (strncmp(text, "Quit,", 5) == 0) {
        known = quit(keeper, text + 5);
        watch_poke(keeper);
    }
    else if (strcmp(text, "Upgrade") == 0) {
        keeper->upgrade = true;
        watch_poke(keeper);
    }
    else if (strcmp(text, "Watch") == 0 && record->count == 1) {
        watch_queue(keeper, record->fds[0]);
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
        say("ignored from the daemon: \"%.*s\" with %d descriptors", LONGEST_KEY, text,
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

/* What had this key before is closed even where the new descriptors did not get through (the limit
 * of open files): a reply must not go to whoever had the number earlier. */
static bool store(struct keeper *keeper, const char *key, const struct record *record)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number)) {
        return false;
    }
    (void)drop(keeper, key);
    if (kind == 'c' && record->count == 1) {
        connection_store(keeper, number, record->fds[0]);
        return true;
    }
    if (kind == 'l' && record->count == 2) {
        log_store(keeper, number, record->fds[0], record->fds[1]);
        return true;
    }
    if (kind == 'k' && record->count == 1) {
        keeper->kept[number] = record->fds[0];
        return true;
    }
    return false;
}

static bool drop(struct keeper *keeper, const char *key)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number)) {
        return false;
    }
    if (kind == 'c') {
        connection_drop(keeper, number);
    }
    else if (kind == 'l') {
        log_drop(keeper, number);
    }
    else if (keeper->kept[number] >= 0) {
        close(keeper->kept[number]);
        keeper->kept[number] = -1;
    }
    return true;
}

/* Hands out a copy of what is kept: a daemon that takes over asks for one after the other, so the
 * channel never holds more than one of these. */
static bool take(struct keeper *keeper, const char *key)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number) || kind == 'l') {
        return false;
    }
    int fd = kind == 'c' ? connection_take(keeper, number) : keeper->kept[number];
    answer_with(keeper, "Fd", key, fd);
    return true;
}

/* It is ours before the daemon has it, so a daemon that dies here loses nobody. */
static bool accept_one(struct keeper *keeper, const char *key)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number) || kind != 'c') {
        return false;
    }
    connection_drop(keeper, number);
    if (!connection_room(keeper)) {
        answer_with(keeper, "Full", key, -1);
        return true;
    }
    int fd = accept4(keeper->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    bool full =
        fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
    if (fd >= 0) {
        connection_store(keeper, number, fd);
    }
    answer_with(keeper, full ? "Full" : "Fd", key, fd);
    return true;
}

/* It waits for the answer: rather none of it than none at all. */
static void answer_with(struct keeper *keeper, const char *word, const char *key, int fd)
{
    char text[LONGEST_KEY];
    int length = snprintf(text, sizeof text, "%s,%.32s", word, key);
    if (fdpass_send_one(keeper->channel, text, (size_t)length, fd) < 0 &&
        fdpass_send_one(keeper->channel, text, (size_t)length, fd) < 0) {
        length = snprintf(text, sizeof text, "%s,%.32s", fd >= 0 ? "Late" : word, key);
        (void)fdpass_send(keeper->channel, text, (size_t)length);
    }
}

/* The rest of a `Reply`: connection, what to send. */
static bool answer(struct keeper *keeper, const char *text)
{
    uint32_t number;
    text = read_number(text, &number);
    if (text == NULL || *text != ',' || number >= LEDGER_SLOTS) {
        return false;
    }
    connection_reply(keeper, number, text + 1);
    return true;
}

/* An exit code: 0 to 255. */
static bool quit(struct keeper *keeper, const char *code)
{
    int value = 0;
    size_t length = 0;
    for (; code[length] >= '0' && code[length] <= '9' && length < 3; length++) {
        value = value * 10 + (code[length] - '0');
    }
    if (length == 0 || code[length] != '\0' || value > 255) {
        return false;
    }
    keeper->quit = true;
    keeper->quit_code = value;
    return true;
}

/* c, l or k, then a decimal number of a slot. */
static bool read_key(const char *key, char *kind, uint32_t *number)
{
    *kind = key[0];
    if (strchr("clk", *kind) == NULL || *kind == '\0' || key[1] == '\0') {
        return false;
    }
    const char *end = read_number(key + 1, number);
    return end != NULL && *end == '\0' && *number < LEDGER_SLOTS;
}

/* Behind the digits, or NULL when there are none or too many. */
static const char *read_number(const char *text, uint32_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= UINT32_MAX; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *number = (uint32_t)value;
    return at == text || value > UINT32_MAX ? NULL : at;
}
