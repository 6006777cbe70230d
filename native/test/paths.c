/* The places of spec section 7, asked as root and as somebody else. */
#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int failures;
static char out[PATH_MAX];

static void nothing_set(void)
{
    static const char *const variables[] = {
        "ARCHON_SOCKET",    "ARCHON_CONFIG",  "ARCHON_RULES",
        "ARCHON_STATE_DIR", "ARCHON_LOG_DIR", "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",  "XDG_STATE_HOME", "HOME",
    };
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        unsetenv(variables[i]);
    }
}

static void check(bool good, const char *sentence)
{
    printf("%s - %s\n", good ? "ok" : "not ok", sentence);
    failures += !good;
}

static void is(int failed, const char *wanted, const char *sentence)
{
    bool good = failed == 0 && strcmp(out, wanted) == 0;
    check(good, sentence);
    if (!good) {
        printf("#   %d \"%s\", wanted \"%s\"\n", failed, out, wanted);
    }
}

static void of_root(void)
{
    setenv("XDG_RUNTIME_DIR", "/x/run", 1);
    setenv("HOME", "/x", 1);
    is(path_socket(out, PATH_MAX), "/run/archon/archon.sock", "root's socket is in /run");
    is(path_config(out, PATH_MAX), "/etc/archon/archon.toml", "root's configuration is in /etc");
    is(path_state_dir(out, PATH_MAX), "/var/lib/archon", "root's state is in /var/lib");
    is(path_log_dir(out, PATH_MAX), "/var/log/archon", "root's logs are in /var/log");
    nothing_set();
}

static void of_a_user(void)
{
    setenv("HOME", "/home/u", 1);
    is(path_config(out, PATH_MAX), "/home/u/.config/archon/archon.toml",
       "a user's configuration is in .config");
    is(path_state_dir(out, PATH_MAX), "/home/u/.local/state/archon",
       "a user's state is in .local/state");
    is(path_log_dir(out, PATH_MAX), "/home/u/.local/state/archon/log",
       "a user's logs are below the state");
    setenv("XDG_STATE_HOME", "state", 1);
    is(path_state_dir(out, PATH_MAX), "/home/u/.local/state/archon",
       "a relative XDG variable counts as unset");
    setenv("XDG_STATE_HOME", "/s", 1);
    setenv("XDG_CONFIG_HOME", "/c", 1);
    setenv("XDG_RUNTIME_DIR", "/r", 1);
    is(path_state_dir(out, PATH_MAX), "/s/archon", "XDG_STATE_HOME moves the state");
    is(path_log_dir(out, PATH_MAX), "/s/archon/log", "XDG_STATE_HOME moves the logs");
    is(path_config(out, PATH_MAX), "/c/archon/archon.toml", "XDG_CONFIG_HOME moves it");
    is(path_socket(out, PATH_MAX), "/r/archon/archon.sock", "XDG_RUNTIME_DIR holds the socket");
    nothing_set();
    check(path_state_dir(out, PATH_MAX) == -ENOENT, "without HOME there is no state directory");
    setenv("HOME", "", 1);
    check(path_config(out, PATH_MAX) == -ENOENT, "an empty HOME is none");
    nothing_set();
}

static void without_a_runtime_directory(void)
{
    char directory[64], wanted[128];
    (void)path_fallback_runtime(directory, sizeof directory);
    (void)rmdir(directory);
    (void)snprintf(wanted, sizeof wanted, "%s/archon/archon.sock", directory);
    is(path_socket(out, PATH_MAX), wanted, "without XDG_RUNTIME_DIR it is a directory in /tmp");
    (void)mkdir(directory, 0700);
    is(path_socket(out, PATH_MAX), wanted, "which may be there when it is ours alone");
    (void)chmod(directory, 0755);
    check(path_socket(out, PATH_MAX) == -EPERM, "and is refused when others may enter it");
    (void)rmdir(directory);
    char target[] = "/tmp/archon-paths-XXXXXX";
    bool linked = mkdtemp(target) && symlink(target, directory) == 0;
    check(linked && path_socket(out, PATH_MAX) == -EPERM, "and when it is a link");
    (void)unlink(directory);
    (void)rmdir(target);
}

static void from_variables(void)
{
    setenv("ARCHON_SOCKET", "/a/s", 1);
    setenv("ARCHON_CONFIG", "a.toml", 1);
    setenv("ARCHON_STATE_DIR", "/a/state", 1);
    setenv("ARCHON_LOG_DIR", "/a/log", 1);
    is(path_socket(out, PATH_MAX), "/a/s", "ARCHON_SOCKET names the socket");
    is(path_state_dir(out, PATH_MAX), "/a/state", "ARCHON_STATE_DIR names the state directory");
    is(path_log_dir(out, PATH_MAX), "/a/log", "ARCHON_LOG_DIR names the log directory");
    (void)chdir("/usr");
    is(path_config(out, PATH_MAX), "/usr/a.toml", "a relative path becomes absolute");
    (void)chdir("/");
    is(path_config(out, PATH_MAX), "/a.toml", "also from the root");
    is(path_rules(out, PATH_MAX, "/c/archon.toml"), "/c/rules",
       "rules are beside the configuration");
    is(path_rules(out, PATH_MAX, "/archon.toml"), "/rules", "also in the root");
    setenv("ARCHON_RULES", "", 1);
    is(path_rules(out, PATH_MAX, "/c/archon.toml"), "/c/rules", "an empty variable is as none");
    setenv("ARCHON_RULES", "/a/rules", 1);
    is(path_rules(out, PATH_MAX, "/c/archon.toml"), "/a/rules", "ARCHON_RULES names the rules");
    nothing_set();
}

static void of_parents(void)
{
    is(path_parent(out, PATH_MAX, "/a/b/c"), "/a/b", "the parent of a path");
    is(path_parent(out, PATH_MAX, "/a/b//"), "/a", "slashes at the end do not count");
    is(path_parent(out, PATH_MAX, "/a"), "/", "the parent of what is in the root");
    is(path_parent(out, PATH_MAX, "/"), "/", "the root is its own parent");
}

static void too_long(void)
{
    char small[24];
    setenv("ARCHON_SOCKET", "/0123456789/0123456789/0123456789", 1);
    check(path_socket(small, sizeof small) == -ENAMETOOLONG,
          "a path that does not fit is an error");
    setenv("ARCHON_SOCKET", "/0123456789/0123456789xy", 1);
    check(path_socket(small, sizeof small) == -ENAMETOOLONG, "one byte too long is too long");
    setenv("ARCHON_SOCKET", "/0123456789/0123456789x", 1);
    check(path_socket(small, sizeof small) == 0, "one that just fits is none");
    check(path_rules(small, 9, "/c/a.toml") == 0, "rules that just fit are none");
    check(path_rules(small, 8, "/c/a.toml") == -ENAMETOOLONG, "rules that do not fit are an error");
    nothing_set();
    (void)chdir("/usr/share");
    check(path_absolute(small, 12, "a") == -ENAMETOOLONG, "a directory and a word must both fit");
    check(path_absolute(small, 13, "a") == 0, "and may just fit");
    (void)chdir("/");
}

int main(void)
{
    nothing_set();
    if (geteuid() == 0) {
        of_root();
        (void)seteuid(54321);
    }
    else {
        printf("ok - root's places # SKIP not root\n");
    }
    of_a_user();
    without_a_runtime_directory();
    from_variables();
    of_parents();
    too_long();
    (void)seteuid(getuid()); /* the leak check at the end traces itself: it needs both */
    (void)prctl(PR_SET_DUMPABLE, 1);
    return failures ? 1 : 0;
}
