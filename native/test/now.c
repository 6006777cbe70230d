#include "now.h"

#include "check.h"

#include <poll.h>
#include <time.h>

static int64_t monotonic(void)
{
    struct timespec moment;
    need(clock_gettime(CLOCK_MONOTONIC, &moment) == 0, "clock_gettime");
    return (int64_t)moment.tv_sec * 1000 + moment.tv_nsec / 1000000;
}

static void tells(void)
{
    bool between = true, forward = true;
    int64_t last = now();
    for (int i = 0; i < 10000; i++) {
        int64_t before = monotonic(), moment = now(), after = monotonic();
        between = between && before <= moment && moment <= after;
        forward = forward && last <= moment;
        last = moment;
    }
    check(between, "it is CLOCK_MONOTONIC, in milliseconds");
    check(forward, "it never goes back");
    (void)poll(NULL, 0, 20);
    check(now() - last >= 19, "it goes on");
}

static void compares(void)
{
    check(earlier(1, 2) == 1 && earlier(2, 1) == 1,
          "of two moments the earlier one, on either side");
    check(earlier(2, 2) == 2 && earlier(-1, 0) == -1, "also the same, and before the beginning");
    check(earlier(now(), NEVER) < NEVER && earlier(NEVER, 5) == 5, "each is before never");
    check(earlier(NEVER, NEVER) == NEVER, "where neither comes, none does");
}

int main(void)
{
    tells();
    compares();
    return result();
}
