/*
 * One FIFO. It is opened for writing too, so that its end is not seen while its service may come
 * back, and once its slot is retired for reading only. Taking never waits, and a turn is one batch,
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

/* A FIFO that was found as full as one is at first gets more room, so that a service that says much
 * waits less; for so many at a time only, for the memory is the kernel's, and a user may have 64
 * MiB of it in all pipes: beyond that new ones are tiny. */
#define FULL 49152
#define LARGE_OF_ROOT 64u
#define LARGE_OF_USER 8u

static int directory_fd, epoll_fd;
static char records[BATCH_MOST];
static unsigned large_fifos, large_most;

static int watch_fifo(const struct fifo *fifo, int fd);
static void enlarge(struct fifo *fifo);
static void pass(struct fifo *fifo, const char *bytes, size_t n, bool ends);
static size_t cut(struct fifo *fifo, const char *bytes, size_t n, bool ends, int64_t now);

void fifos_begin(int directory, int epoll)
{
    directory_fd = directory;
    epoll_fd = epoll;
    large_most = geteuid() == 0 ? LARGE_OF_ROOT : LARGE_OF_USER;
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
    /* First busy, then taken: the daemon first sees that nothing is unread, then looks whether we
     * are. */
    ledger_set_busy(fifo->slot, fifo->stream, true);
    batch_open(fifo, false);
    int got = flight_take(fifo->fd, bytes);
    if (got <= 0) {
        batch_none();
    }
    if (got == 0) {
        fifo_end(fifo);
        return 0;
    }
    if (got > 0) {
        pass(fifo, bytes, (size_t)got, false);
        if (got >= FULL && !fifo->large) {
            enlarge(fifo);
        }
    }
    ledger_set_busy(fifo->slot, fifo->stream, fifo->held.length > 0);
    return got;
}

static void enlarge(struct fifo *fifo)
{
    if (large_fifos < large_most) {
        large_fifos++;
        fifo->large = true;
        pipe_enlarge(fifo->fd);
    }
}

/* Bytes that are in flight, to the file. */
static void pass(struct fifo *fifo, const char *bytes, size_t n, bool ends)
{
    int64_t now = now_ms();
    size_t size = cut(fifo, bytes, n, ends, now);
    file_append(fifo->file, now, records, size, 0);
    batch_close(fifo, size > 0);
}

/* What was cut before is cut in the same places again, so that what is in the file is known by its
 * size. */
void fifo_resume(struct fifo *fifo, const char *bytes, size_t n)
{
    const struct ledger_batch *batch = ledger_batch();
    const struct ledger_piece *piece = &batch->piece[batch->which != 0];
    int64_t now = now_ms();
    size_t size = cut(fifo, bytes, n, batch->ends != 0, now);
    if (batch->phase == BATCH_TAKEN) {
        size_t skip = (size_t)piece->skip;
        file_cut(fifo->file, piece->ino, piece->offset);
        file_append(fifo->file, now, records, size, skip);
    }
    batch_close(fifo, size > 0);
}

static size_t cut(struct fifo *fifo, const char *bytes, size_t n, bool ends, int64_t now)
{
    char stamp[STAMP_SIZE];
    stamp_write(stamp, now, fifo->stream == 0 ? 'o' : 'e');
    size_t size = lines_cut(&fifo->held, stamp, bytes, n, records);
    return size + (ends ? lines_end(&fifo->held, stamp, records + size) : 0);
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
    if (fifo->held.length > 0) {
        batch_open(fifo, true);
        pass(fifo, NULL, 0, true);
    }
    ledger_set_busy(fifo->slot, fifo->stream, false);
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
    held_forget(fifo);
    large_fifos -= fifo->large;
    if (fifo->file->slot == slot) {
        fifo->file->slot = NO_SLOT;
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
