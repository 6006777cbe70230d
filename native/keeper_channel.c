/* What the daemon says: one datagram is one record, `Hello` (answered by `Ready`), `Store,<key>`
 * with descriptors, `Take,<key>` (answered by `Fd,<key>`, with the descriptor where there is one),
 * `Accept,<key>` of the next client (answered in the same way, or by `Full,<key>`; both by
 * `Late,<key>` where the descriptor is here and cannot be sent now), `Drop,<key>`,
 * `Reply,<connection>,<what to send>`. What is to be sent is never looked at. Keys: c<N> a
 * connection, l<N> the two read ends of a log, k<N> whatever else the daemon must not lose.
 * Anything else is for the minder (minder_told.c), which sends the channel of each daemon with the
 * pid that it is of. */
#include "keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/events.h"
#include "core/fdpass.h"
#include "core/wake.h"

enum { LONGEST = 33 * 1024, MOST_FDS = 4, MOST_TRIES = 8 };

struct record {
    struct msghdr message;
    struct iovec bytes;
    char text[LONGEST];
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MOST_FDS * sizeof(int))];
    } control;
    int fds[MOST_FDS], count;
};

static ssize_t receive(int socket, struct record *record);
static bool keep(struct keeper *keeper, const struct record *record);
static void tell(struct keeper *keeper, const struct record *record);
static void lost(struct keeper *keeper);

void channel_drain(struct keeper *keeper)
{
    static struct record record;
    ssize_t length;
    while (keeper->channel >= 0 && (length = receive(keeper->channel, &record)) != -EAGAIN) {
        if (length <= 0) {
            lost(keeper);
        }
        else if (!keep(keeper, &record)) {
            if (strcmp(record.text, "Hello") == 0) {
                (void)fdpass_send(keeper->channel, "Ready", 5);
            }
            tell(keeper, &record);
        }
    }
}

/* What the one before has said is handled first. */
void minder_drain(struct keeper *keeper)
{
    static struct record record;
    while (receive(keeper->to_minder, &record) > 0) {
        if (record.count == 1) {
            channel_drain(keeper);
            channel_close(keeper);
            keeper->channel = record.fds[0];
            (void)sscanf(record.text, "%d", &keeper->daemon);
            if (events_input(keeper->events, keeper->channel, TOKEN_CHANNEL) < 0) {
                lost(keeper);
            }
        }
        else {
            say("the daemon's channel did not get through");
        }
    }
}

void channel_close(struct keeper *keeper)
{
    if (keeper->channel >= 0) {
        events_forget(keeper->events, keeper->channel);
        close(keeper->channel);
        keeper->channel = -1;
        connections_orphan(keeper, false);
    }
}

/* The minder. Descriptors can only be sent, and memory may be short for a moment. */
static void tell(struct keeper *keeper, const struct record *record)
{
    bool lost = keeper->said - __atomic_load_n(&keeper->done, __ATOMIC_SEQ_CST) >= MOST_SAID;
    if (record->count > 0) {
        lost = sendmsg(keeper->to_minder, &record->message, MSG_DONTWAIT) < 0 &&
               sendmsg(keeper->to_minder, &record->message, MSG_DONTWAIT) < 0;
    }
    else if (!lost) {
        (void)snprintf(keeper->text[keeper->said % MOST_SAID], LONGEST_SAID, "%s", record->text);
        (void)__atomic_add_fetch(&keeper->said, 1, __ATOMIC_SEQ_CST);
        (void)wake_write(keeper->look);
    }
    if (lost) {
        say("the minder does not hear: \"%.64s\" is lost", record->text);
    }
    for (int i = 0; i < record->count; i++) {
        close(record->fds[i]);
    }
}

/* A daemon without its channel is of no use, if it still runs. */
static void lost(struct keeper *keeper)
{
    channel_close(keeper);
    if (own_of(keeper, keeper->daemon)) {
        (void)kill(keeper->daemon, SIGKILL);
    }
}

/* A daemon that ended without having read its `Ready` shows first as ECONNRESET, once, though what
 * it had sent is still there: a Store that a reply depends on, maybe. -EAGAIN is for what passes,
 * too, which is told of again as long as something is there. */
static ssize_t receive(int socket, struct record *record)
{
    ssize_t length;
    int tries = 0;
    do {
        record->bytes = (struct iovec){ record->text, LONGEST - 1 };
        record->message = (struct msghdr){ .msg_iov = &record->bytes,
                                           .msg_iovlen = 1,
                                           .msg_control = &record->control,
                                           .msg_controllen = sizeof record->control };
        length = recvmsg(socket, &record->message, MSG_DONTWAIT);
    } while (length < 0 && (errno == ECONNRESET || errno == EINTR) && tries++ < MOST_TRIES);
    record->count = 0;
    if (length < 0) {
        return errno == EINTR || errno == ENOMEM || errno == ENOBUFS ? -EAGAIN : -errno;
    }
    const struct cmsghdr *part = CMSG_FIRSTHDR(&record->message);
    if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
        size_t size = part->cmsg_len - CMSG_LEN(0);
        memcpy(record->fds, CMSG_DATA(part), size);
        record->count = (int)(size / sizeof(int));
    }
    record->text[record->message.msg_flags & MSG_TRUNC ? 0 : length] = '\0';
    record->bytes.iov_len = (size_t)length; /* so that it can be sent on as it is */
    return length;
}

/* False when it is not for us. */
static bool keep(struct keeper *keeper, const struct record *record)
{
    char word[8], kind[2];
    uint32_t number;
    int key = 0;
    if (sscanf(record->text, "%7[A-Za-z],%1[clk]%5u%n", word, kind, &number, &key) != 3 ||
        number >= LEDGER_SLOTS) {
        return false;
    }
    if (strcmp(word, "Store") == 0) {
        return kept_store(keeper, *kind, number, record->fds, record->count);
    }
    if (strcmp(word, "Drop") == 0) {
        kept_drop(keeper, *kind, number);
    }
    else if (strcmp(word, "Take") == 0 && *kind != 'l') {
        kept_take(keeper, *kind, number);
    }
    else if (strcmp(word, "Accept") == 0 && *kind == 'c') {
        kept_accept(keeper, number);
    }
    else if (strcmp(word, "Reply") == 0 && *kind == 'c' && record->text[key] == ',') {
        connection_reply(keeper, number, record->text + key + 1);
    }
    else {
        return false;
    }
    return record->count == 0;
}
