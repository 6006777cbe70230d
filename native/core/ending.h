/* How a machine or a container ends: reboot(2). */
#ifndef ARCHON_ENDING_H
#define ARCHON_ENDING_H

#include <stdbool.h>

/* What comes after everything has ended. */
enum ending { END_NOT, END_EXIT, END_REBOOT, END_POWER_OFF, END_HALT };

/* Whether our process 1 is known not to be the machine's: its PID namespace is another. */
bool ending_is_contained(void);

/* The last that process 1 does, to whom anything but END_NOT is said: what was written to a machine
 * is on its disk, then it ends so. In a PID namespace that ends, and whoever waits for its process
 * 1 sees a signal (HUP after END_REBOOT, else INT). Returns 0 where there is nothing more to do
 * than to exit, else -errno. */
int ending_do(enum ending ending);

#endif
