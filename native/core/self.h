/* Which program this is. */
#ifndef ARCHON_SELF_H
#define ARCHON_SELF_H

#include <stddef.h>

/* The path of this program, without links. 0, -ENAMETOOLONG or another -errno. */
int self_path(char *out, size_t size);
/* What we are called in lists of processes, where those do not show the command line. */
void self_name(const char *name);
/* Its file, to be read. A descriptor or -errno. */
int self_open(void);

#endif
