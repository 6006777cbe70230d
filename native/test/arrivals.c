#include "arrivals.h"

#include "check.h"
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static uint32_t number_of(int fd)
{
    struct stat about;
    need(fstat(fd, &about) == 0, "fstat");
    return (uint32_t)about.st_ino;
}

/* Whether that is among what was found. */
static bool has(const struct arrivals *at, int fd)
{
    for (int i = 0; i < at->count; i++) {
        if (at->found[i].number == number_of(fd)) {
            return true;
        }
    }
    return false;
}

/* Listens at a port that is free for that address. */
static int listening(const char *host, int *port)
{
    for (*port = 20000 + getpid() % 9000; *port < 30000; ++*port) {
        int fd = listen_inet(host, *port, true, false);
        if (fd >= 0) {
            return fd;
        }
    }
    return -1;
}

static int calling(const char *host, int port)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    need(is_v4 || inet_pton(AF_INET6, host, &v6.sin6_addr) == 1, "inet_pton");
    int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(fd, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
                 is_v4 ? sizeof v4 : sizeof v6) == 0,
         "connect");
    return fd;
}

static void tcp(const char *host, const char *from)
{
    char text[128];
    struct arrivals at = { .host = host };
    int listener = listening(host, &at.port);
    int client = calling(from, at.port);
    snprintf(text, sizeof text, "at %s who waits was not accepted", host);
    check(arrivals_find(&at, 1) == 0 && at.count == 0, text);
    int accepted = accept(listener, NULL, NULL);
    snprintf(text, sizeof text, "at %s what was accepted is found, and nothing else", host);
    check(arrivals_find(&at, 1) == 0 && at.count == 1 && has(&at, accepted), text);
    close(client);
    check(arrivals_find(&at, 1) == 0 && has(&at, accepted), "as long as the server has it");
    close(accepted);
    check(arrivals_find(&at, 1) == 0 && at.count == 0, "and no longer");
    close(listener);
}

/* More than one: each connection is of the address where it ends. */
static void several(void)
{
    struct arrivals all[3] = { { .host = "127.0.0.1" }, { .host = "0.0.0.0" }, { .host = "::1" } };
    int that = listening("127.0.0.2", &all[0].port), every = listening("0.0.0.0", &all[1].port);
    int v6 = listening("::1", &all[2].port);
    all[0].host = "127.0.0.2";
    int clients[] = { calling("127.0.0.2", all[0].port), calling("127.0.0.3", all[1].port),
                      calling("::1", all[2].port) };
    int accepted[] = { accept(that, NULL, NULL), accept(every, NULL, NULL),
                       accept(v6, NULL, NULL) };
    check(arrivals_find(all, 3) == 0 && all[0].count == 1 && all[1].count == 1 && all[2].count == 1,
          "several are asked about at once");
    check(has(&all[0], accepted[0]) && has(&all[1], accepted[1]) && has(&all[2], accepted[2]),
          "and each has its own");
    for (int i = 0; i < 3; i++) {
        close(clients[i]);
        close(accepted[i]);
    }
    close(that);
    close(every);
    close(v6);
}

static void unix_socket(const char *path, const char *sentence)
{
    struct arrivals at = { .path = path }, other = { .path = "/nowhere" };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    memcpy(address.sun_path, path, strlen(path));
    address.sun_path[0] = path[0] == '@' ? '\0' : path[0];
    int listener = listen_unix(path, 0600, (uid_t)-1, (gid_t)-1);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(listener >= 0 && connect(client, (struct sockaddr *)&address, length) == 0, "connect");
    bool none = arrivals_find(&at, 1) == 0 && at.count == 0;
    int accepted = accept(listener, NULL, NULL);
    check(none && arrivals_find(&at, 1) == 0 && at.count == 1 && has(&at, accepted), sentence);
    check(arrivals_find(&other, 1) == 0 && other.count == 0, "and at its own path alone");
    close(client);
    close(accepted);
    close(listener);
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What one side has not answered yet is as old as that. */
static void ages(void)
{
    enum { TICK = 10 }; /* the kernel's clock goes by 10 ms at most (CONFIG_HZ) */
    struct arrivals at = { .host = "127.0.0.1" };
    int listener = listening(at.host, &at.port), client = calling(at.host, at.port);
    int accepted = accept(listener, NULL, NULL);
    usleep(60000); /* time itself is what is asked for here */
    need(send(client, "x", 1, 0) == 1, "send");
    check(arrivals_find(&at, 1) == 0 && at.count == 1 && at.found[0].age >= 50 &&
              at.found[0].age < 60000,
          "what was never answered is as old as the connection");
    long answered = milliseconds();
    need(send(accepted, "x", 1, 0) == 1, "send");
    check(arrivals_find(&at, 1) == 0 && at.found[0].age <= milliseconds() - answered + TICK,
          "what was, at least as its answer");
    close(client);
    close(accepted);
    close(listener);
}

static void notes(void)
{
    struct arrivals at = { .count = 0 };
    arrivals_note(&at, 2047, 5);
    arrivals_note(&at, 1024, 1);
    check(at.count == 1 && at.found[0].number == 2047, "of one lot it is the highest number");
    arrivals_note(&at, 2048, 7);
    check(at.count == 2, "another lot counts for itself");
    for (uint32_t i = 0; i < 2 * MOST_ARRIVALS; i++) {
        arrivals_note(&at, 1024 * (10 + i), 1000 - i);
    }
    uint32_t oldest = 0;
    for (int i = 0; i < at.count; i++) {
        oldest = at.found[i].age > oldest ? at.found[i].age : oldest;
    }
    check(at.count == MOST_ARRIVALS && oldest == 1000 - 2 * MOST_ARRIVALS + MOST_ARRIVALS - 2,
          "where there is no room those that may be the youngest stay");
}

int main(void)
{
    char folder[] = "/tmp/archon-arrivals-XXXXXX", path[64], name[64];
    tcp("127.0.0.1", "127.0.0.1");
    tcp("0.0.0.0", "127.0.0.2");
    tcp("::1", "::1");
    tcp("::", "127.0.0.1");
    several();
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(path, sizeof path, "%s/x", folder);
    unix_socket(path, "what was accepted at a path is found");
    unlink(path);
    rmdir(folder);
    snprintf(name, sizeof name, "@archon-arrivals-%d", getpid());
    unix_socket(name, "so it is at an abstract name");
    ages();
    notes();
    struct arrivals wrong[] = { { .host = "localhost", .port = 1 },
                                { .host = "::1", .port = 0 },
                                { .host = "::1", .port = 65536 } };
    check(arrivals_find(&wrong[0], 1) == -EINVAL && arrivals_find(&wrong[1], 1) == -EINVAL &&
              arrivals_find(&wrong[2], 1) == -EINVAL,
          "what is no address is refused");
    check(arrivals_find(wrong, 0) == 0, "nothing is asked about nothing");
    struct arrivals many[1100];
    for (int i = 0; i < 1100; i++) {
        many[i] = (struct arrivals){ .host = "127.0.0.9", .port = 1 + i };
    }
    check(arrivals_find(many, 1100) == 0, "more are asked about than one question holds");
    return result();
}
