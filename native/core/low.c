#include "low.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int low_open(struct low *low)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    for (int number = 3; number < LOW_END; number++) {
        int flags = fcntl(number, F_GETFD);
        if (flags >= 0 && (flags & FD_CLOEXEC) == 0) {
            fcntl(number, F_SETFD, flags | FD_CLOEXEC);
        }
    }
    low->filler = fd;
    low->reserved = 0;
    low->in_use = 0;
    /* F_DUPFD takes a free number in one step; a blind dup3 could hit what Node lives on. */
    while ((fd = fcntl(low->filler, F_DUPFD_CLOEXEC, 3)) >= 0 && fd < LOW_END) {
        low->reserved |= LOW_BIT(fd);
    }
    if (fd >= 0) {
        close(fd);
    }
    return 0;
}

void low_close(struct low *low)
{
    for (int number = 3; number < LOW_END; number++) {
        if ((low->reserved & LOW_BIT(number)) != 0) {
            close(number);
        }
    }
    close(low->filler);
    low->reserved = 0;
}

int low_left(const struct low *low)
{
    return __builtin_popcountll(low->reserved & ~low->in_use);
}

int low_place(struct low *low, int fd)
{
    uint64_t free_ones = low->reserved & ~low->in_use;
    if (free_ones == 0) {
        return -EMFILE;
    }
    int number = __builtin_ctzll(free_ones);
    if (dup3(fd, number, O_CLOEXEC) < 0) {
        return -errno;
    }
    low->in_use |= LOW_BIT(number);
    return number;
}

void low_put_back(struct low *low, int number)
{
    dup3(low->filler, number, O_CLOEXEC);
    low->in_use &= ~LOW_BIT(number);
}
