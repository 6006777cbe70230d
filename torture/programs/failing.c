/* Lives for some milliseconds, fails, and notes both moments. */
#include "note.h"

#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    begin("");
    usleep((useconds_t)(getpid() % 20) * 1000); /* its life: longer and shorter than what kills */
    note("end", pid);
    return 1;
}
