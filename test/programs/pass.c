/*
 * A client that does what Node cannot: it passes descriptors, and sees what each call says.
 *     pass SOCKET STEP...
 * The steps, one after another:
 *     send:TEXT         sends it
 *     pass:FD,FD:TEXT   sends it in one sendmsg with copies of these descriptors
 *     line              copies one line of the replies to the standard output
 *     tell              tells that it is here
 *     wait              waits for a line on the standard input
 *     fill:TEXT         sends it again and again until the socket takes no more, without waiting
 *     flood:TEXT        the same, waiting, until that fails
 *     drop              closes the descriptors above 2
 *     half              shuts down the writing side
 *     gone              ends at once
 * What it tells is a line on the standard error: `here`, how many bytes a `fill` got in, or the
 * name of what made a send fail. When all is done, it drops its descriptors and copies the replies
 * until the connection ends.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 253 }; /* SCM_MAX_FD */

static int to;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static bool send_all(const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t sent = send(to, text, length, MSG_NOSIGNAL);
        if (sent < 0) {
            fprintf(stderr, "%s\n", strerrorname_np(errno));
            return false;
        }
        text += sent;
        length -= (size_t)sent;
    }
    return true;
}

static void send_text(const char *text)
{
    (void)send_all(text);
}

static void pass(const char *given)
{
    int fds[MOST];
    size_t count = 0;
    while (*given != ':') {
        char *end;
        fds[count++] = (int)strtol(given, &end, 10);
        given = *end == ',' ? end + 1 : end;
    }
    const char *text = given + 1;
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof fds)] = { 0 };
    struct iovec bytes = { (void *)text, strlen(text) };
    struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
    if (count > 0) {
        message.msg_control = space;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(part), fds, count * sizeof(int));
    }
    ssize_t sent = sendmsg(to, &message, MSG_NOSIGNAL);
    if (sent < 0) {
        fail("sendmsg");
    }
    send_text(text + sent);
}

static void line(const char *rest)
{
    (void)rest;
    char byte = '\0';
    while (byte != '\n' && read(to, &byte, 1) == 1) {
        putchar(byte);
    }
    fflush(stdout);
}

static void tell(const char *rest)
{
    (void)rest;
    fputs("here\n", stderr);
}

static void wait_for_line(const char *rest)
{
    (void)rest;
    while (getchar() != '\n' && !feof(stdin)) {
    }
}

/* Stops in the middle of the text where the socket does, and goes on from there the next time. */
static void fill(const char *text)
{
    static size_t at;
    size_t length = strlen(text), total = 0;
    for (;;) {
        ssize_t sent = send(to, text + at, length - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            break;
        }
        total += (size_t)sent;
        at = (at + (size_t)sent) % length;
    }
    fprintf(stderr, "%zu\n", total);
}

static void flood(const char *text)
{
    while (send_all(text)) {
    }
}

static void drop(const char *rest)
{
    (void)rest;
    for (int fd = STDERR_FILENO + 1; fd < 64; fd++) {
        if (fd != to) {
            close(fd);
        }
    }
}

static void half(const char *rest)
{
    (void)rest;
    shutdown(to, SHUT_WR);
}

static void gone(const char *rest)
{
    (void)rest;
    _exit(0);
}

static const struct {
    const char *name;
    void (*take)(const char *rest);
} steps[] = {
    { "send:", send_text },    { "pass:", pass }, { "line", line },    { "tell", tell },
    { "wait", wait_for_line }, { "fill:", fill }, { "flood:", flood }, { "drop", drop },
    { "half", half },          { "gone", gone },
};

static void step(const char *given)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t length = strlen(steps[i].name);
        if (strncmp(given, steps[i].name, length) == 0) {
            steps[i].take(given + length);
            return;
        }
    }
    fprintf(stderr, "what is \"%s\"?\n", given);
    exit(2);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(to, (struct sockaddr *)&address, sizeof address) < 0) {
        fail(argv[1]);
    }
    for (int i = 2; i < argc; i++) {
        step(argv[i]);
    }
    drop("");
    char bytes[65536];
    ssize_t length;
    while ((length = read(to, bytes, sizeof bytes)) > 0) {
        fwrite(bytes, 1, (size_t)length, stdout);
    }
    if (length < 0) {
        fail("read");
    }
    return 0;
}
