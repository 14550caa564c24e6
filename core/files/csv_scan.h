/* csv_scan.h -- CSV text field by field, with the place of each, whatever the fields are used
** for.
**
**     while more rows:  while !field.last:  ml_csv_next
**
** A quoted field may hold delimiters, line ends, and quotes written twice.  The scanner keeps no
** field: TEXT points into the text that is scanned. */
#ifndef ML_CSV_SCAN_H
#define ML_CSV_SCAN_H

#include "core/moonlab.h"

typedef struct ml_csv_scan {
    const char *name; /* of the file, for messages */
    const char *text;
    size_t n, at;
    char delimiter;
    int64_t line; /* of `at`, from 1 */
    size_t line_start;
    int64_t field; /* of the row, from 0 */
} ml_csv_scan;

typedef struct ml_csv_field {
    const char *text; /* between the quotes, if it is quoted */
    size_t n;
    int64_t line, column; /* where it begins, from 1; columns are bytes */
    int64_t index;        /* in its row, from 0 */
    bool quoted;
    bool doubled; /* has quotes written twice: ml_csv_unquote */
    bool last;    /* of its row */
} ml_csv_field;

/* At the beginning of TEXT, behind a byte order mark. */
void ml_csv_start(ml_csv_scan *s, const char *name, const char *text, size_t n, char delimiter);
/* Passes over empty lines; is there another row? */
bool ml_csv_more(ml_csv_scan *s);
ml_status ml_csv_next(ml_csv_scan *s, ml_csv_field *field) ML_CHECKED;
/* The field's text into BUF, which has room for field->n + 1 bytes; returns its length. */
size_t ml_csv_unquote(const ml_csv_field *field, char *buf);

/* "PATH: line L, column C: " and the message. */
ml_status ml_csv_fail(const ml_csv_scan *s, int64_t line, int64_t column, const char *format, ...)
    ML_PRINTF(4, 5);

#endif
