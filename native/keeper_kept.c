#include "keeper_kept.h"

#include "core/fdpass.h"
#include "keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_KEY = 64 };

static void answer_with(struct keeper *keeper, const char *word, const char *key, int fd);
static int *place_of(struct keeper *keeper, char kind, uint32_t number);
static bool read_key(const char *key, char *kind, uint32_t *number);

/* What had this key before is closed even where the new descriptors did not get through (the limit
 * of open files): a reply must not go to whoever had the number earlier. */
bool kept_store(struct keeper *keeper, const char *key, const int *fds, int count)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number)) {
        return false;
    }
    (void)kept_drop(keeper, key);
    if (count != (kind == 'l' ? 2 : 1)) {
        return false;
    }
    if (kind == 'c') {
        connection_store(keeper, number, fds[0]);
    }
    else {
        memcpy(place_of(keeper, kind, number), fds, (size_t)count * sizeof *fds);
    }
    return true;
}

bool kept_drop(struct keeper *keeper, const char *key)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number)) {
        return false;
    }
    if (kind == 'c') {
        connection_drop(keeper, number);
        return true;
    }
    int *held = place_of(keeper, kind, number);
    for (int i = 0; i < 2; i++) {
        if (held[i] >= 0) {
            close(held[i]);
            held[i] = -1;
        }
    }
    return true;
}

static int *place_of(struct keeper *keeper, char kind, uint32_t number)
{
    return keeper->kept[kind == 'l'][number];
}

/* Hands out a copy of what is kept: a daemon that takes over asks for few at a time, so the
 * channel never holds more than a few of these. */
bool kept_take(struct keeper *keeper, const char *key)
{
    char kind;
    uint32_t number;
    if (!read_key(key, &kind, &number) || kind == 'l') {
        return false;
    }
    int fd = kind == 'c' ? connection_take(keeper, number) : *place_of(keeper, kind, number);
    answer_with(keeper, "Fd", key, fd);
    return true;
}

/* It is ours before the daemon has it, so a daemon that dies here loses nobody. */
bool kept_accept(struct keeper *keeper, const char *key)
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
    int fd = accept4(keeper->listener, NULL, NULL, SOCK_NONBLOCK);
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

/* c, l or k, then a decimal number of a slot. */
static bool read_key(const char *key, char *kind, uint32_t *number)
{
    *kind = key[0];
    if (strchr("clk", *kind) == NULL || *kind == '\0' || key[1] == '\0') {
        return false;
    }
    const char *end = kept_number(key + 1, number);
    return end != NULL && *end == '\0' && *number < LEDGER_SLOTS;
}

const char *kept_number(const char *text, uint32_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && value <= UINT32_MAX; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *number = (uint32_t)value;
    return at == text || value > UINT32_MAX ? NULL : at;
}
