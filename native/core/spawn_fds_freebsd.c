/* As in spawn_fds_linux.c, with the table that pdfork copied. */
#include "spawn_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

enum which { SOURCES, TARGETS };

static void close_others(struct job *job, enum which ours, int flags);
static int *source(struct job *job, uint32_t index);
static int open_path(const struct job *job, int target);
static int make_way(struct job *job, uint32_t index);
static int put(int fd, int target);

long spawn_own_table(struct job *job)
{
    __atomic_store_n(&job->at->unshared, 1, __ATOMIC_SEQ_CST);
    close_others(job, SOURCES, 0);
    return 0;
}

long spawn_place_descriptors(struct job *job)
{
    for (uint32_t i = 0; i < job->fd_count; i++) {
        const struct spawn_passed *fd = &job->fds[i];
        if (make_way(job, i) < 0) {
            return -errno;
        }
        int from = fd->from >= 0 ? fd->from : open_path(job, fd->to);
        if (from < 0 || put(from, fd->to) < 0) {
            return -errno;
        }
    }
    return 0;
}

void spawn_close_others_at_exec(struct job *job)
{
    close_others(job, TARGETS, CLOSE_RANGE_CLOEXEC);
}

static void close_others(struct job *job, enum which ours, int flags)
{
    uint32_t count = ours == SOURCES ? job->fd_count + 2 : job->fd_count;
    unsigned from = 3, next;
    do {
        next = UINT_MAX;
        for (uint32_t i = 0; i < count; i++) {
            int fd = ours == SOURCES ? *source(job, i) : job->fds[i].to;
            if (fd >= (int)from && (unsigned)fd < next) {
                next = (unsigned)fd;
            }
        }
        if (next > from) {
            close_range(from, next == UINT_MAX ? next : next - 1, flags);
        }
        from = next + 1;
    } while (next != UINT_MAX);
}

static int *source(struct job *job, uint32_t index)
{
    return index < job->fd_count    ? &job->fds[index].from
           : index == job->fd_count ? &job->directory_fd
                                    : &job->exec_pipe;
}

static int open_path(const struct job *job, int target)
{
    const char *path = target == 0 ? "/dev/null" : job->output[target - 1];
    return open(path, (target == 0 ? O_RDONLY : O_RDWR) | O_NOCTTY | O_CLOEXEC);
}

static int make_way(struct job *job, uint32_t index)
{
    int target = job->fds[index].to, copy = -1;
    for (uint32_t i = index + 1; i < job->fd_count + 2; i++) {
        int *from = source(job, i);
        if (*from == target) {
            copy = copy >= 0 ? copy : fcntl(target, F_DUPFD_CLOEXEC, 3);
            if (copy < 0) {
                return -1;
            }
            *from = copy;
        }
    }
    return 0;
}

static int put(int fd, int target)
{
    return fd == target ? fcntl(fd, F_SETFD, 0) : dup2(fd, target);
}
