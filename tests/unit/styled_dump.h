/* styled_dump.h -- styled rows as text, for tests: the characters, or what they look like. */
#ifndef STYLED_DUMP_H
#define STYLED_DUMP_H

#include <stdlib.h>

#include "repl/buffer.h"
#include "repl/styled.h"
#include "tests/test.h"

/* All rows, each with a newline; freed by the caller. */
static inline char *rows_text(const styled *s)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    for (int i = 0; i < s->n; i++) {
        char *row = styled_row_text(s, i);
        buffer_puts(&b, row ? row : "?");
        buffer_puts(&b, "\n");
        free(row);
    }
    return buffer_take(&b, NULL);
}

static inline void check_rows(const styled *s, const char *expected)
{
    char *text = rows_text(s);
    CHECK_EQ_STR(text, expected);
    free(text);
}

/* What holds for all rows: none is wider than it may be, widths add up, nothing in them controls a terminal. */
static inline void check_sound(const styled *s)
{
    int next = 0;
    CHECK(!s->failed);
    for (int i = 0; i < s->n; i++) {
        const styled_row *r = &s->rows[i];
        int columns = 0;
        CHECK(r->first >= next && r->first + r->n <= s->ncells);
        next = r->first + r->n;
        for (int k = r->first; k < r->first + r->n; k++) {
            const styled_cell *c = &s->cells[k];
            columns += c->width;
            if (c->code < 0x20 || (c->code >= 0x7f && c->code < 0xa0))
                TEST_FAIL("U+%04x is shown", c->code);
            if (c->code >= 0x202a && c->code <= 0x202e) TEST_FAIL("U+%04x is shown", c->code);
            CHECK(c->width <= 2 && (c->width > 0 || k > r->first));
        }
        if (columns != r->columns || columns > s->columns)
            TEST_FAIL("row %d: %d columns of %d, said to be %d", i, columns, s->columns,
                      r->columns);
    }
}

/* Compares with tests/expected/NAME; ACCEPT=1 in the environment writes what is there now. */
static inline void check_golden(const char *name, const char *text)
{
    char path[200], *expected = calloc(1, 1 << 20);
    snprintf(path, sizeof path, "tests/expected/%s", name);
    if (getenv("ACCEPT")) {
        FILE *file = fopen(path, "wb");
        CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
    }
    FILE *file = fopen(path, "rb");
    if (file) {
        CHECK(fread(expected, 1, (1 << 20) - 1, file) > 0);
        fclose(file);
    }
    if (strcmp(expected, text) != 0)
        TEST_FAIL("%s differs (ACCEPT=1 accepts this):\n%s", path, text);
    free(expected);
}

#endif
