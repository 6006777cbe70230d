/* What a process wrote, as lines to read: time (UTC), stream, line. */
#include "ctl.h"

static void nothing(struct show *show);
static void row(struct show *show, const struct list *record);

const struct form form_logs = { nothing, row, row, nothing };

static void nothing(struct show *show)
{
    (void)show;
}

/* `Row,name,time,stream,line` */
static void row(struct show *show, const struct list *record)
{
    for (size_t i = 2; i < record->count; i++) {
        bytes_text(&show->out, i > 2 ? "  " : "");
        readable_add(&show->out, record->at[i], 1);
    }
    bytes_char(&show->out, '\n');
}
