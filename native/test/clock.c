/* The clock is nobody's to set here: that a change is heard rests on timerfd_create(2). */
#include "clock.h"
#include "wake.h"

#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(void)
{
    int fd = clock_watch();
    check(fd >= 0, "the clock can be watched");
    check((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0, "nobody inherits it");
    check((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0, "reading does not wait");
    struct pollfd there = { .fd = fd, .events = POLLIN };
    check(poll(&there, 1, 0) == 0 && wake_read(fd) == 0,
          "as long as nobody sets it there is nothing");
    struct itimerspec left;
    need(timerfd_gettime(fd, &left) == 0, "timerfd_gettime");
    check(left.it_value.tv_sec > 100L * 365 * 24 * 3600 && left.it_interval.tv_sec == 0,
          "and nothing comes in a hundred years");
    close(fd);
    return result();
}
