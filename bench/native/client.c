/*
 * client SOCKET OPERATIONS CONNECTIONS IN_FLIGHT AT_ONCE REQUEST REPLY: asks the same record over
 * and over on each connection, with IN_FLIGHT of them unanswered, AT_ONCE of them in one send(2) at
 * most. Every byte that comes back is compared with REPLY. With one in flight each round trip is
 * timed.
 */
#include "local.h"
#include "stopwatch.h"
#include <poll.h>

enum { CHUNK = 65536 };

struct connection {
    int fd;
    size_t at; /* how far into REPLY the latest read ended */
    uint64_t since;
};

static char *requests, *replies; /* the record with its line break, again and again */
static size_t request_length, reply_length;
static size_t asked, answered, operations, at_once;
static uint64_t *each;

static char *repeated(const char *record, size_t *length, size_t total)
{
    *length = strlen(record) + 1;
    char *all = malloc(total + *length);
    if (!all) {
        give_up("malloc");
    }
    for (size_t i = 0; i < total + *length; i++) {
        all[i] = i % *length == *length - 1 ? '\n' : record[i % *length];
    }
    return all;
}

static void ask(struct connection *c, size_t count)
{
    if (count > operations - asked) {
        count = operations - asked;
    }
    asked += count;
    c->since = now();
    while (count > 0) {
        size_t together = count < at_once ? count : at_once;
        size_t length = together * request_length;
        if (send(c->fd, requests, length, MSG_NOSIGNAL) != (ssize_t)length) {
            give_up("send");
        }
        count -= together;
    }
}

static void take(struct connection *c, int timed)
{
    char got[CHUNK];
    ssize_t n = read(c->fd, got, sizeof got);
    if (n <= 0) {
        give_up("the connection ended early");
    }
    if (memcmp(got, replies + c->at, (size_t)n) != 0) {
        fprintf(stderr, "unexpected reply: %.*s", (int)n, got);
        exit(1);
    }
    size_t done = (c->at + (size_t)n) / reply_length;
    c->at = (c->at + (size_t)n) % reply_length;
    if (timed && done == 1) {
        each[answered] = now() - c->since;
    }
    answered += done;
    if (done > 0) {
        ask(c, done);
    }
}

static void converse(struct connection *c, struct pollfd *p, size_t connections, size_t in_flight)
{
    for (size_t i = 0; i < connections; i++) {
        ask(&c[i], in_flight);
    }
    while (answered < operations) {
        if (connections == 1) {
            take(c, in_flight == 1);
            continue;
        }
        if (poll(p, connections, -1) < 0) {
            give_up("poll");
        }
        for (size_t i = 0; i < connections; i++) {
            if (p[i].revents) {
                take(&c[i], in_flight == 1);
            }
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        return 2;
    }
    operations = strtoul(argv[2], NULL, 10);
    size_t connections = strtoul(argv[3], NULL, 10), in_flight = strtoul(argv[4], NULL, 10);
    at_once = strtoul(argv[5], NULL, 10);
    requests = repeated(argv[6], &request_length, in_flight * (strlen(argv[6]) + 1));
    replies = repeated(argv[7], &reply_length, CHUNK);
    each = calloc(operations, sizeof *each);
    struct connection *c = calloc(connections, sizeof *c);
    struct pollfd *p = calloc(connections, sizeof *p);
    if (!each || !c || !p) {
        give_up("calloc");
    }
    for (size_t i = 0; i < connections; i++) {
        c[i].fd = local_connect(argv[1]);
        if (c[i].fd < 0) {
            give_up(argv[1]);
        }
        p[i] = (struct pollfd){ .fd = c[i].fd, .events = POLLIN };
    }
    uint64_t began = now();
    converse(c, p, connections, in_flight);
    report(now() - began, each, in_flight == 1 ? operations : 0);
    return 0;
}
