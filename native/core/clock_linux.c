#include "clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int clock_watch(void)
{
    int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    /* A time that never comes: of it, only that it is cancelled is of interest (timerfd_create(2)).
     */
    const struct itimerspec never = { .it_value = { .tv_sec = (time_t)1 << 33 } };
    if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0) {
        int err = errno;
        close(fd);
        return -err;
    }
    return fd;
}
