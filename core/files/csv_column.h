/* csv_column.h -- one column of a CSV file on its way to a tensor, in two passes over the text:
**
**     for every field: ml_csv_look      what could it be?
**     ml_csv_decide                     the dtype, the tensor
**     for every field: ml_csv_fill      its value into a cell; ml_csv_flush for some rows' cells
**     ml_csv_finish                     the codes of texts in the order of their categories */
#ifndef ML_CSV_COLUMN_H
#define ML_CSV_COLUMN_H

#include "core/files/csv_scan.h"
#include "core/files/files.h"

/* A field's value, int64 for columns of integers and double for the others. */
typedef union ml_csv_cell {
    double f;
    int64_t i;
} ml_csv_cell;

typedef struct ml_csv_builder {
    const ml_csv_scan *scan; /* for messages */
    const ml_csv_options *options;
    const ml_csv_type *type; /* asked for, or NULL */
    const char *name;        /* in the header, or NULL */
    unsigned seen;           /* see csv_column.c */
    bool is_text, ints;      /* ints: its cells are int64 */
    ml_dtype dtype;
    ml_tensor *values; /* of the current scope */
    ml_text_pool pool;
} ml_csv_builder;

/* Spaces and tabs around a field's text are no part of it. */
void ml_csv_trim(ml_csv_field *field);
bool ml_csv_is_missing(const ml_csv_options *options, const ml_csv_field *field);

void ml_csv_look(ml_csv_builder *b, const ml_csv_field *field);
ml_status ml_csv_decide(ml_csv_builder *b, int64_t rows) ML_CHECKED;
ml_status ml_csv_fill(ml_csv_builder *b, const ml_csv_field *field, ml_csv_cell *cell) ML_CHECKED;
void ml_csv_flush(ml_csv_builder *b, const ml_csv_cell *cells, int64_t first, int64_t n);
ml_status ml_csv_finish(ml_csv_builder *b) ML_CHECKED;

#endif
