/* patterns.h -- Lua's patterns (section 6.4.1 of its manual), matched by a machine that can be stopped.
**
** Matches, captures, errors and limits are those of Lua's own string library, which cannot be: a pattern such as
** "a*a*a*a*b" takes it years.  This one looks for a stop every few thousand steps. */
#ifndef LAB_PATTERNS_H
#define LAB_PATTERNS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_CAPTURES = 32 };

/* A subject and a pattern, both followed by a zero byte; what was captured by the last match. */
typedef struct pattern_match {
    lua_State *L;
    const char *start, *end, *pattern_end;
    int depth; /* of calls, that are still allowed */
    int fuel;  /* steps until it looks for a stop */
    int captures;
    struct {
        const char *at;
        ptrdiff_t size; /* or one of PATTERN_… */
    } capture[PATTERN_CAPTURES];
} pattern_match;

void pattern_open(pattern_match *m, lua_State *L, const char *s, size_t size,
                  const char *pattern_end);
/* The end of the match of P that begins at S; NULL: there is none.  Raises errors, also a stop. */
const char *pattern_at(pattern_match *m, const char *s, const char *p);
/* The same for the first place from S on where there is one, which becomes *begin. */
const char *pattern_from(pattern_match *m, const char *s, const char *p, const char **begin);
/* Capture I (from 0) of the match [s, e); without captures, number 0 is the whole match.  NULL: it is a position, which is
** pushed. */
const char *pattern_capture(pattern_match *m, int i, const char *s, const char *e, size_t *size);
void pattern_push(pattern_match *m, int i, const char *s, const char *e);
/* Pushes all of them, the whole match if there are none and S is given; how many. */
int pattern_push_all(pattern_match *m, const char *s, const char *e);

#endif
