/* patterns.c -- see patterns.h.  A backtracking matcher: what follows a repetition or a parenthesis is matched by a call
** of its own, all else by going on.  Such calls nest to a depth of DEPTH at most, as they do in Lua. */
#include "lua_api/patterns.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

#include "lua_api/session.h"

enum {
    DEPTH = 200,
    FUEL = 1 << 14,
    OPEN = -1,     /* capture.size: not closed yet */
    POSITION = -2, /* of (), whose value is a place */
};

/* ---- stops ----------------------------------------------------------------------------------- */

static void refuel(pattern_match *m)
{
    session_poll(m->L);
    m->fuel = FUEL;
}

static inline void burn(pattern_match *m, ptrdiff_t steps)
{
    if ((m->fuel -= steps < FUEL ? (int)steps : FUEL) < 0) refuel(m);
}

void pattern_open(pattern_match *m, lua_State *L, const char *s, size_t size,
                  const char *pattern_end)
{
    m->L = L;
    m->start = s, m->end = s + size, m->pattern_end = pattern_end;
    m->fuel = FUEL;
    m->captures = 0;
}

/* ---- one character --------------------------------------------------------------------------- */

/* What follows the class, the set or the character at p. */
static const char *item_end(const pattern_match *m, const char *p)
{
    if (*p == '%') {
        if (p + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 2;
    }
    if (*p++ != '[') return p;
    if (*p == '^') p++;
    do { /* a ] at the beginning stands for itself */
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < m->pattern_end) p++;
    } while (p == m->pattern_end || *p != ']');
    return p + 1;
}

/* Is c in the class %x? */
static inline bool in_class(int c, int x)
{
    switch (x) {
    case 'a': return isalpha(c);
    case 'A': return !isalpha(c);
    case 'c': return iscntrl(c);
    case 'C': return !iscntrl(c);
    case 'd': return isdigit(c);
    case 'D': return !isdigit(c);
    case 'g': return isgraph(c);
    case 'G': return !isgraph(c);
    case 'l': return islower(c);
    case 'L': return !islower(c);
    case 'p': return ispunct(c);
    case 'P': return !ispunct(c);
    case 's': return isspace(c);
    case 'S': return !isspace(c);
    case 'u': return isupper(c);
    case 'U': return !isupper(c);
    case 'w': return isalnum(c);
    case 'W': return !isalnum(c);
    case 'x': return isxdigit(c);
    case 'X': return !isxdigit(c);
    case 'z': return c == 0;
    case 'Z': return c != 0;
    default: return x == c;
    }
}

/* Is c in the set from [ at p to ] at last? */
static bool in_set(int c, const char *p, const char *last)
{
    const unsigned char *at = (const unsigned char *)p + 1, *end = (const unsigned char *)last;
    bool in = *at != '^';
    if (!in) at++;
    while (at < end) {
        if (*at == '%') {
            if (in_class(c, at[1])) return in;
            at += 2;
        } else if (at[1] == '-' && at + 2 < end) {
            if (at[0] <= c && c <= at[2]) return in;
            at += 3;
        } else if (*at++ == c)
            return in;
    }
    return !in;
}

