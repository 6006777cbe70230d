/* Bytes and descriptors over socket pairs. */
#include "fdpass.h"
#include "peek.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int pair[2];
static char bytes[65536];
static struct fdpass_received received;

static void connect_both(int type)
{
    need(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
}

static void disconnect_both(void)
{
    close(pair[0]);
    close(pair[1]);
}

static void close_received(void)
{
    for (int i = 0; i < received.count; i++) {
        close(received.fds[i]);
    }
}

static void passes(void)
{
    int fds[FDPASS_MAX];
    struct stat a, b;
    connect_both(SOCK_STREAM);
    for (int i = 0; i < FDPASS_MAX; i++) {
        fds[i] = 0;
    }
    fds[FDPASS_MAX - 1] = pair[0];
    need(fdpass_send_all(pair[0], "Run\n", 4, fds, FDPASS_MAX) == 0, "fdpass_send_all");
    ssize_t length = fdpass_receive(pair[1], bytes, sizeof bytes, &received);
    check(length == 4 && memcmp(bytes, "Run\n", 4) == 0, "bytes arrive");
    check(received.count == FDPASS_MAX && !received.truncated, "253 descriptors arrive with them");
    need(fstat(pair[0], &a) == 0 && fstat(received.fds[FDPASS_MAX - 1], &b) == 0, "fstat");
    check(a.st_ino == b.st_ino, "in their order");
    check(fcntl(received.fds[0], F_GETFD) == FD_CLOEXEC, "they are closed on exec");
    check(fdpass_send_all(pair[0], "x", 1, fds, FDPASS_MAX + 1) == -EINVAL, "254 are refused");
    close_received();
    check(fdpass_receive(pair[1], bytes, sizeof bytes, &received) == -EAGAIN && received.count == 0,
          "where nothing is, nothing is waited for");
    disconnect_both();
}

static void has_no_room(void)
{
    struct rlimit files, few;
    int fds[] = { 0, 1, 2 };
    connect_both(SOCK_STREAM);
    need(fdpass_send_all(pair[0], "x", 1, fds, 3) == 0, "fdpass_send_all");
    getrlimit(RLIMIT_NOFILE, &files);
    few = (struct rlimit){ .rlim_cur = (rlim_t)pair[1] + 2, .rlim_max = files.rlim_max };
    setrlimit(RLIMIT_NOFILE, &few);
    ssize_t length = fdpass_receive(pair[1], bytes, sizeof bytes, &received);
    setrlimit(RLIMIT_NOFILE, &files);
    check(length == 1 && received.truncated && received.count < 3,
          "descriptors that find no place are told as lost");
    close_received();
    disconnect_both();
}

static void sends(void)
{
    connect_both(SOCK_STREAM);
    check(fdpass_send(pair[0], "abc", 3) == 3, "what is sent is counted");
    ssize_t sent;
    while ((sent = fdpass_send(pair[0], bytes, sizeof bytes)) > 0) {
    }
    check(sent == -EAGAIN, "a full socket is not waited for");
    close(pair[1]);
    check(fdpass_send(pair[0], "abc", 3) == -EPIPE, "a peer that is gone is EPIPE, not a signal");
    check(fdpass_send_all(pair[0], "abc", 3, NULL, 0) == -EPIPE, "for datagrams too");
    close(pair[0]);
}

static void keeps_datagrams(void)
{
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    connect_both(SOCK_SEQPACKET);
    need(fdpass_send_all(pair[0], "Store,c1", 8, &file, 1) == 0 &&
             fdpass_send_all(pair[0], "Quit", 4, NULL, 0) == 0,
         "fdpass_send_all");
    ssize_t first = fdpass_receive(pair[1], bytes, sizeof bytes, &received);
    int came = received.count;
    close_received();
    ssize_t second = fdpass_receive(pair[1], bytes, sizeof bytes, &received);
    check(first == 8 && came == 1 && second == 4 && received.count == 0,
          "each datagram arrives alone, with its own descriptors");
    close(file);
    disconnect_both();
}

/* What is seen stays there, and the next look goes on behind it, whoever takes it meanwhile. */
static void peeks(void)
{
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    connect_both(SOCK_STREAM);
    need(peek_begin(pair[1]) == 0, "peek_begin");
    need(write(pair[0], "abc", 3) == 3, "write");
    need(fdpass_send_all(pair[0], "de", 2, &file, 1) == 0, "fdpass_send_all");
    need(write(pair[0], "fg", 2) == 2, "write");
    char seen[8] = "";
    ssize_t first = fdpass_peek(pair[1], seen, 2, &received);
    close_received(); /* of further on, maybe */
    ssize_t second = fdpass_peek(pair[1], seen + 2, 6, &received);
    bool came = received.count == 1;
    close_received();
    check(first == 2 && second == 3 && came, "a look stops behind descriptors");
    unsigned char mark = 0;
    check(fdpass_consume(pair[1], 0, &mark) == 0 && mark == 0, "no byte marks nothing");
    check(fdpass_consume(pair[1], 4, &mark) == 4 && mark == 'a',
          "what was seen is taken, and marks that by its first byte");
    ssize_t third = fdpass_peek(pair[1], seen + 5, 3, &received);
    check(third == 2 && memcmp(seen, "abcdefg", 7) == 0 && received.count == 0,
          "the next look goes on where the last one ended");
    check(fdpass_peek(pair[1], seen, 1, &received) == -EAGAIN, "there is nothing behind the last");
    check(fdpass_consume(pair[1], 100, NULL) == 3 && fdpass_consume(pair[1], 1, NULL) == -EAGAIN,
          "no more is taken than there is");
    close(pair[0]);
    check(fdpass_peek(pair[1], seen, 1, &received) == 0 && fdpass_consume(pair[1], 1, NULL) == 0,
          "the end of the stream is seen");
    check(peek_begin(0x7fffffff) == -EBADF && fdpass_consume(0x7fffffff, 1, NULL) == -EBADF,
          "no descriptor is EBADF to a look, too");
    close(pair[1]);
    close(file);
}

static void hangs_up(void)
{
    connect_both(SOCK_STREAM);
    need(write(pair[0], bytes, sizeof bytes) == sizeof bytes && write(pair[1], "end", 3) == 3,
         "write");
    check(fdpass_hang_up(pair[1]) == 0, "a connection with unread input is hung up");
    close(pair[1]);
    check(read(pair[0], bytes, sizeof bytes) == 3 && read(pair[0], bytes, sizeof bytes) == 0,
          "its peer reads what it was sent, then the end, and no ECONNRESET");
    close(pair[0]);
    check(fdpass_hang_up(0x7fffffff) == -EBADF, "no descriptor is EBADF");
}

static void makes_room(void)
{
    const int least = 1;
    connect_both(SOCK_STREAM);
    need(fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0 && sizeof bytes >= 32768, "fcntl");
    need(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least) == 0, "setsockopt");
    ssize_t sent = fdpass_send(pair[0], bytes, 32768);
    need(sent > 0 && sent < 32768 && read(pair[1], bytes, sizeof bytes) == sent, "a part");
    check(fdpass_room(pair[0], 65536) == 0 && fdpass_send(pair[0], bytes, 32768) == 32768,
          "half of the room that was made takes one piece");
    int before = 0, after = 0;
    socklen_t size = sizeof before;
    need(getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &before, &size) == 0, "getsockopt");
    check(fdpass_room(pair[0], 4096) == 0 &&
              getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &after, &size) == 0 && after == before,
          "what has more is left alone");
    check(fdpass_room(0x7fffffff, 65536) == -EBADF, "no descriptor is EBADF to that, too");
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    passes();
    has_no_room();
    sends();
    keeps_datagrams();
    peeks();
    hangs_up();
    makes_room();
    return result();
}
