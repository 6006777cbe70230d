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
    return size < 0 || nowhere < 0 ? -errno : 0;
}

int flight_take(int fd, char *bytes)
{
    ssize_t moved = splice(fd, NULL, flight_in, NULL, READ_MOST, SPLICE_F_NONBLOCK);
    return moved > 0 ? flight_copy(bytes) : moved < 0 ? -errno : 0;
}

int flight_copy(char *bytes)
{
    ssize_t copied = tee(flight_out, copy_in, READ_MOST, SPLICE_F_NONBLOCK);
    if (copied < 0) {
        return -errno;
    }
    ssize_t got = read(copy_out, bytes, READ_MOST);
    int all = 0;
    if (got == copied && ioctl(flight_out, FIONREAD, &all) == 0 && all <= got) {
        return (int)got;
    }
    /* A copy that holds less, because pipes are scarce: better no copy than half of one. */
    got = read(flight_out, bytes, READ_MOST);
    return got < 0 ? -errno : (int)got;
}

void flight_discard(void)
{
    while (splice(flight_out, NULL, nowhere, NULL, READ_MOST, SPLICE_F_NONBLOCK) > 0) {
    }
}

void pipe_enlarge(int fd)
{
    (void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
}
