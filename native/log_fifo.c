/*
 * One FIFO. It is opened for writing too, so that its end is not seen while its service may come
 * back, and once its slot is retired for reading only. Reading never waits, and a turn is one read,
 * so no service can keep the others waiting.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int directory_fd, epoll_fd;
static char batch[BATCH_MOST];

static int watch_fifo(const struct fifo *fifo, int fd);
static void stamp_now(const struct fifo *fifo, int64_t now, char stamp[STAMP_SIZE]);

void fifos_begin(int directory, int epoll)
{
    directory_fd = directory;
    epoll_fd = epoll;
}

int fifo_open(struct fifo *fifo, int flags)
{
    int fd = openat(directory_fd, fifo->entry, flags | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ELOOP ? -ENOENT : -errno;
    }
    int result = watch_fifo(fifo, fd);
    int unwanted = result == 0 ? fifo->fd : fd;
    if (result == 0) {
        fifo->fd = fd;
    }
    if (unwanted >= 0) {
        close(unwanted);
    }
    return result;
}

static int watch_fifo(const struct fifo *fifo, int fd)
{
    struct stat file;
    if (fstat(fd, &file) < 0 || !S_ISFIFO(file.st_mode)) {
        return -ENOENT;
    }
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = fifo_key(fifo) };
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int fifo_turn(struct fifo *fifo)
{
    static char bytes[READ_MOST];
    /* First busy, then read: the daemon first sees that nothing is unread, then looks whether we
     * are. */
    ledger_set_busy(fifo->slot, fifo->stream, true);
    ssize_t got = read(fifo->fd, bytes, sizeof bytes);
    int result = got < 0 ? -errno : (int)got;
    if (got == 0) {
        fifo_end(fifo);
        return 0;
    }
    if (got > 0) {
        char stamp[STAMP_SIZE];
        int64_t now = now_ms();
        stamp_now(fifo, now, stamp);
        file_append(fifo->file, now, batch,
                    lines_cut(&fifo->held, stamp, bytes, (size_t)got, batch));
    }
    ledger_set_busy(fifo->slot, fifo->stream, fifo->held.length > 0);
    return result;
}

bool fifo_drain(struct fifo *fifo)
{
    int left = 0;
    if (fifo->fd < 0 || ioctl(fifo->fd, FIONREAD, &left) < 0) {
        return true;
    }
    while (left >= 0) {
        int got = fifo_turn(fifo);
        if (got <= 0) {
            return got < 0;
        }
        left -= got;
    }
    return true;
}

void fifo_flush(struct fifo *fifo)
{
    char stamp[STAMP_SIZE];
    int64_t now = now_ms();
    stamp_now(fifo, now, stamp);
    file_append(fifo->file, now, batch, lines_end(&fifo->held, stamp, batch));
    ledger_set_busy(fifo->slot, fifo->stream, false);
}

static void stamp_now(const struct fifo *fifo, int64_t now, char stamp[STAMP_SIZE])
{
    stamp_write(stamp, now, fifo->stream == 0 ? 'o' : 'e');
}

void fifo_end(struct fifo *fifo)
{
    uint32_t slot = fifo->slot;
    fifo_flush(fifo);
    if (!fifo_is_replaced(fifo, fifo->entry)) {
        unlinkat(directory_fd, fifo->entry, 0);
    }
    if (fifo->fd >= 0) {
        close(fifo->fd);
    }
    file_give(fifo->file, now_ms());
    fifo_forget(fifo);
    free(fifo);
    retire_ended(slot);
}

bool fifo_is_replaced(const struct fifo *fifo, const char *entry)
{
    struct stat ours, theirs;
    if (fstatat(directory_fd, entry, &theirs, AT_SYMLINK_NOFOLLOW) < 0) {
        return false;
    }
    if (fifo->fd < 0 || fstat(fifo->fd, &ours) < 0) {
        return strcmp(fifo->entry, entry) != 0;
    }
    return ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino;
}
