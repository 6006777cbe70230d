/* Colours, by what a word means: good is green, lost is red, in trouble yellow, on its way blue,
 * and what is over is faint. */
#include "ctl.h"

#include <string.h>

#define GREEN "\x1b[32m"
#define RED "\x1b[31m"
#define YELLOW "\x1b[33m"
#define BLUE "\x1b[34m"
#define FAINT "\x1b[2m"

const char colour_head[] = "\x1b[1m", colour_faint[] = FAINT, colour_alarm[] = YELLOW;

static const struct {
    const char *column, *cell, *colour;
} colours[] = {
    { "state", "running", GREEN },   { "state", "failed", RED },
    { "state", "backoff", YELLOW },  { "state", "degraded", YELLOW },
    { "state", "paused", YELLOW },   { "state", "zombie", YELLOW },
    { "state", "waiting", BLUE },    { "state", "starting", BLUE },
    { "state", "stopping", BLUE },   { "state", "stopped", FAINT },
    { "state", "exited", FAINT },    { "action", "start", GREEN },
    { "action", "stop", RED },       { "action", "restart", YELLOW },
    { "action", "change", BLUE },    { "action", "keep", FAINT },
    { "action", "later", FAINT },    { "event", "ready", GREEN },
    { "event", "recovered", GREEN }, { "event", "failed", RED },
    { "event", "error", RED },       { "event", "backoff", YELLOW },
    { "event", "degraded", YELLOW }, { "stream", "stderr", RED },
    { "stream", "archon", YELLOW },
};

/* The colour of a cell in a column (`event`: what a type says behind its dot); "" for none. */
const char *colour_of(const char *column, const char *cell)
{
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        if (strcmp(colours[i].column, column) == 0 && strcmp(colours[i].cell, cell) == 0) {
            return colours[i].colour;
        }
    }
    return "";
}

/* Appends a text in a colour, where colours are wanted. */
void coloured_add(struct show *show, const char *colour, const char *text)
{
    int plain = !show->colour || !*colour || !*text;
    bytes_text(&show->out, plain ? "" : colour);
    bytes_text(&show->out, text);
    bytes_text(&show->out, plain ? "" : "\x1b[0m");
}
