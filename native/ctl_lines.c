/* Rows that are texts to read: bare lines, as a file would have them, and sentences. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static void nothing(struct show *show);
static void line(struct show *show, const struct list *record);
static void sentence(struct show *show, const struct list *record);

const struct form form_lines = { nothing, line, line, nothing };
const struct form form_sentences = { nothing, sentence, sentence, nothing };

static void nothing(struct show *show)
{
    (void)show;
}

/* `Row,line`: what goes into a file goes there as it is. */
static void line(struct show *show, const struct list *record)
{
    const char *text = record->count > 1 ? record->at[1] : "";
    if (show->terminal) {
        readable_add(&show->out, text, 1);
    }
    else {
        bytes_unescape(&show->out, text);
    }
    bytes_char(&show->out, '\n');
}

/* `Row,name,sentence`: an empty line between what is said of one name and of the next. */
static void sentence(struct show *show, const struct list *record)
{
    if (record->count < 3) {
        return;
    }
    if (show->group.at && strcmp(show->group.at, record->at[1]) != 0) {
        bytes_char(&show->out, '\n');
    }
    show->group.len = 0;
    bytes_text(&show->group, record->at[1]);
    struct bytes text = { 0 };
    readable_add(&text, record->at[2], 0);
    wrapped_add(&show->out, text.at ? text.at : "", show->width, 0);
    free(text.at);
}
