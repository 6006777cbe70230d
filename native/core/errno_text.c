#include "errno_text.h"

#include <errno.h>
#include <stddef.h>

static const char *const texts[] = {
    [0] = "no error",
    [EPERM] = "operation not permitted",
    [ENOENT] = "no such file or directory",
    [ESRCH] = "no such process",
    [EINTR] = "interrupted system call",
    [EIO] = "input/output error",
    [ENXIO] = "no such device or address",
    [E2BIG] = "argument list too long",
    [ENOEXEC] = "exec format error",
    [EBADF] = "bad file descriptor",
    [ECHILD] = "no child processes",
    [EAGAIN] = "resource temporarily unavailable",
    [ENOMEM] = "cannot allocate memory",
    [EACCES] = "permission denied",
    [EFAULT] = "bad address",
    [ENOTBLK] = "block device required",
    [EBUSY] = "device or resource busy",
    [EEXIST] = "file exists",
    [EXDEV] = "invalid cross-device link",
    [ENODEV] = "no such device",
    [ENOTDIR] = "not a directory",
    [EISDIR] = "is a directory",
    [EINVAL] = "invalid argument",
    [ENFILE] = "too many open files in system",
    [EMFILE] = "too many open files",
    [ENOTTY] = "inappropriate ioctl for device",
    [ETXTBSY] = "text file busy",
    [EFBIG] = "file too large",
    [ENOSPC] = "no space left on device",
    [ESPIPE] = "illegal seek",
    [EROFS] = "read-only file system",
    [EMLINK] = "too many links",
    [EPIPE] = "broken pipe",
    [EDEADLK] = "resource deadlock avoided",
    [ENAMETOOLONG] = "file name too long",
    [ENOSYS] = "function not implemented",
    [ELOOP] = "too many levels of symbolic links",
    [EOVERFLOW] = "value too large for defined data type",
    [EUSERS] = "too many users",
    [ENOTSOCK] = "socket operation on non-socket",
    [EOPNOTSUPP] = "operation not supported",
    [ECONNRESET] = "connection reset by peer",
    [ENOBUFS] = "no buffer space available",
    [ENOTCONN] = "transport endpoint is not connected",
    [ETIMEDOUT] = "connection timed out",
    [ECONNREFUSED] = "connection refused",
    [ESTALE] = "stale file handle",
    [EDQUOT] = "disk quota exceeded",
#ifdef ELIBBAD
    [ELIBBAD] = "accessing a corrupted shared library",
    [ENOMEDIUM] = "no medium found",
    [ENOKEY] = "required key not available",
    [EREMOTEIO] = "remote I/O error",
    [ENOLINK] = "link has been severed",
    [ETOOMANYREFS] = "too many references: cannot splice",
#endif
};

const char *errno_text(int err)
{
    const int known = (int)(sizeof texts / sizeof texts[0]);
    const char *text = err >= 0 && err < known ? texts[err] : NULL;
    return text == NULL ? "unknown error" : text;
}
