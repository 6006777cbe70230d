/* Bytes into records: no file, no FIFO. archon-log is no library, so its source is taken in here.
 */
#include "../log_lines.c" // NOLINT(bugprone-suspicious-include)

#include "check.h"

static char out[BATCH_MOST];
static char input[READ_MOST];
static struct held held;

#define T "2026-11-20T10:00:00.007Z o "

static size_t cut(const char *bytes, size_t n)
{
    char stamp[STAMP_SIZE];
    stamp_write(stamp, 1795168800007, 'o');
    return lines_cut(&held, stamp, bytes, n, out);
}

static size_t end(void)
{
    char stamp[STAMP_SIZE];
    stamp_write(stamp, 1795168800007, 'o');
    return lines_end(&held, stamp, out);
}

static void is(size_t n, const char *wanted, size_t length, const char *sentence)
{
    bool good = n == length && memcmp(out, wanted, n) == 0;
    check(good, sentence);
    if (!good) {
        printf("#   %zu bytes: %.*s\n", n, (int)n, out);
    }
}

static void stamps(void)
{
    char stamp[STAMP_SIZE];
    stamp_write(stamp, 0, 'e');
    check(memcmp(stamp, "1970-01-01T00:00:00.000Z e ", STAMP_SIZE) == 0,
          "a stamp is ISO 8601 in UTC");
    stamp_write(stamp, 1709164799999, 'a');
    check(memcmp(stamp, "2024-02-28T23:59:59.999Z a ", STAMP_SIZE) == 0, "milliseconds are told");
    stamp_write(stamp, 1709164800000, 'a');
    check(memcmp(stamp, "2024-02-29T00:00:00.000Z a ", STAMP_SIZE) == 0,
          "the next second is another");
}

static void lines(void)
{
#define IS(n, wanted, sentence) is(n, wanted, sizeof wanted - 1, sentence)
    IS(cut("one\ntwo\n", 8), T "one\n" T "two\n", "each line is a record");
    IS(cut("\n\n", 2), T "\n" T "\n", "an empty line is a record too");
    IS(cut("a\0b\r\n\xff\n", 7), T "a\0b\r\n" T "\xff\n", "bytes of a line stay as they are");
    IS(cut("be", 2), "", "a line without its end is held");
    check(held.length == 2, "and known to be");
    IS(cut("gin", 3), "", "and goes on being held");
    IS(cut("ning\nx", 6), T "beginning\n", "until its end comes");
    IS(end(), T "x\n", "or the end of all");
    check(held.length == 0 && held.bytes == NULL, "then nothing is held");
    IS(end(), "", "and the end of nothing is no record");
    IS(cut("last\n", 5) + end(), T "last\n", "nor is there one behind a line break");
}

static size_t fill(size_t n)
{
    memset(input, 'x', sizeof input);
    return cut(input, n);
}

static void long_lines(void)
{
    const size_t record = STAMP_SIZE + 1;
    check(fill(LINE_MOST) == 0, "64 KiB without an end are held");
    check(cut("\n", 1) == LINE_MOST + record, "and are one record when the end follows");
    fill(LINE_MOST);
    check(cut("y\n", 2) == LINE_MOST + record + 1 + record, "one byte more is a second record");
    check(out[STAMP_SIZE + LINE_MOST] == '\n' && out[LINE_MOST + record + STAMP_SIZE] == 'y',
          "that has what the first has not");
    size_t all = fill(LINE_MOST) + fill(LINE_MOST) + fill(LINE_MOST);
    check(all == 2 * (LINE_MOST + record), "of a line of 192 KiB two records are there by then");
    check(held.length == LINE_MOST && held.room <= 2 * LINE_MOST,
          "and no more is held than one is long");
    check(end() == LINE_MOST + record, "the rest is the third");
    fill(LINE_MOST);
    memset(input, '\n', sizeof input);
    check(cut(input, sizeof input) == LINE_MOST + READ_MOST * record, "a read of line breaks fits");
}

int main(void)
{
    stamps();
    lines();
    long_lines();
    return result();
}
