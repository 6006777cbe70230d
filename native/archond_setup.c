/* What is made once, before the first child: directories, locks, the socket, the ledger, and by
 * archond_descriptors.c the rest. */
#include "archond.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/paths.h"
#include "core/peer.h"

/* Milliseconds for what ends with an archond that was killed to be gone, and between two looks. */
enum { PATIENCE = 1000, PAUSE = 10 };

static int name_run_dir(struct settings *settings);
static int make_directories(const struct settings *settings);
static int make_directory(const char *path);
static int socket_answers(const char *path, int patience);
static int look_at_files(const struct settings *settings);
static int lock_all(struct minder *minder, int patience);
static int lock(int *held, const char *path, int flags, int patience);
static int listen_at(const char *path);
static int problem(const char *what, const char *path, int error);

int setup(struct minder *minder)
{
    struct settings *settings = &minder->settings;
    if (look_at_files(settings) != 0 || name_run_dir(settings) != 0 ||
        make_directories(settings) != 0) {
        return 1;
    }
    /* Who holds the locks alone may bind. What an archond that was killed had just forked may hold
     * them for a moment; whoever has the socket when we have them is what is left of one, even
     * where there is no ledger that names it. */
    if (lock_all(minder, remnants_wait(settings) ? PATIENCE : 0) != 0 ||
        socket_answers(settings->socket, PATIENCE) != 0) {
        return 1;
    }
    if (chdir("/") < 0) { /* hold no file system that somebody may want to unmount */
        return problem("cannot enter", "/", errno);
    }
    int failed = ledger_make(minder);
    if (failed) {
        return problem("cannot make the ledger in", settings->run_dir, -failed);
    }
    minder->keeper->listener = listen_at(settings->socket);
    if (minder->keeper->listener < 0 || descriptors_make(minder) != 0) {
        ledger_end(minder);
        return 1;
    }
    return 0;
}

/* One that was named has to be there. */
static int look_at_files(const struct settings *settings)
{
    if (settings->config_named && access(settings->config, R_OK) < 0) {
        return problem("cannot read", settings->config, errno);
    }
    if (settings->rules_named && access(settings->rules, R_OK) < 0) {
        return problem("cannot read", settings->rules, errno);
    }
    if (settings->rc_named && access(settings->rc, X_OK) < 0) {
        return problem("cannot run", settings->rc, errno);
    }
    return 0;
}

static int name_run_dir(struct settings *settings)
{
    size_t longest = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
    if (strlen(settings->socket) > longest) {
        say("the path of a socket has at most %zu bytes, this one %zu: %s", longest,
            strlen(settings->socket), settings->socket);
        return 1;
    }
    (void)path_parent(settings->run_dir, PATH_MAX, settings->socket);
    const char *slash = strcmp(settings->run_dir, "/") == 0 ? "" : "/";
    (void)snprintf(settings->fifo_dir, PATH_MAX, "%.107s%sfifo", settings->run_dir, slash);
    (void)snprintf(settings->ledger, PATH_MAX, "%.107s%sledger", settings->run_dir, slash);
    (void)snprintf(settings->held, PATH_MAX, "%.107s%sheld", settings->run_dir, slash);
    return 0;
}

static int make_directories(const struct settings *settings)
{
    char fallback[64];
    (void)path_fallback_runtime(fallback, sizeof fallback);
    size_t length = strlen(fallback);
    if (strncmp(settings->socket, fallback, length) == 0 && settings->socket[length] == '/') {
        (void)mkdir(fallback, 0700); /* in /tmp: whoever was first there owns it */
        if (path_is_ours(fallback, 077) != 0) {
            say("%s is not ours alone", fallback);
            return 1;
        }
    }
    if (make_directory(settings->run_dir) != 0 || make_directory(settings->state_dir) != 0 ||
        make_directory(settings->log_dir) != 0 || make_directory(settings->fifo_dir) != 0) {
        return 1;
    }
    if (access(settings->log_dir, W_OK | X_OK) < 0) {
        return problem("cannot write in", settings->log_dir, errno);
    }
    if (path_is_ours(settings->fifo_dir, 022) != 0) {
        say("%s is not ours alone: give the socket a directory of its own", settings->fifo_dir);
        return 1;
    }
    return 0;
}

