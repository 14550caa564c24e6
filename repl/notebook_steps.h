/* notebook_steps.h -- the inside of a notebook, for the files notebook*.c. */
#ifndef REPL_NOTEBOOK_STEPS_H
#define REPL_NOTEBOOK_STEPS_H

#include "repl/notebook.h"

typedef struct change { /* the cells old[0 … nold) at `at` became new[0 … nnew); both are held */
    int at, nold, nnew;
    notebook_cell **old, **new;
} change;

typedef struct step {
    change *changes;
    int n;
    uint64_t serial; /* the version that it led to */
    uint64_t edited; /* the id of the cell whose source alone it changed; 0: it is no such step */
    size_t bytes;    /* about what it keeps alive */
} step;

typedef struct steps {
    step *list;
    int n, room;
} steps;

struct notebook {
    notebook_cell **cells; /* held */
    int n, room;
    char *header;
    size_t header_size;
    bool crlf;
    uint64_t next_id, next_serial;
    steps done, undone;
    step open; /* while depth > 0 */
    int depth;
    bool failed;               /* in the open step: it will be taken back */
    size_t bytes;              /* of the steps done */
    uint64_t oldest, saved;    /* versions: before the first step that is known; of the file */
    notebook_cell **clipboard; /* held */
    int nclipboard;
};

/* In an open step: the NOLD cells at AT become these, which the caller goes on holding.  False out of memory. */
bool steps_replace(notebook *nb, int at, int nold, notebook_cell *const *cells, int n);
/* notebook_end, with what the step is (see struct step); false if it was taken back. */
bool steps_commit(notebook *nb, uint64_t edited, bool joins);

#endif
