/*
 * archonctl: one request to archond, as a command. Static, and no more system calls than the
 * request needs: a Node start would cost 40 times what it asks.
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/paths.h"

static void open_standard(void);
static int reach(const char *path);

int main(int argc, char **argv)
{
    static struct ask ask;
    static struct bytes record;
    char usual[PATH_MAX];
    open_standard();
    int code = argv_read(argv + (argc > 0), &ask);
    if (code != CTL_GO_ON || (code = request_write(&ask, &record)) != CTL_OK) {
        return code;
    }
    const char *path = ask.socket ? ask.socket : usual;
    int error = ask.socket ? 0 : path_socket(usual, sizeof usual);
    if (error < 0) {
        complain("cannot tell where the socket is: %s", strerror(-error));
        return CTL_SILENT;
    }
    if (ask.verb->flags & VERB_NODE) {
        return rules_test(&ask, path, &record);
    }
    int fd = reach(path);
    if (fd < 0) {
        return CTL_SILENT;
    }
    return is_run(&ask) ? run(&ask, fd, path, &record) : talk(&ask, fd, path, &record);
}

/*
 * A descriptor that is closed would be taken by the socket. There is nothing to be read then and
 * complaints go nowhere, but an answer that cannot be written is a failure: that one takes nothing.
 */
static void open_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        int flags = fd == STDOUT_FILENO ? O_RDONLY : O_RDWR;
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) < 0) {
            _exit(CTL_ERROR);
        }
    }
}

/* The connection, or -1 when it is told why there is none. */
static int reach(const char *path)
{
    int fd = patience_dial(path);
    if (fd == -ENOENT || fd == -ECONNREFUSED) {
        complain("no daemon answers on %s (is archond running?)", path);
    }
    else if (fd == -EACCES) {
        complain("you may not connect to %s, where a daemon may be: ask as its user or as root, or "
                 "have [access] in its configuration name you",
                 path);
    }
    else if (fd < 0) {
        complain("no daemon answers on %s: %s", path, strerror(-fd));
    }
    return fd < 0 ? -1 : fd;
}
