/* notebook_cell.h -- one version of a cell.  Versions do not change: an edit makes a new one, so that undo is to put the old
** one back.  They are counted; the outputs belong to all versions of a cell.
**
**     raw   -- %% train tags=["slow"]\n  local net = …\n  \n        as the file has it; not there in a new cell
**           └───────── head ─────────┘ └─── body ────┘└ tail ┘
**
** What was not edited is printed from raw, so a file keeps its bytes. */
#ifndef REPL_NOTEBOOK_CELL_H
#define REPL_NOTEBOOK_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repl/outputs.h"

typedef enum cell_type {
    CELL_CODE,
    CELL_MARKDOWN,
    CELL_NOTE, /* speaker's notes */
    CELL_RAW,  /* Jupyter's: neither code nor Markdown */
    CELL_HINT,
    CELL_EXERCISE, /* from here on code, too */
    CELL_SETUP,
    CELL_SOLUTION,
    CELL_CHECK,
    CELL_HIDDEN,
} cell_type;
#define CELL_TYPES (CELL_HIDDEN + 1)

typedef struct notebook_cell {
    int references;
    uint64_t id; /* the same for all versions of a cell */
    cell_type type;
    char *title;   /* "" if there is none */
    char *options; /* key=value …, as written */
    char *source;  /* lines end in \n; text without its comment marks; NUL-terminated */
    size_t size;
    uint64_t hash; /* of the source */
    char *raw;     /* NULL: nothing of it is in the file */
    size_t head, body, tail;
    bool head_kept, body_kept; /* still as raw has them */
    outputs *outputs;          /* NULL: never run */
} notebook_cell;

/* A version with copies of these; NULL out of memory. */
notebook_cell *cell_new(uint64_t id, cell_type type, const char *source, size_t size);
/* Another version of CELL to be changed by the cell_set functions before anybody else sees it. */
notebook_cell *cell_copy(const notebook_cell *cell);
notebook_cell *cell_hold(notebook_cell *cell);
void cell_release(notebook_cell *cell);
bool cell_set_source(notebook_cell *cell, const char *source, size_t size);
bool cell_set_type(notebook_cell *cell, cell_type type);
/* Both on one line: what is not plain text becomes a blank. */
bool cell_set_title(notebook_cell *cell, const char *title);
bool cell_set_options(notebook_cell *cell, const char *options);

bool cell_is_code(const notebook_cell *cell);
const char *cell_type_word(cell_type type);                    /* "" for code */
int cell_type_find(const char *word, size_t n);                /* -1: no such type */
bool cell_has_tag(const notebook_cell *cell, const char *tag); /* in tags=["…", …] */
/* The value of option KEY as written, within the options; NULL if there is none. */
const char *cell_option(const notebook_cell *cell, const char *key, size_t *size);
/* The bytes of the option "key=value" at S; 0 if there is none.  *key is the length of the key. */
size_t cell_option_length(const char *s, size_t n, size_t *key);

#endif
