/* Hearing that somebody set the clock. */
#ifndef ARCHON_CLOCK_H
#define ARCHON_CLOCK_H

/* A descriptor, close-on-exec and without waiting, that is readable whenever CLOCK_REALTIME was set
 * or the system had slept; a read of 8 bytes then fails with ECANCELED and clears it. -errno else.
 */
int clock_watch(void);

#endif
