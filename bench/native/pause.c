/* pause: a daemon that costs nothing but its place. */
#include <unistd.h>

int main(void)
{
    for (;;) {
        pause();
    }
}
