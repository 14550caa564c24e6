/* code_rows.c -- see code_rows.h. */
#include "repl/code_rows.h"

#include "lua_api/lua_api.h"

#define TAB 4

style code_style(char kind)
{
    style st = { 0 };
    switch (kind) {
    case SESSION_NAME: st.role = STYLE_NAME; break;
    case SESSION_KNOWN: st.role = STYLE_KNOWN; break;
    case SESSION_KEYWORD: st.role = STYLE_KEYWORD; break;
    case SESSION_STRING: st.role = STYLE_STRING; break;
    case SESSION_NUMBER: st.role = STYLE_NUMBER; break;
    case SESSION_OPERATOR: st.role = STYLE_OPERATOR; break;
    case SESSION_COMMENT: st.role = STYLE_COMMENT; break;
    case SESSION_BAD: st.role = STYLE_BAD; break;
    default: break;
    }
    return st;
}

/* Appends the source by stretches of one kind; with its places if they are wanted. */
static void put(styled *s, const char *source, size_t size, const char *kinds, bool placed)
{
    for (size_t i = 0, k; i < size; i = k) {
        char kind = kinds ? kinds[i] : ' ';
        for (k = i + 1; k < size && (!kinds || kinds[k] == kind);) k++;
        styled_put(s, source + i, k - i, code_style(kind), placed ? (uint32_t)i : STYLED_NOWHERE);
    }
}

void code_put(styled *s, const char *source, size_t size, const char *kinds)
{
    put(s, source, size, kinds, false);
}

void code_rows(styled *s, const char *source, size_t size, const char *kinds, int columns,
               plot_charset charset)
{
    styled_begin(s, columns, charset, STYLED_HARD);
    s->tab = TAB;
    put(s, source, size, kinds, true);
    styled_end_row(s);
}
