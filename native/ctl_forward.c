/*
 * Passing signals on to the process of a `Run`, by `Signal` requests over connections of their own,
 * one signal at a time, in order. The run was asked for before, but the two connections have no
 * order: an Error may mean that there is no process yet. So it is asked again, with a growing
 * pause, for a second; a connection that breaks (the daemon is being started again) is made anew
 * for as long as the run is waited for. A signal that waits already is not queued twice, as in the
 * kernel.
 */
#include "ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/now.h"

/* Milliseconds. */
enum { FIRST_PAUSE = 5, LAST_PAUSE = 200, PATIENCE = 1000 };

static void attempt(struct forward *forward);
static void answered(struct forward *forward, const char *reason);
static void later(struct forward *forward);
static void next(struct forward *forward);
static void hang_up(struct forward *forward);

/*
 * Queues a signal. -1 when it waits already and the daemon has said nothing for a second: whoever
 * presses Ctrl-C again then wants to leave.
 */
int forward_push(struct forward *forward, int signo)
{
    for (size_t i = 0; i < forward->count; i++) {
        if (forward->queue[i] == signo) {
            return signo != SIGWINCH && now() - forward->since > PATIENCE ? -1 : 0;
        }
    }
    forward->queue[forward->count++] = signo;
    if (forward->count == 1) {
        forward->since = now();
        forward->pause = FIRST_PAUSE;
        attempt(forward);
    }
    return 0;
}

/* Goes on where there is something to do: an answer to be read, or a pause that is over. */
void forward_step(struct forward *forward, int readable)
{
    if (readable) {
        int n = reader_fill(&forward->reader, forward->fd);
        char *line = n > 0 ? reader_line(&forward->reader) : NULL;
        struct list reply = { 0 };
        if (line && csv_split(line, &reply) == 0) {
            answered(forward, strcmp(reply.at[0], "Ok") == 0 ? NULL
                              : reply.count > 1              ? reply.at[1]
                                                             : reply.at[0]);
        }
        else if (n <= 0 && n != -EAGAIN && n != -EINTR) {
            later(forward);
        }
        free(reply.at);
    }
    if (forward->retry_at && now() >= forward->retry_at) {
        attempt(forward);
    }
}

/* How long poll may wait, milliseconds, -1: for ever. */
int forward_timeout(const struct forward *forward)
{
    int64_t left = forward->retry_at - now();
    return forward->retry_at == 0 ? -1 : left < 0 ? 0 : (int)left;
}

static void attempt(struct forward *forward)
{
    forward->retry_at = 0;
    forward->fd = socket_dial(forward->path, SOCK_NONBLOCK);
    if (forward->fd < 0) {
        forward->fd = -1;
        later(forward);
        return;
    }
    struct bytes record = { 0 };
    char *fields[] = { "Signal", (char *)forward->name, (char *)signal_name(forward->queue[0]) };
    csv_record(&record, &(struct list){ .at = fields, .count = 3 });
    bytes_char(&record, '\n');
    /* A fresh socket takes this much at once; what fails shows as its end. */
    socket_send(forward->fd, &record, NULL, 0, NULL);
    free(record.at);
}

/* `reason` NULL: it was delivered. */
static void answered(struct forward *forward, const char *reason)
{
    if (reason && now() - forward->since < PATIENCE) {
        later(forward);
        return;
    }
    if (reason) {
        struct bytes readable = { 0 };
        readable_add(&readable, reason, 0);
        complain("cannot pass on %s: %s", signal_name(forward->queue[0]), readable.at);
        free(readable.at);
    }
    next(forward);
}

static void later(struct forward *forward)
{
    hang_up(forward);
    forward->retry_at = now() + forward->pause;
    forward->pause = forward->pause * 2 < LAST_PAUSE ? forward->pause * 2 : LAST_PAUSE;
}

/* The first signal of the queue is settled. */
static void next(struct forward *forward)
{
    hang_up(forward);
    forward->count--;
    memmove(forward->queue, forward->queue + 1, forward->count * sizeof forward->queue[0]);
    if (forward->count > 0) {
        forward->since = now();
        forward->pause = FIRST_PAUSE;
        attempt(forward);
    }
}

static void hang_up(struct forward *forward)
{
    if (forward->fd >= 0) {
        close(forward->fd);
    }
    forward->fd = -1;
    struct reader *reader = &forward->reader;
    reader->in.len = reader->from = reader->scanned = 0;
}
