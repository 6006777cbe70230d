/* How many cells of a terminal a text takes: none for what combines, two for what is wide. */
#include "ctl.h"

struct range {
    uint32_t first, last;
};

/* Unicode 15: the blocks of Mn and Me that occur in names and messages, and of East Asian Wide. */
static const struct range none[] = {
    { 0x0300, 0x036f },   { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x0610, 0x061a },
    { 0x064b, 0x065f },   { 0x0e34, 0x0e3a }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
    { 0x200b, 0x200d },   { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
    { 0xe0100, 0xe01ef },
};
static const struct range wide[] = {
    { 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },   { 0xac00, 0xd7a3 },
    { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
    { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static const char *utf8_next(const char *at, uint32_t *code);
static size_t cells(uint32_t code);
static int is_within(const struct range *ranges, size_t count, uint32_t code);

/* Of a text that utf8_add made. */
size_t text_width(const char *text)
{
    size_t width = 0;
    uint32_t code;
    while (*text) {
        text = utf8_next(text, &code);
        width += cells(code);
    }
    return width;
}

/* How many bytes of a text fit into that many cells. */
size_t text_fit(const char *text, size_t width)
{
    const char *at = text;
    while (*at) {
        uint32_t code;
        const char *next = utf8_next(at, &code);
        if (cells(code) > width) {
            break;
        }
        width -= cells(code);
        at = next;
    }
    return (size_t)(at - text);
}

/* Appends a text, cut to that many cells; a last one then says that there is more. */
void text_cut(struct bytes *to, const char *text, size_t width)
{
    size_t fits = text_fit(text, width);
    if (text[fits] && width > 0) {
        bytes_add(to, text, text_fit(text, width - 1));
        utf8_add(to, 0x2026);
        return;
    }
    bytes_add(to, text, fits);
}

void blanks_add(struct bytes *to, size_t count)
{
    for (; count > 0; count--) {
        bytes_char(to, ' ');
    }
}

static const char *utf8_next(const char *at, uint32_t *code)
{
    unsigned char lead = (unsigned char)*at++;
    *code = lead < 0xc0 ? lead : lead < 0xe0 ? lead & 0x1fu : lead < 0xf0 ? lead & 0xfu : lead & 7u;
    while (((unsigned char)*at & 0xc0) == 0x80) {
        *code = *code << 6 | ((unsigned char)*at++ & 0x3f);
    }
    return at;
}

static size_t cells(uint32_t code)
{
    if (code < 0x300 || is_within(none, sizeof none / sizeof none[0], code)) {
        return code < 0x300;
    }
    return is_within(wide, sizeof wide / sizeof wide[0], code) ? 2 : 1;
}

static int is_within(const struct range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) {
            return 1;
        }
    }
    return 0;
}
