/*
 * Answers each that connects with its name and pid, one after another. `inherit`: it listens on
 * the first descriptor that it was given; or HOST PORT: it binds that itself, as far as it knows.
 */
#include "note.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_at(const char *host, const char *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
    must(inet_pton(AF_INET, host, &at.sin_addr) - 1, "address");
    int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(fd, 4096), "listen");
    return fd;
}

int main(int argc, char **argv)
{
    char said[128];
    signal(SIGPIPE, SIG_IGN);
    begin("");
    int listener = argc == 3 ? listen_at(argv[1], argv[2]) : 3;
    int length = snprintf(said, sizeof said, "%s %d\n", getenv("ARCHON_SERVICE"), (int)getpid());
    note("listens", strchr(said, ' ') + 1);
    ready();
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0) {
            (void)!write(client, said, (size_t)length);
            close(client);
        }
    }
}
