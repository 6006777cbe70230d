/* How a machine or a container ends: reboot(2). */
#ifndef ARCHON_ENDING_H
#define ARCHON_ENDING_H

/* What comes after everything has ended. */
enum ending { END_NOT, END_EXIT, END_REBOOT, END_POWER_OFF, END_HALT };

/* The last that process 1 does, to whom anything but END_NOT is said: what was written is on its
 * disk, then it ends so. In a PID namespace that ends, and whoever waits for its process 1 sees a
 * signal (HUP after END_REBOOT, else INT). Returns 0 where there is nothing more to do than to
 * exit, else -errno. */
int ending_do(enum ending ending);

#endif
