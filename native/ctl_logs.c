/* What processes wrote, as lines to read: time, stream, line; and of several the name of each. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

/* Cells that a name may take before it stands out of its column. */
enum { MOST_NAME = 20 };

static void nothing(struct show *show);
static void row(struct show *show, const struct list *record);
static void name_add(struct show *show, const char *name);

const struct form form_logs = { nothing, row, row, nothing };

static void nothing(struct show *show)
{
    (void)show;
}

/* `Row,name,time,stream,line`; who asked for that very name knows it. */
static void row(struct show *show, const struct list *record)
{
    if (record->count < 5) {
        return;
    }
    clock_add(show, record->at[2]);
    if (show->asked && strcmp(show->asked, record->at[1]) != 0) {
        name_add(show, record->at[1]);
    }
    struct bytes stream = { 0 };
    readable_add(&stream, record->at[3], 0);
    const char *text = stream.at ? stream.at : "";
    bytes_text(&show->out, "  ");
    coloured_add(show, colour_of("stream", text), text);
    free(stream.at);
    bytes_text(&show->out, "  ");
    readable_add(&show->out, record->at[4], 1);
    bytes_char(&show->out, '\n');
}

static void name_add(struct show *show, const char *name)
{
    struct bytes text = { 0 };
    readable_add(&text, name, 0);
    const char *shown = text.at ? text.at : "";
    size_t width = text_width(shown), *wide = &show->wide[0];
    *wide = width > *wide && width <= MOST_NAME ? width : *wide;
    bytes_text(&show->out, "  ");
    bytes_text(&show->out, shown);
    blanks_add(&show->out, width < *wide ? *wide - width : 0);
    free(text.at);
}
