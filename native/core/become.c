#include "become.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

extern char **environ;

void become(const char *program, char *const *argv)
{
    (void)execve(program, argv, environ);
    say("cannot run %s: %s", program, strerror(errno));
}

void become_opened(int program, const char *path, char *const *argv)
{
    (void)fexecve(program, argv, environ);
    become(path, argv);
}
