/* session.h -- the inside of a session, for the files of lua_api.
**
**     session ── L ── _G                  globals of Lua, lab, nn … (loaded on first use)
**             │
**             └── env ── locals           the _ENV of cells: top-level locals that live on; what is not
**                                         there is looked up, and set, in _G
**
** A state's extra space holds the session, so any state leads to it. */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <stdbool.h>

#include "core/moonlab.h"
#include "lua_api/lua_api.h"
#include "plot/plot.h"

/* A coroutine that is being resumed; `up` resumed it. */
typedef struct resume_link {
    lua_State *L;
    struct resume_link *volatile up;
} resume_link;

typedef enum stop_reason { /* why running code must end, in rising order */
                           STOP_NONE,
                           STOP_INTERRUPT,
                           STOP_TIME,
                           STOP_EXIT,
} stop_reason;

#define SESSION_PLACES 24

typedef struct session_place {
    char name[LUA_IDSIZE];
    int line;
} session_place;

typedef enum watch_state { /* of the names that a cell reads and writes (watch.c) */
                           WATCH_OFF,
                           WATCH_IDLE,
                           WATCH_PLAIN,  /* a cell runs */
                           WATCH_HIDING, /* likewise */
} watch_state;

struct session {
    lua_State *L;
    session_options options;
    char *error;                          /* of the last run; never NULL once opened */
    session_place places[SESSION_PLACES]; /* of the error */
    int nplaces;
    watch_state watch;
    bool watch_plainly; /* code has looked at the table of globals */
    char no_fork[100];
    int exit_code;
    bool output_failed;
    bool line_open; /* the cursor stands in a line that is drawn again and again (console_lua.c) */
    struct live_screen *live; /* the figure that stands above the cursor (live_lua.c); NULL: none */
    bool unfinished;          /* there are live figures to be finished when the run ends */
    volatile sig_atomic_t stop;    /* a stop_reason; hooks raise until the run has ended */
    char stop_place[80];           /* where the stop was met first: "name:12: "; "" before */
    resume_link *volatile running; /* innermost coroutine; NULL: the main state */
    struct lua_memory *memory;
    char *folder; /* --safe: files lie in here (no trailing slash); NULL: anywhere */
};

static inline session *session_of(lua_State *L)
{
    return *(session **)lua_getextraspace(L);
}

/* luaL_newstate for a state that is no session's: session_of it is NULL. */
static inline lua_State *session_none(void)
{
    lua_State *L = luaL_newstate();
    if (L) *(session **)lua_getextraspace(L) = NULL;
    return L;
}

/* The collector's mode.  Young objects are looked at whenever Lua's memory has grown by 8 % (Lua's own choice is
** 20): small tensors then come back while their memory is still in the cache. */
static inline void session_collect_young(lua_State *L)
{
    lua_gc(L, LUA_GCGEN, 8, 0);
}

/* ---- output ---------------------------------------------------------------------------------- */

/* To the session's output as it is: for text of our own renderers only. */
void session_write(lua_State *L, const char *bytes, size_t size);
/* The same with control characters made visible. */
void session_write_visible(lua_State *L, const char *bytes, size_t size);
/* Gives what is more than text to the program's own taker, if it has one; else false. */
bool session_emit(lua_State *L, session_output kind, const char *bytes, size_t size);
/* Tells the program's taker, if it has one, the digits in full of the value at idx, which is emitted next. */
void session_tell_digits(lua_State *L, int idx);
/* The same for a figure, which was asked to be shown like this. */
void session_tell_figure(lua_State *L, int idx, const plot_wish *wish);
/* Ends a line that stands open, so that what comes next starts on a new one. */
void session_end_line(session *s);
/* The terminal's size now, as the user may have changed it while code runs. */
void session_terminal_size(const session *s, int *columns, int *rows);
/* While a live figure is up: the text comes above it. */
void session_live_print(session *s, const char *bytes, size_t size);
/* Ends live figures: each with all it was given, and the cursor below. */
void session_end_live(session *s);
void session_close_input(lua_State *L); /* io.read and its like say that there is nothing to read */
void session_open_output(lua_State *L); /* print, show and the write functions of io */

/* ---- running --------------------------------------------------------------------------------- */

/* Calls the function under its N arguments with a traceback on error, which goes to s->error. */
session_status session_call(session *s, int n, int nresults);
int session_message_handler(lua_State *L);
/* Calls FN(L) protected, with CTX as light userdata, the collector at rest, so that no finalizer runs, and the last
** run's error left as it is: for questions about the session that must not run the user's code. */
session_status session_quietly(session *s, lua_CFunction fn, void *ctx);
void session_set_error(session *s, const char *message);
/* The registry's table of source texts by chunk name, for error messages. */
void session_keep_source(lua_State *L, const char *name, const char *code, size_t size);
/* Pushes the text of line LINE of chunk SOURCE (as in lua_Debug) and returns true, or pushes nothing. */
bool session_source_line(lua_State *L, const char *source, int line);
bool session_is_user_source(const char *source); /* not ours: neither C nor an embedded module */
/* Pushes "name:12: ", where the user's code stands; "" if none of it runs.  As luaL_where, but it looks
** through embedded modules, so that an error is the one of the line that called them. */
void session_where(lua_State *L);

