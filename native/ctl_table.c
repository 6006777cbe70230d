/* Rows as a table: a header, columns two blanks apart, no blanks at the end; a state in its colour.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void end(struct show *show);
static void line(struct show *show, char *const *cells, const size_t *widths, int colour);
static const char *colour_of(const char *state);

/* An event has no table to stand in: requests whose answer holds events have forms of their own. */
const struct form form_table = { columns, row, row, end };

static void columns(struct show *show)
{
    show->cells.count = 0;
}

static void row(struct show *show, const struct list *record)
{
    for (size_t i = 1; i <= show->columns.count; i++) {
        struct bytes cell = { 0 };
        readable_add(&cell, i < record->count ? record->at[i] : "", 0);
        list_add(&show->cells, cell.at ? cell.at : "");
    }
}

static void end(struct show *show)
{
    size_t count = show->columns.count;
    if (count == 0) {
        return;
    }
    size_t *widths = room_for(count, sizeof widths[0]);
    for (size_t i = 0; i < count; i++) {
        widths[i] = text_width(show->columns.at[i]);
    }
    for (size_t i = 0; i < show->cells.count; i++) {
        size_t width = text_width(show->cells.at[i]);
        if (width > widths[i % count]) {
            widths[i % count] = width;
        }
    }
    line(show, show->columns.at, widths, 0);
    for (size_t i = 0; i < show->cells.count; i += count) {
        line(show, show->cells.at + i, widths, show->colour);
    }
    free(widths);
}

static void line(struct show *show, char *const *cells, const size_t *widths, int colour)
{
    size_t blanks = 0;
    for (size_t i = 0; i < show->columns.count; i++) {
        const char *code =
            colour && strcmp(show->columns.at[i], "state") == 0 ? colour_of(cells[i]) : "";
        if (*cells[i]) {
            for (; blanks > 0; blanks--) {
                bytes_char(&show->out, ' ');
            }
        }
        bytes_text(&show->out, code);
        bytes_text(&show->out, cells[i]);
        bytes_text(&show->out, *code ? "\x1b[0m" : "");
        blanks += widths[i] - text_width(cells[i]) + 2;
    }
    bytes_char(&show->out, '\n');
}

static const char *colour_of(const char *state)
{
    static const char *const colours[][2] = {
        { "running", "\x1b[32m" }, { "waiting", "\x1b[33m" },  { "starting", "\x1b[33m" },
        { "paused", "\x1b[33m" },  { "stopping", "\x1b[33m" }, { "backoff", "\x1b[33m" },
        { "failed", "\x1b[31m" },
    };
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        if (strcmp(colours[i][0], state) == 0) {
            return colours[i][1];
        }
    }
    return "";
}
