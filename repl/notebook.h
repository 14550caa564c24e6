/* notebook.h -- a notebook: cells, what can be done to them, and undo of all of it.  Knows no screen and no file.
**
**     notebook   cells    [ c0 c1 c2 … ]                          versions (notebook_cell.h)
**                done     [ step step … ]  ──undo──►  undone      step: changes; change: cells at `at` replaced by others
**
** Every operation is one step.  Cells are counted from 0; ranges are (first, count).  Functions that change something return
** false, with nothing changed, if memory is out or the range is not there. */
#ifndef REPL_NOTEBOOK_H
#define REPL_NOTEBOOK_H

#include "repl/notebook_cell.h"

typedef struct notebook notebook;

notebook *notebook_new(void); /* without cells */
void notebook_free(notebook *nb);

int notebook_count(const notebook *nb);
const notebook_cell *notebook_at(const notebook *nb, int i);
int notebook_find_id(const notebook *nb, uint64_t id); /* -1: not there now */
/* What stands before the first cell, byte by byte: "-- ---" lines with the seed and the title.  Not undone. */
const char *notebook_header(const notebook *nb, size_t *size);
bool notebook_set_header(notebook *nb, const char *header, size_t size);
bool notebook_crlf(const notebook *nb); /* do the file's lines end in \r\n? */
void notebook_set_crlf(notebook *nb, bool crlf);

/* Outputs are not undone: they belong to the cell as long as a version of it lives.  Made when there are none. */
outputs *notebook_outputs(notebook *nb, int i);
bool notebook_set_outputs(notebook *nb, int i, outputs *o); /* holds O; NULL takes them away */

/* ---- operations ------------------------------------------------------------------------------ */

bool notebook_insert(notebook *nb, int at, cell_type type, const char *source, size_t size);
bool notebook_insert_cell(notebook *nb, int at, const notebook_cell *like); /* with a new id */
/* Takes CELL, a version made by its reader, in without a step and with an id of its own: for readers of files. */
bool notebook_append(notebook *nb, notebook_cell *cell);
bool notebook_delete(notebook *nb, int first, int count);
/* Afterwards the range begins at `to`, which is at most notebook_count - count. */
bool notebook_move(notebook *nb, int first, int count, int to);
/* The source before and after byte `offset` become two cells; line ends at the cut go. */
bool notebook_split(notebook *nb, int i, size_t offset);
bool notebook_merge(notebook *nb, int first, int count);
bool notebook_set_type(notebook *nb, int first, int count, cell_type type);
bool notebook_set_title(notebook *nb, int i, const char *title);
bool notebook_set_options(notebook *nb, int i, const char *options);
/* With JOIN, in one step with the edit before it, if that was of the same cell. */
bool notebook_edit(notebook *nb, int i, const char *source, size_t size, bool join);

bool notebook_copy(notebook *nb, int first, int count);
bool notebook_cut(notebook *nb, int first, int count);
int notebook_paste(notebook *nb, int at); /* how many cells; -1 out of memory */
int notebook_clipboard(const notebook *nb);

/* What is done between these is one step; groups may be nested. */
void notebook_begin(notebook *nb);
void notebook_end(notebook *nb);
/* False if there is nothing (more).  *at is a cell to look at, 0 … count; may be NULL. */
bool notebook_undo(notebook *nb, int *at);
bool notebook_redo(notebook *nb, int *at);
/* Is it other than when notebook_saved was called last? */
bool notebook_modified(const notebook *nb);
void notebook_saved(notebook *nb);
uint64_t notebook_version(const notebook *nb); /* differs after every change, returns by undo */

/* ---- search ---------------------------------------------------------------------------------- */

typedef struct notebook_pattern notebook_pattern;

/* TEXT to be found, or with REGEX an extended regular expression (POSIX); NULL, with a message, if it is none. */
notebook_pattern *notebook_pattern_new(const char *text, bool regex, bool ignore_case, char *error,
                                       size_t size);
void notebook_pattern_free(notebook_pattern *p);
typedef struct notebook_match {
    int cell;
    size_t at, size;
} notebook_match;
/* The first match at or after *m, or before it; false if there is none up to the end. */
bool notebook_find(const notebook *nb, const notebook_pattern *p, notebook_match *m,
                   bool backwards);
/* Replaces all matches in the cells of the range, in one step: how many, or -1 out of memory.  In the replacement of a regular
** expression \0 … \9 stand for what matched, \n for a line end. */
int notebook_replace(notebook *nb, const notebook_pattern *p, const char *by, int first, int count);

#endif
