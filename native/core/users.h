/*
 * Users and groups, by name, through libc: so that whatever /etc/nsswitch.conf names is asked. That
 * may take seconds or for ever: not on the loop's thread.
 */
#ifndef ARCHON_USERS_H
#define ARCHON_USERS_H

#include <stddef.h>
#include <sys/types.h>

enum { USERS_GROUPS_MOST = 65536 }; /* NGROUPS_MAX of Linux */

struct user_found {
    uid_t uid;
    gid_t gid;
    char *name, *home, *shell; /* in `memory` */
    gid_t *groups;             /* all it is in, its own included */
    int group_count;
    void *memory;
};

/* The user of that name, or with name NULL the one of that number: 0, -ENOENT when there is none,
 * or -errno of getpwnam_r(3). To be freed by users_free. */
int users_find(const char *name, uid_t uid, struct user_found *out);
void users_free(struct user_found *user);

/* The number of the group of that name: 0, -ENOENT, or -errno of getgrnam_r(3). */
int users_group(const char *name, gid_t *out);

#endif
