/* Becoming another program, with all that is held and all children. */
#ifndef ARCHON_BECOME_H
#define ARCHON_BECOME_H

/* Returns, after a message, where that fails. */
void become(const char *program, char *const *argv);
/* The same by a descriptor, or by its path where nothing in memory may be run. */
void become_opened(int program, const char *path, char *const *argv);

#endif
