#include "pipe_holds.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A pipe cannot be peeked into; but tee(2) gives another one the same bytes. */
int pipe_holds(int fd, int byte)
{
    int copy[2];
    char bytes[PIPE_HOLDS_MOST];
    if (pipe2(copy, O_CLOEXEC | O_NONBLOCK) != 0) {
        return -errno;
    }
    ssize_t size = tee(fd, copy[1], sizeof bytes, SPLICE_F_NONBLOCK);
    int result = size < 0 ? -errno : size == 0 ? -ENODATA : 0;
    if (result == 0) {
        size = read(copy[0], bytes, sizeof bytes);
        result = size < 0 ? -errno : memchr(bytes, byte, (size_t)size) != NULL;
    }
    close(copy[0]);
    close(copy[1]);
    return result;
}
