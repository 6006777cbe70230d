/*
 * The flight: splice moves pages and copies nothing, and what it has moved is in the keeper's pipe;
 * tee makes a second reference to them in a pipe of our own, from which they are read.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PIPE_SIZE (1 << 20)

static int flight_out, flight_in, copy_out, copy_in, nowhere;
static size_t in_flight; /* bytes */

int flight_begin(int out, int in)
{
    int copy[2];
    if (pipe2(copy, O_CLOEXEC | O_NONBLOCK) < 0) {
        return -errno;
    }
    flight_out = out;
    flight_in = in;
    copy_out = copy[0];
    copy_in = copy[1];
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    /* What is in flight must fit into the copy, or it could be read only once. */
    pipe_enlarge(flight_in);
    int size = fcntl(flight_in, F_GETPIPE_SZ);
    if (size > 0 && fcntl(copy_in, F_SETPIPE_SZ, size) < 0) {
        (void)fcntl(flight_in, F_SETPIPE_SZ, fcntl(copy_in, F_GETPIPE_SZ));
    }
    int left = 0;
    if (size < 0 || nowhere < 0 || ioctl(flight_out, FIONREAD, &left) < 0) {
        return -errno;
    }
    in_flight = (size_t)left;
    return 0;
}

int flight_take(int fd, char *bytes)
{
    ssize_t moved = splice(fd, NULL, flight_in, NULL, READ_MOST, SPLICE_F_NONBLOCK);
    if (moved <= 0) {
        return moved < 0 ? -errno : 0;
    }
    in_flight = (size_t)moved;
    return flight_copy(bytes);
}

int flight_copy(char *bytes)
{
    ssize_t copied = tee(flight_out, copy_in, READ_MOST, SPLICE_F_NONBLOCK);
    ssize_t got = copied > 0 ? read(copy_out, bytes, READ_MOST) : 0;
    if (got != (ssize_t)in_flight) {
        /* A copy that holds less, because pipes are scarce: better no copy than half of one. */
        got = read(flight_out, bytes, READ_MOST);
        in_flight = 0;
    }
    return got < 0 ? -errno : (int)got;
}

void flight_discard(void)
{
    while (in_flight > 0) {
        ssize_t gone = splice(flight_out, NULL, nowhere, NULL, in_flight, SPLICE_F_NONBLOCK);
        if (gone <= 0) {
            break;
        }
        in_flight -= (size_t)gone;
    }
    in_flight = 0;
}

void pipe_enlarge(int fd)
{
    (void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}
