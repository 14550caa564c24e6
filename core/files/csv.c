/* csv.c -- the numbers of a CSV file as a tensor.  The text is scanned twice: for the size, then
** for the numbers, so that memory is taken once and only for what is there. */
#include <stdio.h>
#include <string.h>

#include "core/files/csv_scan.h"
#include "core/files/file_reader.h"
#include "core/files/files.h"
#include "core/files/number_text.h"
#include "core/iter.h"
#include "core/tensor.h"

enum { MOST_FIELDS = 1 << 20 };

typedef struct csv_table {
    ml_csv_scan start; /* at the first row of data */
    const ml_csv_options *options;
    ml_named header;      /* its names as texts; empty if there is none */
    int64_t rows, fields; /* fields in every row */
    int64_t kept;         /* columns of the result */
    int64_t *place;       /* of each field: its column in the result, or -1 */
} csv_table;

static ml_status no_memory(const csv_table *t)
{
    return ml_fail(ML_MEMORY, "%s: out of memory", t->start.name);
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void trim(ml_csv_field *field)
{
    while (field->n > 0 && (*field->text == ' ' || *field->text == '\t')) field->text++, field->n--;
    while (field->n > 0 && strchr(" \t", field->text[field->n - 1])) field->n--;
}

static bool is_missing(const csv_table *t, const ml_csv_field *field)
{
    static const char *const words[] = { "", "na", "n/a", "nan", "null" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ml_text_equal(field->text, field->n, words[i])) return true;
    for (const char *const *word = t->options->missing; word && *word; word++)
        if (strlen(*word) == field->n && memcmp(*word, field->text, field->n) == 0) return true;
    return false;
}

/* " (column "age")", or "" without a header. */
static const char *column_name(const csv_table *t, int64_t index, char *buf, size_t size)
{
    buf[0] = '\0';
    if (index >= t->header.ntexts) return buf;
    const char *name = t->header.text[index].key;
    snprintf(buf, size, " (\"%s\")", ML_VISIBLE(name, strlen(name)));
    return buf;
}

static ml_status field_fail(const csv_table *t, const ml_csv_field *field, const char *what)
{
    char name[100];
    return ml_csv_fail(&t->start, field->line, field->column, "\"%s\" in field %lld%s %s",
                       ML_VISIBLE(field->text, field->n), (long long)field->index + 1,
                       column_name(t, field->index, name, sizeof name), what);
}

/* The smallest and largest value of an integer dtype. */
static void int_range(ml_dtype dtype, int64_t *least, int64_t *most)
{
    int bits = (int)ml_dtype_size(dtype) * 8;
    *most = dtype == ML_BOOL ? 1 : dtype == ML_U8 ? 255 : INT64_MAX >> (64 - bits);
    *least = dtype == ML_BOOL || dtype == ML_U8 ? 0 : -*most - 1;
}

static ml_status parse_int(const csv_table *t, const ml_csv_field *field, int64_t *out)
{
    int64_t least, most;
    int_range(t->options->dtype, &least, &most);
    if (is_missing(t, field))
        return field_fail(t, field, "is a missing value, which integers lack; use a float dtype");
    if (!ml_text_int(field->text, field->n, out))
        return field_fail(t, field, "is not a whole number");
    if (*out < least || *out > most) return field_fail(t, field, "does not fit in the dtype");
    return ML_OK;
}

static ml_status parse_float(const csv_table *t, const ml_csv_field *field, double *out)
{
    if (ml_text_double(field->text, field->n, out)) return ML_OK;
    if (!is_missing(t, field))
        return field_fail(t, field,
                          "is not a number; leave the column out with `columns`, or say "
                          "with `missing` that it means nothing");
    *out = (double)__builtin_nanf("");
    return ML_OK;
}

/* ---- the header and the columns -------------------------------------------------------------- */

static ml_status add_name(csv_table *t, const ml_csv_field *field)
{
    char *name = ml_alloc(field->n + 1);
    if (!name) return no_memory(t);
    ml_status status = ML_OK;
    if (ml_csv_unquote(field, name) != strlen(name))
        status = field_fail(t, field, "has a zero byte");
    if (status == ML_OK) status = ml_named_add_text(&t->header, name, "");
    ml_free(name, field->n + 1);
    return status;
}

/* Reads the first row: how many fields, and is it a header?  t->start then is at the data. */
static ml_status read_first_row(csv_table *t)
{
    ml_csv_scan s = t->start;
    ml_csv_field field = { 0 };
    bool header = t->options->header != ML_CSV_NO_HEADER;
    if (!ml_csv_more(&s)) return ML_OK;
    while (!field.last) {
        double number;
        ML_TRY(ml_csv_next(&s, &field));
        trim(&field);
        if (++t->fields > MOST_FIELDS)
            return ml_csv_fail(&s, field.line, field.column, "more than %d fields in a row",
                               MOST_FIELDS);
        if (t->options->header == ML_CSV_AUTO &&
            (is_missing(t, &field) || ml_text_double(field.text, field.n, &number)))
            header = false;
        ML_TRY(add_name(t, &field));
    }
    if (header)
        t->start = s;
    else
        ml_named_free(&t->header);
    return ML_OK;
}

static int64_t find_column(const csv_table *t, const ml_csv_column *column)
{
    if (!column->name)
        return column->position >= 0 && column->position < t->fields ? column->position : -1;
    for (int64_t i = 0; i < t->header.ntexts; i++)
        if (strcmp(t->header.text[i].key, column->name) == 0) return i;
    return -1;
}

static ml_status unknown_column(const csv_table *t, const ml_csv_column *column)
{
    char names[256] = "";
    size_t n = 0;
    if (!column->name)
        return ml_fail(ML_VALUE, "%s: column %lld: there are %lld", t->start.name,
                       (long long)column->position + 1, (long long)t->fields);
    if (t->header.ntexts == 0)
        return ml_fail(ML_VALUE, "%s: column \"%s\": the file has no header; use positions",
                       t->start.name, column->name);
    for (int64_t i = 0; i < t->header.ntexts && n < 200; i++) {
        const char *name = t->header.text[i].key;
        n +=
            (size_t)snprintf(names + n, sizeof names - n, " %.30s", ML_VISIBLE(name, strlen(name)));
    }
    return ml_fail(ML_VALUE, "%s: column \"%s\" is unknown; there are%s%s", t->start.name,
                   column->name, names, n < 200 ? "" : " ...");
}

static ml_status choose_columns(csv_table *t)
{
    const ml_csv_options *o = t->options;
    t->kept = o->ncolumns > 0 ? o->ncolumns : t->fields;
    if (t->fields == 0) return ML_OK;
    t->place = ml_alloc((size_t)t->fields * sizeof *t->place);
    if (!t->place) return no_memory(t);
    for (int64_t i = 0; i < t->fields; i++) t->place[i] = o->ncolumns > 0 ? -1 : i;
    for (int64_t i = 0; i < o->ncolumns; i++) {
        int64_t at = find_column(t, &o->columns[i]);
        if (at < 0) return unknown_column(t, &o->columns[i]);
        if (t->place[at] >= 0)
            return ml_fail(ML_VALUE, "%s: column %lld is chosen twice", t->start.name,
                           (long long)at + 1);
        t->place[at] = i;
    }
    return ML_OK;
}

/* ---- the rows -------------------------------------------------------------------------------- */

static ml_status count_rows(csv_table *t)
{
    ml_csv_scan s = t->start;
    while (ml_csv_more(&s)) {
        ml_csv_field field = { 0 };
        int64_t n = 0;
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        for (; !field.last; n++) ML_TRY(ml_csv_next(&s, &field));
        if (n != t->fields)
            return ml_csv_fail(&s, field.line, field.column,
                               "%lld fields in this row, but %lld in the first", (long long)n,
                               (long long)t->fields);
        t->rows++;
    }
    return ML_OK;
}

/* One row's numbers, as int64 for the integer dtypes and double for the others. */
typedef union csv_number {
    double f;
    int64_t i;
} csv_number;

static ml_status read_row(const csv_table *t, ml_csv_scan *s, bool ints, csv_number *row)
{
    ml_csv_field field = { 0 };
    while (!field.last) {
        ML_TRY(ml_csv_next(s, &field));
        int64_t place = t->place[field.index];
        if (place < 0) continue;
        trim(&field);
        ML_TRY(ints ? parse_int(t, &field, &row[place].i) : parse_float(t, &field, &row[place].f));
    }
    return ML_OK;
}

static ml_status read_rows(const csv_table *t, ml_tensor *out)
{
    ml_dtype dtype = t->options->dtype;
    bool ints = !ml_is_float(dtype);
    size_t size = ml_dtype_size(dtype), bytes = (size_t)t->kept * sizeof(csv_number);
    ml_csv_scan s = t->start;
    char *data = ml_data(out);
    csv_number *row = ml_alloc(bytes);
    if (!row) return no_memory(t);
    ml_status status = ML_OK;
    for (int64_t i = 0; i < t->rows && status == ML_OK; i++, data += (size_t)t->kept * size) {
        ml_csv_more(&s);
        if (ml_interrupted())
            status = ml_fail(ML_INTERRUPT, "interrupted");
        else
            status = read_row(t, &s, ints, row);
        if (status == ML_OK)
            ml_convert(dtype, data, (int64_t)size, ints ? ML_I64 : ML_F64, (char *)row,
                       sizeof(csv_number), t->kept);
    }
    ml_free(row, bytes);
    return status;
}

/* ---- the table ------------------------------------------------------------------------------- */

static ml_status take_names(const csv_table *t, ml_named *names)
{
    for (int64_t k = 0; k < t->kept && t->header.ntexts > 0; k++)
        for (int64_t i = 0; i < t->fields; i++)
            if (t->place[i] == k) ML_TRY(ml_named_add_text(names, t->header.text[i].key, ""));
    return ML_OK;
}

static ml_tensor *read_table(csv_table *t, ml_named *names)
{
    if (read_first_row(t) != ML_OK || choose_columns(t) != ML_OK || count_rows(t) != ML_OK)
        return NULL;
    ml_spec spec = { .dtype = t->options->dtype };
    ml_tensor *out = ml_empty(spec, 2, (int64_t[]){ t->rows, t->kept });
    if (!out) return NULL;
    if (t->rows > 0 && read_rows(t, out) != ML_OK) return NULL;
    return !names || take_names(t, names) == ML_OK ? out : NULL;
}

ml_tensor *ml_csv_parse(const char *name, const void *bytes, size_t n,
                        const ml_csv_options *options, ml_named *names)
{
    ml_scope scope;
    csv_table t = { .options = options };
    if (names) *names = (ml_named){ 0 };
    ml_csv_start(&t.start, name, bytes, n, options->delimiter ? options->delimiter : ',');
    ml_scope_open(&scope);
    ml_tensor *out = read_table(&t, names);
    if (!out && names) ml_named_free(names);
    if (t.place) ml_free(t.place, (size_t)t.fields * sizeof *t.place);
    ml_named_free(&t.header);
    return ml_scope_return(&scope, out);
}

static ml_tensor *read_file(ml_reader *r, const ml_csv_options *options, ml_named *names)
{
    char *bytes;
    size_t n, room;
    if (ml_reader_gunzip(r) != ML_OK || ml_read_all(r, &bytes, &n, &room) != ML_OK) return NULL;
    ml_tensor *out = ml_csv_parse(r->name, bytes, n, options, names);
    ml_free(bytes, room);
    return out;
}

ml_tensor *ml_csv_load(const char *path, const ml_csv_options *options, ml_named *names)
{
    ml_reader r;
    if (names) *names = (ml_named){ 0 };
    if (ml_reader_open(&r, path) != ML_OK) return NULL;
    ml_tensor *out = read_file(&r, options, names);
    ml_reader_close(&r);
    return out;
}
