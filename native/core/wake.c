#include "wake.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

int wake_write(int fd)
{
    const uint64_t one = 1;
    ssize_t written;
    do {
        written = write(fd, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
    return written < 0 ? -errno : 0;
}

int wake_read(int fd)
{
    uint64_t count;
    /* O_NONBLOCK is shared with everyone who holds it, so it is not ours to rely on. */
    struct pollfd there = { .fd = fd, .events = POLLIN };
    int ready = poll(&there, 1, 0);
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
        return 0;
    }
    if (ready < 0 || read(fd, &count, sizeof count) < 0) {
        return errno == EAGAIN ? 0 : -errno;
    }
    return count > INT_MAX ? INT_MAX : (int)count;
}
