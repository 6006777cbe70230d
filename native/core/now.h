#ifndef ARCHON_NOW_H
#define ARCHON_NOW_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC; what never comes is NEVER. */
#define NEVER INT64_MAX
#define SECOND 1000

int64_t now(void);
int64_t earlier(int64_t moment, int64_t other);

#endif
