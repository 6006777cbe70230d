/* What a minder writes into keeper.verdict before it ends; one that has not is started again. It
 * exits with the same, for who looks: the keeper does not. */
#ifndef ARCHON_MINDER_END_H
#define ARCHON_MINDER_END_H

enum {
    MINDER_DONE = 90,     /* all has ended: the keeper is to exit with the code in its state */
    MINDER_UPGRADES = 91, /* the keeper is to become its program anew, and so is the minder */
};

#endif
