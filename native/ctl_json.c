/* Rows and events as JSON: one array of objects, or when following an object per line. */
#include "ctl.h"

static void item_begin(struct show *show);
static void array_columns(struct show *show);
static void array_row(struct show *show, const struct list *record);
static void array_event(struct show *show, const struct list *record);
static void array_end(struct show *show);
static void nothing(struct show *show);
static void line_row(struct show *show, const struct list *record);
static void line_event(struct show *show, const struct list *record);

const struct form form_json = { array_columns, array_row, array_event, array_end };
const struct form form_json_lines = { nothing, line_row, line_event, nothing };

static void array_columns(struct show *show)
{
    if (!show->opened) {
        bytes_char(&show->out, '[');
        show->opened = 1;
    }
}

static void array_row(struct show *show, const struct list *record)
{
    item_begin(show);
    json_row(&show->out, &show->columns, record);
}

static void array_event(struct show *show, const struct list *record)
{
    item_begin(show);
    json_event(&show->out, record);
}

static void array_end(struct show *show)
{
    if (show->opened) {
        bytes_text(&show->out, show->items > 0 ? "\n]\n" : "]\n");
    }
}

static void item_begin(struct show *show)
{
    array_columns(show);
    bytes_text(&show->out, show->items++ > 0 ? ",\n" : "\n");
}

static void line_row(struct show *show, const struct list *record)
{
    json_row(&show->out, &show->columns, record);
    bytes_char(&show->out, '\n');
}

static void line_event(struct show *show, const struct list *record)
{
    json_event(&show->out, record);
    bytes_char(&show->out, '\n');
}

static void nothing(struct show *show)
{
    (void)show;
}
