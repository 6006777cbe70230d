#include "now.h"

#include <time.h>

int64_t now(void)
{
    struct timespec moment;
    (void)clock_gettime(CLOCK_MONOTONIC, &moment);
    return (int64_t)moment.tv_sec * 1000 + moment.tv_nsec / 1000000;
}

int64_t earlier(int64_t moment, int64_t other)
{
    return moment < other ? moment : other;
}
