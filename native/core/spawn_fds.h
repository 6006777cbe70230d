/* The child's descriptors: steps of a start. Each returns 0 or -errno. */
#ifndef ARCHON_SPAWN_FDS_H
#define ARCHON_SPAWN_FDS_H

#include "job.h"

/* A table of its own, in which only what is for the child is open, and 0 to 2 of its parent. */
long spawn_own_table(struct job *job);

/* Everything to its number. */
long spawn_place_descriptors(struct job *job);

/* Exec closes what is at no such number. */
void spawn_close_others_at_exec(struct job *job);

#endif
