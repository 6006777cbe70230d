/*
 * One log file: opened with its first record, appended to, rotated at its size. Only this program
 * writes it, so what stands behind the last line break of a file just opened is a record torn by a
 * kill, and is cut off; what a full disk took half of is cut off at once.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 1000

static size_t put(struct log_file *file, int64_t now, const char *records, size_t n);
static void take_back(struct log_file *file, size_t n);
static int make_ready(struct log_file *file, int64_t now, size_t n);
static void look_again(struct log_file *file);
static int open_file(struct log_file *file);
static int open_path(const char *path);
static void make_directories(const char *path);
static int cut_torn(int fd, uint64_t *size);
static size_t whole_records(const char *records, size_t n);
static uint64_t count_records(const char *records, size_t n);

void file_append(struct log_file *file, int64_t now, const char *records, size_t n)
{
    if (n == 0) {
        return;
    }
    size_t kept = file_note(file, now) ? put(file, now, records, n) : 0;
    if (kept < n) {
        if (file->dropped == 0) {
            file_owes();
        }
        file->dropped += count_records(records + kept, n - kept);
    }
}

bool file_note(struct log_file *file, int64_t now)
{
    if (file->dropped == 0) {
        return true;
    }
    char note[96];
    stamp_write(note, now, 'a');
    int more = snprintf(note + STAMP_SIZE, sizeof note - STAMP_SIZE, "%llu lines dropped\n",
                        (unsigned long long)file->dropped);
    size_t n = STAMP_SIZE + (size_t)more;
    if (put(file, now, note, n) < n) {
        return false;
    }
    file->dropped = 0;
    return true;
}

/* Returns how many bytes of whole records are in the file now; behind them is nothing. */
static size_t put(struct log_file *file, int64_t now, const char *records, size_t n)
{
    if (make_ready(file, now, n) < 0) {
        return 0;
    }
    size_t done = 0;
    while (done < n) {
        ssize_t got = write(file->fd, records + done, n - done);
        if (got > 0) {
            done += (size_t)got;
        }
        else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    file->size += done;
    size_t whole = whole_records(records, done);
    if (whole < done) {
        take_back(file, done - whole);
    }
    return whole;
}

/* Cuts n bytes off its end. */
static void take_back(struct log_file *file, size_t n)
{
    look_again(file); /* its size is known for sure, not only from what was written */
    if (file->fd >= 0 && file->size >= n) {
        file->size -= n;
        if (ftruncate(file->fd, (off_t)file->size) < 0) {
            file_close(file); /* it is cut when it is opened again */
        }
    }
}

/* Opens the file if need be, and a new one if n bytes more would be too many. */
static int make_ready(struct log_file *file, int64_t now, size_t n)
{
    if (file->fd >= 0 && (now < file->looked || now - file->looked >= LOOK_AGAIN_MS)) {
        look_again(file);
        file->looked = now;
    }
    int result = open_file(file);
    if (result == 0 && file->size > 0 && file->size + n > FILE_MOST && rotate(file->path) == 0) {
        file_close(file);
        result = open_file(file);
    }
    return result;
}

/* It may have been deleted (the logs of old runs are) or truncated by hand. */
static void look_again(struct log_file *file)
{
    struct stat now;
    if (fstat(file->fd, &now) < 0 || now.st_nlink == 0) {
        file_close(file);
    }
    else {
        file->size = (uint64_t)now.st_size;
    }
}

static int open_file(struct log_file *file)
{
    if (file->fd >= 0) {
        file_used(file);
        return 0;
    }
    int fd = open_path(file->path);
    if (fd == -ENOENT) {
        make_directories(file->path);
        fd = open_path(file->path);
    }
    while (fd == -EMFILE && files_close_oldest()) {
        fd = open_path(file->path);
    }
    if (fd < 0) {
        return fd;
    }
    int result = cut_torn(fd, &file->size);
    if (result < 0) {
        close(fd);
        return result;
    }
    file_opened(file, fd);
    return 0;
}

static int open_path(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    return fd < 0 ? -errno : fd;
}

static void make_directories(const char *path)
{
    char parent[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
        mkdir(parent, 0700); /* what is wrong shows when the file is opened */
    }
}

static int cut_torn(int fd, uint64_t *size)
{
    static char chunk[65536];
    struct stat file;
    if (fstat(fd, &file) < 0) {
        return -errno;
    }
    if (!S_ISREG(file.st_mode)) {
        return -EINVAL;
    }
    off_t end = file.st_size, from = end;
    char last = '\n';
    if (end > 0 && pread(fd, &last, 1, end - 1) < 0) {
        return -errno;
    }
    while (last != '\n' && from > 0) {
        off_t length = from < (off_t)sizeof chunk ? from : (off_t)sizeof chunk;
        from -= length;
        ssize_t got = pread(fd, chunk, (size_t)length, from);
        if (got < 0) {
            return -errno;
        }
        size_t whole = whole_records(chunk, (size_t)got);
        end = from + (off_t)whole;
        if (whole > 0) {
            break;
        }
    }
    *size = (uint64_t)end;
    return end < file.st_size && ftruncate(fd, end) < 0 ? -errno : 0;
}

/* Records hold no line break but their last byte. */
static size_t whole_records(const char *records, size_t n)
{
    const char *last = n > 0 ? memrchr(records, '\n', n) : NULL;
    return last != NULL ? (size_t)(last - records) + 1 : 0;
}

static uint64_t count_records(const char *records, size_t n)
{
    uint64_t count = 0;
    const char *end = records + n;
    while ((records = memchr(records, '\n', (size_t)(end - records))) != NULL) {
        count++;
        records++;
    }
    return count;
}
