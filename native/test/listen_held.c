#include "listen.h"

#include "check.h"
#include "pidfd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

/* Of a child that keeps everybody out; by one that has no right to trace it, root or not. */
static void forbidden(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    int tcp = bound(SOCK_STREAM), port = port_of(tcp), pair[2];
    need(listen(tcp, 1) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "listen, pair");
    pid_t closed = fork();
    if (closed == 0) {
        (void)alarm(60); /* should this test end without it */
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        need(write(pair[1], "", 1) == 1, "write");
        pause();
    }
    need(closed > 0 && read(pair[0], &(char){ 0 }, 1) == 1, "fork");
    int other = pidfd_of(closed);
    pid_t asks = fork();
    if (asks == 0) {
        need(syscall(SYS_capget, &header, data) == 0, "capget");
        data[0].effective &= ~(1U << CAP_SYS_PTRACE);
        need(syscall(SYS_capset, &header, data) == 0, "capset");
        _exit(listen_held_inet(other, closed, "127.0.0.1", port, true, false) != -EPERM);
    }
    int status = -1;
    need(asks > 0 && waitpid(asks, &status, 0) == asks, "fork");
    check(status == 0, "one that may not be looked at is told from one that has none");
    kill(closed, SIGKILL);
    waitpid(closed, NULL, 0);
    close(tcp);
    close(other);
    close(pair[0]);
    close(pair[1]);
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
    forbidden();
    unlink(socket_path);
    rmdir(path);
    return result();
}
