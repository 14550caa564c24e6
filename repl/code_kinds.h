/* code_kinds.h -- what each byte of a text of Lua is, kept while the text is edited: after a change only the lines that it
** touches are looked at again, and what follows if it begins or ends a string or comment of several lines. */
#ifndef REPL_CODE_KINDS_H
#define REPL_CODE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

typedef void code_highlight(void *ctx, const char *text, size_t size,
                            char *kinds); /* session_highlight */

typedef struct code_kinds {
    char *text, *kinds; /* kinds[size] is a blank */
    size_t size, room;
    bool known;
} code_kinds;

/* The kinds of TEXT, valid until the next call; NULL out of memory. */
const char *code_kinds_of(code_kinds *k, const char *text, size_t size, code_highlight *highlight,
                          void *ctx);
void code_kinds_forget(code_kinds *k); /* names have become known: all is looked at again */
void code_kinds_free(code_kinds *k);

#endif
