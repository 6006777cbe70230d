/* sysctl(3), what archon asks the kernel. */
#ifndef STUB_SYS_SYSCTL_H
#define STUB_SYS_SYSCTL_H

#include <stddef.h>

#define CTL_KERN 1
#define KERN_PROC 14
#define KERN_PROC_PID 1
#define KERN_PROC_PATHNAME 12

int sysctl(const int *name, unsigned int length, void *old, size_t *old_size, const void *new_value,
           size_t new_size);

#endif
