/* csv_column.c -- see csv_column.h. */
#include "core/files/csv_column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/files/file_reader.h"
#include "core/files/number_text.h"
#include "core/iter.h"
#include "core/tensor.h"

/* Bits of `seen`. */
enum { BOOL = 1, WHOLE = 2, NUMBER = 4, TEXT = 8, MISSING = 16 };

/* ---- fields ---------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void ml_csv_trim(ml_csv_field *field)
{
    while (field->n > 0 && is_blank(*field->text)) field->text++, field->n--;
    while (field->n > 0 && is_blank(field->text[field->n - 1])) field->n--;
}

static bool is_word(const ml_csv_field *field, const char *word)
{
    return strlen(word) == field->n && memcmp(word, field->text, field->n) == 0;
}

bool ml_csv_is_missing(const ml_csv_options *options, const ml_csv_field *field)
{
    /* pandas.read_csv's na_values */
    static const char *const words[] = {
        "NA",   "NaN",  "nan",  "N/A", "n/a",      "NULL",   "null",    "None",    "#N/A",
        "-NaN", "-nan", "<NA>", "#NA", "#N/A N/A", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
    };
    if (field->n == 0) return true;
    for (const char *const *word = options->missing; word && *word; word++)
        if (is_word(field, *word)) return true;
    if (field->n > 9 || !strchr("Nn#-<1", *field->text)) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(field, words[i])) return true;
    return false;
}

/* True, TRUE, true: 1; False, FALSE, false: 0; else -1. */
static int bool_value(const ml_csv_field *field)
{
    static const char *const words[] = { "False", "True", "FALSE", "TRUE", "false", "true" };
    if (field->n != 4 && field->n != 5) return -1;
    for (int i = 0; i < 6; i++)
        if (is_word(field, words[i])) return i & 1;
    return -1;
}

/* Digits, with a sign or without: what pandas takes for an integer. */
static bool is_whole(const ml_csv_field *field)
{
    size_t i = field->text[0] == '-' || field->text[0] == '+';
    if (i == field->n) return false;
    for (; i < field->n; i++)
        if (field->text[i] < '0' || field->text[i] > '9') return false;
    return true;
}

/* ---- first pass ------------------------------------------------------------------------------ */

static unsigned kind_of(const ml_csv_builder *b, const ml_csv_field *field)
{
    double v;
    int64_t i;
    if (ml_csv_is_missing(b->options, field)) return MISSING;
    if (b->is_text || b->seen & TEXT) return TEXT;
    if (is_whole(field) && ml_text_int(field->text, field->n, &i)) return WHOLE;
    if (ml_text_double(field->text, field->n, &v)) return isnan(v) ? MISSING : NUMBER;
    return bool_value(field) >= 0 ? BOOL : TEXT;
}

void ml_csv_look(ml_csv_builder *b, const ml_csv_field *field)
{
    const unsigned settled = TEXT | MISSING;
    if (b->type && !b->type->text) return;
    if ((b->seen & settled) != settled) b->seen |= kind_of(b, field);
}

static void choose_dtype(ml_csv_builder *b)
{
    bool numbers = b->seen & (WHOLE | NUMBER), missing = b->seen & MISSING;
    if (b->type && !b->type->text) {
        b->dtype = b->type->dtype;
        return;
    }
    b->is_text = b->type || b->seen & TEXT || (b->seen & BOOL && numbers);
    if (b->is_text)
        b->dtype = missing ? ML_F64 : ML_I64;
    else if (missing || b->seen & NUMBER || b->seen == 0)
        b->dtype = b->options->dtype;
    else
        b->dtype = b->seen & BOOL ? ML_BOOL : ML_I64;
}

ml_status ml_csv_decide(ml_csv_builder *b, int64_t rows)
{
    choose_dtype(b);
    b->ints = !ml_is_float(b->dtype);
    b->values = ml_empty((ml_spec){ .dtype = b->dtype }, 1, &rows);
    return b->values ? ML_OK : ml_error_status();
}

/* ---- second pass ----------------------------------------------------------------------------- */

static ml_status field_fail(const ml_csv_builder *b, const ml_csv_field *field, const char *what)
{
    char name[100] = "";
    if (b->name) snprintf(name, sizeof name, " (\"%s\")", ML_VISIBLE(b->name, strlen(b->name)));
    return ml_csv_fail(b->scan, field->line, field->column, "\"%s\" in field %lld%s %s",
                       ML_VISIBLE(field->text, field->n), (long long)field->index + 1, name, what);
}

