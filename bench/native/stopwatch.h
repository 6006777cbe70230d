/* Time as every contestant takes it, and the one way to give up. */
#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* CLOCK_MONOTONIC in nanoseconds. */
static inline uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Prints what failed, with errno, and ends the program: a figure with a hole in it is none. */
_Noreturn static inline void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

/* What every program here answers: a line with the whole time, then one with each operation's. */
static inline void report(uint64_t whole, const uint64_t *each, size_t count)
{
    printf("%llu\n", (unsigned long long)whole);
    for (size_t i = 0; i < count; i++) {
        printf("%llu\n", (unsigned long long)each[i]);
    }
}

#endif
