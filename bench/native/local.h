/* A Unix stream socket by path. */
#ifndef BENCH_LOCAL_H
#define BENCH_LOCAL_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static inline struct sockaddr_un local_address(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    strncpy(at.sun_path, path, sizeof at.sun_path - 1);
    return at;
}

/* A connected descriptor, or -1 with errno. */
static inline int local_connect(const char *path)
{
    struct sockaddr_un at = local_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
        int err = errno;
        close(fd);
        errno = err;
        return -1;
    }
    return fd;
}

/* Sends all of it and reads the one line of the answer; 0, or -1 when it is not `reply`. */
static inline int local_ask(int fd, const char *request, const char *reply)
{
    char line[4096];
    size_t have = 0;
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request)) {
        return -1;
    }
    while (have == 0 || line[have - 1] != '\n') {
        ssize_t n = have < sizeof line ? read(fd, line + have, sizeof line - have) : 0;
        if (n <= 0) {
            return -1;
        }
        have += (size_t)n;
    }
    return have == strlen(reply) && memcmp(line, reply, have) == 0 ? 0 : -1;
}

#endif
