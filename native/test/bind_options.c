/* What archon gives becomes the program's own, with all that the program had set. */
#include "shim.h"

#include <linux/socket.h>

static long seconds(int fd)
{
    struct timeval time = { .tv_sec = -1 };
    socklen_t size = sizeof time;
    (void)getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &size);
    return time.tv_sec;
}

static bool is_reno(int fd)
{
    char name[16] = { 0 };
    socklen_t size = sizeof name;
    return getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &size) == 0 &&
           strcmp(name, "reno") == 0;
}

static void gives(void)
{
    char question[64];
    int port = port_of(kept), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1,
        nine = 9;
    snprintf(question, sizeof question, "BindFD,tcp:127.0.0.1:%d\n", port);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &nine, sizeof nine);
    struct timeval patience = { .tv_sec = 3 };
    int room = 20000, plain_room = option(fd, SOL_SOCKET, SO_RCVBUF), far = 33;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_IP, IP_TTL, &far, sizeof far);
    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    int deferred = option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT), before = open_count();
    how = GIVE;
    errno = EXDEV;
    check(bind_to(fd, port) == 0 && errno == EXDEV,
          "what archon gives is bound, errno is left alone");
    check(was_asked(question), "it is asked for the address");
    check(port_of(fd) == port && option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1,
          "it is the socket that was there, at the program's own number");
    check(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK) && fcntl(fd, F_GETFD) == 0,
          "flags are those of the program's own");
    check(option(fd, SOL_SOCKET, SO_KEEPALIVE) == 1 && option(fd, IPPROTO_TCP, TCP_NODELAY) == 1 &&
              option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == deferred && deferred > 0,
          "so are its options");
    check(option(fd, SOL_SOCKET, SO_RCVBUF) == 2 * room && option(fd, IPPROTO_IP, IP_TTL) == far &&
              seconds(fd) == 3 && is_reno(fd),
          "sizes, limits and names too");
    check(listen(fd, 7) == 0, "it can listen again");
    check(open_count() == before, "nothing is left open");
    close(fd);
    how = IN_PIECES;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind_to(fd, port) == 0 && port_of(fd) == port && fcntl(fd, F_GETFD) == FD_CLOEXEC &&
              (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 && option(fd, IPPROTO_TCP, TCP_NODELAY) == 0,
          "an answer may come in pieces; another program sets other flags and options");
    check(option(fd, SOL_SOCKET, SO_RCVBUF) == plain_room &&
              (option(fd, SOL_SOCKET, SO_BUF_LOCK) & SOCK_RCVBUF_LOCK) == 0 &&
              option(fd, IPPROTO_IP, IP_TTL) != far && seconds(fd) == 0,
          "or none");
    close(fd);
}

int main(void)
{
    return with_broker(gives);
}
