/* Programs that stay what they are, whatever is written to their files by then. */
#ifndef ARCHON_SEALED_H
#define ARCHON_SEALED_H

/* Takes a program's file over. Its copy in memory, that nobody can write to, to be run by
 * fexecve(3); where the system makes none, or `file` is -1, it is `file` itself. */
int sealed_program(int file);

#endif
