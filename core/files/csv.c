/* csv.c -- the columns of a CSV file as tensors.  The text is scanned twice: for its size and for
** what its columns hold, then for the values, so that memory is taken once and only for what is
** there. */
#include <stdio.h>
#include <string.h>

#include "core/files/csv_column.h"
#include "core/files/file_reader.h"
#include "core/files/number_text.h"
#include "core/tensor.h"

enum { MOST_FIELDS = 1 << 20, BLOCK = 1 << 16 /* cells that are converted together */ };

typedef struct csv_reading {
    ml_csv_scan start; /* at the first row of data */
    const ml_csv_options *options;
    ml_named header;       /* its names as texts; empty if there is none */
    int64_t rows, fields;  /* fields in every row */
    int64_t kept;          /* columns of the result */
    int64_t *place;        /* of each field: its column in the result, or -1 */
    ml_csv_builder *build; /* of each column of the result */
} csv_reading;

static ml_status no_memory(const csv_reading *t)
{
    return ml_fail(ML_MEMORY, "%s: out of memory", t->start.name);
}

static ml_status next_field(ml_csv_scan *s, ml_csv_field *field)
{
    ML_TRY(ml_csv_next(s, field));
    if (!field->quoted) ml_csv_trim(field);
    return ML_OK;
}

/* ---- the header and the columns -------------------------------------------------------------- */

static ml_status add_name(csv_reading *t, const ml_csv_field *field)
{
    char *name = ml_alloc(field->n + 1);
    if (!name) return no_memory(t);
    ml_status status = ML_OK;
    if (ml_csv_unquote(field, name) != strlen(name) || !ml_is_utf8(name, strlen(name)))
        status = ml_csv_fail(&t->start, field->line, field->column,
                             "the name \"%s\" is not UTF-8 or has a zero byte",
                             ML_VISIBLE(field->text, field->n));
    if (status == ML_OK) status = ml_named_add_text(&t->header, name, "");
    ml_free(name, field->n + 1);
    return status;
}

/* Reads the first row: how many fields, and is it a header?  t->start then is at the data. */
static ml_status read_first_row(csv_reading *t)
{
    ml_csv_scan s = t->start;
    ml_csv_field field = { 0 };
    bool numbers = false, names = false;
    if (!ml_csv_more(&s)) return ML_OK;
    while (!field.last) {
        double number;
        ML_TRY(next_field(&s, &field));
        if (++t->fields > MOST_FIELDS)
            return ml_csv_fail(&s, field.line, field.column, "more than %d fields in a row",
                               MOST_FIELDS);
        numbers = numbers || ml_text_double(field.text, field.n, &number);
        names = names || !ml_csv_is_missing(t->options, &field);
        if (t->options->header != ML_CSV_NO_HEADER) ML_TRY(add_name(t, &field));
    }
    if (t->options->header == ML_CSV_HEADER || (t->header.ntexts > 0 && names && !numbers))
        t->start = s;
    else
        ml_named_free(&t->header);
    return ML_OK;
}

static int64_t find_column(const csv_reading *t, const ml_csv_column *column)
{
    if (!column->name)
        return column->position >= 0 && column->position < t->fields ? column->position : -1;
    for (int64_t i = 0; i < t->header.ntexts; i++)
        if (strcmp(t->header.text[i].key, column->name) == 0) return i;
    return -1;
}

static ml_status unknown_column(const csv_reading *t, const ml_csv_column *column)
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