/* The smallest and largest value of an integer dtype. */
static void int_range(ml_dtype dtype, int64_t *least, int64_t *most)
{
    int bits = (int)ml_dtype_size(dtype) * 8;
    *most = dtype == ML_BOOL ? 1 : dtype == ML_U8 ? 255 : INT64_MAX >> (64 - bits);
    *least = dtype == ML_BOOL || dtype == ML_U8 ? 0 : -*most - 1;
}

static ml_status fill_int(const ml_csv_builder *b, const ml_csv_field *field, int64_t *out)
{
    int64_t least, most;
    int truth = bool_value(field);
    int_range(b->dtype, &least, &most);
    if (ml_csv_is_missing(b->options, field))
        return field_fail(b, field, "is a missing value, which integers lack; use a float dtype");
    if (truth >= 0)
        *out = truth;
    else if (!ml_text_int(field->text, field->n, out))
        return field_fail(b, field, "is not a whole number");
    if (*out < least || *out > most) return field_fail(b, field, "does not fit in the dtype");
    return ML_OK;
}

static ml_status fill_float(const ml_csv_builder *b, const ml_csv_field *field, double *out)
{
    if (ml_csv_is_missing(b->options, field))
        *out = (double)NAN;
    else if (!ml_text_double(field->text, field->n, out)) {
        int truth = bool_value(field);
        *out = truth;
        if (truth < 0)
            return field_fail(b, field, "is not a number; say with `missing` if it means nothing");
    }
    return ML_OK;
}

static ml_status add_text(ml_csv_builder *b, const ml_csv_field *field, const char *text, size_t n,
                          int64_t *number)
{
    bool is_new;
    *number = ml_text_pool_add(&b->pool, text, n, &is_new);
    if (*number == 0) return ml_fail(ML_MEMORY, "%s: out of memory", b->scan->name);
    if (!is_new) return ML_OK;
    if (!ml_is_utf8(text, n))
        return field_fail(b, field, "is not UTF-8; convert the file, as with iconv -f latin1");
    if (memchr(text, 0, n)) return field_fail(b, field, "has a zero byte");
    return ML_OK;
}

static ml_status fill_text(ml_csv_builder *b, const ml_csv_field *field, ml_csv_cell *cell)
{
    int64_t number = 0;
    if (ml_csv_is_missing(b->options, field)) {
        cell->f = (double)NAN;
        return ML_OK;
    }
    if (field->doubled) {
        char *plain = ml_alloc(field->n + 1);
        if (!plain) return ml_fail(ML_MEMORY, "%s: out of memory", b->scan->name);
        ml_status status = add_text(b, field, plain, ml_csv_unquote(field, plain), &number);
        ml_free(plain, field->n + 1);
        ML_TRY(status);
    } else
        ML_TRY(add_text(b, field, field->text, field->n, &number));
    if (b->ints)
        cell->i = number;
    else
        cell->f = (double)number;
    return ML_OK;
}

ml_status ml_csv_fill(ml_csv_builder *b, const ml_csv_field *field, ml_csv_cell *cell)
{
    if (b->is_text) return fill_text(b, field, cell);
    return b->ints ? fill_int(b, field, &cell->i) : fill_float(b, field, &cell->f);
}

void ml_csv_flush(ml_csv_builder *b, const ml_csv_cell *cells, int64_t first, int64_t n)
{
    int64_t size = (int64_t)ml_dtype_size(b->dtype);
    ml_convert(b->dtype, (char *)ml_data(b->values) + first * size, size, b->ints ? ML_I64 : ML_F64,
               (const char *)cells, sizeof *cells, n);
}

ml_status ml_csv_finish(ml_csv_builder *b)
{
    if (!b->is_text || b->pool.n == 0) return ML_OK;
    size_t bytes = (size_t)b->pool.n * sizeof(int64_t);
    int64_t *rank = ml_alloc(bytes), rows = ml_numel(b->values);
    if (!rank || !ml_text_pool_sort(&b->pool, rank)) {
        if (rank) ml_free(rank, bytes);
        return ml_fail(ML_MEMORY, "%s: out of memory", b->scan->name);
    }
    ml_csv_cell *cell = ml_data(b->values); /* int64 or float64 */
    for (int64_t i = 0; i < rows; i++) {
        if (b->ints)
            cell[i].i = rank[cell[i].i - 1];
        else if (!isnan(cell[i].f))
            cell[i].f = (double)rank[(int64_t)cell[i].f - 1];
    }
    ml_free(rank, bytes);
    return ML_OK;
}
