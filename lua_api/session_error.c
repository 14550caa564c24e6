/* session_error.c -- the message of a run that failed:
**
**     xor.lua:3: attempt to call a nil value (global 'prnt'); did you mean print?
**         3 | prnt("x")
**     called from
**         xor.lua:7: in function 'train'
**         xor.lua:9: in main chunk
**
** Only the user's code appears in it: C functions and embedded modules do not. */
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/session.h"
#include "lua_api/text.h"

#define FIRST_FRAMES 15 /* levels of a deep stack, shown before and */
#define LAST_FRAMES  8  /* after the gap */

void session_set_error(session *s, const char *message)
{
    size_t n = strlen(message) + 1;
    char *copy = malloc(n);
    if (copy)
        memcpy(copy, message, n);
    else
        copy = calloc(1, 1);
    if (!copy) return; /* the old one stays */
    free(s->error);
    s->error = copy;
}

char *session_visible(const char *s)
{
    size_t n = strlen(s);
    text t = { .data = malloc(10 * n + 1), .room = 10 * n + 1 }; /* the longest escape of a byte */
    if (t.data) t.data[0] = '\0', text_visible(&t, s, n, true);
    return t.data;
}

int session_name_distance(const char *a, const char *b, int limit)
{
    return text_distance(a, b, limit);
}

/* ---- source texts ---------------------------------------------------------------------------- */

void session_keep_source(lua_State *L, const char *name, const char *code, size_t size)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "moonlab.sources");
    lua_pushfstring(L, "=%s", name);
    lua_pushlstring(L, code, size);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

static bool push_line(lua_State *L, const char *code, const char *end, int line)
{
    for (; line > 1 && code; line--) {
        code = memchr(code, '\n', (size_t)(end - code));
        if (code) code++;
    }
    if (!code) return false;
    const char *stop = memchr(code, '\n', (size_t)(end - code));
    if (!stop) stop = end;
    if (stop > code && stop[-1] == '\r') stop--;
    lua_pushlstring(L, code, (size_t)(stop - code));
    return true;
}

/* The same from file PATH, read piece by piece. */
static bool push_file_line(lua_State *L, const char *path, int line)
{
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    char buffer[400];
    size_t n = 0;
    int c, now = 1;
    while ((c = getc(f)) != EOF && now <= line) {
        if (c == '\n')
            now++;
        else if (now == line && n < sizeof buffer)
            buffer[n++] = (char)c;
    }
    fclose(f);
    if (now < line) return false;
    while (n > 0 && buffer[n - 1] == '\r') n--;
    lua_pushlstring(L, buffer, n);
    return true;
}

bool session_source_line(lua_State *L, const char *name, int line)
{
    if (line < 1) return false;
    if (*name == '@') return push_file_line(L, name + 1, line);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "moonlab.sources");
    size_t n;
    bool found = lua_getfield(L, -1, name) == LUA_TSTRING;
    const char *code = found ? lua_tolstring(L, -1, &n) : NULL;
    found = found && push_line(L, code, code + n, line);
    if (found) lua_replace(L, -3);
    lua_pop(L, found ? 1 : 2);
    return found;
}

