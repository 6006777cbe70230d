/*
 * Events as lines to read: time, number, type, name, the rest. They come one by one, so each column
 * is as wide as what came before it, from the widths most events have.
 */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

enum { SEQ, TYPE, NAME, COLUMNS };

/* Cells of a terminal; what is wider than the most stands out of its column. */
static const size_t least[COLUMNS] = { 5, 16, 10 }, most[COLUMNS] = { 15, 20, 20 };

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void event(struct show *show, const struct list *record);
static void head(struct show *show, char *const *fields, int is_last);
static void cell(struct show *show, int column, const char *escaped, int is_last);
static const char *colour_of_cell(int column, const char *text);

const struct form form_events = { columns, row, event, columns };

static void columns(struct show *show)
{
    (void)show;
}

/* `Row,seq,time,type,name,fields`: the last one is a record within the record. */
static void row(struct show *show, const struct list *record)
{
    if (record->count < 6) {
        return;
    }
    struct list inner = { 0 };
    csv_split(record->at[5], &inner);
    head(show, record->at + 1, !*inner.at[0]);
    for (size_t i = 0; i < inner.count; i++) {
        bytes_text(&show->out, i == 0 && *inner.at[i] ? "  " : i == 0 ? "" : " ");
        readable_add(&show->out, inner.at[i], 0);
    }
    bytes_char(&show->out, '\n');
    free(inner.at);
}

/* `Event,seq,time,type,name,key=value...` or `Gap,first,last`. */
static void event(struct show *show, const struct list *record)
{
    if (strcmp(record->at[0], "Gap") == 0) {
        struct bytes text = { 0 };
        bytes_text(&text, "gap  ");
        readable_add(&text, record->count > 1 ? record->at[1] : "", 0);
        bytes_char(&text, '-');
        readable_add(&text, record->count > 2 ? record->at[2] : "", 0);
        coloured_add(show, colour_alarm, text.at);
        free(text.at);
    }
    else if (record->count > 4) {
        head(show, record->at + 1, record->count == 5);
        for (size_t i = 5; i < record->count; i++) {
            bytes_text(&show->out, i == 5 ? "  " : " ");
            readable_add(&show->out, record->at[i], 0);
        }
    }
    bytes_char(&show->out, '\n');
}

/* seq, time, type, name. */
static void head(struct show *show, char *const *fields, int is_last)
{
    clock_add(show, fields[1]);
    cell(show, SEQ, fields[0], 0);
    cell(show, TYPE, fields[2], 0);
    cell(show, NAME, fields[3], is_last);
}

static void cell(struct show *show, int column, const char *escaped, int is_last)
{
    struct bytes text = { 0 };
    readable_add(&text, escaped, 0);
    const char *shown = text.at ? text.at : "";
    size_t width = text_width(shown), *wide = &show->wide[column];
    *wide = *wide < least[column] ? least[column] : *wide;
    *wide = width > *wide && width <= most[column] ? width : *wide;
    size_t left = width < *wide ? *wide - width : 0;
    blanks_add(&show->out, 2 + (column == SEQ ? left : 0));
    coloured_add(show, colour_of_cell(column, shown), shown);
    blanks_add(&show->out, column == SEQ || is_last ? 0 : left);
    free(text.at);
}

static const char *colour_of_cell(int column, const char *text)
{
    const char *dot = strrchr(text, '.');
    return column == SEQ                   ? colour_faint
           : column == TYPE && dot != NULL ? colour_of("event", dot + 1)
                                           : "";
}
