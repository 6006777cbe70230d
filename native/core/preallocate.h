#ifndef ARCHON_PREALLOCATE_H
#define ARCHON_PREALLOCATE_H

/*
 * Takes room in a file system for that part of a file, also behind its end; neither its size nor
 * its bytes change. 1: it is there; 0: nobody takes room ahead here, or may; or -errno (-ENOSPC,
 * -EDQUOT, -EFBIG): nothing of it was taken. For that to hold `from` has to be the begin of a page,
 * and no room that was taken before may lie behind it.
 */
int preallocate(int fd, int from, int bytes);

#endif
