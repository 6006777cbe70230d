/* A socket in the place of another, in another process (SECCOMP_IOCTL_NOTIF_ADDFD). */
#include "binder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

bool place(int listener, struct mind *mind, struct asker *asker, int given)
{
    int flags = fcntl(asker->socket, F_GETFL);
    if (flags < 0 || !is_alike(asker->socket, given)) {
        return false;
    }
    copy_options(asker->socket, given);
    if (fcntl(given, F_SETFL, flags) != 0) {
        return false;
    }
    /* Not SECCOMP_ADDFD_FLAG_SEND: bind(2) would return the number. */
    struct seccomp_notif_addfd add = {
        .id = mind->at.id,
        .flags = SECCOMP_ADDFD_FLAG_SETFD,
        .srcfd = (__u32)given,
        .newfd = (__u32)asker->number,
        .newfd_flags = asker->is_closed_at_exec ? O_CLOEXEC : 0,
    };
    mind->is_placing = 1;
    int result;
    do {
        result = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    } while (result < 0 && errno == EINTR);
    if (result != asker->number) {
        return false;
    }
    carry_registrations(asker, given);
    return true;
}
