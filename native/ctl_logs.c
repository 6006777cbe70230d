/* What a process wrote, as lines to read: time (UTC), stream, line; what is no standard output in
 * its colour. */
#include "ctl.h"

#include <string.h>

static void nothing(struct show *show);
static void row(struct show *show, const struct list *record);
static const char *stream_colour(const char *stream);

const struct form form_logs = { nothing, row, row, nothing };

static void nothing(struct show *show)
{
    (void)show;
}

/* `Row,name,time,stream,line` */
static void row(struct show *show, const struct list *record)
{
    for (size_t i = 2; i < record->count; i++) {
        const char *colour = show->colour && i == 3 ? stream_colour(record->at[i]) : "";
        bytes_text(&show->out, i > 2 ? "  " : "");
        bytes_text(&show->out, colour);
        readable_add(&show->out, record->at[i], 1);
        bytes_text(&show->out, *colour ? "\033[0m" : "");
    }
    bytes_char(&show->out, '\n');
}

static const char *stream_colour(const char *stream)
{
    return strcmp(stream, "stderr") == 0   ? "\033[31m"
           : strcmp(stream, "archon") == 0 ? "\033[33m"
                                           : "";
}