/* Does the item [p, end) match what stands at s? */
static inline bool matches(const pattern_match *m, const char *s, const char *p, const char *end)
{
    if (s == m->end) return false;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

/* ---- repetitions ----------------------------------------------------------------------------- */

static const char *match(pattern_match *m, const char *s, const char *p);

/* A character of a long set costs more than one step. */
static ptrdiff_t cost(const char *p, const char *end)
{
    return 1 + (end - p) / 16;
}

/* As many as there are, then fewer, until the rest of the pattern fits. */
static const char *most(pattern_match *m, const char *s, const char *p, const char *end)
{
    const char *e = s;
    if (*p == '.') {
        e = m->end;
    } else if (*p != '%' && *p != '[') {
        for (; e < m->end && *e == *p; e++) burn(m, 1);
    } else {
        for (ptrdiff_t steps = cost(p, end); matches(m, e, p, end); e++) burn(m, steps);
    }
    for (ptrdiff_t n = e - s; n >= 0; n--) {
        const char *rest = match(m, s + n, end + 1);
        if (rest) return rest;
    }
    return NULL;
}

static const char *fewest(pattern_match *m, const char *s, const char *p, const char *end)
{
    for (ptrdiff_t steps = cost(p, end);; s++) {
        const char *rest = match(m, s, end + 1);
        if (rest) return rest;
        if (!matches(m, s, p, end)) return NULL;
        burn(m, steps);
    }
}

/* ---- other items ----------------------------------------------------------------------------- */

static const char *open_capture(pattern_match *m, const char *s, const char *p, ptrdiff_t size)
{
    int i = m->captures;
    if (i >= PATTERN_CAPTURES) luaL_error(m->L, "too many captures");
    m->capture[i].at = s, m->capture[i].size = size;
    m->captures = i + 1;
    const char *rest = match(m, s, p);
    if (!rest) m->captures--;
    return rest;
}

static const char *close_capture(pattern_match *m, const char *s, const char *p)
{
    int i = m->captures - 1;
    while (i >= 0 && m->capture[i].size != OPEN) i--;
    if (i < 0) luaL_error(m->L, "invalid pattern capture");
    m->capture[i].size = s - m->capture[i].at;
    const char *rest = match(m, s, p);
    if (!rest) m->capture[i].size = OPEN;
    return rest;
}

/* %bxy, of which p is x: from an x to the y that closes it. */
static const char *balanced(pattern_match *m, const char *s, const char *p)
{
    if (p >= m->pattern_end - 1) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s == m->end || *s != *p) return NULL;
    for (size_t depth = 1; ++s < m->end;) {
        burn(m, 1);
        if (*s == p[1]) {
            if (--depth == 0) return s + 1;
        } else if (*s == *p)
            depth++;
    }
    return NULL;
}

/* %f[set], of which p is [: the empty place where the set begins. */
static bool at_frontier(const pattern_match *m, const char *s, const char *p, const char *end)
{
    int before = s == m->start ? '\0' : (unsigned char)s[-1];
    int here = s == m->end ? '\0' : (unsigned char)*s;
    return !in_set(before, p, end - 1) && in_set(here, p, end - 1);
}

