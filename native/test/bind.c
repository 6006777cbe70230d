/* What the shim does with each answer, and what it does not ask for. */
#include "shim.h"

#include <arpa/inet.h>
#include <sys/wait.h>

/* What the broker does, and what comes of it. */
struct way {
    enum how how;
    const char *sentence;
};

static void falls_through(void)
{
    static const struct way ways[] = { { ERROR, "an Error is left to the real bind" },
                                       { GARBAGE, "another answer is" },
                                       { HANG_UP, "no answer is, after 2 s" },
                                       { BARE, "an Ok without a socket is" },
                                       { TWO, "one with two is" },
                                       { ANOTHER, "another kind of socket is" },
                                       { HALF, "half an answer is, after 2 s" },
                                       { SILENT, "a broker that says nothing is, after 2 s" } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        int probe = bound(SOCK_STREAM), port = port_of(probe), before;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int64_t since = now_ms();
        before = open_count();
        how = ways[i].how;
        /* The address is taken, which only the real bind says. */
        bool refused = bind_to(fd, port) == -1 && errno == EADDRINUSE;
        int64_t took = now_ms() - since;
        bool waits = ways[i].how == HANG_UP || ways[i].how == HALF || ways[i].how == SILENT;
        close(probe);
        how = ERROR;
        bool works = refused && bind_to(fd, port) == 0 && port_of(fd) == port;
        check(works && open_count() == before - 1 && took < 4000 &&
                  waits == (took >= WAIT_MS - 100),
              ways[i].sentence);
        close(fd);
    }
}

static void asks_again(void)
{
    static const struct way ways[] = { { HANG_UP_ONCE, "who is hung up on asks again" },
                                       { HALF_ONCE, "so does who gets half an answer" },
                                       { UNREAD_ONCE, "and who was not listened to" } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        int before = open_count(), fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        how = ways[i].how;
        check(bind_to(fd, port_of(kept)) == 0 && port_of(fd) == port_of(kept), ways[i].sentence);
        close(fd);
        check(open_count() == before, "and nothing of it is left open");
    }
}

/* At a path of its own, where nobody takes who comes. */
static int listening(const char *path, struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *at = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(at->sun_path, sizeof at->sun_path, "%s", path);
    need(syscall(SYS_bind, fd, at, sizeof *at) == 0 && listen(fd, 0) == 0, "listen");
    return fd;
}

/* More than the socket has room for stand before it, and nobody takes them. */
static void crowded(const char *path)
{
    const struct sockaddr_un door = archon;
    int full = listening(path, &archon), first = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(first, (struct sockaddr *)&archon, sizeof archon) == 0, "crowd");
    int64_t since = now_ms();
    check(bind_to(fd, port_of(kept)) == -1 && errno == EADDRINUSE &&
              now_ms() - since >= WAIT_MS - 100 && now_ms() - since < 4000,
          "who finds no room before archon waits for it, 2 s");
    archon = door;
    close(fd);
    close(first);
    close(full);
    unlink(path);
}

static int dying;
static struct sockaddr_un next;

static void dies(void)
{
    close(dying);
    archon = next;
    befalls = NULL;
}

/* It had not been taken, nor had said anything. */
static void outlives(const char *path)
{
    int before = open_count(), fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    next = archon;
    dying = listening(path, &archon);
    how = GIVE;
    befalls = dies;
    check(bind_to(fd, port_of(kept)) == 0 && befalls == NULL,
          "who stands before an archon that dies asks the next");
    close(fd);
    check(open_count() == before, "and nothing of it is left open");
    unlink(path);
}

static void passes(void)
{
    int on = 1, port = port_of(kept), fd;
    how = GIVE;
    was_asked("");
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    check(bind_to(fd, port) == -1 && errno == EADDRINUSE && was_asked(""),
          "who sets SO_REUSEPORT wants a socket of its own");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind_to(fd, 0) == 0 && port_of(fd) > 0 && was_asked(""), "the system chooses a port");
    close(fd);
    char folder[] = "/tmp/archon-bind-XXXXXX";
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(path.sun_path, sizeof path.sun_path, "%s/x", folder);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&path, sizeof path) == 0 && was_asked(""), "a path is bound");
    close(fd);
    unlink(path.sun_path);
    rmdir(folder);
    struct sockaddr_in6 local = { .sin6_family = AF_INET6,
                                  .sin6_port = htons(80),
                                  .sin6_scope_id = 1 };
    inet_pton(AF_INET6, "fe80::1", &local.sin6_addr);
    fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&local, sizeof local) == -1 && was_asked(""),
          "a link-local address is not asked for");
    struct sockaddr_in mixed = loopback(80);
    check(bind(fd, (struct sockaddr *)&mixed, sizeof mixed) == -1 && was_asked(""),
          "nor is one of another family");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(fd, (struct sockaddr *)&mixed, 8) == -1 && errno == EINVAL && was_asked("") &&
              bind(9999, (struct sockaddr *)&mixed, sizeof mixed) == -1 && errno == EBADF &&
              bind(fd, NULL, sizeof mixed) == -1 && errno == EFAULT && was_asked(""),
          "what is wrong is as wrong as without");
    close(fd);
}

static void *binds(void *good)
{
    int port = port_of(kept);
    for (int i = 0; i < 50; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind_to(fd, port) != 0 || port_of(fd) != port) {
            *(bool *)good = false;
        }
        close(fd);
    }
    return NULL;
}

static void at_once(void)
{
    pthread_t threads[8];
    bool good[8];
    int before = open_count(), status = -1;
    how = GIVE;
    for (int i = 0; i < 8; i++) {
        good[i] = true;
        need(pthread_create(&threads[i], NULL, binds, &good[i]) == 0, "pthread_create");
    }
    pid_t child = fork();
    if (child == 0) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        _exit(bind_to(fd, port_of(kept)) == 0 ? 0 : 1);
    }
    bool all = true;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        all = all && good[i];
    }
    check(waitpid(child, &status, 0) == child && status == 0, "a forked child asks as well");
    check(all && open_count() == before, "many threads at once are no trouble");
}

static void paths(const char *path)
{
    char long_path[200];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    memset(&archon, 0, sizeof archon);
    setenv("ARCHON_SOCKET", "/s", 1);
    setenv("ARCHON_BIND", long_path, 1);
    remember();
    check(archon.sun_path[0] == '\0', "a path that is too long is none");
    unsetenv("ARCHON_BIND");
    remember();
    check(strcmp(archon.sun_path, "/s") == 0, "without a door of its own it asks at archon's");
    setenv("ARCHON_BIND", path, 1);
    remember();
    check(strcmp(archon.sun_path, path) == 0, "its door goes before");
}

int main(void)
{
    char folder[] = "/tmp/archon-shim-XXXXXX", path[64];
    struct sockaddr_un at;
    pthread_t thread = start_broker(folder, &at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind_to(fd, port_of(kept)) == -1 && errno == EADDRINUSE, "without archon bind is bind");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    archon.sun_family = AF_UNIX;
    memcpy(archon.sun_path, "/nowhere", 9);
    check(bind_to(fd, port_of(kept)) == -1 && errno == EADDRINUSE, "so it is where nobody answers");
    close(fd);
    paths(at.sun_path);
    falls_through();
    asks_again();
    snprintf(path, sizeof path, "%s/other", folder);
    crowded(path);
    outlives(path);
    passes();
    at_once();
    return end_broker(thread, folder, &at);
}
