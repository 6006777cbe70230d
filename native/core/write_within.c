#include "write_within.h"

#include "now.h"
#include "say.h"

#include <errno.h>
#include <poll.h>

int write_within(int fd, int patience, const void *bytes, size_t size)
{
    struct pollfd writable = { .fd = fd, .events = POLLOUT };
    int64_t until = now() + patience;
    int64_t left = patience;
    int ready;
    do { /* A signal, as one that says to end everything, cuts poll short. */
        ready = poll(&writable, 1, (int)left);
        left = until > now() ? until - now() : 0;
    } while (ready < 0 && errno == EINTR);
    return ready > 0 ? os_write_at_once(fd, bytes, size) : -EAGAIN;
}
