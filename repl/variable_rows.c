/* variable_rows.c -- the variables of the session as a table for a panel: the fields that matter most are shown as long as there is
** room for them. */
#include <string.h>

#include "repl/output_rows.h"

#define GAP 2

/* As they stand in the table; `rank` is how soon one is given its columns. */
static const struct {
    const char *name;
    int rank;
    style_role role;
} fields[] = { { "name", 0, STYLE_KNOWN },   { "type", 4, STYLE_KEYWORD },
               { "shape", 1, STYLE_NUMBER }, { "dtype", 3, STYLE_KEYWORD },
               { "device", 5, STYLE_NOTE },  { "grad", 6, STYLE_PLAIN },
               { "size", 7, STYLE_NOTE },    { "value", 2, STYLE_PLAIN } };
enum { FIELDS = sizeof fields / sizeof *fields, VALUE = FIELDS - 1 };

static const char *text_of(const json_t *variable, int k)
{
    const char *text = json_string_value(json_object_get(variable, fields[k].name));
    return text ? text : "";
}

static int width_of(const char *text)
{
    return styled_width(text, strlen(text), PLOT_UTF8);
}

/* The columns that field K would take; 0 if no variable has it. */
static int wanted_by(const json_t *variables, int k)
{
    size_t i;
    int most = 0;
    const json_t *variable;
    json_array_foreach(variables, i, variable)
    {
        int n = width_of(text_of(variable, k));
        if (n > most) most = n;
    }
    int head = width_of(fields[k].name);
    return most == 0 || most > head ? most : head;
}

/* Gives columns to fields. */
static void share(const json_t *variables, int shown[FIELDS], int columns)
{
    int left = columns + GAP, value = wanted_by(variables, VALUE);
    for (int rank = 0; rank < FIELDS; rank++)
        for (int k = 0; k < FIELDS; k++) {
            if (fields[k].rank != rank) continue;
            int wanted = wanted_by(variables, k);
            if (k == VALUE && wanted > columns / 3) wanted = columns / 3;
            if (rank == 0 && wanted > columns / 2 && columns >= 24) wanted = columns / 2;
            if (rank == 0 && wanted > columns) wanted = columns;
            shown[k] = wanted + GAP <= left ? wanted : 0;
            if (shown[k] > 0) left -= shown[k] + GAP;
        }
    if (shown[VALUE] > 0 && left > 0) shown[VALUE] += left;
    if (shown[VALUE] > value) shown[VALUE] = value;
}

/* A text in COLUMNS columns of the row, cut with "…" if need be. */
static void put_field(styled *s, styled *cell, const char *text, int columns, style st, bool last)
{
    styled_begin(cell, columns, s->charset, STYLED_CLIP);
    styled_put(cell, text, strlen(text), st, STYLED_NOWHERE);
    styled_end(cell);
    int taken = cell->n > 0 ? cell->rows[0].columns : 0;
    if (cell->n > 0) styled_copy(s, cell, 0);
    if (!last) styled_repeat(s, " ", columns - taken + GAP, STYLE_PLAIN);
}

/* VARIABLE, or the head if it is NULL. */
static void put_row(styled *s, styled *cell, const json_t *variable, const int shown[FIELDS])
{
    int last = 0;
    for (int k = 0; k < FIELDS; k++)
        if (shown[k] > 0) last = k;
    for (int k = 0; k <= last; k++) {
        style st = { .role = (uint8_t)(variable ? fields[k].role : STYLE_TABLE_HEAD),
                     .flags = variable ? 0 : STYLE_BOLD };
        const char *text = variable ? text_of(variable, k) : fields[k].name;
        if (shown[k] > 0) put_field(s, cell, text, shown[k], st, k == last);
    }
    styled_end_row(s);
}

void variable_rows(styled *s, const json_t *variables, int columns, plot_charset charset)
{
    int shown[FIELDS];
    size_t i;
    const json_t *variable;
    styled cell = { 0 };
    styled_begin(s, columns, charset, STYLED_CLIP);
    share(variables, shown, s->columns);
    if (json_array_size(variables) > 0) put_row(s, &cell, NULL, shown);
    json_array_foreach(variables, i, variable) put_row(s, &cell, variable, shown);
    s->failed = s->failed || cell.failed;
    styled_free(&cell);
}
