#include "note.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *setting(const char *key)
{
    const char *value = getenv(key);
    return value ? value : "";
}

int must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(100);
    }
    return result;
}

/* One write(2) at the end of the file: whole, whoever else writes there, or not at all. */
static void append(const char *path, const char *line)
{
    int fd = must(open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666), path);
    must((int)write(fd, line, strlen(line)), path);
    close(fd);
}

void begin(const char *more)
{
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/record", setting("TORTURE"));
    snprintf(line, sizeof line, "%s %d\n", setting("ARCHON_SERVICE"), (int)getpid());
    append(path, line);
    snprintf(line, sizeof line, "%d %s", (int)getpid(), more);
    note("begin", line);
}

void note(const char *what, const char *text)
{
    struct timespec now;
    char path[512], line[4200];
    clock_gettime(CLOCK_MONOTONIC, &now);
    double time = (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
    snprintf(path, sizeof path, "%s/notes/%s", setting("TORTURE"), setting("ARCHON_SERVICE"));
    snprintf(line, sizeof line, "%.3f %s %s\n", time, what, text);
    append(path, line);
}

int notify(const char *text, int fd)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } more = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
                         .cmsg_level = SOL_SOCKET,
                         .cmsg_type = SCM_RIGHTS } };
    struct iovec bytes = { .iov_base = (char *)text, .iov_len = strlen(text) };
    struct msghdr message = {
        .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &bytes, .msg_iovlen = 1
    };
    if (fd >= 0) {
        memcpy(CMSG_DATA(&more.head), &fd, sizeof fd);
        message.msg_control = &more;
        message.msg_controllen = sizeof more.room;
    }
    snprintf(to.sun_path, sizeof to.sun_path, "%s", setting("NOTIFY_SOCKET"));
    int sender = must(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    int result = sendmsg(sender, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
    close(sender);
    return result;
}

/* Where archon was just killed nobody hears it, and nothing tells when the next one does. */
void ready(void)
{
    while (notify("READY=1", -1) < 0) {
        usleep(10000);
    }
}
