/* terminal_rows.h -- text for a terminal put into rows as the terminal would leave it: with its colours, what was drawn again
** once.  Other escape sequences are dropped, control characters become symbols. */
#ifndef REPL_TERMINAL_ROWS_H
#define REPL_TERMINAL_ROWS_H

#include "repl/styled.h"

/* Appends TEXT in the style BASE, which its escape sequences change.  Of lines of more than LONGEST bytes (0: none is too long)
** the rest is left out, and a note says so. */
void terminal_put(styled *s, const char *text, size_t size, style base, size_t longest);

#endif
