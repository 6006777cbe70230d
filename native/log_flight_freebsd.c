/* Without splice and tee a batch is read: a kill of archon-log loses what it had read. */
#include "log.h"

#include <errno.h>
#include <unistd.h>

int flight_begin(int out, int in)
{
    (void)out, (void)in;
    return 0;
}

int flight_take(int fd, char *bytes)
{
    ssize_t got = read(fd, bytes, READ_MOST);
    return got < 0 ? -errno : (int)got;
}

int flight_copy(char *bytes)
{
    (void)bytes;
    return 0;
}

void flight_discard(void)
{
}

void pipe_enlarge(int fd)
{
    (void)fd;
}
