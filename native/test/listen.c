#include "listen.h"

#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

/* Asks the system for a port that is free, and lets it go. */
static int free_port(void)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof any;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(bind(fd, (struct sockaddr *)&any, size) == 0 &&
             getsockname(fd, (struct sockaddr *)&any, &size) == 0,
         "a free port");
    close(fd);
    return ntohs(any.sin_port);
}

static int caller(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    return fd;
}

static int caller_at(const char *path)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    need(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    return fd;
}

static void streams(void)
{
    int port = free_port();
    int fd = listen_inet("127.0.0.1", port, true, false);
    check(fd >= 0 && option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1, "a socket for TCP listens");
    check(fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0,
          "it is close-on-exec and waits");
    check(listen_inet("127.0.0.1", port, true, false) == -EADDRINUSE, "an address is bound once");
    check(listen_waiting(fd) == 0, "nobody waits in it");
    int callers[] = { caller(port), caller(port) };
    check(listen_waiting(fd) == 2, "who has connected and was not accepted waits in it");
    need(fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && listen(fd, 0) == 0, "listen");
    check(listen_again(fd) == 0 && (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0,
          "what a server made of it is undone");
    int more[] = { caller(port), caller(port), caller(port) };
    check(listen_waiting(fd) == 5, "and there is room again");
    for (int i = 0; i < 3; i++) {
        close(more[i]);
    }
    close(callers[0]);
    close(callers[1]);
    close(fd);
    int next = listen_inet("127.0.0.1", port, true, false);
    check(next >= 0, "connections of an earlier one that are still being closed do not matter");
    close(next);
}

static void others(void)
{
    int port = free_port();
    int udp = listen_inet("127.0.0.1", port, false, false);
    check(udp >= 0 && option(udp, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM, "one for UDP is bound");
    check(listen_waiting(udp) == 0 && listen_again(udp) == 0, "and nobody waits in it");
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    need(sendto(udp, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == 1, "sendto");
    check(listen_waiting(udp) > 0, "what was sent and not read waits");
    check(listen_inet("127.0.0.1", port, false, false) == -EADDRINUSE,
          "nobody else is let in beside it");
    close(udp);
    int only = listen_inet("::1", port, true, true), both = listen_inet("::1", port, true, false);
    if (only == -EAFNOSUPPORT || only == -EADDRNOTAVAIL) {
        check(true, "IPv6 alone, or IPv4 too # SKIP this machine has no IPv6");
    }
    else {
        check(only >= 0 && option(only, IPPROTO_IPV6, IPV6_V6ONLY) == 1 && both == -EADDRINUSE,
              "IPv6 alone");
        close(only);
        both = listen_inet("::", port, true, false);
        check(both >= 0 && option(both, IPPROTO_IPV6, IPV6_V6ONLY) == 0, "IPv4 too");
        close(both);
    }
    const char *wrong[] = { "", "localhost", "1.2.3", "::1%lo", "256.0.0.1" };
    bool refused = true;
    for (int i = 0; i < 5; i++) {
        refused = refused && listen_inet(wrong[i], port, true, false) == -EINVAL;
    }
    check(refused && listen_inet("127.0.0.1", 0, true, false) == -EINVAL &&
              listen_inet("127.0.0.1", 65536, true, false) == -EINVAL,
          "what is no address is EINVAL");
    check(listen_inet("192.0.2.1", port, true, false) == -EADDRNOTAVAIL,
          "an address that nobody has is EADDRNOTAVAIL");
}

static void paths(void)
{
    char folder[] = "/tmp/archon-listen-XXXXXX", path[64], longest[256];
    struct stat about;
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(path, sizeof path, "%s/x", folder);
    int fd = listen_unix(path, 0764, (uid_t)-1, (gid_t)-1);
    check(fd >= 0 && stat(path, &about) == 0 && (about.st_mode & 07777) == 0764,
          "a path has the mode that was asked for");
    check(listen_waiting(fd) == 0, "nobody waits there");
    int callers[] = { caller_at(path), caller_at(path), caller_at(path) };
    check(listen_waiting(fd) == 3, "who has connected there and was not accepted waits");
    for (int i = 0; i < 3; i++) {
        close(callers[i]);
    }
    check(listen_unix(path, 0600, (uid_t)-1, (gid_t)-1) == -EADDRINUSE,
          "one where somebody answers is left alone");
    close(fd);
    fd = listen_unix(path, 0600, (uid_t)-1, (gid_t)-1);
    check(fd >= 0, "one where nobody answers is replaced");
    close(fd);
    unlink(path);
    if (getuid() == 0) {
        fd = listen_unix(path, 0600, 65534, 65533);
        check(fd >= 0 && stat(path, &about) == 0 && about.st_uid == 65534 && about.st_gid == 65533,
              "it may be somebody else's");
        close(fd);
        unlink(path);
    }
    need(symlink("/nowhere", path) == 0, "symlink");
    check(listen_unix(path, 0600, (uid_t)-1, (gid_t)-1) == -EADDRINUSE &&
              listen_own(path, 0600, (uid_t)-1, (gid_t)-1) == -ENOTSOCK,
          "a link is followed nowhere");
    unlink(path);
    rmdir(folder);
    memset(longest, 'x', sizeof longest);
    longest[sizeof(((struct sockaddr_un *)0)->sun_path)] = '\0';
    check(listen_unix(longest, 0600, (uid_t)-1, (gid_t)-1) == -ENAMETOOLONG &&
              listen_unix("", 0600, (uid_t)-1, (gid_t)-1) == -EINVAL,
          "a path has a length");
    check(listen_again(9999) == -EBADF && listen_waiting(9999) == -EBADF, "no descriptor is EBADF");
}

int main(void)
{
    streams();
    others();
    paths();
    return result();
}
