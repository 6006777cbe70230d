/* What the minder's exit code says to the keeper; with any other, or none, it is started again. No
 * other program ends with them by chance. */
#ifndef ARCHON_MINDER_END_H
#define ARCHON_MINDER_END_H

enum {
    MINDER_DONE = 90,     /* all has ended: the keeper is to exit with the code in its state */
    MINDER_UPGRADES = 91, /* the keeper is to become its program anew, and so is the minder */
};

#endif
