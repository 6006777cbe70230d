/*
 * The pair to the daemon: a datagram for each question (number, uid, gid, address, with a pidfd of
 * who asks) and each answer (the number, with a socket where archon gives one).
 */
#include "binder.h"
#include "fdpass.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static bool take(struct line *line, int *given);
static void hang_up(struct line *line);
static bool wait_until(struct line *line, int64_t due);

int line_ask(struct line *line, const struct asker *asker, int64_t due, bool *is_late)
{
    struct question question = { .length = 0 };
    int given = -1;
    add_number(&question, (unsigned)++line->id, 10);
    add(&question, ",");
    add_number(&question, asker->uid, 10);
    add(&question, ",");
    add_number(&question, asker->gid, 10);
    add(&question, ",");
    word_address(asker->socket, (const struct sockaddr *)&asker->address, &question);
    line_drain(line);
    if (line->fd >= 0 &&
        fdpass_send_one(line->fd, question.text, question.length, asker->pidfd) != 0) {
        hang_up(line);
    }
    /* When the daemon is gone we wait all the same: the next one asks us, or who comes after us. */
    while (wait_until(line, due)) {
        if (line->fd >= 0 && take(line, &given)) {
            return given;
        }
    }
    *is_late = true;
    return -1;
}

void line_drain(struct line *line)
{
    struct pollfd more = { .fd = line->fd, .events = POLLIN };
    const unsigned long id = line->id;
    line->id = ~0UL;
    while (line->fd >= 0 && poll(&more, 1, 0) > 0) {
        int given = -1;
        take(line, &given);
    }
    line->id = id;
}

/* True when that was the answer to the latest question. */
static bool take(struct line *line, int *given)
{
    struct fdpass_received received;
    char text[32];
    ssize_t length = fdpass_receive(line->fd, text, sizeof text - 1, &received);
    if (length == -EAGAIN) {
        return false;
    }
    if (length <= 0) {
        hang_up(line);
        return false;
    }
    text[length] = '\0';
    bool is_ours = strtoul(text, NULL, 10) == line->id;
    for (int i = 0; i < received.count; i++) {
        if (is_ours && *given < 0) {
            *given = move_up(received.fds[i]);
        }
        else {
            close(received.fds[i]);
        }
    }
    return is_ours;
}

static void hang_up(struct line *line)
{
    close(line->fd);
    line->fd = -1;
    line->gone = now_ms();
}

/* True when there is something to be read before. */
static bool wait_until(struct line *line, int64_t due)
{
    for (;;) {
        int64_t left = due - now_ms();
        struct pollfd answer = { .fd = line->fd, .events = POLLIN };
        if (left <= 0) {
            return false;
        }
        if (poll(&answer, 1, (int)left) > 0) {
            return true;
        }
    }
}
