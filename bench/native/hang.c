/*
 * hang DIRECTORY: mounts a file system there that knows one program, DIRECTORY/program, and never
 * answers whoever opens it. Says "mounted", serves until its input ends, then lets go of everybody:
 * closing /dev/fuse fails what is still waiting with ECONNABORTED. Needs root. See fuse(4).
 */
#include "stopwatch.h"
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PROGRAM = 2 };

static struct fuse_attr attributes(uint64_t node)
{
    struct fuse_attr a = { .ino = node, .nlink = 1, .size = 4096, .blksize = 4096 };
    a.mode = node == PROGRAM ? S_IFREG | 0755 : S_IFDIR | 0755;
    return a;
}

static void answer(int fuse, uint64_t unique, int err, const void *body, size_t length)
{
    struct fuse_out_header head = { .unique = unique, .error = -err };
    struct iovec parts[2] = { { &head, sizeof head }, { (void *)(uintptr_t)body, length } };
    head.len = (uint32_t)(sizeof head + length);
    if (writev(fuse, parts, 2) < 0 && errno != ENOENT) {
        give_up("answer");
    }
}

static void look_up(int fuse, uint64_t unique, const char *name)
{
    struct fuse_entry_out entry = { .nodeid = PROGRAM, .attr_valid = 1, .entry_valid = 1 };
    entry.attr = attributes(PROGRAM);
    if (strcmp(name, "program") == 0) {
        answer(fuse, unique, 0, &entry, sizeof entry);
    }
    else {
        answer(fuse, unique, ENOENT, NULL, 0);
    }
}

static void serve(int fuse)
{
    static _Alignas(8) char request[FUSE_MIN_READ_BUFFER + 65536];
    const struct fuse_in_header *in = (const void *)request;
    struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = 4096 };
    struct fuse_attr_out attr = { .attr_valid = 1 };
    if (read(fuse, request, sizeof request) < 0) {
        return;
    }
    switch (in->opcode) {
    case FUSE_INIT:
        answer(fuse, in->unique, 0, &init, sizeof init);
        break;
    case FUSE_LOOKUP:
        look_up(fuse, in->unique, request + sizeof *in);
        break;
    case FUSE_GETATTR:
        attr.attr = attributes(in->nodeid);
        answer(fuse, in->unique, 0, &attr, sizeof attr);
        break;
    case FUSE_OPEN: /* never */
    case FUSE_INTERRUPT:
    case FUSE_FORGET: /* these two have no answer */
    case FUSE_BATCH_FORGET:
        break;
    default:
        answer(fuse, in->unique, ENOSYS, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    char options[128];
    if (argc != 2) {
        return 2;
    }
    int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (fuse < 0 || mount("hang", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
        give_up("cannot mount");
    }
    puts("mounted");
    fflush(stdout);
    struct pollfd p[2] = { { .fd = fuse, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
    while (poll(p, 2, -1) >= 0 && !p[1].revents) {
        if (p[0].revents) {
            serve(fuse);
        }
    }
    close(fuse);
    if (umount2(argv[1], MNT_DETACH) < 0) {
        give_up("umount");
    }
    return 0;
}
