#ifndef ARCHON_LEDGER_MAP_H
#define ARCHON_LEDGER_MAP_H

#include "ledger.h"

/* Maps a ledger for reading and writing, shared. Returns 0, -EINVAL when it is too small, or
 * -errno. */
int ledger_map(int fd, struct ledger **out);

#endif
