/* about.c -- a line or two about the call that the cursor is in, or the name before it; and words in columns. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"
#include "lua_api/known.h"
#include "lua_api/session.h"
#include "lua_api/text.h"
#include "lua_api/unfinished.h"

typedef struct question {
    const char *text;
    size_t size;
    char *answer;
} question;

static void add_sentence(text *t, const char *help)
{
    const char *end = strstr(help, ". ");
    if (!end) end = help + strlen(help);
    text_puts(t, "\n");
    text_add(t, help, (size_t)(end - help));
}

static void add_callee(text *t, const callee *c)
{
    lua_State *L = t->L;
    if (c->op >= 0) {
        known_call(t, c->op);
        add_sentence(t, ml_ops[c->op].help);
    } else if (c->has_doc) {
        known_signature(t, &c->doc);
        text_puts(t, "\n");
        known_first_sentence(t, &c->doc);
    } else if (c->value.kind == VALUE_LUA && lua_isfunction(L, c->value.idx))
        session_signature(t, c->value.idx, c->value.name);
}

static int answer(lua_State *L)
{
    question *q = lua_touserdata(L, 1);
    unfinished u;
    callee c;
    unfinished_read(&u, L, q->text, q->size);
    if (u.in_comment) return 0;
    text *t = text_new(L);
    int last = u.n - 1;
    /* A whole name is told about itself: as if its bracket had been opened. */
    bool named = last >= 0 && u.t[last].kind == TOKEN_NAME && u.t[last].end == u.end;
    bool known = named && unfinished_callee(&u, u.n, &c);
    if (!known) known = u.open >= 0 && unfinished_callee(&u, u.open, &c);
    if (known) add_callee(t, &c);
    if (t->size == 0) return 0;
    q->answer = malloc(t->size + 1);
    if (q->answer) memcpy(q->answer, t->data, t->size + 1);
    return 0;
}

char *session_about(session *s, const char *code, size_t point)
{
    question q = { .text = code, .size = point };
    session_quietly(s, answer, &q);
    return q.answer;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Without the quote that ends a string: it is there to be inserted, not to be read. */
static size_t shown_length(const char *word)
{
    size_t n = strlen(word);
    return n > 1 && strchr("\"'", word[n - 1]) ? n - 1 : n;
}

char *session_in_columns(char *const words[], int n, int columns, int rows)
{
    size_t longest = 0, room = 64;
    for (int i = 0; i < n; i++) {
        size_t length = shown_length(words[i]);
        if (length > longest) longest = length;
    }
    int width = (int)(longest < 200 ? longest : 200) + 2;
    int across = columns / width > 0 ? columns / width : 1;
    int needed = (n + across - 1) / across;
    if (needed < rows) rows = needed;
    room += (size_t)rows * ((size_t)(across * width) + 2);
    char *out = malloc(room + longest), *p = out;
    if (!out) return NULL;
    int shown = needed > rows ? (rows - 1) * across : n; /* the last row tells how many more */
    int down = (shown + across - 1) / across;
    for (int r = 0; r < down; r++) {
        for (int k = r; k < shown; k += down) {
            size_t length = shown_length(words[k]);
            memcpy(p, words[k], length);
            p += length;
            for (int gap = (int)length; k + down < shown && gap < width; gap++) *p++ = ' ';
        }
        if (r + 1 < down) *p++ = '\n';
    }
    *p = '\0';
    if (shown < n) snprintf(p, 40, "%s... %d more", down ? "\n" : "", n - shown);
    return out;
}
