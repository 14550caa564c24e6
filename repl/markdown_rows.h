/* markdown_rows.h -- Markdown as rows: headings, paragraphs, nested and task lists, quotes, code with the colours of Lua, tables,
** rules, emphasis, links, and mathematics as Unicode (math_text.h).  A row with a link has the first one as its target. */
#ifndef REPL_MARKDOWN_ROWS_H
#define REPL_MARKDOWN_ROWS_H

#include "repl/styled.h"

void markdown_rows(styled *s, const char *text, size_t size, int columns, plot_charset charset);

#endif
