/* Pipes that are full. */
#ifndef ARCHON_TEST_FULL_H
#define ARCHON_TEST_FULL_H

#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much is in it then. Its writer would wait. */
static inline size_t fill(const int *ends)
{
    size_t size = 0;
    ssize_t written;
    static const char page[PIPE_BUF];
    need(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0, "fcntl");
    while ((written = write(ends[1], page, sizeof page)) > 0) {
        size += (size_t)written;
    }
    need(size > 0 && fcntl(ends[1], F_SETFL, 0) == 0, "fcntl");
    return size;
}

static inline void fill_new(int *ends, size_t *size)
{
    need(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    *size = fill(ends);
}

/* The same with a name: of that alone nobody says whether a write would wait. */
static inline void fill_named(int *ends, size_t *size)
{
    char folder[] = "/tmp/archon-say-XXXXXX", path[64];
    need(mkdtemp(folder) != NULL, "mkdtemp");
    (void)snprintf(path, sizeof path, "%s/fifo", folder);
    need(mkfifo(path, 0600) == 0, "mkfifo");
    ends[0] = open(path, O_RDWR | O_CLOEXEC);
    ends[1] = open(path, O_WRONLY | O_CLOEXEC);
    need(ends[0] >= 0 && ends[1] >= 0 && unlink(path) == 0 && rmdir(folder) == 0, "open");
    *size = fill(ends);
}

#endif
