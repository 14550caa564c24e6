/* help_page.h -- one page of the reference, appended to a text. */
#ifndef LAB_HELP_PAGE_H
#define LAB_HELP_PAGE_H

#include "lua_api/lua_docs.h"
#include "lua_api/text.h"

void help_operator_page(text *t, int op); /* of the operator table */
void help_lua_page(text *t, const lua_doc *doc);
/* The first sentence of a doc comment, on one line. */
void help_first_sentence(text *t, const lua_doc *doc);
void help_words(text *t, const char *word, int *column,
                int columns); /* one word of a wrapped list */

#endif
