/* tokens.h -- Lua's text cut into tokens, unfinished text included: for the rewriting of cells, completion and colours. */
#ifndef LAB_TOKENS_H
#define LAB_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum token_kind {
    TOKEN_NAME = 'n',
    TOKEN_KEYWORD = 'k',
    TOKEN_STRING = 's',
    TOKEN_NUMBER = '0',
    TOKEN_OPERATOR = 'o',
    TOKEN_COMMENT = 'c',
    TOKEN_BAD = '!', /* one byte that begins no token */
    TOKEN_END = 'e',
} token_kind;

bool token_is_name_char(char c);
bool token_is_keyword(const char *s, size_t n);
extern const char *const token_keywords[]; /* NULL-ended */

/* The end of the token at S, which is no blank, its kind in *KIND.  A string or comment that does not end is cut at
** END (a string in quotes at the end of its line), and *FINISHED is false. */
const char *token_scan(const char *s, const char *end, token_kind *kind, bool *finished);

#endif
