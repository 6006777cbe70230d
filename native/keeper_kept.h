/* What the keeper holds for the daemon under a key, and hands out: c<N> a connection, l<N> the two
 * read ends of a log, k<N> whatever else the daemon must not lose. False: that is no such key, or
 * not what belongs under it. */
#ifndef ARCHON_KEEPER_KEPT_H
#define ARCHON_KEEPER_KEPT_H

#include <stdbool.h>
#include <stdint.h>

struct keeper;

/* Where it is true, the descriptors are the keeper's now. */
bool kept_store(struct keeper *keeper, const char *key, const int *fds, int count);
bool kept_drop(struct keeper *keeper, const char *key);
/* Both answer in the channel. */
bool kept_take(struct keeper *keeper, const char *key);
bool kept_accept(struct keeper *keeper, const char *key);

/* Behind the digits, or NULL when there are none or too many. */
const char *kept_number(const char *text, uint32_t *number);

#endif