void session_open_interrupt(lua_State *L);      /* the coroutine library that a stop can reach */
void session_stop(session *s, stop_reason why); /* async-signal-safe */
void session_clear_stop(session *s);
void session_suspend_stop(session *s); /* until session_stop is called again: for clean-up */
int session_raise_stop(lua_State *L);  /* the error that a stop raises */
/* For C code that takes long: raises it, if code is to stop. */
static inline void session_poll(lua_State *L)
{
    if (ml_interrupted() && session_of(L) && session_of(L)->stop != STOP_NONE)
        session_raise_stop(L);
}
/* lua_resume of a coroutine that a stop reaches. */
int session_resume(lua_State *L, lua_State *co, int n, int *nresults);
/* Likewise lua_resetthread, which runs what is to be closed. */
int session_reset(lua_State *L, lua_State *co);
/* Pushes its message, which tells where the user's code was when the stop was met first; code that catches the error
** meets it again elsewhere. */
void session_push_stop(lua_State *L);

/* ---- the names that a cell reads and writes (watch.c) ----------------------------------------- */

void session_watch_begin(session *s, const char *code, size_t size); /* of a cell */
void session_watch_end(session *s);
/* Every name stands where it belongs again, whether it was read or not. */
void session_watch_reveal(lua_State *L);
/* The same, and names are no longer hidden from now on. */
void session_watch_give_up(lua_State *L);
/* Called by the metamethods with (table, key) or (table, key, value): pushes a hidden value, noting that it was read, or
** nothing, 0; notes what is set. */
int session_watch_local_read(lua_State *L);
int session_watch_global_read(lua_State *L);
void session_watch_local_set(lua_State *L);
int session_watch_global_set(lua_State *L); /* and sets it */
/* Is the global at index KEY there, though it cannot be seen? */
bool session_watch_hides_global(lua_State *L, int key);

/* ---- libraries ------------------------------------------------------------------------------- */

void session_open_sandbox(lua_State *L); /* no bytecode; --safe */
/* May the session touch this file?  true, or false with a message pushed (a string). */
void session_confine(session *s,
                     const char *script); /* --safe: to the folder of SCRIPT (NULL: this one) */
bool session_path_allowed(lua_State *L, const char *path);
/* luaL_loadfilex for text only, with a message that says so. */
int session_load_file(lua_State *L, const char *path);
void session_open_modules(lua_State *L); /* embedded modules, globals on first use */
void session_open_sort(lua_State *L);    /* a table.sort with the same result every time */
void session_open_strings(lua_State *L); /* functions of string that a stop can reach */
/* Loads module NAME if it is embedded and leaves its value on the stack; else pushes nothing, false. */
bool session_push_module(lua_State *L, const char *name);
/* The text of the embedded module that chunk SOURCE ("=(moonlab nn.linear)") comes from; NULL if it does not. */
const char *session_module_text(const char *source, size_t *size);
extern const char *const session_module_names[]; /* globals made on first use; NULL-ended */

/* ---- errors that teach ----------------------------------------------------------------------- */

/* With the erring function at level 1: pushes a hint such as "did you mean print?" and returns true, or
** pushes nothing.  Never runs the user's code. */
bool session_hint(lua_State *L, const char *message);
/* habits.c: what to write in Lua instead of a name that is Python's or a shell's; NULL: it is none. */
const char *session_habit_of_name(const char *name);
/* Is CODE, all of it, a word such as quit, without a value?  Then what it is to be is pushed. */
bool session_push_command(lua_State *L, const char *code, size_t size);
/* SOURCE could not be compiled, and LINE is where that was noticed: the same for what is written there or above. */
bool session_push_habit(lua_State *L, const char *source, int line);
/* The same for what was raised, whatever it is, because the user called a method of ours with a dot: its first
** argument is no object.  Pushes "head is called with a colon: df:head(…)", which stands for the message. */
bool session_dot_for_colon(lua_State *L);
/* Raw look-up of name in the value at idx: its own fields, then __index tables; pushes the value or nil. */
void session_raw_field(lua_State *L, int idx, const char *name);

/* The value on top is replaced by the table that has its fields (a table by itself), or, AGAIN, by the next
** one in which missing fields are looked up; false, popped, if there is none. */
bool session_step_fields(lua_State *L, bool again);

/* What a cell calls with the value of its last expression: keeps it in `_` and shows it; only keeps it. */
void session_push_cell_show(lua_State *L);
void session_push_cell_quiet(lua_State *L);
bool session_is_result_name(const char *name); /* _, _1, … */

/* ---- values and help ------------------------------------------------------------------------- */

struct text;
/* Appends the value at idx as it is shown: tables with their fields, tensors with their numbers, figures
** drawn (with escape sequences only if t->colors). */
void session_display(struct text *t, int idx, int columns);
/* Appends how the function at idx is called: "NAME(a, b, …)". */
void session_signature(struct text *t, int idx, const char *name);
void session_note_builtins(lua_State *L); /* what is global now is not the user's */
bool session_is_builtin(lua_State *L, const char *name);
/* How many numbers the module at idx, with those below it, trains. */
long long session_parameters(lua_State *L, int idx);
/* Is CODE a question, ?name or name? (or with ??, *SOURCE)?  Then its name is pushed. */
bool session_push_question(lua_State *L, const char *code, size_t size, bool *source);
int session_answer(lua_State *L); /* (name, source) */
/* Pushes help about the value at idx; false, nothing pushed, if nothing is known about it. */
bool session_push_help_of(lua_State *L, int idx);
/* Pushes help on NAME (NULL: the overview); false with a message pushed that names the nearest. */
bool session_push_help(lua_State *L, const char *name);
void session_open_help(lua_State *L);
void session_open_display(lua_State *L); /* tostring of tensors, lab.text */

#endif
