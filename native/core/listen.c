#include "listen.h"
#include "listen_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int prepare_inet(int fd, int family, bool is_stream, bool v6only);
static int bind_path(int fd, const union address *address);
static int bind_abstract(int fd, const union address *address, socklen_t length);
static bool is_left_behind(const union address *address);
static int closing(int fd, int err);

int listen_inet(const char *host, int port, bool is_stream, bool v6only)
{
    union address address;
    socklen_t length = listen_address(host, port, &address);
    if (length == 0 || port < 1 || port > 65535) {
        return -EINVAL;
    }
    int type = is_stream ? SOCK_STREAM : SOCK_DGRAM;
    int fd = socket(address.any.sa_family, type | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    int err = prepare_inet(fd, address.any.sa_family, is_stream, v6only);
    if (err == 0 && bind(fd, &address.any, length) != 0) {
        err = -errno;
    }
    if (err == 0 && is_stream && listen(fd, LISTEN_BACKLOG) != 0) {
        err = -errno;
    }
    return closing(fd, err);
}

int listen_unix(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    union address address;
    socklen_t length = listen_address_unix(path, &address);
    if (length == 0) {
        return strlen(path) < 2 ? -EINVAL : -ENAMETOOLONG;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    bool is_abstract = path[0] == '@';
    int err = is_abstract ? bind_abstract(fd, &address, length) : bind_path(fd, &address);
    if (err == 0) {
        err = is_abstract ? 0 : listen_own(path, mode, uid, gid);
        if (err == 0 && listen(fd, LISTEN_BACKLOG) != 0) {
            err = -errno;
        }
        if (err != 0 && !is_abstract) {
            unlink(path);
        }
    }
    return closing(fd, err);
}

int listen_again(int fd)
{
    int flags = fcntl(fd, F_GETFL), listens = 0;
    socklen_t size = sizeof listens;
    if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
        (listens && listen(fd, LISTEN_BACKLOG) != 0)) {
        return -errno;
    }
    return 0;
}

socklen_t listen_address(const char *host, int port, union address *out)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        return sizeof out->v4;
    }
    if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        return sizeof out->v6;
    }
    return 0;
}

socklen_t listen_address_unix(const char *path, union address *out)
{
    size_t length = strlen(path), start = offsetof(struct sockaddr_un, sun_path);
    memset(out, 0, sizeof *out);
    if (length < 1 + (path[0] == '@') || length >= sizeof out->path.sun_path) {
        return 0;
    }
    out->path.sun_family = AF_UNIX;
    memcpy(out->path.sun_path, path, length);
    if (path[0] == '@') {
        out->path.sun_path[0] = '\0';
        return (socklen_t)(start + length);
    }
    return (socklen_t)(start + length + 1);
}

/*
 * SO_REUSEADDR is for connections of an earlier listener that are still being closed (TIME_WAIT);
 * with UDP it would let others in beside us.
 */
static int prepare_inet(int fd, int family, bool is_stream, bool v6only)
{
    int on = 1, only = v6only;
    bool failed =
        (is_stream && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) ||
        (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0);
    return failed ? -errno : 0;
}

/* The mode is one of ours alone until listen_own: before bind(2) it is that of what is made. */
static int bind_path(int fd, const union address *address)
{
    if (fchmod(fd, 0600) != 0) {
        return -errno;
    }
    if (bind(fd, &address->any, sizeof address->path) == 0) {
        return 0;
    }
    if (errno != EADDRINUSE || !is_left_behind(address)) {
        return -errno;
    }
    bool failed = (unlink(address->path.sun_path) != 0 && errno != ENOENT) ||
                  bind(fd, &address->any, sizeof address->path) != 0;
    return failed ? -errno : 0;
}

/* It is of Linux alone; elsewhere it would be a path without a name. */
static int bind_abstract(int fd, const union address *address, socklen_t length)
{
#ifdef __linux__
    return bind(fd, &address->any, length) == 0 ? 0 : -errno;
#else
    (void)fd;
    (void)address;
    (void)length;
    return -ENOTSUP;
#endif
}

/* A socket that nobody listens on; errno stays EADDRINUSE when it is not. */
static bool is_left_behind(const union address *address)
{
    struct stat about;
    if (lstat(address->path.sun_path, &about) != 0 || !S_ISSOCK(about.st_mode)) {
        errno = EADDRINUSE;
        return false;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = fd < 0 ? -1 : connect(fd, &address->any, sizeof address->path);
    bool is_refused = result != 0 && fd >= 0 && errno == ECONNREFUSED;
    if (fd >= 0) {
        close(fd);
    }
    errno = EADDRINUSE;
    return is_refused;
}

static int closing(int fd, int err)
{
    if (err != 0) {
        close(fd);
    }
    return err != 0 ? err : fd;
}
