/* Rows that are texts to read: bare lines, as a file would have them, and sentences. */
#include "ctl.h"

#include <stdlib.h>
#include <string.h>

static void nothing(struct show *show);
static void line(struct show *show, const struct list *record);
static void sentence(struct show *show, const struct list *record);
static void wrapped_add(struct show *show, const char *text);

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
    wrapped_add(show, text.at ? text.at : "");
    free(text.at);
}

/* Broken between words; a word that is longer than a line is left to the terminal. */
static void wrapped_add(struct show *show, const char *text)
{
    while (show->width > 0 && text_width(text) > show->width) {
        size_t fits = text_fit(text, show->width), end = fits;
        while (end > 0 && text[end] != ' ') {
            end--;
        }
        end = end > 0 ? end : fits + strcspn(text + fits, " ");
        bytes_add(&show->out, text, end);
        bytes_char(&show->out, '\n');
        text += end + (text[end] == ' ');
    }
    bytes_text(&show->out, text);
    bytes_char(&show->out, '\n');
}
