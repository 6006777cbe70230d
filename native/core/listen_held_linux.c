#include "listen.h"
#include "listen_address.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is looked for; the address zeroed behind its length. */
struct wanted {
    union address address;
    int type;
    bool v6only;
};

static int find(int pidfd, pid_t pid, const struct wanted *wanted);
static int copy(int pidfd, int descriptors, const char *number);
static bool is_it(int fd, const struct wanted *wanted);
static int option(int fd, int level, int name);

int listen_held_inet(int pidfd, pid_t pid, const char *host, int port, bool is_stream, bool v6only)
{
    struct wanted wanted = { .type = is_stream ? SOCK_STREAM : SOCK_DGRAM, .v6only = v6only };
    return listen_address(host, port, &wanted.address) == 0 ? -EINVAL : find(pidfd, pid, &wanted);
}

int listen_held_unix(int pidfd, pid_t pid, const char *path)
{
    struct wanted wanted = { .type = SOCK_STREAM };
    return listen_address_unix(path, &wanted.address) == 0 ? -EINVAL : find(pidfd, pid, &wanted);
}

/* Should the number be another's by now, pidfd_getfd still asks the process that is meant. */
static int find(int pidfd, pid_t pid, const struct wanted *wanted)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *descriptors = opendir(path);
    if (descriptors == NULL) {
        return errno == EACCES ? -EPERM : -ENOENT;
    }
    int found = -ENOENT;
    for (struct dirent *one; found < 0 && (one = readdir(descriptors)) != NULL;) {
        int fd = copy(pidfd, dirfd(descriptors), one->d_name);
        if (fd >= 0 && is_it(fd, wanted)) {
            found = fd;
        }
        else if (fd >= 0) {
            close(fd);
        }
        else if (fd == -EPERM) {
            found = fd;
            break;
        }
    }
    closedir(descriptors);
    return found;
}

/* Only of a socket: others may hang where they are closed. */
static int copy(int pidfd, int descriptors, const char *number)
{
    char what[16];
    ssize_t length = readlinkat(descriptors, number, what, sizeof what);
    /* Where that may not be asked pidfd_getfd tells why. */
    bool is_refused = length < 0 && errno == EACCES;
    if (!is_refused && (length < 8 || memcmp(what, "socket:[", 8) != 0)) {
        return -ENOENT;
    }
    long fd = syscall(SYS_pidfd_getfd, pidfd, atoi(number), 0);
    return fd < 0 ? -errno : (int)fd;
}

static bool is_it(int fd, const struct wanted *wanted)
{
    union address is;
    socklen_t length = sizeof is;
    memset(&is, 0, sizeof is);
    if (option(fd, SOL_SOCKET, SO_TYPE) != wanted->type ||
        (wanted->type == SOCK_STREAM && option(fd, SOL_SOCKET, SO_ACCEPTCONN) != 1) ||
        getsockname(fd, &is.any, &length) != 0 || memcmp(&is, &wanted->address, sizeof is) != 0) {
        return false;
    }
    /* The kernel itself sets it where a socket is bound to one address (__inet6_bind). */
    return is.any.sa_family != AF_INET6 || !IN6_IS_ADDR_UNSPECIFIED(&is.v6.sin6_addr) ||
           option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == (wanted->v6only ? 1 : 0);
}

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}
