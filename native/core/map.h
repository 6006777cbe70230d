/* Memory that processes of archon share by a descriptor. */
#ifndef ARCHON_MAP_H
#define ARCHON_MAP_H

#include <stddef.h>

/* Maps a file of exactly this size for reading and writing; NULL where it has another. `sharing` is
 * MAP_SHARED or MAP_PRIVATE. */
void *map_file(int fd, size_t size, int sharing);

#endif
