/*
 * Rows as a table: a header, columns two blanks apart, no blanks at the end. On a terminal numbers
 * stand to the right, and the last column is cut to what is left of the line; where that is next to
 * nothing it has lines of its own below, whole and broken between words.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

/* Cells of a terminal: less for a text that is to be read is too little; how far it is set in
 * below. */
enum { LEAST_ROOM = 24, INDENT = 4 };

struct layout {
    size_t *widths;
    size_t room; /* for the last column; 0: no bound */
    int below;   /* it stands in lines of its own */
};

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void end(struct show *show);
static void layout_find(const struct show *show, struct layout *layout);
static void line(struct show *show, char *const *cells, const struct layout *layout, int head);
static void last(struct show *show, const char *cell, const char *colour,
                 const struct layout *layout, int head);

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
        const char *value = i < record->count ? record->at[i] : "";
        if (!show->terminal || !human_add(&cell, show->columns.at[i - 1], value)) {
            bytes_text(&cell, ""); /* so that there is one */
            readable_add(&cell, value, 0);
        }
        list_add(&show->cells, cell.at);
    }
}

static void end(struct show *show)
{
    size_t count = show->columns.count;
    if (count == 0) {
        return;
    }
    struct layout layout = { .widths = room_for(count, sizeof layout.widths[0]) };
    layout_find(show, &layout);
    line(show, show->columns.at, &layout, 1);
    for (size_t i = 0; i < show->cells.count; i += count) {
        line(show, show->cells.at + i, &layout, 0);
    }
    free(layout.widths);
}

static void layout_find(const struct show *show, struct layout *layout)
{
    size_t count = show->columns.count, before = 0;
    for (size_t i = 0; i < count; i++) {
        layout->widths[i] = text_width(show->columns.at[i]);
    }
    for (size_t i = 0; i < show->cells.count; i++) {
        size_t width = text_width(show->cells.at[i]);
        if (width > layout->widths[i % count]) {
            layout->widths[i % count] = width;
        }
    }
    for (size_t i = 0; i + 1 < count; i++) {
        before += layout->widths[i] + 2;
    }
    if (show->width > 0 && before + layout->widths[count - 1] > show->width) {
        layout->room = show->width > before ? show->width - before : 1;
        layout->below = layout->room < LEAST_ROOM && show->width > LEAST_ROOM;
    }
}

static void line(struct show *show, char *const *cells, const struct layout *layout, int head)
{
    size_t count = show->columns.count, blanks = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = show->columns.at[i];
        const char *colour = head ? colour_head : colour_of(name, cells[i]);
        size_t left = layout->widths[i] - text_width(cells[i]);
        int right = show->terminal && is_number_column(name, strlen(name));
        if (*cells[i]) {
            blanks += right ? left : 0;
            if (i + 1 == count && layout->below && !head) {
                bytes_char(&show->out, '\n');
                blanks = INDENT;
            }
            blanks_add(&show->out, blanks);
            blanks = right ? 2 : left + 2;
        }
        else {
            blanks += layout->widths[i] + 2;
        }
        if (i + 1 == count) {
            last(show, cells[i], colour, layout, head);
        }
        else {
            coloured_add(show, colour, cells[i]);
        }
    }
    bytes_char(&show->out, '\n');
}

static void last(struct show *show, const char *cell, const char *colour,
                 const struct layout *layout, int head)
{
    if (layout->room == 0) {
        coloured_add(show, colour, cell);
        return;
    }
    struct bytes text = { 0 };
    if (layout->below && !head) {
        wrapped_add(&text, cell, show->width, INDENT);
        text.at[text.len - 1] = '\0'; /* line() ends the line */
    }
    else {
        text_cut(&text, cell, layout->room);
    }
    coloured_add(show, colour, text.at ? text.at : "");
    free(text.at);
}
