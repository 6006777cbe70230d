/* reboot(2) of FreeBSD 14, what archon uses of it. */
#ifndef STUB_SYS_REBOOT_H
#define STUB_SYS_REBOOT_H

#define RB_AUTOBOOT 0
#define RB_HALT 0x008
#define RB_POWEROFF 0x4000

int reboot(int how);

#endif
