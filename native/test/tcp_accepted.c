#include "tcp_accepted.h"

#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    need(getsockname(fd, (struct sockaddr *)&address, &size) == 0, "getsockname");
    /* At the same place for both families. */
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int bound(int family, const char *host, struct sockaddr_storage *address, socklen_t *size)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    memset(address, 0, sizeof *address);
    address->ss_family = (sa_family_t)family;
    *size = family == AF_INET ? sizeof *v4 : sizeof *v6;
    need(inet_pton(family, host, family == AF_INET ? (void *)&v4->sin_addr : &v6->sin6_addr) == 1,
         "inet_pton");
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(fd >= 0, "socket");
    return fd;
}

static void connection(int family, const char *listens, int from, const char *host)
{
    struct sockaddr_storage address;
    struct stat about;
    socklen_t size;
    int server = bound(family, listens, &address, &size);
    need(bind(server, (struct sockaddr *)&address, size) == 0 && listen(server, 4) == 0, "listen");
    int port = port_of(server);
    int client = bound(from, host, &address, &size);
    ((struct sockaddr_in *)&address)->sin_port = htons((uint16_t)port);
    need(connect(client, (struct sockaddr *)&address, size) == 0, "connect");
    struct tcp_end near = { host, port }, far = { host, port_of(client) };
    check(tcp_accepted(near, far) == 0, "what nobody has accepted has no number");
    need(fstat(server, &about) == 0, "fstat");
    check(tcp_listener(near) == (long)about.st_ino, "who listens there is found");
    check(tcp_listener(far) == -ENOENT, "and where nobody does nobody is");
    int accepted = accept(server, NULL, NULL);
    need(accepted >= 0 && fstat(accepted, &about) == 0, "accept");
    check(tcp_accepted(near, far) == (long)about.st_ino,
          "what was accepted has that of its socket");
    need(fstat(client, &about) == 0, "fstat");
    check(tcp_accepted(far, near) == (long)about.st_ino, "and so has the other end");
    far.port = 1;
    check(tcp_accepted(near, far) == -ENOENT, "another connection is none");
    close(accepted);
    close(client);
    close(server);
}

int main(void)
{
    connection(AF_INET, "127.0.0.1", AF_INET, "127.0.0.1");
    connection(AF_INET6, "::1", AF_INET6, "::1");
    connection(AF_INET6, "::", AF_INET, "127.0.0.1");
    struct tcp_end name = { "localhost", 1 }, address = { "127.0.0.1", 1 }, other = { "::1", 1 };
    check(tcp_accepted(name, address) == -EINVAL, "a name is no address");
    check(tcp_accepted(other, address) == -EINVAL, "both ends are of one family");
    return result();
}
