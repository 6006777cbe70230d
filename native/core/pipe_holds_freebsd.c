#include "pipe_holds.h"

#include <errno.h>

/* There is no tee(2). */
int pipe_holds(int fd, int byte)
{
    (void)fd;
    (void)byte;
    return -ENOSYS;
}
