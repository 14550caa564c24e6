/* markdown_rows.h -- Markdown as rows: headings, paragraphs, nested and task lists, quotes, code with the colours of Lua, tables,
** rules, emphasis, links, and mathematics as Unicode (math_text.h). */
#ifndef REPL_MARKDOWN_ROWS_H
#define REPL_MARKDOWN_ROWS_H

#include "repl/styled.h"

void markdown_rows(styled *s, const char *text, size_t size, int columns, plot_charset charset);
/* The same below what is in S already. */
void markdown_put(styled *s, const char *text, size_t size);

#endif