static ml_status choose_columns(csv_reading *t)
{
    const ml_csv_options *o = t->options;
    t->kept = o->ncolumns > 0 ? o->ncolumns : t->fields;
    if (t->fields == 0) t->kept = 0;
    if (t->kept > t->fields) t->kept = t->fields; /* then one is unknown or chosen twice */
    if (t->fields == 0) return ML_OK;
    t->place = ml_alloc((size_t)t->fields * sizeof *t->place);
    if (!t->place) return no_memory(t);
    t->build = ml_alloc((size_t)t->kept * sizeof *t->build);
    if (!t->build) return no_memory(t);
    memset(t->build, 0, (size_t)t->kept * sizeof *t->build);
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

static ml_status prepare_columns(csv_reading *t)
{
    for (int64_t i = 0; i < t->fields; i++) {
        if (t->place[i] < 0) continue;
        ml_csv_builder *b = &t->build[t->place[i]];
        b->scan = &t->start, b->options = t->options;
        if (t->header.ntexts > 0) b->name = t->header.text[i].key;
    }
    for (int64_t i = 0; i < t->options->ntypes && t->fields > 0; i++) {
        const ml_csv_type *type = &t->options->types[i];
        int64_t at = find_column(t, &type->column);
        if (at < 0) return unknown_column(t, &type->column);
        if (t->place[at] < 0) continue;
        t->build[t->place[at]].type = type;
        t->build[t->place[at]].is_text = type->text;
    }
    return ML_OK;
}

/* ---- the rows -------------------------------------------------------------------------------- */

static ml_status look_at_rows(csv_reading *t)
{
    ml_csv_scan s = t->start;
    while (ml_csv_more(&s)) {
        ml_csv_field field = { 0 };
        int64_t n = 0;
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        for (; !field.last; n++) {
            ML_TRY(next_field(&s, &field));
            if (n < t->fields && t->place[n] >= 0) ml_csv_look(&t->build[t->place[n]], &field);
        }
        if (n != t->fields)
            return ml_csv_fail(&s, field.line, field.column,
                               "%lld fields in this row, but %lld in the first", (long long)n,
                               (long long)t->fields);
        t->rows++;
    }
    return ML_OK;
}

/* Row I of the block: cells of one column stand side by side, BLOCK_ROWS of them. */
static ml_status fill_row(csv_reading *t, ml_csv_scan *s, ml_csv_cell *cells, int64_t block_rows,
                          int64_t i)
{
    ml_csv_field field = { 0 };
    ml_csv_more(s);
    while (!field.last) {
        ML_TRY(next_field(s, &field));
        int64_t place = t->place[field.index];
        if (place < 0) continue;
        ML_TRY(ml_csv_fill(&t->build[place], &field, &cells[place * block_rows + i]));
    }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

static ml_status fill_rows(csv_reading *t, ml_csv_cell *cells, int64_t block_rows)
{
    ml_csv_scan s = t->start;
    for (int64_t first = 0, n; first < t->rows; first += n) {
        n = t->rows - first < block_rows ? t->rows - first : block_rows;
        for (int64_t i = 0; i < n; i++) ML_TRY(fill_row(t, &s, cells, block_rows, i));
        for (int64_t k = 0; k < t->kept; k++)
            ml_csv_flush(&t->build[k], cells + k * block_rows, first, n);
    }
    return ML_OK;
}

static ml_status read_rows(csv_reading *t)
{
    if (t->rows == 0 || t->kept == 0) return ML_OK;
    int64_t block_rows = BLOCK / t->kept > 0 ? BLOCK / t->kept : 1;
    if (block_rows > t->rows) block_rows = t->rows;
    size_t bytes = (size_t)(block_rows * t->kept) * sizeof(ml_csv_cell);
    ml_csv_cell *cells = ml_alloc(bytes);
    if (!cells) return no_memory(t);
    ml_status status = fill_rows(t, cells, block_rows);
    ml_free(cells, bytes);
    return status;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Moves what was built to OUT. */
static ml_status hand_over(csv_reading *t, ml_csv_table *out)
{
    if (t->kept == 0) return ML_OK;
    size_t bytes = (size_t)t->kept * sizeof *out->column;
    out->column = ml_alloc(bytes);
    if (!out->column) return no_memory(t);
    memset(out->column, 0, bytes);
    out->rows = t->rows, out->n = t->kept;
    for (int64_t k = 0; k < t->kept; k++) {
        ml_csv_builder *b = &t->build[k];
        ml_csv_values *column = &out->column[k];
        if (b->name) {
            column->name = ml_alloc(strlen(b->name) + 1);
            if (!column->name) return no_memory(t);
            strcpy(column->name, b->name);
        }
        column->values = ml_retain(b->values);
        column->is_text = b->is_text;
        column->categories = b->pool;
        b->pool = (ml_text_pool){ 0 };
    }
    return ML_OK;
}

static ml_status read_table(csv_reading *t, ml_csv_table *out)
{
    if (t->start.n >= 2 &&
        (memcmp(t->start.text, "\xff\xfe", 2) == 0 || memcmp(t->start.text, "\xfe\xff", 2) == 0))
        return ml_fail(ML_FORMAT, "%s: line 1, column 1: the file is UTF-16; save it as UTF-8",
                       t->start.name);
    ML_TRY(read_first_row(t));
    ML_TRY(choose_columns(t));
    ML_TRY(prepare_columns(t));
    ML_TRY(look_at_rows(t));
    for (int64_t k = 0; k < t->kept; k++) ML_TRY(ml_csv_decide(&t->build[k], t->rows));
    ML_TRY(read_rows(t));
    for (int64_t k = 0; k < t->kept; k++) ML_TRY(ml_csv_finish(&t->build[k]));
    return hand_over(t, out);
}

ml_status ml_csv_parse(const char *name, const void *bytes, size_t n, const ml_csv_options *options,
                       ml_csv_table *out)
{
    ml_scope scope;
    csv_reading t = { .options = options };
    *out = (ml_csv_table){ 0 };
    ml_csv_start(&t.start, name, bytes, n, options->delimiter ? options->delimiter : ',');
    ml_scope_open(&scope);
    ml_status status = read_table(&t, out);
    if (status != ML_OK) ml_csv_free(out);
    for (int64_t k = 0; k < t.kept && t.build; k++) ml_text_pool_free(&t.build[k].pool);
    if (t.build) ml_free(t.build, (size_t)t.kept * sizeof *t.build);
    if (t.place) ml_free(t.place, (size_t)t.fields * sizeof *t.place);
    ml_named_free(&t.header);
    ml_scope_close(&scope);
    return status;
}

static ml_status read_file(ml_reader *r, const ml_csv_options *options, ml_csv_table *out)
{
    char *bytes;
    size_t n, room;
    ML_TRY(ml_reader_gunzip(r));
    ML_TRY(ml_read_all(r, &bytes, &n, &room));
    ml_status status = ml_csv_parse(r->name, bytes, n, options, out);
    ml_free(bytes, room);
    return status;
}

ml_status ml_csv_load(const char *path, const ml_csv_options *options, ml_csv_table *out)
{
    ml_reader r;
    *out = (ml_csv_table){ 0 };
    ML_TRY(ml_reader_open(&r, path));
    ml_status status = read_file(&r, options, out);
    ml_reader_close(&r);
    return status;
}

void ml_csv_free(ml_csv_table *table)
{
    for (int64_t k = 0; k < table->n; k++) {
        ml_csv_values *column = &table->column[k];
        if (column->name) ml_free(column->name, strlen(column->name) + 1);
        ml_release(column->values);
        ml_text_pool_free(&column->categories);
    }
    if (table->column) ml_free(table->column, (size_t)table->n * sizeof *table->column);
    *table = (ml_csv_table){ 0 };
}