bool session_is_user_source(const char *source)
{
    static const char ours[] = "=(moonlab ";
    return strcmp(source, "=[C]") != 0 && strncmp(source, ours, sizeof ours - 1) != 0 &&
           strcmp(source, "=?") != 0;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static bool user_frame(lua_State *L, int level, lua_Debug *ar)
{
    return lua_getinfo(L, "Slnt", ar) && session_is_user_source(ar->source) &&
           ar->currentline > 0 && level >= 0;
}

/* The first frame of the user's code from level FROM on; its level, or -1. */
static int next_user_frame(lua_State *L, int from, lua_Debug *ar)
{
    for (int level = from; lua_getstack(L, level, ar); level++)
        if (user_frame(L, level, ar)) return level;
    return -1;
}

/* The user's frame that the message's position names, else the first; its level, or -1. */
static int frame_of(lua_State *L, const char *message, lua_Debug *ar)
{
    int first = next_user_frame(L, 1, ar);
    lua_Debug other;
    for (int level = first, tries = 0; level > 0 && tries < 20 && lua_getstack(L, level, &other);
         level++, tries++) {
        char place[LUA_IDSIZE + 16];
        if (!user_frame(L, level, &other)) continue;
        int n = snprintf(place, sizeof place, "%s:%d: ", other.short_src, other.currentline);
        if (strncmp(message, place, (size_t)n) != 0) continue;
        *ar = other;
        return level;
    }
    return first;
}

void session_where(lua_State *L)
{
    lua_Debug ar;
    if (next_user_frame(L, 0, &ar) >= 0)
        lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
    else
        lua_pushliteral(L, "");
}

static void note_place(session *s, const char *name, size_t n, int line)
{
    if (s->nplaces == SESSION_PLACES) return;
    session_place *p = &s->places[s->nplaces++];
    snprintf(p->name, sizeof p->name, "%.*s", (int)n, name);
    p->line = line;
}

bool session_error_place(const session *s, int i, const char **name, int *line)
{
    if (i < 0 || i >= s->nplaces) return false;
    *name = s->places[i].name, *line = s->places[i].line;
    return true;
}

static void add_frame(text *t, const lua_Debug *ar)
{
    note_place(session_of(t->L), ar->short_src, strlen(ar->short_src), ar->currentline);
    text_puts(t, "\n    ");
    text_visible(t, ar->short_src, strlen(ar->short_src), false);
    text_format(t, ":%d: ", ar->currentline);
    if (*ar->what == 'm')
        text_puts(t, "in the main part");
    else if (*ar->namewhat) {
        bool method = strcmp(ar->namewhat, "method") == 0,
             meta = strcmp(ar->namewhat, "metamethod") == 0;
        text_format(t, "in %s '", method ? "method" : meta ? "metamethod" : "function");
        text_visible(t, ar->name, strlen(ar->name), false);
        text_puts(t, "'");
    } else
        text_format(t, "in a function begun at line %d", ar->linedefined);
}

/* The number of levels of the stack.  Asking for one costs its depth, so they are not walked. */
static int count_levels(lua_State *L)
{
    lua_Debug ar;
    int low = 0, high = 1;
    while (lua_getstack(L, high, &ar)) low = high, high *= 2;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (lua_getstack(L, middle, &ar))
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Appends the callers of the frame at LEVEL, of a deep stack only those at the ends. */
static void add_callers(text *t, lua_State *L, int level)
{
    lua_Debug ar;
    int end = count_levels(L), shown = 0;
    int first = level + FIRST_FRAMES, last = end - LAST_FRAMES;
    for (int i = level + 1; i < end; i++) {
        if (i == first && first < last) {
            text_format(t, "\n    \u2026 %d more", last - first);
            i = last;
        }
        if (!lua_getstack(L, i, &ar) || !user_frame(L, i, &ar)) continue;
        if (shown++ == 0) text_puts(t, "\ncalled from");
        add_frame(t, &ar);
    }
}

/* ---- the message ----------------------------------------------------------------------------- */

static void add_excerpt(text *t, lua_State *L, const char *source, int line)
{
    if (!session_source_line(L, source, line)) return;
    size_t n;
    const char *code = lua_tolstring(L, -1, &n);
    while (n > 0 && isspace((unsigned char)*code)) code++, n--;
    if (n > 0) {
        text_format(t, "\n    %d | ", line);
        text_visible(t, code, n > 160 ? 160 : n, false);
        if (n > 160) text_puts(t, " \u2026");
    }
    lua_pop(L, 1);
}

/* The length of a position "name:12: " at the start of MESSAGE, its line in *line; 0 if there is none. */
static size_t position_length(const char *message, int *line, size_t *name_length)
{
    for (const char *p = strchr(message, ':'); p; p = strchr(p + 1, ':')) {
        const char *q = p + 1;
        while (isdigit((unsigned char)*q)) q++;
        if (q > p + 1 && q - p < 9 && *q == ':' && q[1] == ' ') {
            *line = atoi(p + 1);
            *name_length = (size_t)(p - message);
            return (size_t)(q + 2 - message);
        }
        if (*q == '\n') break;
    }
    return 0;
}

/* Does a chunk kept or read under SOURCE have this name in messages? */
static bool is_named(const char *source, const char *name, size_t n)
{
    return (*source == '@' || *source == '=') && strlen(source + 1) == n &&
           memcmp(source + 1, name, n) == 0;
}

/* Pushes the message without the position, if that is one of ours; AR is the user's frame, to whose
** position it is changed. */
static const char *replace_position(lua_State *L, const char *message, const lua_Debug *ar)
{
    int line;
    size_t name, skip = position_length(message, &line, &name);
    bool ours = strncmp(message, "(moonlab ", 9) == 0;
    if (!skip || !ours) return message;
    lua_pushfstring(L, "%s:%d: %s", ar->short_src, ar->currentline, message + skip);
    return lua_tostring(L, -1);
}

#define SOURCE_ROOM 300

/* Where code that did not even start has its mistake: its source, and the line; false if the message does not say. */
static bool find_syntax_error(lua_State *L, const char *message, char source[SOURCE_ROOM],
                              int *line)
{
    size_t n;
    if (!position_length(message, line, &n) || n + 2 > SOURCE_ROOM) return false;
    memcpy(source + 1, message, n);
    source[n + 1] = '\0';
    source[0] = '=';
    if (!is_named(source, message, n)) return false;
    int top = lua_gettop(L);
    if (!session_source_line(L, source, *line)) source[0] = '@';
    lua_settop(L, top);
    return true;
}

static void add_syntax_excerpt(text *t, lua_State *L, const char *message)
{
    int line;
    size_t n;
    char source[SOURCE_ROOM];
    if (position_length(message, &line, &n)) note_place(session_of(L), message, n, line);
    if (find_syntax_error(L, message, source, &line)) add_excerpt(t, L, source, line);
}

static bool push_syntax_hint(lua_State *L, const char *message)
{
    int line;
    char source[SOURCE_ROOM];
    return find_syntax_error(L, message, source, &line) && session_push_habit(L, source, line);
}

/* Pushes the error value at 1 as text. */
static const char *message_text(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        lua_pushvalue(L, 1);
    else if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        luaL_tolstring(L, 1, NULL);
    } else {
        text *t = text_new(L);
        text_puts(t, "error: ");
        session_display(t, 1, session_of(L)->options.columns);
        text_push(t);
    }
    return lua_tostring(L, -1);
}

int session_message_handler(lua_State *L)
{
    lua_settop(L, 1);
    session_of(L)->nplaces = 0;
    session_watch_reveal(L); /* the names that hints look for */
    if (session_of(L)->stop == STOP_EXIT) return 1;
    if (!lua_checkstack(L, 40)) return 1;
    if (session_of(L)->stop != STOP_NONE && !*session_of(L)->stop_place) {
        session_push_stop(
            L); /* a read or an operator that was interrupted says so in its own words */
        lua_replace(L, 1);
    }
    const char *message = message_text(L);
    lua_Debug ar;
    int level = frame_of(L, message, &ar);
    if (level >= 0) message = replace_position(L, message, &ar);
    if (level >= 0 && session_of(L)->stop == STOP_NONE && session_dot_for_colon(L))
        message =
            lua_pushfstring(L, "%s:%d: %s", ar.short_src, ar.currentline, lua_tostring(L, -1));
    text *t = text_new(L);
    text_visible(t, message, strlen(message), true);
    if (session_of(L)->stop == STOP_NONE &&
        (level < 0 ? push_syntax_hint(L, message) : session_hint(L, message))) {
        text_puts(t, "; ");
        text_visible(t, lua_tostring(L, -1), lua_rawlen(L, -1), false);
        lua_pop(L, 1);
    }
    const char *stopped = session_of(L)->stop_place; /* it may be in a coroutine that has ended */
    bool here = level >= 0;
    if (here && *stopped && strncmp(message, stopped, strlen(stopped)) == 0) {
        char place[sizeof session_of(L)->stop_place];
        snprintf(place, sizeof place, "%s:%d: ", ar.short_src, ar.currentline);
        here = strcmp(place, stopped) == 0;
    }
    if (here) {
        note_place(session_of(L), ar.short_src, strlen(ar.short_src), ar.currentline);
        add_excerpt(t, L, ar.source, ar.currentline);
        add_callers(t, L, level);
    } else
        add_syntax_excerpt(t, L, message);
    text_push(t);
    return 1;
}
