/* Users and groups as the system tells them. */
#include "users.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool is_in(const struct user_found *user, gid_t group)
{
    for (int i = 0; i < user->group_count; i++) {
        if (user->groups[i] == group) {
            return true;
        }
    }
    return false;
}

int main(void)
{
    struct user_found user;
    gid_t group = 77;
    check(users_find("root", 77, &user) == 0 && user.uid == 0 && strcmp(user.name, "root") == 0,
          "a user is found by name");
    check(user.home[0] == '/' && user.shell[0] == '/', "with home and shell");
    check(user.group_count >= 1 && is_in(&user, user.gid), "its own group is among its groups");
    users_free(&user);
    check(user.groups == NULL && user.memory == NULL, "what was found can be given back");
    check(users_find(NULL, 0, &user) == 0 && strcmp(user.name, "root") == 0,
          "a user is found by number");
    users_free(&user);
    check(users_find("no such user", 0, &user) == -ENOENT, "one that there is not is ENOENT");
    check(users_find("0", 0, &user) == -ENOENT, "a name of digits is no number");
    check(users_find(NULL, 4000000000U, &user) == -ENOENT, "nor is one without that number there");
    users_free(&user);
    check(users_group("root", &group) == 0 && group == 0, "a group is found by name");
    group = 77;
    check(users_group("no such group", &group) == -ENOENT && group == 77,
          "one that there is not is ENOENT");
    check(users_group("0", &group) == -ENOENT, "a name of digits is no number of a group");
    return result();
}
