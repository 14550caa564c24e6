/* markdown_html.h -- Markdown as HTML: headings, paragraphs, lists, quotes, code, tables, rules, emphasis, links.  HTML in
** the text stays text, and a link leads to the web, to mail or to a file beside the page: nothing in it can run. */
#ifndef REPL_MARKDOWN_HTML_H
#define REPL_MARKDOWN_HTML_H

#include "repl/buffer.h"

void markdown_to_html(buffer *out, const char *text, size_t size);
/* Appends TEXT with <, >, & and quotes as entities. */
void html_escape(buffer *out, const char *text, size_t size);

#endif
