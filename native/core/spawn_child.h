#ifndef ARCHON_SPAWN_CHILD_H
#define ARCHON_SPAWN_CHILD_H

/*
 * The child's side of a start: a few steps and exec. `job` is a struct job. It runs in its parent's
 * memory: it makes system calls of its own, not libc's, and writes to its stack, to the slot and
 * nowhere else. Does not return.
 */
void spawn_child(void *job);

#endif
