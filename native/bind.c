/*
 * libarchon-bind.so: put before a program with LD_PRELOAD, it asks archon for each TCP or UDP
 * address that the program binds (bind(2)). Archon answers with a socket that it has bound there
 * long ago and keeps, and that takes the place of the program's own: same number, same flags. So
 * the program can end, or crash, and whoever connects meanwhile is served by the next one.
 *
 * Restraint above all: whatever is not as expected (nobody to ask, `Error`, no answer in 2 s, an
 * answer that is none, another kind of socket) is left to the real bind(2), as if this were not
 * here. Where the daemon dies over a question the next one is asked, within the 2 s: the address is
 * still archon's then, and the real bind(2) would fail. The program may be in a signal handler,
 * between fork and exec, in any thread, about to be cancelled, short of memory: nothing here
 * allocates, locks, prints, keeps state but the path that was read once, or calls what may be a
 * cancellation point; errno is as it was. Who asks archon sees itself (SO_PEERPIDFD), so what is
 * sent is the question alone.
 *
 * Passed through unasked: a port that the system chooses, SO_REUSEPORT (each worker wants a socket
 * of its own), link-local addresses, paths, other protocols. What cannot be helped: options that
 * were set before and that bind_options.c does not name are lost (filters, membership of multicast
 * groups, SO_BINDTODEVICE); and O_NONBLOCK is that of all who have the socket.
 */
#include "bind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By its own name here, as the headers of some C libraries declare bind with a type of theirs. */
__attribute__((visibility("default"))) int archon_bind(int fd, const struct sockaddr *address,
                                                       socklen_t length) __asm__("bind");

static bool take_place(int fd, int given);

/* Where archon listens; empty: there is nobody to ask. */
static struct sockaddr_un archon;

/* The environment may be overwritten later, by a program that puts its title there. */
__attribute__((constructor)) static void remember(void)
{
    const char *path = getenv("ARCHON_BIND");
    if (path == NULL) {
        path = getenv("ARCHON_SOCKET");
    }
    size_t length = path == NULL ? 0 : strlen(path);
    if (length > 0 && length < sizeof archon.sun_path) {
        archon.sun_family = AF_UNIX;
        memcpy(archon.sun_path, path, length + 1);
    }
}

int archon_bind(int fd, const struct sockaddr *address, socklen_t length)
{
    int saved = errno;
    if (archon.sun_path[0] != '\0' && is_worth_asking(fd, address, length)) {
        struct question question = { .length = 0 };
        add(&question, "BindFD,");
        word_address(fd, address, &question);
        add(&question, "\n");
        int given = ask(&archon, &question);
        bool taken = given >= 0 && take_place(fd, given);
        if (given >= 0) {
            syscall(SYS_close, given);
        }
        errno = saved;
        if (taken) {
            return 0;
        }
    }
    errno = saved;
    return (int)syscall(SYS_bind, fd, address, length);
}

/* The socket that was given becomes the one of that number. */
static bool take_place(int fd, int given)
{
    int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD);
    if (flags < 0 || own < 0 || !is_alike(fd, given)) {
        return false;
    }
    copy_options(fd, given);
    struct registration in[MOST_REGISTRATIONS];
    size_t count = find_registrations(fd, in, MOST_REGISTRATIONS);
    if (fcntl(given, F_SETFL, flags) != 0 ||
        dup3(given, fd, (own & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) != fd) {
        return false;
    }
    register_again(fd, in, count);
    return true;
}
