/* What standard output is, and what may be shown there. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int wants_colour(const struct show *show, const struct ask *ask);

void terminal_look(struct show *show, const struct ask *ask)
{
    show->terminal = isatty(STDOUT_FILENO);
    show->width = show->terminal ? terminal_width() : 0;
    show->colour = wants_colour(show, ask);
}

/* Cells of a line; 0 where standard output is no terminal, or one that does not say. */
size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* What was asked for wins; NO_COLOR (no-color.org) counts when it is not empty. */
static int wants_colour(const struct show *show, const struct ask *ask)
{
    if (ask->colour != COLOUR_AUTO) {
        return ask->colour == COLOUR_ALWAYS;
    }
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    return show->terminal && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
}
