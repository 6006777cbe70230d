/*
 * The proc connector: a netlink socket of the family NETLINK_CONNECTOR, in the multicast group
 * CN_IDX_PROC (linux/cn_proc.h, Documentation/driver-api/connector.rst). Nothing is told before a
 * message asks for it; the kernel answers that with an event of its own, PROC_EVENT_NONE, before
 * send(2) returns, but in another PID or user namespace with silence.
 */
#include "procs.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Some 10 000 events of 768 bytes each, twice of what is asked for being given (socket(7)). */
enum { ROOM = 4 << 20 };

/* What may be there before the answer, when a great many processes come and go. */
enum { PATIENCE = 4096 };

/* A request, with the filter that came with Linux 6.6 (struct proc_input); before it, a message of
 * that size is ignored. */
struct wish {
    struct nlmsghdr head;
    struct cn_msg message; /* ends in an array of any length */
};

struct filter {
    uint32_t op, events;
};

static int listen_to(int fd);
static int ask(int fd, struct filter filter, size_t length);
static int answer(int fd);
static bool parse(const char *bytes, size_t length, struct cn_msg *message,
                  struct proc_event *event);
static bool take(const struct proc_event *event, struct procs_event *out);

int procs_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    if (fd < 0) {
        return errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT ? -ENOSYS : -errno;
    }
    int err = listen_to(fd);
    if (err < 0) {
        procs_close(fd);
        /* In a network namespace of our own nobody is there to be asked. */
        return err == -ECONNREFUSED ? -ENOSYS : err;
    }
    return fd;
}

int procs_read(int fd, struct procs_event *events)
{
    char bytes[PROCS_BATCH][256];
    struct iovec parts[PROCS_BATCH];
    struct sockaddr_nl senders[PROCS_BATCH];
    struct mmsghdr messages[PROCS_BATCH];
    for (int i = 0; i < PROCS_BATCH; i++) {
        parts[i] = (struct iovec){ .iov_base = bytes[i], .iov_len = sizeof bytes[i] };
        messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &senders[i],
                                                     .msg_namelen = sizeof senders[i],
                                                     .msg_iov = &parts[i],
                                                     .msg_iovlen = 1 } };
    }
    int got = recvmmsg(fd, messages, PROCS_BATCH, MSG_DONTWAIT, NULL), count = 0;
    if (got < 0) {
        return -errno;
    }
    for (int i = 0; i < got; i++) {
        struct cn_msg message;
        struct proc_event event;
        if (senders[i].nl_pid == 0 && /* the kernel */
            parse(bytes[i], messages[i].msg_len, &message, &event) &&
            take(&event, &events[count])) {
            count++;
        }
    }
    return count;
}

int procs_close(int fd)
{
    struct filter none = { .op = PROC_CN_MCAST_IGNORE };
    ask(fd, none, sizeof none.op);
    return close(fd) == 0 ? 0 : -errno;
}

static int listen_to(int fd)
{
    const int room = ROOM;
    const struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
    if (bind(fd, (const struct sockaddr *)&group, sizeof group) != 0) {
        return -errno;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
    struct filter wanted = { .op = PROC_CN_MCAST_LISTEN,
                             .events = (uint32_t)PROC_EVENT_EXEC | (uint32_t)PROC_EVENT_EXIT };
    /* First for everything: with a filter there is no answer, and an older kernel would not hear.
     */
    int err = ask(fd, wanted, sizeof wanted.op);
    err = err != 0 ? err : answer(fd);
    return err != 0 ? err : ask(fd, wanted, sizeof wanted);
}

static int ask(int fd, struct filter filter, size_t length)
{
    char bytes[sizeof(struct wish) + sizeof filter] = { 0 };
    struct wish wish = {
        .head = { .nlmsg_len = (uint32_t)(sizeof wish + length), .nlmsg_type = NLMSG_DONE },
        .message = { .id = { CN_IDX_PROC, CN_VAL_PROC },
                     .ack = (uint32_t)getpid(),
                     .len = (uint16_t)length },
    };
    memcpy(bytes, &wish, sizeof wish);
    memcpy(bytes + sizeof wish, &filter, length);
    return send(fd, bytes, sizeof wish + length, 0) < 0 ? -errno : 0;
}

/* What the kernel said to the first wish: 0 or -errno. It tells all who listen, with our number
 * plus 1. */
static int answer(int fd)
{
    for (int i = 0; i < PATIENCE; i++) {
        char bytes[256];
        ssize_t length = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (length < 0 && errno != ENOBUFS) {
            return errno == EAGAIN ? -ENOSYS : -errno;
        }
        struct cn_msg message;
        struct proc_event event;
        if (length > 0 && parse(bytes, (size_t)length, &message, &event) &&
            (uint32_t)event.what == (uint32_t)PROC_EVENT_NONE &&
            message.ack == (uint32_t)getpid() + 1) {
            return -(int)event.event_data.ack.err;
        }
    }
    return -ENOSYS;
}

/* Copies what may lie at any address; whether it is an event of processes. */
static bool parse(const char *bytes, size_t length, struct cn_msg *message,
                  struct proc_event *event)
{
    struct wish head;
    if (length < sizeof head) {
        return false;
    }
    memcpy(&head, bytes, sizeof head);
    *message = head.message;
    if (head.head.nlmsg_len > length || message->id.idx != CN_IDX_PROC ||
        message->id.val != CN_VAL_PROC || message->len > length - sizeof head) {
        return false;
    }
    /* Newer kernels may have a longer event, older ones had a shorter. */
    memset(event, 0, sizeof *event);
    memcpy(event, bytes + sizeof head, message->len < sizeof *event ? message->len : sizeof *event);
    return true;
}

static bool take(const struct proc_event *event, struct procs_event *out)
{
    if ((uint32_t)event->what == (uint32_t)PROC_EVENT_EXEC) {
        *out =
            (struct procs_event){ .what = PROCS_EXEC, .pid = event->event_data.exec.process_tgid };
        return true;
    }
    if ((uint32_t)event->what == (uint32_t)PROC_EVENT_EXIT &&
        event->event_data.exit.process_pid == event->event_data.exit.process_tgid) {
        *out = (struct procs_event){ .what = PROCS_EXIT,
                                     .pid = event->event_data.exit.process_tgid,
                                     .status = (int32_t)event->event_data.exit.exit_code };
        return true;
    }
    return false;
}
