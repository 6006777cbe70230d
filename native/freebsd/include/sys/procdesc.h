/* pdfork(2) of FreeBSD 14. */
#ifndef STUB_SYS_PROCDESC_H
#define STUB_SYS_PROCDESC_H

#include <sys/types.h>

#define PD_DAEMON 1
#define PD_CLOEXEC 2

pid_t pdfork(int *fd, int flags);
int pdgetpid(int fd, pid_t *pid);
int pdkill(int fd, int number);

#endif
