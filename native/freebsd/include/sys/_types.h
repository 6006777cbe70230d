/* Nothing: gcc's own stddef.h asks for it where __FreeBSD__ is defined. */
