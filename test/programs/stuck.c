/*
 * stuck DIRECTORY: mounts a file system there that answers nobody who looks up a name in it, so
 * that whoever does cannot even be killed. Says "mounted" once the kernel has its first answer,
 * and lets go of everybody at the end of its input. Needs root. See fuse(4).
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void answer(int fuse, uint64_t unique, const void *body, size_t length)
{
    struct fuse_out_header head = { .unique = unique, .len = (uint32_t)(sizeof head + length) };
    struct iovec parts[2] = { { &head, sizeof head }, { (void *)(uintptr_t)body, length } };
    if (writev(fuse, parts, 2) < 0) {
        perror("stuck: answer");
    }
}

static void serve(int fuse)
{
    static _Alignas(8) char request[FUSE_MIN_READ_BUFFER + 65536];
    const struct fuse_in_header *in = (const void *)request;
    if (read(fuse, request, sizeof request) < 0) {
        return;
    }
    if (in->opcode == FUSE_INIT) {
        struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = 4096 };
        answer(fuse, in->unique, &init, sizeof init);
        puts("mounted");
        fflush(stdout);
    }
    else if (in->opcode == FUSE_GETATTR) {
        struct fuse_attr_out out = { .attr = { .ino = 1, .nlink = 1, .mode = S_IFDIR | 0755 } };
        answer(fuse, in->unique, &out, sizeof out);
    }
}

int main(int argc, char **argv)
{
    char options[128];
    int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (argc != 2 || fuse < 0 ||
        mount("stuck", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
        perror("stuck: cannot mount");
        return 1;
    }
    struct pollfd p[2] = { { .fd = fuse, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
    while (poll(p, 2, -1) >= 0 && !p[1].revents) {
        if (p[0].revents) {
            serve(fuse);
        }
    }
    close(fuse);
    return umount2(argv[1], MNT_DETACH) < 0;
}
