/*
 * A log file is opened with its first record, its directories made, and what stands behind its last
 * line break cut off: only this program writes it, so that is a record torn by a kill.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_path(const char *path);
static void make_directories(const char *path);
static int cut_torn(int fd, struct log_file *log);

int file_open(struct log_file *file)
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
    int result = fd < 0 ? fd : cut_torn(fd, file);
    if (result < 0) {
        if (fd >= 0) {
            close(fd);
        }
        return result;
    }
    if (!file->pruned) {
        file->pruned = true;
        rotate_prune(file->path, file->keep);
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

static int cut_torn(int fd, struct log_file *log)
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
        size_t whole = lines_whole(chunk, (size_t)got);
        end = from + (off_t)whole;
        if (whole > 0) {
            break;
        }
    }
    log->size = (uint64_t)end;
    log->ino = (uint64_t)file.st_ino;
    return end < file.st_size && ftruncate(fd, end) < 0 ? -errno : 0;
}
