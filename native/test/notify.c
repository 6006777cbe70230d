/* A notify socket and what is sent to it. */
#include "notify.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/archon-notify-XXXXXX";
static char path[80];
static char bytes[NOTIFY_MAX];
static struct fdpass_received received;
static struct notify_sender from;

static int sender(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -errno;
}

static ssize_t take(int fd)
{
    return notify_receive(fd, false, bytes, sizeof bytes, &received, &from);
}

static void opens(void)
{
    struct stat about;
    char longest[200];
    int fd = notify_open(path, (uid_t)-1, (gid_t)-1);
    need(fd >= 0 && stat(path, &about) == 0, "notify_open");
    check(S_ISSOCK(about.st_mode) && (about.st_mode & 0777) == 0600, "it is its owner's alone");
    check((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0,
          "it is closed on exec and never waits");
    int again = notify_open(path, (uid_t)-1, (gid_t)-1);
    check(again >= 0, "one that was left behind is replaced");
    check(take(again) == -EAGAIN, "where nothing is, nothing is waited for");
    memset(longest, 'x', sizeof longest);
    longest[108] = '\0';
    check(notify_open(longest, (uid_t)-1, (gid_t)-1) == -ENAMETOOLONG, "108 bytes are no address");
    check(notify_open("", (uid_t)-1, (gid_t)-1) == -EINVAL, "neither is none");
    if (geteuid() == 0) {
        close(notify_open(path, 12345, 12346));
        check(stat(path, &about) == 0 && about.st_uid == 12345 && about.st_gid == 12346,
              "it belongs to whom it is for");
    }
    close(fd);
    close(again);
}

static void tells_sender(int fd)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(send(sender(), "READY=1", 7, 0) == 7 ? 0 : 1);
    }
    waitpid(child, NULL, 0);
    check(take(fd) == 7 && memcmp(bytes, "READY=1", 7) == 0, "a message arrives");
    check(from.pid == child && from.uid == getuid(), "with its sender, who may be gone");
}

static void looks_first(int fd, int to)
{
    int pair[2];
    need(pipe(pair) == 0, "pipe");
    check(fdpass_send_all(to, "FDSTORE=1", 9, pair, 1) == 0 && send(to, "x", 1, 0) == 1,
          "two are sent");
    for (int look = 0; look < 2; look++) {
        check(notify_receive(fd, true, bytes, sizeof bytes, &received, &from) == 9 &&
                  received.count == 1 && from.pid == getpid(),
              "what is only looked at is there again, as it was");
        check(notify_order(received.fds[0], pair[0]) == 0, "with copies of its descriptors");
        close(received.fds[0]);
    }
    check(take(fd) == 9 && received.count == 1, "until it is taken");
    close(received.fds[0]);
    check(take(fd) == 1 && take(fd) == -EAGAIN, "and then it is the next one's turn");
    close(pair[0]);
    close(pair[1]);
}

static void takes_any_length(int fd, int to)
{
    char big[NOTIFY_MAX + 1];
    memset(big, 'a', sizeof big);
    check(send(to, "", 0, 0) == 0 && take(fd) == 0 && from.pid == getpid(), "an empty one is one");
    check(send(to, "x", 1, 0) == 1 && take(fd) == 1, "as is one byte");
    check(send(to, big, NOTIFY_MAX, 0) == NOTIFY_MAX && take(fd) == NOTIFY_MAX, "and 4096");
    check(send(to, big, sizeof big, 0) == sizeof big && take(fd) == -EMSGSIZE, "but not 4097");
    check(take(fd) == -EAGAIN, "of which nothing stays");
}

static void takes_descriptors(int fd, int to)
{
    int fds[FDPASS_MAX];
    for (int i = 0; i < FDPASS_MAX; i++) {
        fds[i] = to;
    }
    need(fdpass_send_all(to, "FDSTORE=1", 9, fds, FDPASS_MAX) == 0, "fdpass_send_all");
    check(take(fd) == 9 && received.count == FDPASS_MAX && !received.truncated &&
              from.pid == getpid(),
          "253 descriptors arrive beside the sender");
    check((fcntl(received.fds[0], F_GETFD) & FD_CLOEXEC) != 0, "closed on exec");
    check(notify_order(received.fds[0], to) == 0, "they are the same open file");
    int order = notify_order(received.fds[0], fd);
    check(order == 1 || order == 2, "and not another");
    check(notify_order(fd, received.fds[0]) == 3 - order, "which is on the other side");
    check(notify_order(received.fds[0], 0x7fffffff) == -EBADF, "or none");
    for (int i = 0; i < received.count; i++) {
        close(received.fds[i]);
    }
}

int main(void)
{
    need(mkdtemp(directory) != NULL, "mkdtemp");
    snprintf(path, sizeof path, "%s/web", directory);
    opens();
    int fd = notify_open(path, (uid_t)-1, (gid_t)-1);
    int to = sender();
    need(fd >= 0 && to >= 0, "socket");
    tells_sender(fd);
    looks_first(fd, to);
    takes_any_length(fd, to);
    takes_descriptors(fd, to);
    close(fd);
    close(to);
    unlink(path);
    rmdir(directory);
    return result();
}
