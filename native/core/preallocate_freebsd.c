#include "preallocate.h"

/* posix_fallocate(2) would change the size. */
int preallocate(int fd, int from, int bytes)
{
    (void)fd;
    (void)from;
    (void)bytes;
    return 0;
}
