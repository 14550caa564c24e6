/* text.h -- text that is built piece by piece, made safe to print, and compared: for the files of lua_api that
** write messages, values and help. */
#ifndef LAB_TEXT_H
#define LAB_TEXT_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* A growing string, kept in a userdata so that a Lua error releases it.  data is never NULL and always
** ends in '\0'. */
typedef struct text {
    lua_State *L;
    char *data;
    size_t size, room;
    bool colors; /* goes to the session's output alone: our renderers may add escape sequences */
} text;

text *text_new(lua_State *L); /* pushes the userdata that owns it */
void text_add(text *t, const char *s, size_t n);
void text_puts(text *t, const char *s);
void text_format(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_insert(text *t, size_t at, const char *s);
void text_repeat(text *t, const char *s, int times);
/* Appends S so that no control character, broken UTF-8 or direction override remains: they appear as symbols
** (␛) or escapes (\u{202e}).  Newlines and tabs stay when LINES. */
void text_visible(text *t, const char *s, size_t n, bool lines);
/* Is S free of all that text_visible would change (newlines and tabs allowed)? */
bool text_is_plain(const char *s, size_t n);
int text_columns(const char *s, size_t n); /* it takes on a terminal */
/* Pushes the text as a Lua string (the userdata stays where it is). */
void text_push(const text *t);

/* The edit distance of two names, transpositions counting 1 and a change of case nothing; LIMIT + 1 when it
** is greater than LIMIT. */
int text_distance(const char *a, const char *b, int limit);
/* Keeps the nearest of the names it is shown.  Start with text_near_start(&n, "name"). */
typedef struct text_near {
    const char *wanted;
    int distance;
    char best[96]; /* "" when nothing was near */
} text_near;
void text_near_start(text_near *n, const char *wanted);
void text_near_try(text_near *n, const char *candidate);

#endif
