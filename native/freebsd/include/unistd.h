/* FreeBSD's <unistd.h> has setgroups(2) too, with an int. */
#ifndef STUB_UNISTD_H
#define STUB_UNISTD_H

#include_next <unistd.h>

int setgroups(int count, const gid_t *groups);

#endif
