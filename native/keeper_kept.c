#include "keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/fdpass.h"

static void answer(struct keeper *keeper, const char *word, char kind, uint32_t number, int fd);

/* What had this key before is closed even where the new descriptors did not get through (the limit
 * of open files): a reply must not go to whoever had the number earlier. */
bool kept_store(struct keeper *keeper, char kind, uint32_t number, const int *fds, int count)
{
    kept_drop(keeper, kind, number);
    if (count != (kind == 'l' ? 2 : 1)) {
        return false;
    }
    if (kind == 'c') {
        connection_store(keeper, number, fds[0]);
    }
    else {
        memcpy(keeper->kept[kind == 'l'][number], fds, (size_t)count * sizeof *fds);
    }
    return true;
}

void kept_drop(struct keeper *keeper, char kind, uint32_t number)
{
    if (kind == 'c') {
        connection_drop(keeper, number);
        return;
    }
    int *held = keeper->kept[kind == 'l'][number];
    for (int i = 0; i < 2; i++) {
        if (held[i] >= 0) {
            close(held[i]);
            held[i] = -1;
        }
    }
}

/* Hands out a copy of what is kept: a daemon that takes over asks for few at a time, so the
 * channel never holds more than a few of these. */
void kept_take(struct keeper *keeper, char kind, uint32_t number)
{
    struct connection *connection = &keeper->connections[number];
    connection->orphan &= kind != 'c'; /* the daemon that is there now has it */
    answer(keeper, "Fd", kind, number, kind == 'c' ? connection->fd : keeper->kept[0][number][0]);
}

/* It is ours before the daemon has it, so a daemon that dies here loses nobody. */
void kept_accept(struct keeper *keeper, uint32_t number)
{
    connection_drop(keeper, number);
    int fd = -1;
    bool full = keeper->connected >= keeper->most;
    if (!full) {
        fd = accept4(keeper->listener, NULL, NULL, SOCK_NONBLOCK);
        full =
            fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
    }
    if (fd >= 0) {
        connection_store(keeper, number, fd);
    }
    answer(keeper, full ? "Full" : "Fd", 'c', number, fd);
}

/* It waits for the answer: rather none of it than none at all. */
static void answer(struct keeper *keeper, const char *word, char kind, uint32_t number, int fd)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%s,%c%u", word, kind, number);
    if (fdpass_send_one(keeper->channel, text, (size_t)length, fd) < 0 &&
        fdpass_send_one(keeper->channel, text, (size_t)length, fd) < 0) {
        length = snprintf(text, sizeof text, "%s,%c%u", fd >= 0 ? "Late" : word, kind, number);
        (void)fdpass_send(keeper->channel, text, (size_t)length);
    }
}
