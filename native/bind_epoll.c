/*
 * As binder_epoll.c, but in the program itself: where its socket is in an epoll before it is bound,
 * what takes its place has to be put there anew, for the registration goes with the open file.
 * /proc tells it (proc_pid_fdinfo(5)); where that is not mounted it stays lost.
 */
#include "bind.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PIECE = 1024, LINE = 160, NAME = 48 };

/* What getdents64(2) writes. */
struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

static bool look(int folder, const char *name, int fd, struct registration *out);
static bool look_in(int lines, int fd, ino_t inode, struct registration *out);
static bool is_it(const char *line, int fd, ino_t inode, struct registration *out);

size_t find_registrations(int fd, struct registration *out, size_t most)
{
    union {
        struct entry align;
        char bytes[PIECE];
    } all;
    size_t count = 0;
    int folder = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/fd",
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) {
        return 0;
    }
    for (;;) {
        long length = syscall(SYS_getdents64, folder, &all, sizeof all);
        if (length <= 0) {
            break;
        }
        for (long at = 0; at < length && count < most;) {
            const struct entry *entry = (const struct entry *)(const void *)(all.bytes + at);
            count += look(folder, entry->name, fd, &out[count]);
            at += entry->size;
        }
    }
    syscall(SYS_close, folder);
    return count;
}

void register_again(int fd, const struct registration *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct epoll_event event = { .events = all[i].events, .data.u64 = all[i].data };
        (void)epoll_ctl(all[i].queue, EPOLL_CTL_ADD, fd, &event);
    }
}

/* A number at the beginning of a text, behind blanks. */
static uint64_t number_at(const char *text, unsigned base)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t value = 0;
    while (*text == ' ') {
        text++;
    }
    for (const char *digit = memchr(digits, *text, base); *text != '\0' && digit != NULL;
         digit = memchr(digits, *++text, base)) {
        value = value * base + (uint64_t)(digit - digits);
    }
    return value;
}

/* Whether the descriptor of that name is an epoll that knows the socket. */
static bool look(int folder, const char *name, int fd, struct registration *out)
{
    static const char wanted[] = "anon_inode:[eventpoll]";
    char target[sizeof wanted + 1], path[NAME] = "../fdinfo/";
    struct stat own;
    if (name[0] == '.' || strlen(name) > NAME / 2 ||
        syscall(SYS_readlinkat, folder, name, target, sizeof target) != (long)sizeof wanted - 1 ||
        memcmp(target, wanted, sizeof wanted - 1) != 0 || fstat(fd, &own) != 0) {
        return false;
    }
    memcpy(path + strlen(path), name, strlen(name) + 1);
    int lines = (int)syscall(SYS_openat, folder, path, O_RDONLY | O_CLOEXEC, 0);
    bool found = lines >= 0 && look_in(lines, fd, own.st_ino, out);
    if (lines >= 0) {
        syscall(SYS_close, lines);
    }
    out->queue = (int)number_at(name, 10);
    return found;
}

static bool look_in(int lines, int fd, ino_t inode, struct registration *out)
{
    char piece[PIECE], line[LINE];
    size_t length = 0;
    for (;;) {
        long got = syscall(SYS_read, lines, piece, sizeof piece);
        if (got <= 0) {
            return false;
        }
        for (long i = 0; i < got; i++) {
            if (piece[i] != '\n') {
                line[length] = piece[i];
                length += length < LINE - 1;
                continue;
            }
            line[length] = '\0';
            length = 0;
            if (is_it(line, fd, inode, out)) {
                return true;
            }
        }
    }
}

/* A line `tfd: 5 events: 19 data: 5 pos:0 ino:2f sdev:9`; by the inode it is told from another that
 * had this number before. */
static bool is_it(const char *line, int fd, ino_t inode, struct registration *out)
{
    static const char first[] = "tfd:", second[] = " events:", third[] = " data:", last[] = " ino:";
    const char *events = strstr(line, second), *data = strstr(line, third),
               *its = strstr(line, last);
    if (strncmp(line, first, sizeof first - 1) != 0 || events == NULL || data == NULL ||
        its == NULL || number_at(line + sizeof first - 1, 10) != (uint64_t)fd ||
        number_at(its + sizeof last - 1, 16) != inode) {
        return false;
    }
    out->events = (uint32_t)number_at(events + sizeof second - 1, 16);
    out->data = number_at(data + sizeof third - 1, 16);
    return true;
}
