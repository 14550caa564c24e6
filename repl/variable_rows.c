/* variable_rows.c -- the table of variables, as the session writes it for a wide terminal, made to fit a panel: its head tells
** where its columns are; those that matter most are taken as long as there is room. */
#include <stdlib.h>
#include <string.h>

#include "plot/glyphs.h"
#include "repl/output_rows.h"

#define FIELDS 16
#define GAP    2

typedef struct field {
    const char *name; /* in the head, not NUL-terminated */
    size_t size;
    int start, width; /* columns in the table; the widest text */
    int shown;        /* columns in the panel; 0: left out */
} field;

typedef struct piece {
    const char *s;
    size_t n;
    int columns;
} piece;

/* How many bytes of the line come before COLUMN. */
static size_t bytes_before(const char *s, size_t n, int column)
{
    size_t i = 0;
    plot_glyph glyph;
    for (int at = 0; i < n && at < column; at += glyph.width)
        i += plot_glyph_take(s + i, n - i, PLOT_UTF8, &glyph);
    return i;
}

/* Splits the head where two blanks or more are. */
static int read_head(const char *s, size_t n, field list[FIELDS])
{
    int count = 0;
    for (size_t i = 0; i < n && count < FIELDS;) {
        size_t from = i;
        while (i < n && !(s[i] == ' ' && (i + 1 == n || s[i + 1] == ' '))) i++;
        list[count++] = (field){ .name = s + from, .size = i - from, .start = (int)from };
        while (i < n && s[i] == ' ') i++;
    }
    return count;
}

/* What field K of a line reads. */
static piece piece_of(const char *s, size_t n, const field list[], int count, int k)
{
    size_t from = bytes_before(s, n, list[k].start);
    size_t to = k + 1 < count ? bytes_before(s, n, list[k + 1].start) : n;
    while (to > from && s[to - 1] == ' ') to--;
    return (piece){ s + from, to - from, styled_width(s + from, to - from, PLOT_UTF8) };
}

static bool is_field(const field *f, const char *name)
{
    return f->size == strlen(name) && memcmp(f->name, name, f->size) == 0;
}

/* Gives columns to fields, the most important first. */
static void share(field list[], int count, int columns)
{
    static const char *const order[] = { "name", "shape",  "value", "dtype",
                                         "type", "device", "grad",  "size" };
    int left = columns;
    field *last = NULL;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (int k = 0; k < count; k++) {
            field *f = &list[k];
            if (!is_field(f, order[i])) continue;
            int most = i == 0 && columns >= 24 ? columns / 2 : left, wanted = f->width;
            if (is_field(f, "value") && wanted > columns / 3) wanted = columns / 3, last = f;
            if (wanted > most) wanted = i == 0 ? most : 0;
            f->shown = wanted;
            if (wanted > 0) left -= wanted + GAP;
        }
    if (last && last->shown > 0 && left > 0) last->shown += left;
    if (last && last->shown > last->width) last->shown = last->width;
}

/* TEXT in the next COLUMNS columns of the row, cut with "…" if need be. */
static void put_piece(styled *s, styled *cell, piece p, int columns, style st, bool last)
{
    styled_begin(cell, columns, s->charset, STYLED_CLIP);
    styled_put(cell, p.s, p.n, st, STYLED_NOWHERE);
    styled_end(cell);
    int taken = cell->n > 0 ? cell->rows[0].columns : 0;
    if (cell->n > 0) styled_copy(s, cell, 0);
    if (!last) styled_repeat(s, " ", columns - taken + GAP, STYLE_PLAIN);
}

static style style_of(const field *f, bool head)
{
    style st = { .role = STYLE_PLAIN };
    if (head) return (style){ .role = STYLE_TABLE_HEAD, .flags = STYLE_BOLD };
    if (is_field(f, "name")) st.role = STYLE_KNOWN;
    if (is_field(f, "shape")) st.role = STYLE_NUMBER;
    if (is_field(f, "type") || is_field(f, "dtype")) st.role = STYLE_KEYWORD;
    if (is_field(f, "device") || is_field(f, "size")) st.role = STYLE_NOTE;
    return st;
}

static const char *line_end(const char *s, const char *end)
{
    const char *stop = memchr(s, '\n', (size_t)(end - s));
    return stop ? stop : end;
}

void variable_rows(styled *s, const char *table, size_t size, int columns, plot_charset charset)
{
    field list[FIELDS];
    styled cell = { 0 };
    const char *end = table + size, *stop;
    int count = read_head(table, (size_t)(line_end(table, end) - table), list), last = 0;
    for (const char *line = table; line < end; line = stop + 1) {
        stop = line_end(line, end);
        for (int k = 0; k < count; k++) {
            int n = piece_of(line, (size_t)(stop - line), list, count, k).columns;
            if (n > list[k].width) list[k].width = n;
        }
    }
    styled_begin(s, columns, charset, STYLED_CLIP);
    share(list, count, s->columns);
    for (int k = 0; k < count; k++)
        if (list[k].shown > 0) last = k;
    for (const char *line = table; line < end; line = stop + 1) {
        stop = line_end(line, end);
        for (int k = 0; k < count; k++) {
            if (list[k].shown <= 0) continue;
            piece p = piece_of(line, (size_t)(stop - line), list, count, k);
            put_piece(s, &cell, p, list[k].shown, style_of(&list[k], line == table), k == last);
        }
        styled_end_row(s);
    }
    s->failed = s->failed || cell.failed;
    styled_free(&cell);
}
