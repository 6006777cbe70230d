/* statfs(2) of FreeBSD; all other fields left out. */
#ifndef STUB_SYS_MOUNT_H
#define STUB_SYS_MOUNT_H

struct statfs {
    char f_fstypename[16];
};

int fstatfs(int fd, struct statfs *found);

#endif
