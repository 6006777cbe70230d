/* Text broken between words, for a terminal. */
#include "ctl.h"

#include <string.h>

/*
 * Appends a text and ends its last line. It begins at the column `indent` and goes on there in each
 * further line of at most `width` cells; 0: in one line. A word too long for that is left to the
 * terminal.
 */
void wrapped_add(struct bytes *to, const char *text, size_t width, size_t indent)
{
    size_t room = width > indent ? width - indent : 0;
    while (room > 0 && text_width(text) > room) {
        size_t fits = text_fit(text, room), end = fits;
        while (end > 0 && text[end] != ' ') {
            end--;
        }
        end = end > 0 ? end : fits + strcspn(text + fits, " ");
        bytes_add(to, text, end);
        text += end + (text[end] == ' ');
        if (!*text) {
            break;
        }
        bytes_char(to, '\n');
        blanks_add(to, indent);
    }
    bytes_text(to, text);
    bytes_char(to, '\n');
}
