#include "tcp_listeners.h"

#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 300 };

/* Listens there; port 0: the kernel's choice. Shared: others may as well. */
static int listening(const char *host, int port)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    need(is_v4 || inet_pton(AF_INET6, host, &v6.sin6_addr) == 1, "inet_pton");
    int yes = 1, fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(fd >= 0, "socket");
    need(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) == 0, "SO_REUSEPORT");
    need(bind(fd, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
              is_v4 ? sizeof v4 : sizeof v6) == 0 &&
             listen(fd, 4) == 0,
         "listen");
    return fd;
}

static int port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    need(getsockname(fd, (struct sockaddr *)&address, &size) == 0, "getsockname");
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* Whether it is the only one that answers there. */
static bool is_it(int fd, const char *host, int port)
{
    struct tcp_listening found[2];
    struct stat about;
    need(fstat(fd, &about) == 0, "fstat");
    return tcp_listeners(host, port, found, 2) == 1 && found[0].inode == about.st_ino &&
           found[0].uid == getuid();
}

static void one(const char *listens, const char *host)
{
    char text[128];
    int fd = listening(listens, 0);
    snprintf(text, sizeof text, "who listens on %s is found at %s", listens, host);
    check(is_it(fd, host, port_of(fd)), text);
    close(fd);
}

static void ranks(void)
{
    int every = listening("0.0.0.0", 0), port = port_of(every);
    int all = listening("::", port), that = listening("127.0.0.2", port);
    struct tcp_listening found[4];
    check(is_it(that, "127.0.0.2", port), "of several it is the one of that very address");
    check(is_it(every, "127.0.0.1", port), "then the one of every IPv4 address");
    check(is_it(all, "::1", port), "and of IPv6 the one of every address");
    check(tcp_listeners(NULL, port, found, 4) == 3, "all of a port can be asked for");
    close(every);
    check(is_it(all, "127.0.0.1", port),
          "where there is none of IPv4 that of every address answers");
    close(all);
    check(tcp_listeners("127.0.0.1", port, found, 4) == 0, "one of another address does not");
    close(that);
}

static void many(void)
{
    int fds[MANY];
    struct tcp_listening found[MANY];
    struct stat about;
    fds[0] = listening("127.0.0.1", 0);
    int port = port_of(fds[0]), seen = 0;
    for (int i = 1; i < MANY; i++) {
        fds[i] = listening("127.0.0.1", port);
    }
    check(tcp_listeners("127.0.0.1", port, found, MANY) == MANY,
          "more than one answer of the kernel holds are all found");
    for (int i = 0; i < MANY; i++) {
        need(fstat(fds[i], &about) == 0, "fstat");
        for (int k = 0; k < MANY; k++) {
            seen += found[k].inode == about.st_ino;
        }
    }
    check(seen == MANY, "each once");
    memset(found, 0, sizeof found);
    check(tcp_listeners("127.0.0.1", port, found, 2) == MANY && found[1].inode != 0 &&
              found[2].inode == 0,
          "those for which there is no room are counted");
    for (int i = 0; i < MANY; i++) {
        close(fds[i]);
    }
}

int main(void)
{
    one("127.0.0.1", "127.0.0.1");
    one("0.0.0.0", "127.0.0.1");
    one("::1", "::1");
    one("::", "::1");
    one("::", "127.0.0.1");
    one("127.0.0.1", "::ffff:127.0.0.1");
    one("::ffff:127.0.0.1", "127.0.0.1");
    ranks();
    many();
    struct tcp_listening found[1];
    check(tcp_listeners("localhost", 1, found, 1) == -EINVAL, "a name is no address");
    check(tcp_listeners("127.0.0.1", 0, found, 1) == -EINVAL &&
              tcp_listeners("127.0.0.1", 65536, found, 1) == -EINVAL,
          "ports are from 1 to 65535");
    check(tcp_listeners("192.0.2.1", 65535, found, 1) == 0, "where nobody listens nobody is found");
    return result();
}
