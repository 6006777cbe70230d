/*
 * during SOCKET MILLISECONDS [REQUEST]: sends REQUEST on one connection and meanwhile Ping after
 * Ping on another; says how long the slowest of them took, and keeps the first connection until
 * then. A Ping without an answer after 5 s is the last.
 */
#include "local.h"
#include "stopwatch.h"
#include <sys/time.h>

enum { WARM_UP = 200, PATIENCE = 5 };

static uint64_t ping(int fd)
{
    uint64_t began = now();
    if (local_ask(fd, "Ping\n", "Ok\n") == 0) {
        return now() - began;
    }
    if (errno != EAGAIN) {
        give_up("Ping");
    }
    uint64_t waited = now() - began;
    report(waited, &waited, 1);
    exit(0);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }
    int pinging = local_connect(argv[1]), asking = local_connect(argv[1]);
    if (pinging < 0 || asking < 0) {
        give_up(argv[1]);
    }
    const struct timeval patience = { .tv_sec = PATIENCE };
    setsockopt(pinging, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (int i = 0; i < WARM_UP; i++) {
        ping(pinging);
    }
    if (argc > 3 && dprintf(asking, "%s\n", argv[3]) < 0) {
        give_up("send");
    }
    uint64_t slowest = 0, until = now() + strtoul(argv[2], NULL, 10) * 1000000u;
    while (now() < until) {
        uint64_t took = ping(pinging);
        if (took > slowest) {
            slowest = took;
        }
    }
    report(slowest, &slowest, 1);
    return 0;
}
