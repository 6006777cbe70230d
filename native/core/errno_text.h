#ifndef ARCHON_ERRNO_TEXT_H
#define ARCHON_ERRNO_TEXT_H

/*
 * What an errno means, in lower case and without libc, so that it may be called in a child that
 * shares its parent's memory. "unknown error" for a number that is not in the table (errno(3)).
 */
const char *errno_text(int err);

#endif
