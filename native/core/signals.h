/* Signals that are blocked, and read from a descriptor. */
#ifndef ARCHON_SIGNALS_H
#define ARCHON_SIGNALS_H

/* Blocks them all; a descriptor, which stays over exec, to read them from, or negative. */
int signals_open(void);
/* The next one, 0 when none waits. */
int signals_next(int signals);

#endif
