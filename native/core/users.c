#include "users.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>

enum { ROOM = 1024, ROOM_MOST = 16 * 1024 * 1024 };

static int groups_of(struct user_found *user);
static int reason(int err);

int users_find(const char *name, uid_t uid, struct user_found *out)
{
    *out = (struct user_found){ 0 };
    for (size_t room = ROOM; room <= ROOM_MOST; room *= 4) {
        struct passwd entry, *found = NULL;
        char *memory = malloc(room);
        if (memory == NULL) {
            return -ENOMEM;
        }
        int err = name != NULL ? getpwnam_r(name, &entry, memory, room, &found)
                               : getpwuid_r(uid, &entry, memory, room, &found);
        if (found != NULL) {
            *out = (struct user_found){ .uid = entry.pw_uid,
                                        .gid = entry.pw_gid,
                                        .name = entry.pw_name,
                                        .home = entry.pw_dir,
                                        .shell = entry.pw_shell,
                                        .memory = memory };
            err = groups_of(out);
            if (err != 0) {
                users_free(out);
            }
            return err;
        }
        free(memory);
        if (err != ERANGE) {
            return reason(err);
        }
    }
    return -ERANGE;
}

void users_free(struct user_found *user)
{
    free(user->groups);
    free(user->memory);
    *user = (struct user_found){ 0 };
}

int users_group(const char *name, gid_t *out)
{
    for (size_t room = ROOM; room <= ROOM_MOST; room *= 4) {
        struct group entry, *found = NULL;
        char *memory = malloc(room);
        if (memory == NULL) {
            return -ENOMEM;
        }
        int err = getgrnam_r(name, &entry, memory, room, &found);
        if (found != NULL) {
            *out = found->gr_gid;
        }
        free(memory);
        if (found != NULL || err != ERANGE) {
            return found != NULL ? 0 : reason(err);
        }
    }
    return -ERANGE;
}

/* The count is asked for again as long as it grows. */
static int groups_of(struct user_found *user)
{
    int room = 32;
    while (room <= USERS_GROUPS_MOST) {
        gid_t *groups = realloc(user->groups, (size_t)room * sizeof *groups);
        if (groups == NULL) {
            return -ENOMEM;
        }
        user->groups = groups;
        user->group_count = room;
        if (getgrouplist(user->name, user->gid, groups, &user->group_count) >= 0) {
            return 0;
        }
        room = user->group_count > room ? user->group_count : 2 * room;
    }
    return -ERANGE;
}

/* getpwnam_r(3) lists what different systems say where there is no such entry. */
static int reason(int err)
{
    return err == 0 || err == ESRCH || err == EBADF || err == EPERM ? -ENOENT : -err;
}
