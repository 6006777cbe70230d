/*
 * Where archon's files are when no option says otherwise: $ARCHON_SOCKET and its like, else the
 * places of the system for root, else the user's own (XDG Base Directory Specification; a relative
 * value of an XDG variable counts as unset, as it says there).
 *
 * Every function that fills `out` returns 0, -ENAMETOOLONG when `size` bytes do not hold it, or
 * -ENOENT when the user's HOME would be needed and is not set. The result is absolute.
 */
#ifndef ARCHON_PATHS_H
#define ARCHON_PATHS_H

#include <stddef.h>
#include <sys/types.h>

/* $ARCHON_SOCKET, /run/archon/archon.sock or $XDG_RUNTIME_DIR/archon/archon.sock. Where there is no
 * XDG_RUNTIME_DIR, /tmp/archon-UID takes its place; -EPERM when that is somebody else's. */
int path_socket(char *out, size_t size);

/* $ARCHON_CONFIG, /etc/archon/archon.toml or $XDG_CONFIG_HOME/archon/archon.toml. */
int path_config(char *out, size_t size);

/* $ARCHON_RULES, or rules/ beside the configuration file `config`. */
int path_rules(char *out, size_t size, const char *config);

/* $ARCHON_STATE_DIR, /var/lib/archon or $XDG_STATE_HOME/archon. */
int path_state_dir(char *out, size_t size);

/* $ARCHON_LOG_DIR, /var/log/archon or $XDG_STATE_HOME/archon/log. */
int path_log_dir(char *out, size_t size);

/* The directory that stands in for a missing XDG_RUNTIME_DIR: /tmp/archon-UID. */
int path_fallback_runtime(char *out, size_t size);

/* `path` as it reads from the current directory. */
int path_absolute(char *out, size_t size, const char *path);

/* The directory that holds the absolute `path`. */
int path_parent(char *out, size_t size, const char *path);

/* 0 when `path` is a directory (no link) of this user with none of the mode bits `others`, -EPERM
 * when it is anything else, or what lstat(2) says, negated: -ENOENT. */
int path_is_ours(const char *path, mode_t others);

#endif
