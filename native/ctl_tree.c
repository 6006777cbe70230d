/* The process tree for people: in place of the depth a command is drawn below its parent's. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEST 64

static void columns(struct show *show);
static void row(struct show *show, const struct list *record);
static void end(struct show *show);
static void branch_add(struct bytes *to, const struct show *show, size_t from, size_t depth);
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
    for (size_t i = 0; i < show->cells.count + count; i++) {
        const char *name = show->columns.at[i % count];
        char *cell = i < count ? show->columns.at[i] : show->cells.at[i - count];
        if (i >= count && strcmp(name, "command") == 0) {
            struct bytes text = { 0 };
            size_t from = i - count - i % count;
            branch_add(&text, show, from, depth_at(show, from));
            bytes_text(&text, cell);
            cell = text.at;
        }
        if (strcmp(name, "depth") != 0 && strcmp(name, "ppid") != 0) {
            list_add(i < count ? &named : &drawn, cell);
        }
    }
    show->columns = named;
    show->cells = drawn;
    form_table.end(show);
}

/* `from`: the first cell of the row. */
static void branch_add(struct bytes *to, const struct show *show, size_t from, size_t depth)
{
    for (size_t level = 1; level < depth; level++) {
        bytes_text(to, goes_on(show, from, level) ? "│  " : "   ");
    }
    if (depth > 0) {
        bytes_text(to, goes_on(show, from, depth) ? "├─ " : "└─ ");
    }
}

/* Is there another of that depth below the same parent? */
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
