/* The shim in the program itself, and a broker that answers it in every way there is. */
#ifndef ARCHON_TEST_SHIM_H
#define ARCHON_TEST_SHIM_H

#include "../bind.c" // NOLINT(bugprone-suspicious-include)

#include <sys/syscall.h>
#include <unistd.h>

/* Where it is set, what befalls archon once a question has a line, before its text is sent. */
static void (*befalls)(void);

static inline long then_befalls(long number, long result)
{
    if (number == SYS_connect && result == 0 && befalls != NULL) {
        befalls();
    }
    return result;
}

#define syscall(number, ...) then_befalls(number, syscall(number, __VA_ARGS__))
#include "../bind_ask.c" // NOLINT(bugprone-suspicious-include)
#undef syscall
#include "../bind_clock.c"    // NOLINT(bugprone-suspicious-include)
#include "../bind_epoll.c"    // NOLINT(bugprone-suspicious-include)
#include "../bind_options.c"  // NOLINT(bugprone-suspicious-include)
#include "../bind_question.c" // NOLINT(bugprone-suspicious-include)

#include "check.h"
#include "loopback.h"

#include <dirent.h>
#include <pthread.h>

enum how {
    GIVE,      /* `Ok` and the socket */
    IN_PIECES, /* the same, byte by byte */
    ERROR,
    GARBAGE,
    HANG_UP,
    HANG_UP_ONCE, /* the next one is given it */
    HALF_ONCE,    /* the same after half an answer */
    UNREAD_ONCE,  /* the same to who has not been listened to */
    SILENT,
    BARE,    /* `Ok` alone */
    TWO,     /* `Ok` and two sockets */
    ANOTHER, /* `Ok` and a socket of another kind */
    HALF     /* the socket, and the end of the stream */
};

static enum how how;
static int listener, kept, another;
static char asked[128];
static bool busy; /* the broker has a client, and so a descriptor */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t at_rest = PTHREAD_COND_INITIALIZER;

static inline void send_with(int to, const char *text, size_t length, const int *fds, size_t count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec piece = { .iov_base = (char *)(uintptr_t)text, .iov_len = length };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
    }
    (void)sendmsg(to, &message, MSG_NOSIGNAL);
}

static inline void reply(int client)
{
    int both[] = { kept, another };
    switch (how) {
    case GIVE:
        send_with(client, "Ok\n", 3, both, 1);
        break;
    case IN_PIECES:
        send_with(client, "O", 1, both, 1);
        send_with(client, "k", 1, NULL, 0);
        send_with(client, "\n", 1, NULL, 0);
        break;
    case ERROR:
        send_with(client, "Error,no\n", 9, NULL, 0);
        break;
    case GARBAGE:
        send_with(client, "Okay\n", 5, both, 1);
        break;
    case BARE:
        send_with(client, "Ok\n", 3, NULL, 0);
        break;
    case TWO:
        send_with(client, "Ok\n", 3, both, 2);
        break;
    case ANOTHER:
        send_with(client, "Ok\n", 3, &another, 1);
        break;
    case HALF:
        send_with(client, "O", 1, both, 1);
        break;
    case HALF_ONCE:
        send_with(client, "O", 1, both, 1);
        how = GIVE;
        break;
    case HANG_UP_ONCE:
    case UNREAD_ONCE:
        how = GIVE;
        break;
    case HANG_UP:
    case SILENT:
        break;
    }
}

static inline void *broker(void *unused)
{
    (void)unused;
    for (;;) {
        char text[128];
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        int flags = how == UNREAD_ONCE ? MSG_PEEK : 0;
        ssize_t length = client < 0 ? -1 : recv(client, text, sizeof text - 1, flags);
        if (client < 0) {
            return NULL;
        }
        pthread_mutex_lock(&lock);
        busy = true;
        memcpy(asked, text, sizeof asked);
        asked[length < 0 ? 0 : length] = '\0';
        pthread_mutex_unlock(&lock);
        reply(client);
        if (how == SILENT) {
            (void)recv(client, text, 1, 0);
        }
        close(client);
        pthread_mutex_lock(&lock);
        busy = false;
        pthread_cond_signal(&at_rest);
        pthread_mutex_unlock(&lock);
    }
}

static inline bool was_asked(const char *text)
{
    pthread_mutex_lock(&lock);
    bool same = strcmp(asked, text) == 0;
    asked[0] = '\0';
    pthread_mutex_unlock(&lock);
    return same;
}

/* Who got an answer was seen by the broker before: so the broker is done with it here. */
static inline int open_count(void)
{
    int count = 0;
    pthread_mutex_lock(&lock);
    while (busy) {
        pthread_cond_wait(&at_rest, &lock);
    }
    pthread_mutex_unlock(&lock);
    DIR *all = opendir("/proc/self/fd");
    while (readdir(all) != NULL) {
        count++;
    }
    closedir(all);
    return count;
}

/* Bound to a port that the system chooses, past the shim. */
static inline int bound(int type)
{
    struct sockaddr_in at = loopback(0);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    need(syscall(SYS_bind, fd, &at, sizeof at) == 0, "bind");
    return fd;
}

/* By its own name: of libc's a compiler takes for granted that it changes nothing here. */
static inline int bind_to(int fd, int port)
{
    struct sockaddr_in at = loopback(port);
    return archon_bind(fd, (struct sockaddr *)&at, sizeof at);
}

/* Begins with nobody to ask, then with a broker; `folder` is a template of mkdtemp(3). */
static inline pthread_t start_broker(char *folder, struct sockaddr_un *at)
{
    pthread_t thread;
    *at = (struct sockaddr_un){ .sun_family = AF_UNIX };
    need(mkdtemp(folder) != NULL, "mkdtemp");
    snprintf(at->sun_path, sizeof at->sun_path, "%s/archon", folder);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(syscall(SYS_bind, listener, at, sizeof *at) == 0 && listen(listener, 64) == 0, "broker");
    kept = bound(SOCK_STREAM);
    another = bound(SOCK_DGRAM);
    need(listen(kept, 64) == 0, "listen");
    memset(&archon, 0, sizeof archon);
    need(pthread_create(&thread, NULL, broker, NULL) == 0, "pthread_create");
    return thread;
}

static inline int end_broker(pthread_t thread, const char *folder, const struct sockaddr_un *at)
{
    shutdown(listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(listener);
    unlink(at->sun_path);
    rmdir(folder);
    return result();
}

/* All of a program that tests the shim with a broker that it knows of. Its exit code. */
static inline int with_broker(void (*test)(void))
{
    char folder[] = "/tmp/archon-shim-XXXXXX";
    struct sockaddr_un at;
    pthread_t thread = start_broker(folder, &at);
    archon = at;
    test();
    return end_broker(thread, folder, &at);
}

#endif
