/* The one queue of readiness, with pipes. */
#include "poller.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct poller poller;
static int32_t ready[2 * POLLER_BATCH];

static int pipe_with_a_byte(int *writer)
{
    int fds[2];
    need(pipe2(fds, O_CLOEXEC) == 0 && write(fds[1], "x", 1) == 1, "pipe2");
    *writer = fds[1];
    return fds[0];
}

int main(void)
{
    int writer, other_writer, reader = pipe_with_a_byte(&writer);
    int other = pipe_with_a_byte(&other_writer);
    need(poller_open(&poller, ready) == 0, "poller_open");
    check(poller_take(&poller) == 0, "nothing is ready where nothing is watched");

    need(poller_watch(&poller, reader, 7, EPOLLIN) == 0, "poller_watch");
    check(poller_take(&poller) == 1 && ready[0] == 7 && ready[1] == EPOLLIN,
          "what is ready comes with its token and its events");
    struct pollfd outer = { .fd = poller.fd, .events = POLLIN };
    check(poll(&outer, 1, 0) == 1, "its own descriptor becomes readable");
    check(poller_watch(&poller, reader, 8, EPOLLIN) == -EEXIST, "nothing is watched twice");
    check(poller_watch(&poller, 9999, 8, EPOLLIN) == -EBADF, "no descriptor is EBADF");
    check(poller.watched == 1, "what failed is not counted");

    need(poller_watch(&poller, writer, -5, EPOLLOUT) == 0, "poller_watch");
    check(poller_take(&poller) == 2 && ready[0] + ready[2] == 2, "tokens may be negative");
    need(poller_change(&poller, writer, -6, 0) == 0, "poller_change");
    check(poller_take(&poller) == 1, "what is not asked for is not told");
    close(reader);
    poller_taken(&poller);

    need(poller_watch(&poller, other, 9, EPOLLIN) == 0, "poller_watch");
    int count = poller_take(&poller);
    need(poller_unwatch(&poller, other) == 0, "poller_unwatch");
    bool mine = false;
    for (int i = 0; i < count; i++) {
        mine = mine || ready[2 * i] == 9;
    }
    check(count > 0 && !mine, "what is unwatched disappears from the current batch");
    check(poller_unwatch(&poller, other) == -ENOENT, "a second time it is ENOENT");

    int fds[300], writers[300], seen = 0;
    for (int i = 0; i < 300; i++) {
        fds[i] = pipe_with_a_byte(&writers[i]);
        need(poller_watch(&poller, fds[i], 1000 + i, EPOLLIN | EPOLLONESHOT) == 0, "watch");
    }
    for (int more = poller_take(&poller); more > 0; more = poller_take(&poller)) {
        for (int i = 0; i < more; i++) {
            seen += ready[2 * i] >= 1000;
        }
        if (more > POLLER_BATCH || seen == 300) {
            break;
        }
    }
    check(seen == 300, "more than a batch comes in several");
    poller_close(&poller);
    return result();
}
