#include "paths.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int join(char *out, size_t size, const char *first, const char *second);
static int in_home(char *out, size_t size, const char *variable, const char *below_home,
                   const char *rest);
static const char *setting(const char *variable);

int path_socket(char *out, size_t size)
{
    const char *chosen = setting("ARCHON_SOCKET");
    if (chosen) {
        return path_absolute(out, size, chosen);
    }
    if (geteuid() == 0) {
        return join(out, size, "/run/archon/archon.sock", "");
    }
    const char *runtime = setting("XDG_RUNTIME_DIR");
    if (runtime && runtime[0] == '/') {
        return join(out, size, runtime, "/archon/archon.sock");
    }
    char fallback[64];
    int failed = path_fallback_runtime(fallback, sizeof fallback);
    if (!failed) {
        failed = path_is_ours(fallback, 077);
    }
    return failed && failed != -ENOENT ? failed : join(out, size, fallback, "/archon/archon.sock");
}

int path_config(char *out, size_t size)
{
    const char *chosen = setting("ARCHON_CONFIG");
    if (chosen) {
        return path_absolute(out, size, chosen);
    }
    if (geteuid() == 0) {
        return join(out, size, "/etc/archon/archon.toml", "");
    }
    return in_home(out, size, "XDG_CONFIG_HOME", "/.config", "/archon/archon.toml");
}

int path_rules(char *out, size_t size, const char *config)
{
    const char *chosen = setting("ARCHON_RULES");
    if (chosen) {
        return path_absolute(out, size, chosen);
    }
    int failed = path_parent(out, size, config);
    if (failed) {
        return failed;
    }
    const char *rules = strcmp(out, "/") == 0 ? "rules" : "/rules";
    if (strlen(out) + strlen(rules) >= size) {
        return -ENAMETOOLONG;
    }
    strcat(out, rules);
    return 0;
}

int path_state_dir(char *out, size_t size)
{
    const char *chosen = setting("ARCHON_STATE_DIR");
    if (chosen) {
        return path_absolute(out, size, chosen);
    }
    if (geteuid() == 0) {
        return join(out, size, "/var/lib/archon", "");
    }
    return in_home(out, size, "XDG_STATE_HOME", "/.local/state", "/archon");
}

int path_log_dir(char *out, size_t size)
{
    const char *chosen = setting("ARCHON_LOG_DIR");
    if (chosen) {
        return path_absolute(out, size, chosen);
    }
    if (geteuid() == 0) {
        return join(out, size, "/var/log/archon", "");
    }
    return in_home(out, size, "XDG_STATE_HOME", "/.local/state", "/archon/log");
}

int path_fallback_runtime(char *out, size_t size)
{
    char user[24];
    (void)snprintf(user, sizeof user, "%lu", (unsigned long)geteuid());
    return join(out, size, "/tmp/archon-", user);
}

int path_absolute(char *out, size_t size, const char *path)
{
    if (path[0] == '/') {
        return join(out, size, path, "");
    }
    if (!getcwd(out, size)) {
        return errno == ERANGE ? -ENAMETOOLONG : -errno;
    }
    size_t length = strlen(out);
    const char *slash = length > 1 ? "/" : "";
    if (length + strlen(slash) + strlen(path) >= size) {
        return -ENAMETOOLONG;
    }
    strcat(out, slash);
    strcat(out, path);
    return 0;
}

int path_parent(char *out, size_t size, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    while (length > 1 && path[length - 1] != '/') {
        length--;
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (length >= size) {
        return -ENAMETOOLONG;
    }
    memcpy(out, path, length);
    out[length] = '\0';
    return 0;
}

int path_is_ours(const char *path, mode_t others)
{
    struct stat found;
    if (lstat(path, &found) < 0) {
        return -errno;
    }
    bool ours = S_ISDIR(found.st_mode) && found.st_uid == geteuid();
    return ours && (found.st_mode & others) == 0 ? 0 : -EPERM;
}

static int join(char *out, size_t size, const char *first, const char *second)
{
    if (strlen(first) + strlen(second) >= size) {
        return -ENAMETOOLONG;
    }
    strcpy(out, first);
    strcat(out, second);
    return 0;
}

static int in_home(char *out, size_t size, const char *variable, const char *below_home,
                   const char *rest)
{
    const char *base = setting(variable);
    if (base && base[0] == '/') {
        return join(out, size, base, rest);
    }
    const char *home = setting("HOME");
    if (!home || home[0] != '/') {
        return -ENOENT;
    }
    char below[64];
    int failed = join(below, sizeof below, below_home, rest);
    return failed ? failed : join(out, size, home, below);
}

/* An empty variable counts as one that is not set. */
static const char *setting(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] ? value : NULL;
}
