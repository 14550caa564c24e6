/* percent_line.h -- lines of the percent format, for its reader and its printer. */
#ifndef REPL_PERCENT_LINE_H
#define REPL_PERCENT_LINE_H

#include "repl/percent.h"

#define PERCENT_MARKER "-- %%"

typedef struct percent_marker { /* points into the marker's line; NULL: not there */
    cell_type type;
    const char *title, *options;
    size_t title_size, options_size, type_at, type_size;
} percent_marker;

size_t percent_line_length(const char *s, size_t n); /* of the first line, with its end */
bool percent_is_marker(const char *s, size_t n);
void percent_read_marker(const char *line, size_t n, percent_marker *m);
/* The bytes before the first cell. */
size_t percent_header_size(const char *s, size_t n);

#endif
