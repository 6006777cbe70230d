/*
 * A request that is not answered may be a long one, or nobody is there to answer it: archond takes
 * connections while its daemon does not come up. Asked on the same connection a Ping would be
 * answered in its turn, behind the request; so it is asked on one of its own, when nothing has come
 * for a second, and when that is not answered for another one either it is told, once.
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/now.h"

/* Milliseconds. */
enum { BEFORE_ASKING = 1000, FOR_AN_ANSWER = 1000 };

static void ask_whether_there(struct patience *patience);
static void complain_crowded(const char *path);

void patience_begin(struct patience *patience, const char *path)
{
    *patience = (struct patience){ .path = path, .fd = -1, .due = now() + BEFORE_ASKING };
}

/* How long poll may wait, milliseconds, -1: for ever. */
int patience_timeout(const struct patience *patience)
{
    int64_t left = patience->due - now();
    return patience->due == 0 ? -1 : left < 0 ? 0 : (int)left;
}

/* Goes on; `heard`: on either connection there is something to read, be it the end. */
void patience_step(struct patience *patience, int heard)
{
    if (patience->due == 0 || (!heard && now() < patience->due)) {
        return;
    }
    if (!heard && patience->fd < 0) {
        ask_whether_there(patience);
        return;
    }
    if (!heard) {
        complain("waiting for archond on %s: it is there, but its daemon has not answered for 2s "
                 "(archond's standard error says why)",
                 patience->path);
    }
    if (patience->fd >= 0) {
        char answer[64];
        (void)recv(patience->fd, answer, sizeof answer, MSG_DONTWAIT); /* or its end is a reset */
        close(patience->fd);
    }
    patience->fd = -1;
    patience->due = 0;
}

/* Waits until `fd` can be read from. */
void patience_wait(struct patience *patience, int fd)
{
    while (patience->due != 0) {
        struct pollfd at[] = { { .fd = fd, .events = POLLIN },
                               { .fd = patience->fd, .events = POLLIN } };
        int found = poll(at, 2, patience_timeout(patience));
        patience_step(patience, found > 0);
    }
}

/* Connects, and waits for that as long as it takes; where it has to it is told. As `socket_dial`.
 */
int patience_dial(const char *path)
{
    int fd = socket_dial(path, SOCK_NONBLOCK);
    if (fd == -EAGAIN) {
        complain_crowded(path);
        return socket_dial(path, 0);
    }
    if (fd >= 0) {
        (void)fcntl(fd, F_SETFL, 0);
    }
    return fd;
}

/* Where not even that can be asked, the connection that there is will show it. */
static void ask_whether_there(struct patience *patience)
{
    static char ping[] = "Ping\n";
    struct bytes record = { .at = ping, .len = sizeof ping - 1 };
    int fd = socket_dial(patience->path, SOCK_NONBLOCK);
    if (fd < 0) {
        if (fd == -EAGAIN) {
            complain_crowded(patience->path);
        }
        patience->due = 0;
        return;
    }
    socket_send(fd, &record, NULL, 0, NULL); /* what fails shows as its end */
    patience->fd = fd;
    patience->due = now() + FOR_AN_ANSWER;
}

/* Of many who wait at once for a daemon that is not there the last ones are not even let in. */
static void complain_crowded(const char *path)
{
    complain(
        "waiting for archond on %s: it is there, but so many wait for its daemon that there is "
        "no room for more (archond's standard error says why)",
        path);
}
