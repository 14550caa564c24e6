/* code_rows.h -- Lua source as rows with the colours of its syntax; each row knows where in the source it is. */
#ifndef REPL_CODE_ROWS_H
#define REPL_CODE_ROWS_H

#include "repl/styled.h"

/* KINDS: what each byte is, as session_highlight tells; NULL: no colours.  An empty source is one empty row, and so is what
** follows a newline at the end.  styled_find and styled_byte lead from bytes to places and back, styled_mark shows
** selection, matches and brackets. */
void code_rows(styled *s, const char *source, size_t size, const char *kinds, int columns,
               plot_charset charset);
/* The same below what is in S already; without places in a source. */
void code_put(styled *s, const char *source, size_t size, const char *kinds);
/* The style of a byte of that kind. */
style code_style(char kind);

#endif
