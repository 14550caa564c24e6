/* percent.h -- the notebook file: a Lua script whose cells begin with lines "-- %% title [type] key=value" (jupytext's
** lua:percent).  Any bytes are a notebook, and print gives parse's bytes back; only cells that were edited are written anew.
**
**     -- ---                              header: front matter, blank lines, "#!", a byte order mark
**     -- moonlab: {format: 1, seed: 42}
**     -- ---
**     local a = 1                         a cell without a marker: the first one only
**     -- %% [markdown]                    a marker; text stands in comments
**     -- # Title                                                                                              */
#ifndef REPL_PERCENT_H
#define REPL_PERCENT_H

#include "repl/buffer.h"
#include "repl/notebook.h"

/* ---- as a notebook --------------------------------------------------------------------------- */

notebook *percent_parse(const char *bytes, size_t size); /* NULL out of memory */
void percent_print(const notebook *nb, buffer *out);     /* to an empty buffer */
/* Are there markers in the file?  Else it is a plain script. */
bool percent_has_markers(const char *bytes, size_t size);
/* The seed and the title in a header; false if it has none.  The title, within the header, ends at *size bytes. */
bool percent_seed(const char *header, size_t size, uint64_t *seed);
const char *percent_header_value(const char *header, size_t size, const char *key, size_t *length);

/* ---- piece by piece -------------------------------------------------------------------------- */

typedef struct percent_reader {
    const char *file;
    size_t size, at;
    int line; /* at `at`, counted from 1 */
} percent_reader;

typedef struct percent_cell {
    const char *head; /* its marker's line, of head_size bytes: 0 if it has none */
    size_t head_size;
    const char *text; /* after it, up to the next marker */
    size_t size;
    int line; /* of the text's first line */
    cell_type type;
} percent_cell;

/* Before the first cell, after the header. */
percent_reader percent_start(const char *file, size_t size);
bool percent_next(percent_reader *r, percent_cell *cell); /* false at the end */

/* Writes N pieces of code as the cells of a new notebook.  False with a message; *exists: there is such a file, which was
** not to be REPLACEd. */
bool percent_write(const char *path, bool replace, uint64_t seed, char *const cells[], int n,
                   bool *exists, char *error, size_t room);

#endif
