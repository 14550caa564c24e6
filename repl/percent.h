/* percent.h -- the notebook file: a Lua script whose cells begin with lines "-- %% title [type] key=value". */
#ifndef REPL_PERCENT_H
#define REPL_PERCENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct percent_cell {
    const char *text; /* after its marker; in the file's text */
    size_t size;
    int line;  /* of its first line, counted from 1 */
    bool code; /* no [type] in its marker */
} percent_cell;

/* The cell at *at, which moves on; false at the end.  What stands before the first marker is a cell too. */
bool percent_next(const char *file, size_t size, size_t *at, percent_cell *cell);

/* Writes N pieces of code as the cells of a notebook: to a new file, synced, then given the name PATH.  False, and errno
** tells why: EEXIST if there is one and it may not be REPLACEd. */
bool percent_write(const char *path, bool replace, uint64_t seed, char *const cells[], int n);

#endif
