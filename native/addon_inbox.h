// Where JavaScript finds what others have sent: the bytes, the descriptors that came along, and who
// it was.
#ifndef ARCHON_ADDON_INBOX_H
#define ARCHON_ADDON_INBOX_H

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

extern "C" {
#include "closer.h"
#include "fdpass.h"
#include "notify.h"
}

constexpr size_t kInbox = 65536;

struct Inbox {
    char *bytes;
    int32_t *passed; // how many descriptors (-1: some were lost), then they themselves
    uint32_t *sender;
    closer *closing = nullptr;

    ssize_t Receive(int fd)
    {
        fdpass_received received;
        ssize_t taken = fdpass_receive(fd, bytes, kInbox, &received);
        Pass(received);
        return taken;
    }

    ssize_t Peek(int fd)
    {
        fdpass_received received;
        ssize_t seen = fdpass_peek(fd, bytes, kInbox, &received);
        Pass(received);
        return seen;
    }

    ssize_t NotifyReceive(int fd, bool stays)
    {
        fdpass_received received;
        notify_sender from;
        ssize_t taken = notify_receive(fd, stays, bytes, NOTIFY_MAX, &received, &from);
        Pass(received);
        sender[0] = static_cast<uint32_t>(from.pid);
        sender[1] = from.uid;
        return taken;
    }

    int Pipe()
    {
        passed[0] = 2;
        if (pipe2(passed + 1, O_CLOEXEC) != 0) {
            return -errno;
        }
        // The other end is somebody else's, who expects to wait.
        return fcntl(passed[1], F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
    }

    int Pair()
    {
        passed[0] = 2;
        int type = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;
        return socketpair(AF_UNIX, type, 0, passed + 1) == 0 ? 0 : -errno;
    }

  private:
    void Pass(const fdpass_received &received)
    {
        if (received.truncated) {
            closer_close(closing, received.fds, received.count);
        }
        passed[0] = received.truncated ? -1 : received.count;
        for (int i = 0; i < passed[0]; i++) {
            passed[i + 1] = received.fds[i];
        }
    }
};

#endif