/* With its parents, those readable by all. What is there already keeps its mode. */
static int make_directory(const char *path)
{
    static char part[PATH_MAX];
    strcpy(part, path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST) {
            return problem("cannot make", part, errno);
        }
        *slash = '/';
    }
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return problem("cannot make", path, errno);
    }
    struct stat made;
    if (stat(path, &made) < 0 || !S_ISDIR(made.st_mode)) {
        return problem("cannot use", path, ENOTDIR);
    }
    return 0;
}

/* Non-zero, after a message, when the socket is in use, still after `patience` ms, or cannot be
 * asked. */
static int socket_answers(const char *path, int patience)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return problem("cannot make a socket for", path, errno);
    }
    int error = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
    struct peer peer = { 0 }; /* who called listen(2) */
    (void)(error == 0 && peer_of(fd, &peer));
    close(fd);
    if ((error == 0 || error == EAGAIN) && patience > 0) {
        (void)poll(NULL, 0, PAUSE);
        return socket_answers(path, patience - PAUSE);
    }
    if (error == 0 || error == EAGAIN) { /* EAGAIN: its backlog is full */
        char who[32] = "";
        (void)(peer.pid > 0 && snprintf(who, sizeof who, " (pid %d)", (int)peer.pid));
        say("another daemon%s answers on %s", who, path);
        return 1;
    }
    return error == ENOENT || error == ECONNREFUSED ? 0 : problem("cannot ask", path, error);
}

/* Held until the keeper ends. Two that share a directory of logs would rotate the same files, two
 * with different sockets in one directory would share FIFOs and ledger. */
static int lock_all(struct minder *minder, int patience)
{
    static char path[PATH_MAX + 8];
    const struct settings *settings = &minder->settings;
    (void)snprintf(path, sizeof path, "%s/lock", settings->state_dir);
    const struct {
        const char *path;
        int flags;
        const char *what;
    } locks[] = { { path, O_RDWR | O_CREAT, settings->state_dir },
                  { settings->fifo_dir, O_RDONLY | O_DIRECTORY, settings->run_dir },
                  { settings->log_dir, O_RDONLY | O_DIRECTORY, settings->log_dir } };
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        int failed = lock(&minder->keeper->locks[i], locks[i].path, locks[i].flags, patience);
        if (failed == 0) {
            continue;
        }
        if (failed == -EWOULDBLOCK && socket_answers(settings->socket, 0) == 0) {
            say("another archond uses %s", locks[i].what);
        }
        return 1;
    }
    return 0;
}

/* 0, -EWOULDBLOCK when another holds it, still after `patience` ms, or 1 after a message. */
static int lock(int *held, const char *path, int flags, int patience)
{
    int fd = open(path, flags | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return problem("cannot open", path, errno);
    }
    for (; flock(fd, LOCK_EX | LOCK_NB) < 0; patience -= PAUSE) {
        if (errno != EWOULDBLOCK) {
            return problem("cannot lock", path, errno);
        }
        if (patience <= 0) {
            return -EWOULDBLOCK;
        }
        (void)poll(NULL, 0, PAUSE);
    }
    *held = fd;
    return 0;
}

/* Replaces a socket that nobody answers on, never a file of another kind. */
static int listen_at(const char *path)
{
    struct stat old;
    if (lstat(path, &old) == 0 && !S_ISSOCK(old.st_mode)) {
        say("%s is there and no socket", path);
        return -1;
    }
    (void)unlink(path);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    mode_t before = umask(0177); /* 0600 from its first moment */
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    int error = errno;
    umask(before);
    if (bound && listen(fd, 4096) == 0) {
        return fd;
    }
    (void)problem("cannot listen on", path, bound ? errno : error);
    return -1;
}

/* The exit code, for the caller to hand on. */
static int problem(const char *what, const char *path, int error)
{
    say("%s %s: %s%s", what, path, strerror(error),
        error == EROFS ? "; mount something that can be written there, or name other places "
                         "(--socket, --state-dir, --log-dir)"
                       : "");
    return 1;
}
