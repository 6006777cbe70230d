#ifndef ARCHON_LISTEN_ADDRESS_H
#define ARCHON_LISTEN_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
};

/* Reads a host in numbers. The length of the address, 0: that is none. */
socklen_t listen_address(const char *host, int port, union address *out);

#endif
