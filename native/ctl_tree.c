/* The process tree for people: in place of the depth a command is drawn below its parent's. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEST 64

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void end(struct show *show);
static void forget(struct show *show);
static int is_shown(const char *column);
static char *branch(const struct show *show, size_t cell);
static int goes_on(const struct show *show, size_t from, size_t depth);
static size_t depth_at(const struct show *show, size_t cell);

const struct form form_tree = { columns, row, row, end };

static void columns(struct show *show)
{
    form_table.columns(show);
}

static void row(struct show *show, const struct list *record)
{
    form_table.row(show, record);
}

static void end(struct show *show)
{
    size_t count = show->columns.count;
    if (count == 0 || strcmp(show->columns.at[0], "depth") != 0) {
        form_table.end(show);
        return;
    }
    struct list drawn = { 0 }, named = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (is_shown(show->columns.at[i])) {
            list_add(&named, show->columns.at[i]);
        }
    }
    for (size_t i = 0; i < show->cells.count; i++) {
        const char *name = show->columns.at[i % count];
        if (is_shown(name)) {
            list_add(&drawn, strcmp(name, "command") == 0 ? branch(show, i) : show->cells.at[i]);
        }
    }
    forget(show);
    show->columns = named;
    show->cells = drawn;
    form_table.end(show);
}

/* What is not shown, or drawn anew. */
static void forget(struct show *show)
{
    size_t count = show->columns.count;
    for (size_t i = 0; i < show->cells.count; i++) {
        const char *name = show->columns.at[i % count];
        if (!is_shown(name) || strcmp(name, "command") == 0) {
            free(show->cells.at[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_shown(show->columns.at[i])) {
            free(show->columns.at[i]);
        }
    }
    free(show->columns.at);
    free(show->cells.at);
}

static int is_shown(const char *column)
{
    return strcmp(column, "depth") != 0 && strcmp(column, "ppid") != 0;
}

/* The command in that cell, with what leads to it. */
static char *branch(const struct show *show, size_t cell)
{
    struct bytes text = { 0 };
    size_t from = cell - cell % show->columns.count, depth = depth_at(show, from);
    for (size_t level = 1; level < depth; level++) {
        bytes_text(&text, goes_on(show, from, level) ? "│  " : "   ");
    }
    if (depth > 0) {
        bytes_text(&text, goes_on(show, from, depth) ? "├─ " : "└─ ");
    }
    bytes_text(&text, show->cells.at[cell]);
    return text.at;
}

/* Is there another of that depth below the same parent? `from`: the first cell of the row. */
static int goes_on(const struct show *show, size_t from, size_t depth)
{
    size_t count = show->columns.count;
    for (size_t i = from + count; i < show->cells.count; i += count) {
        if (depth_at(show, i) <= depth) {
            return depth_at(show, i) == depth;
        }
    }
    return 0;
}

static size_t depth_at(const struct show *show, size_t cell)
{
    long depth = atol(show->cells.at[cell]);
    return depth < 0 ? 0 : depth > DEEPEST ? DEEPEST : (size_t)depth;
}
