/* The whole of the test frame: one line per sentence, exit code 1 when one of them is not so. */
#ifndef ARCHON_TEST_CHECK_H
#define ARCHON_TEST_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int failures;

static inline void check(bool good, const char *sentence)
{
    printf("%s - %s\n", good ? "ok" : "not ok", sentence);
    fflush(stdout);
    failures += !good;
}

/* For what the test itself needs; without it there is nothing to check. */
static inline void need(bool good, const char *what)
{
    if (!good) {
        perror(what);
        exit(2);
    }
}

static inline int result(void)
{
    return failures != 0;
}

#endif
