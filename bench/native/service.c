/*
 * service [NAME FIFO]: writes NAME, its pid and CLOCK_MONOTONIC in nanoseconds into FIFO with its
 * first instructions, then pauses: up is what it says itself, never what its supervisor claims.
 * Without arguments, as the `run` of a service directory, NAME is the directory it is in and FIFO
 * the setting STAMPS.
 */
#include "stopwatch.h"
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char stamp[512], here[256] = "";
    const char *name = argc == 3 ? argv[1] : getcwd(here, sizeof here), *slash = strrchr(here, '/');
    const char *path = argc == 3 ? argv[2] : getenv("STAMPS");
    int fifo = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (fifo < 0 || !name) {
        give_up("no FIFO");
    }
    int length = snprintf(stamp, sizeof stamp, "%s %d %llu\n", slash ? slash + 1 : name, getpid(),
                          (unsigned long long)now());
    if (write(fifo, stamp, (size_t)length) != length) {
        give_up("stamp");
    }
    close(fifo);
    for (;;) {
        pause();
    }
}
