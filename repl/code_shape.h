/* code_shape.h -- blocks, brackets and calls in a text of Lua, which may be unfinished.  KINDS is what each byte is, as
** session_highlight tells. */
#ifndef REPL_CODE_SHAPE_H
#define REPL_CODE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#define CODE_INDENT 2

/* How deep in blocks and brackets the end of TEXT is. */
int code_depth(const char *text, size_t size, const char *kinds);
/* The partner of the bracket at POINT or before it; SIZE if there is none. */
size_t code_partner(const char *text, size_t size, const char *kinds, size_t point);
/* The blanks at the line that begins at START. */
int code_indent(const char *text, size_t size, size_t start);
/* How the line at POINT should be indented, for the words that close blocks at its start; not more than it is. */
int code_own_indent(const char *text, size_t size, size_t point, const char *kinds);
/* How a new line after this one, cut at POINT, is indented; *own as above. */
int code_next_indent(const char *text, size_t size, size_t point, const char *kinds, int *own);
/* The call POINT is in: what is called as written ("nn.Linear", "x:sum"), and the argument, from 0. */
bool code_call(const char *text, size_t size, size_t point, const char *kinds, size_t *name,
               size_t *length, int *argument);

#endif