/* %1 … %9: what was captured once more. */
static const char *repeated(pattern_match *m, const char *s, int digit)
{
    int i = digit - '1';
    if (i < 0 || i >= m->captures || m->capture[i].size == OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    size_t size = (size_t)m->capture[i].size; /* that of a position is more than there is */
    if ((size_t)(m->end - s) < size) return NULL;
    burn(m, (ptrdiff_t)(size / 16));
    return memcmp(m->capture[i].at, s, size) == 0 ? s + size : NULL;
}

/* ---- the rest of the pattern ----------------------------------------------------------------- */

/* Of %b, %f, %1 … at p the end; NULL: it is an ordinary item. */
static const char *escape_end(const pattern_match *m, const char *p)
{
    if (isdigit((unsigned char)p[1])) return p + 2;
    if (p[1] == 'b') return p + 4;
    if (p[1] != 'f') return NULL;
    if (p[2] != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
    return item_end(m, p + 2);
}

static const char *match_escape(pattern_match *m, const char *s, const char *p, const char *end)
{
    if (p[1] == 'b') return balanced(m, s, p + 2);
    if (p[1] == 'f') return at_frontier(m, s, p + 2, end) ? s : NULL;
    return repeated(m, s, p[1]);
}

/* The item [p, end) with its suffix, which is there at least once at s, and all that follows. */
static const char *match_suffix(pattern_match *m, const char *s, const char *p, const char *end)
{
    switch (*end) {
    case '*': return most(m, s, p, end);
    case '+': return most(m, s + 1, p, end);
    case '-': return fewest(m, s, p, end);
    default: return NULL;
    }
}

static const char *match(pattern_match *m, const char *s, const char *p)
{
    const char *end, *rest;
    if (m->depth-- == 0) luaL_error(m->L, "pattern too complex");
    while (s && p != m->pattern_end) {
        burn(m, 1);
        if (*p == '(' || *p == ')') {
            s = *p == ')'     ? close_capture(m, s, p + 1)
                : p[1] == ')' ? open_capture(m, s, p + 2, POSITION)
                              : open_capture(m, s, p + 1, OPEN);
            break;
        }
        if (*p == '$' && p + 1 == m->pattern_end) {
            if (s != m->end) s = NULL;
            break;
        }
        if (*p == '%' && (end = escape_end(m, p))) {
            s = match_escape(m, s, p, end);
            p = end;
            continue;
        }
        end = item_end(m, p);
        bool there = matches(m, s, p, end);
        if (*end == '?') {
            if (there && (rest = match(m, s + 1, end + 1))) {
                s = rest;
                break;
            }
            p = end + 1;
        } else if (*end == '*' || *end == '-' || *end == '+') {
            if (there) {
                s = match_suffix(m, s, p, end);
                break;
            }
            if (*end == '+') s = NULL;
            p = end + 1;
        } else {
            s = there ? s + 1 : NULL;
            p = end;
        }
    }
    m->depth++;
    return s;
}

const char *pattern_at(pattern_match *m, const char *s, const char *p)
{
    m->depth = DEPTH;
    m->captures = 0;
    return match(m, s, p);
}

/* A match that begins with an item of one character, and not with less, needs only be tried where that is.  Is P such
** a pattern?  The item may stand behind a parenthesis. */
static bool first_item(const pattern_match *m, const char **p, const char **end)
{
    if (**p == '(') ++*p;
    if (*p == m->pattern_end || strchr("()$", **p)) return false;
    if (**p == '%' && escape_end(m, *p)) return false;
    *end = item_end(m, *p);
    return !(**end && strchr("*?-", **end));
}

static const char *find_item(pattern_match *m, const char *s, const char *p, const char *end)
{
    if (*p != '%' && *p != '[' && *p != '.') return memchr(s, *p, (size_t)(m->end - s));
    for (ptrdiff_t steps = cost(p, end); s < m->end && !matches(m, s, p, end); s++) burn(m, steps);
    return s < m->end ? s : NULL;
}

const char *pattern_from(pattern_match *m, const char *s, const char *p, const char **begin)
{
    const char *item = p, *end = NULL;
    bool skips = first_item(m, &item, &end);
    for (;; s++) {
        if (skips && !(s = find_item(m, s, item, end))) return NULL;
        const char *e = pattern_at(m, s, p);
        if (e) return *begin = s, e;
        if (s == m->end) return NULL;
    }
}

/* ---- captures -------------------------------------------------------------------------------- */

const char *pattern_capture(pattern_match *m, int i, const char *s, const char *e, size_t *size)
{
    if (i >= m->captures) {
        if (i != 0) luaL_error(m->L, "invalid capture index %%%d", i + 1);
        *size = (size_t)(e - s);
        return s;
    }
    *size = (size_t)m->capture[i].size;
    if (m->capture[i].size == OPEN) luaL_error(m->L, "unfinished capture");
    if (m->capture[i].size != POSITION) return m->capture[i].at;
    lua_pushinteger(m->L, m->capture[i].at - m->start + 1);
    return NULL;
}

void pattern_push(pattern_match *m, int i, const char *s, const char *e)
{
    size_t size;
    const char *text = pattern_capture(m, i, s, e, &size);
    if (text) lua_pushlstring(m->L, text, size);
}

int pattern_push_all(pattern_match *m, const char *s, const char *e)
{
    int n = m->captures == 0 && s ? 1 : m->captures;
    luaL_checkstack(m->L, n, "too many captures");
    for (int i = 0; i < n; i++) pattern_push(m, i, s, e);
    return n;
}
