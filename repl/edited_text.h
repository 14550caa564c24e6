/* edited_text.h -- a text that is edited: its bytes, the cursor, and what can be undone.
**
**     done  [ step step … ] ──undo──► undone        step: at, what was there, what came for it, where the cursor was
**
** Steps are found by comparing texts, so whatever changed it, it can be undone.  What is typed letter by letter becomes one
** step up to the end of a word. */
#ifndef REPL_EDITED_TEXT_H
#define REPL_EDITED_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cell_text cell_text;

/* NULL out of memory.  Bytes that are 0 become symbols. */
cell_text *cell_text_new(const char *text, size_t size);
void cell_text_free(cell_text *t);

const char *cell_text_bytes(const cell_text *t, size_t *size); /* NUL-terminated */
size_t cell_text_point(const cell_text *t);
void cell_text_set_point(cell_text *t, size_t point);
/* The text becomes another (NUL-terminated), in one step, or with JOIN as part of the step before.  False out of memory: nothing is changed. */
bool cell_text_set(cell_text *t, const char *text, size_t size, size_t point, bool join);
/* Nothing more is put into the last step. */
void cell_text_close_step(cell_text *t);
bool cell_text_undo(cell_text *t); /* false: there is nothing (more) */
bool cell_text_redo(cell_text *t);
int cell_text_steps(const cell_text *t); /* that can be undone */

#endif
