#include "clock.h"

#include <errno.h>

/* kqueue(2) has no filter for it; a timer on the wall clock (NOTE_ABSTIME) would have to stand in.
 */
int clock_watch(void)
{
    return -ENOSYS;
}
