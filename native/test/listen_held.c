#include "listen.h"

#include "check.h"
#include "pidfd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int pidfd;

static int port_of(int fd)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    need(getsockname(fd, (struct sockaddr *)&at, &size) == 0, "getsockname");
    return ntohs(at.sin_port);
}

/* A socket for TCP at a port of the system's choice, which does not listen yet. */
static int bound(int type)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    need(fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0, "bind");
    return fd;
}

static int held(const char *host, int port, bool is_stream, bool v6only)
{
    return listen_held_inet(pidfd, getpid(), host, port, is_stream, v6only);
}

static bool is_same(int one, int other)
{
    struct stat a, b;
    bool same = one >= 0 && other >= 0 && fstat(one, &a) == 0 && fstat(other, &b) == 0 &&
                a.st_ino == b.st_ino;
    close(other);
    return same;
}

int main(void)
{
    char path[] = "/tmp/archon-held-XXXXXX", socket_path[64];
    pidfd = pidfd_of(getpid());
    need(pidfd >= 0 && mkdtemp(path) != NULL, "pidfd, mkdtemp");
    snprintf(socket_path, sizeof socket_path, "%s/socket", path);
    int tcp = bound(SOCK_STREAM), port = port_of(tcp);
    check(held("127.0.0.1", port, true, false) == -ENOENT, "one that does not listen is none");
    need(listen(tcp, 1) == 0, "listen");
    check(is_same(tcp, held("127.0.0.1", port, true, false)), "the one that listens is found");
    check(held("127.0.0.2", port, true, false) == -ENOENT, "none at another address");
    check(held("127.0.0.1", port == 1 ? 2 : port - 1, true, false) == -ENOENT, "nor another port");
    check(held("127.0.0.1", port, false, false) == -ENOENT, "nor for UDP");
    check(held("localhost", port, true, false) == -EINVAL, "a name is no address");
    int udp = bound(SOCK_DGRAM);
    check(is_same(udp, held("127.0.0.1", port_of(udp), false, false)), "one for UDP is found");
    close(tcp);
    int both = listen_inet("::", port, true, false);
    if (both == -EAFNOSUPPORT) {
        printf("ok - IPv6 # SKIP there is none\n");
    }
    else {
        check(is_same(both, held("::", port, true, false)), "IPv6, for both");
        check(held("::", port, true, true) == -ENOENT, "which is not the one for itself alone");
        close(both);
        int one = listen_inet("::1", port, true, false);
        if (one == -EADDRNOTAVAIL) {
            printf("ok - IPv6 # SKIP no loopback\n");
        }
        else {
            check(is_same(one, held("::1", port, true, false)), "IPv6, at one address");
        }
    }
    int local = listen_unix(socket_path, 0600, (uid_t)-1, (gid_t)-1);
    check(is_same(local, listen_held_unix(pidfd, getpid(), socket_path)), "one at a path is found");
    check(listen_held_unix(pidfd, getpid(), path) == -ENOENT, "and none at another");
    check(listen_held_unix(pidfd, getpid(), "") == -EINVAL, "no path is none");
    char longest[256];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    check(listen_held_unix(pidfd, getpid(), longest) == -EINVAL, "one that is too long neither");
    check(listen_held_unix(pidfd, 1 << 30, socket_path) == -ENOENT, "who is gone has none");
    unlink(socket_path);
    rmdir(path);
    return result();
}
