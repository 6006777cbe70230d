/* Closing on another thread: in order, and past what hangs. */
#include "closer.h"

#include "check.h"
#include "low.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool ends(int reader, int milliseconds)
{
    struct pollfd end = { .fd = reader, .events = POLLIN };
    return poll(&end, 1, milliseconds) == 1 && (end.revents & POLLHUP) != 0;
}

static void closes(struct closer *closer)
{
    int pipes[3][2], writers[3];
    bool all = true;
    for (int i = 0; i < 3; i++) {
        need(pipe2(pipes[i], O_CLOEXEC) == 0, "pipe2");
        writers[i] = pipes[i][1];
    }
    need(closer_close(closer, writers, 3) == 0, "closer_close");
    for (int i = 0; i < 3; i++) {
        all = ends(pipes[i][0], 5000) && all;
        close(pipes[i][0]);
    }
    check(all, "what is handed over is closed");
    check(closer_close(closer, writers, 0) == 0, "nothing may be handed over");
}

static void puts_back(struct closer *closer)
{
    struct low low;
    int ends_here[2];
    need(low_open(&low) == 0 && pipe2(ends_here, O_CLOEXEC) == 0, "low_open");
    int first = low_place(&low, ends_here[1]), second = low_place(&low, ends_here[1]);
    close(ends_here[1]);
    closer_put_back(closer, &low, LOW_BIT(first) | LOW_BIT(second));
    check(ends(ends_here[0], 5000), "low numbers are put back");
    while (low.in_use != 0) {
        poll(NULL, 0, 1);
    }
    check(fcntl(first, F_GETFD) == FD_CLOEXEC && fcntl(second, F_GETFD) == FD_CLOEXEC,
          "and hold the filler again");
    low_close(&low);
    close(ends_here[0]);
}

/* close(2) of a lingering socket waits for its peer, which does not read. */
static int hanging_socket(int *peer)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct linger linger = { .l_onoff = 1, .l_linger = 600 };
    static char bytes[65536];
    need(bind(listener, (void *)&here, size) == 0 && listen(listener, 1) == 0 &&
             getsockname(listener, (void *)&here, &size) == 0 &&
             connect(fd, (void *)&here, size) == 0,
         "connect");
    *peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    while (send(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
    }
    close(listener);
    return fd;
}

static void goes_on(struct closer *closer)
{
    int peers[3], fds[4], ends_here[2];
    for (int i = 0; i < 3; i++) {
        fds[i] = hanging_socket(&peers[i]);
    }
    need(pipe2(ends_here, O_CLOEXEC) == 0, "pipe2");
    fds[3] = ends_here[1];
    need(closer_close(closer, fds, 4) == 0, "closer_close");
    check(ends(ends_here[0], 10000), "what hangs does not hold up what comes behind it");
    int later[2];
    need(pipe2(later, O_CLOEXEC) == 0, "pipe2");
    need(closer_close(closer, later + 1, 1) == 0, "closer_close");
    check(ends(later[0], 10000), "nor what is handed over afterwards");
    for (int i = 0; i < 3; i++) {
        close(peers[i]);
    }
    close(later[0]);
    close(ends_here[0]);
}

static void takes_many(struct closer *closer)
{
    int fds[2000], ends_here[2];
    need(pipe2(ends_here, O_CLOEXEC) == 0, "pipe2");
    for (int i = 0; i < 2000; i++) {
        fds[i] = fcntl(ends_here[1], F_DUPFD_CLOEXEC, 0);
    }
    close(ends_here[1]);
    for (int i = 0; i < 2000; i += 100) {
        need(closer_close(closer, fds + i, 100) == 0, "closer_close");
    }
    check(ends(ends_here[0], 10000), "2 000 of them are closed");
    close(ends_here[0]);
}

int main(void)
{
    struct closer *closer = closer_new();
    need(closer != NULL, "closer_new");
    closes(closer);
    puts_back(closer);
    goes_on(closer);
    takes_many(closer);
    closer_end(closer);
    return result();
}
