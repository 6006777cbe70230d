/* Sockets of a test on 127.0.0.1. */
#ifndef ARCHON_TEST_LOOPBACK_H
#define ARCHON_TEST_LOOPBACK_H

#include <netinet/in.h>
#include <sys/socket.h>

static inline struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static inline int port_of(int fd)
{
    struct sockaddr_in at = { 0 };
    socklen_t size = sizeof at;
    return getsockname(fd, (struct sockaddr *)&at, &size) == 0 ? ntohs(at.sin_port) : -1;
}

#endif
