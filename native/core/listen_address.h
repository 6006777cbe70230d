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

/* The same of a path, or of @NAME: an abstract one (unix(7)). 0: it is empty, or too long. */
socklen_t listen_address_unix(const char *path, union address *out);

#endif
