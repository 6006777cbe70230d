/*
 * Undoing the escapes of a reply: `\\`, `\u{hex}` for a character, `\x{hex}` for a byte that is no
 * UTF-8. For reading, whatever could steer a terminal stays escaped.
 */
#include "ctl.h"

static const char *braced(const char *at, uint32_t most, uint32_t *value);

/* One character or byte of an escaped text; returns where the next one begins. Not for the end. */
const char *escape_next(const char *at, struct unit *unit)
{
    unsigned char c = (unsigned char)*at;
    *unit = (struct unit){ .code = c, .is_byte = c >= 0x80 };
    if (c != '\\') {
        return at + 1;
    }
    const char *behind = NULL;
    if (at[1] == '\\') {
        behind = at + 2;
    }
    else if (at[1] == 'u') {
        behind = braced(at + 2, 0x10ffff, &unit->code);
    }
    else if (at[1] == 'x') {
        behind = braced(at + 2, 0xff, &unit->code);
        unit->is_byte = behind != NULL;
    }
    return behind ? behind : at + 1;
}

/* Appends a character as UTF-8; what is no character becomes U+FFFD. */
void utf8_add(struct bytes *to, uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        code = 0xfffd;
    }
    if (code < 0x80) {
        bytes_char(to, (char)code);
        return;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    bytes_char(to, (char)(lead[more] | code >> 6 * more));
    while (more-- > 0) {
        bytes_char(to, (char)(0x80 | (code >> 6 * more & 0x3f)));
    }
}

/* Does a terminal act on it, or does it change the order of what stands around it (UAX 9)? */
int is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* Appends an escaped text as it is to be read; with `tabs` a tab is a tab. */
void readable_add(struct bytes *to, const char *escaped, int tabs)
{
    struct unit unit;
    while (*escaped) {
        escaped = escape_next(escaped, &unit);
        if (unit.is_byte || (is_control(unit.code) && !(tabs && unit.code == '\t'))) {
            bytes_printf(to, "\\%c{%x}", unit.is_byte ? 'x' : 'u', unit.code);
        }
        else {
            utf8_add(to, unit.code);
        }
    }
}

/* Appends the bytes that an escaped text stands for. */
void bytes_unescape(struct bytes *to, const char *escaped)
{
    struct unit unit;
    while (*escaped) {
        escaped = escape_next(escaped, &unit);
        if (unit.is_byte) {
            bytes_char(to, (char)unit.code);
        }
        else {
            utf8_add(to, unit.code);
        }
    }
}

static const char *braced(const char *at, uint32_t most, uint32_t *value)
{
    if (*at++ != '{' || *at == '}') {
        return NULL;
    }
    uint32_t sum = 0;
    for (; *at != '}'; at++) {
        char c = *at;
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        }
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        }
        else {
            return NULL;
        }
        sum = sum * 16 + digit;
        if (sum > most) {
            return NULL;
        }
    }
    *value = sum;
    return at + 1;
}
