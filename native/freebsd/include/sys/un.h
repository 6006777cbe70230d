/* unix(4): the options of a local socket, besides what every system has. */
#ifndef STUB_SYS_UN_H
#define STUB_SYS_UN_H

#include_next <sys/un.h>

#define SOL_LOCAL 0
#define LOCAL_PEERCRED 1
#define LOCAL_CREDS_PERSISTENT 3

#endif
