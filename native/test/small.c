/* The core files of a few lines: peer, wake, fifo, ledger_map, errno_text. */
#include "errno_text.h"
#include "fifo.h"
#include "ledger_map.h"
#include "peer.h"
#include "wake.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void peers(void)
{
    int pair[2];
    struct peer peer;
    need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    check(peer_of(pair[0], &peer) == 0 && peer.pid == getpid() && peer.uid == getuid() &&
              peer.gid == getgid(),
          "a socket's peer has a pid, a user and a group");
    check(peer_of(9999, &peer) == -EBADF && peer_pidfd(9999) == -EBADF,
          "no descriptor has no peer");
    int pidfd = peer_pidfd(pair[0]);
    check(pidfd >= 0 && fcntl(pidfd, F_GETFD) == FD_CLOEXEC, "a peer has a pidfd");
    close(pidfd);
    close(pair[0]);
    close(pair[1]);
}

static void wakes(void)
{
    int fd = eventfd(0, EFD_CLOEXEC); /* blocking: reading must not wait all the same */
    check(wake_read(fd) == 0, "nothing to read is 0 and not waited for");
    check(wake_write(fd) == 0 && wake_write(fd) == 0 && wake_read(fd) == 2, "writes are counted");
    check(wake_read(fd) == 0, "reading clears it");
    check(wake_write(9999) == -EBADF && wake_read(9999) == -EBADF, "no descriptor is EBADF");
    close(fd);
}

static void fifos(void)
{
    char path[] = "/tmp/archon-fifo-XXXXXX", name[64];
    struct stat about;
    need(mkdtemp(path) != NULL, "mkdtemp");
    snprintf(name, sizeof name, "%s/f", path);
    check(fifo_make(name, (uid_t)-1, (gid_t)-1) == 0 && stat(name, &about) == 0 &&
              S_ISFIFO(about.st_mode) && (about.st_mode & 0777) == 0600,
          "a FIFO is its owner's alone");
    check(fifo_make(name, (uid_t)-1, (gid_t)-1) == -EEXIST, "one that is there is EEXIST");
    int fd = open(name, O_RDWR | O_CLOEXEC);
    need(fd >= 0 && write(fd, "abc", 3) == 3, "write");
    check(fifo_unread(fd) == 3, "its unread bytes are counted");
    close(fd);
    unlink(name);
    if (getuid() == 0) {
        check(fifo_make(name, 65534, 65534) == 0 && stat(name, &about) == 0 &&
                  about.st_uid == 65534 && about.st_gid == 65534,
              "it may be made for somebody else");
        unlink(name);
    }
    rmdir(path);
    check(fifo_make(name, (uid_t)-1, (gid_t)-1) == -ENOENT, "a missing directory is ENOENT");
}

static void ledgers(void)
{
    struct ledger *first = NULL, *second = NULL;
    int fd = memfd_create("ledger", MFD_CLOEXEC);
    check(ledger_map(fd, &first) == -EINVAL, "a file too small is no ledger");
    need(ftruncate(fd, sizeof *first) == 0, "ftruncate");
    need(ledger_map(fd, &first) == 0 && ledger_map(fd, &second) == 0, "ledger_map");
    first->at[LEDGER_SLOTS - 1].err = 5;
    check(second->at[LEDGER_SLOTS - 1].err == 5, "who maps it sees what others write");
    check(ledger_map(9999, &first) == -EBADF, "no descriptor is EBADF");
    munmap(first, sizeof *first);
    munmap(second, sizeof *second);
    close(fd);
}

/* As libc says it, but in lower case. */
static void texts(void)
{
    bool same = true;
    for (int err = 1; err < 134; err++) {
        const char *ours = errno_text(err), *theirs = strerror(err);
        if (strcmp(ours, "unknown error") != 0 && strcasecmp(ours, theirs) != 0) {
            printf("#   %d: \"%s\", libc: \"%s\"\n", err, ours, theirs);
            same = false;
        }
    }
    check(same, "each text is libc's");
    check(strcmp(errno_text(ENOENT), "no such file or directory") == 0, "ENOENT has its text");
    check(strcmp(errno_text(-1), "unknown error") == 0 &&
              strcmp(errno_text(9999), "unknown error") == 0,
          "other numbers are unknown errors");
}

int main(void)
{
    peers();
    wakes();
    fifos();
    ledgers();
    texts();
    return result();
}
