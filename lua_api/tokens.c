/* tokens.c -- see tokens.h. */
#include "lua_api/tokens.h"

#include <ctype.h>
#include <string.h>

const char *const token_keywords[] = { "and",   "break", "do",       "else",  "elseif", "end",
                                       "false", "for",   "function", "goto",  "if",     "in",
                                       "local", "nil",   "not",      "or",    "repeat", "return",
                                       "then",  "true",  "until",    "while", NULL };

bool token_is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool token_is_keyword(const char *s, size_t n)
{
    for (int i = 0; token_keywords[i]; i++)
        if (strlen(token_keywords[i]) == n && memcmp(token_keywords[i], s, n) == 0) return true;
    return false;
}

/* Length of a long bracket's opening at s ("[==["), its level in *level; 0 if there is none. */
static size_t long_open(const char *s, const char *end, size_t *level)
{
    const char *p = s;
    if (p == end || *p++ != '[') return 0;
    *level = 0;
    while (p < end && *p == '=') p++, (*level)++;
    return p < end && *p == '[' ? (size_t)(p + 1 - s) : 0;
}

/* The end of a long string whose text begins at s; NULL if it is unfinished. */
static const char *long_close(const char *s, const char *end, size_t level)
{
    for (; s < end; s++) {
        if (*s != ']') continue;
        const char *p = s + 1;
        size_t n = 0;
        while (p < end && *p == '=') p++, n++;
        if (n == level && p < end && *p == ']') return p + 1;
    }
    return NULL;
}

static const char *skip_comment(const char *s, const char *end) /* s is after "--" */
{
    size_t level, open = long_open(s, end, &level);
    if (open) return long_close(s + open, end, level);
    while (s < end && *s != '\n') s++;
    return s;
}

/* s is at the quote.  *stop is where an unfinished one is cut. */
static const char *skip_string(const char *s, const char *end, const char **stop)
{
    char quote = *s++;
    *stop = end;
    while (s < end && *s != quote) {
        if (*s == '\n') return *stop = s, NULL;
        if (*s == '\\' && ++s < end && *s == 'z') {
            while (s + 1 < end && isspace((unsigned char)s[1])) s++;
        } else if (s + 1 < end && *s == '\r' && s[1] == '\n')
            s++;
        if (s < end) s++;
    }
    return s < end ? s + 1 : NULL;
}

static const char *skip_number(const char *s, const char *end)
{
    const char *exponent = "eE";
    if (*s == '0' && s + 1 < end && (s[1] == 'x' || s[1] == 'X')) exponent = "pP", s += 2;
    while (s < end) {
        if (strchr(exponent, *s) && *s) {
            s++;
            if (s < end && (*s == '+' || *s == '-')) s++;
        } else if (token_is_name_char(*s) || *s == '.')
            s++;
        else
            break;
    }
    return s;
}

static size_t operator_length(const char *s, size_t n)
{
    static const char *const longer[] = { "...", "..", "==", "~=", "<=",
                                          ">=",  "//", "::", "<<", ">>" };
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t length = strlen(longer[i]);
        if (n >= length && memcmp(s, longer[i], length) == 0) return length;
    }
    return *s && strchr("+-*/%^#&~|<>=(){}[];:,.", *s) ? 1 : 0;
}

/* What token_scan returns for something that should end at CLOSED, but is cut at STOP where that is NULL. */
static const char *closed_or_cut(const char *closed, const char *stop, bool *finished)
{
    *finished = closed != NULL;
    return closed ? closed : stop;
}

const char *token_scan(const char *s, const char *end, token_kind *kind, bool *finished)
{
    size_t level, open, n = (size_t)(end - s);
    const char *stop, *closed;
    *finished = true;
    if (n >= 2 && s[0] == '-' && s[1] == '-') {
        *kind = TOKEN_COMMENT;
        return closed_or_cut(skip_comment(s + 2, end), end, finished);
    }
    if ((open = long_open(s, end, &level))) {
        *kind = TOKEN_STRING;
        return closed_or_cut(long_close(s + open, end, level), end, finished);
    }
    if (*s == '"' || *s == '\'') {
        *kind = TOKEN_STRING;
        closed = skip_string(s, end, &stop);
        return closed_or_cut(closed, stop, finished);
    }
    if (isdigit((unsigned char)*s) || (*s == '.' && n > 1 && isdigit((unsigned char)s[1])))
        return *kind = TOKEN_NUMBER, skip_number(s, end);
    if (token_is_name_char(*s)) {
        const char *p = s;
        while (p < end && token_is_name_char(*p)) p++;
        return *kind = token_is_keyword(s, (size_t)(p - s)) ? TOKEN_KEYWORD : TOKEN_NAME, p;
    }
    size_t length = operator_length(s, n);
    return *kind = length ? TOKEN_OPERATOR : TOKEN_BAD, s + (length ? length : 1);
}
