/* lua_api.h -- a moonlab session for the programs of repl/: Lua with the tensors, run piece by piece. */
#ifndef LUA_API_H
#define LUA_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct session session;

typedef enum session_output {                 /* what is more than printed text */
                              SESSION_VALUE,  /* of a last expression, or of show(…) */
                              SESSION_FIGURE, /* drawn for the session's columns */
                              SESSION_PROGRESS, /* what a line now reads that is drawn again and again; "": it is gone */
} session_output;

/* What a terminal can draw besides letters. */
typedef enum session_graphics_kind {
    SESSION_CELLS, /* nothing */
    SESSION_KITTY, /* the kitty graphics protocol */
    SESSION_SIXEL,
    SESSION_ITERM, /* inline images of iTerm2 */
} session_graphics_kind;

typedef struct session_graphics {
    session_graphics_kind kind;
    int cell_width,
        cell_height;   /* of a character, in pixels; more than 0 unless kind is SESSION_CELLS */
    long background;   /* 0xrrggbb; -1: unknown */
    bool synchronised; /* mode 2026 makes several writes one */
    bool tmux;         /* what is drawn goes through tmux */
    unsigned picture;  /* the next 256 numbers are free for pictures */
} session_graphics;

typedef struct session_options {
    int threads; /* 0: as many as the process may use */
    bool has_seed;
    uint64_t seed;
    const char *device; /* NULL: "cpu" */
    bool color;
    bool safe;
    bool no_input;     /* code cannot read standard input */
    int columns, rows; /* of the terminal; 0: unknown (80 x 24) */
    bool utf8;
    bool redraw;     /* output goes to a terminal that can draw a line again */
    int color_depth; /* 0, 16, 256 or 24 (bits) */
    bool light;      /* the background is light: for figures */
    /* Finds out, when that is first needed, what the terminal can draw; NULL: nothing. */
    void (*graphics)(void *ctx, session_graphics *out);
    void *graphics_ctx;
    size_t
        memory_limit; /* bytes for Lua's objects and for tensors each; 0: none, with safe 2 GiB */
    int time_limit;   /* seconds, told in the message of session_time_over */
    const char
        *notebook; /* whose cells a kernel runs, as for session_begin; NULL: it has no file */
    /* Takes what code prints, made safe to show; NULL: standard output. */
    void (*write)(void *ctx, const char *text, size_t size);
    /* Takes what is more than that, with a newline at its end unless it is progress; NULL: it is written as well. */
    void (*emit)(void *ctx, session_output kind, const char *text, size_t size);
    /* Takes the digits in full of each value before it is emitted (digits.c), "" if its text has them all, or all of a figure
    ** as text (plot_figure_write; of one too large for that the data, plot_data_text); may be NULL. */
    void (*digits)(void *ctx, const char *text, size_t size);
    void *write_ctx;
} session_options;

typedef enum session_status {
    SESSION_OK,
    SESSION_ERROR,
    SESSION_INCOMPLETE, /* the code is only the beginning of a statement */
    SESSION_INTERRUPTED,
    SESSION_EXIT, /* the code called os.exit: session_exit_code */
} session_status;

session *session_open(const session_options *options, char *error,
                      size_t size); /* NULL: see error */
void session_close(session *s);

/* Runs one cell: top-level locals live on in later cells, the value of a last expression is shown and kept in `_`, "?name"
** shows help, "??name" source.  NAME is how messages call the code ("cell 3", "stdin"); "@path" says that its lines are
** those of a file. */
session_status session_cell(session *s, const char *code, size_t size, const char *name);
/* From now on each session_cell notes which variables (top-level locals and globals, but moonlab's own) the code it runs
** reads as others have left them, and which it sets, or whose tensors or tables it changes. */
void session_watch_names(session *s);
/* What the last one noted: names in order, a NULL-ended array whose levels are both freed by the caller; NULL if there are
** none. */
char **session_names_read(session *s);
char **session_names_written(session *s);
/* Before the cells of the notebook at PATH: what a script finds, too: `arg`, modules beside it, with --safe its folder. */
session_status session_begin(session *s, const char *path, int argc, char *const argv[]);
/* Gives a variable of the cells a value: a Lua expression without names, as in "0.1" or "{8, 8}", else the text itself.  What
** begins like a number, a string or a table, and is none, is an error. */
session_status session_set(session *s, const char *name, const char *value);
/* Of a cell's text, without a session.  The names that it makes or sets at its top level: a NULL-ended array, both levels
** freed by the caller; NULL out of memory. */
char **session_assigned(const char *code, size_t size);
/* The cell as Lua that any program accepts: its last expression as show(…).  Freed by the caller; NULL if it is no Lua. */
char *session_plain_lua(const char *code, size_t size, size_t *out_size);
/* Runs a whole script (locals are locals); args become `arg`; params "name=value" set globals. */
session_status session_script(session *s, const char *path, int argc, char *const argv[],
                              int nparams, char *const params[]);
/* The same for text: -e and stdin. */
session_status session_text(session *s, const char *code, size_t size, const char *name);
const char *
session_error(const session *s); /* message and traceback, control characters made visible */
/* Where the user's code stood when the last run failed: place I, innermost first, its chunk's NAME (as given to
** session_cell, shortened if it is long) and line.  False if there are fewer. */
bool session_error_place(const session *s, int i, const char **name, int *line);
bool session_output_failed(
    const session *s); /* standard output could not be written: nobody reads it */
int session_exit_code(const session *s);
bool session_complete(session *s, const char *code, size_t size); /* is it a whole piece of code? */
void session_interrupt(session *s);                               /* async-signal-safe */
void session_time_over(session *s); /* likewise: ends what runs, for good */
/* Why a fork of this process could not go on with the session, as a sentence; NULL if it can: a device other than the
** processor is open, whose memory and threads stay behind. */
const char *session_cannot_fork(session *s);
void session_resize(session *s, int columns, int rows);
void session_set_light(session *s, bool light); /* the background */
/* Help text of NAME ("lab.sum", "sum", "nn.Linear"), or an overview for NULL; NULL if unknown (session_error
** then names the nearest).  The caller frees it. */
char *session_help(session *s, const char *name);
/* The manual, without a session.  WHAT is "overview", "page" (of the name WORD), "search" (pages that mention WORD) or
** "markdown" (writes all pages into the folder WORD, which must exist).  Returns a text for COLUMNS columns that the
** caller frees, NULL out of memory; *found is false if it is an error message. */
char *manual_text(const char *what, const char *word, int columns, bool color, bool *found);
/* What `moonlab doctor` prints.  The caller frees it. */
char *session_doctor(session *s);
const char *session_version(void);
/* Writes into kinds[0 … size) what each byte of CODE is: ' ' nothing, or one of these.  CODE may be unfinished; without a
** session no names are known. */
enum {
    SESSION_NAME = 'n',
    SESSION_KNOWN = 'g', /* a global, or a local of an earlier cell */
    SESSION_KEYWORD = 'k',
    SESSION_STRING = 's',
    SESSION_NUMBER = '0',
    SESSION_OPERATOR = 'o',
    SESSION_COMMENT = 'c',
    SESSION_BAD = '!',
};
void session_highlight(session *s, const char *code, size_t size, char *kinds);
/* What can stand in TEXT from *start to POINT, where a word begins or has begun: a NULL-ended array, sorted, both levels
** freed by the caller; NULL if there is nothing.  Names, fields, methods, the options of the call around, strings that
** it takes, files in other strings, and after a leading ? names that have help.  Runs none of the user's code, and takes
** at most about 50 ms: of too much, it gives a part. */
char **session_completions(session *s, const char *text, size_t point, size_t *start);
/* About the call around POINT, or the name before it: signature and first sentence.  Freed by the caller; NULL if
** nothing is known. */
char *session_about(session *s, const char *text, size_t point);
/* WORDS in columns for a terminal COLUMNS wide, in at most ROWS lines.  Freed by the caller; NULL out of memory. */
char *session_in_columns(char *const words[], int n, int columns, int rows);

/* How long one run of CODE takes, in seconds: the median of `rounds` measurements, each of `runs` runs, and what a quarter
** of them lie below and above.  Nothing is shown; CODE's locals are its own. */
typedef struct session_times {
    double median, low, high;
    int rounds;
    long long runs;
} session_times;
session_status session_bench(session *s, const char *code, size_t size, session_times *out);
/* The variables made in this session, in order of their names: *LIST, freed by the caller, of as many as are returned; -1
** out of memory.  What does not apply is "". */
enum {
    VARIABLE_NAME,
    VARIABLE_TYPE,
    VARIABLE_SHAPE,
    VARIABLE_DTYPE,
    VARIABLE_DEVICE,
    VARIABLE_GRAD, /* "yes": it wants a gradient */
    VARIABLE_SIZE,
    VARIABLE_VALUE, /* of a tensor of floats that is not too large, mean and standard deviation */
    VARIABLE_FIELDS,
};
typedef struct session_variable {
    char field[VARIABLE_FIELDS][80];
} session_variable;
int session_variable_list(session *s, session_variable **list);
/* A table of the variables made in this session, a line each; "" if there are none.  Freed by the caller; NULL out of
** memory. */
char *session_variables(session *s);

/* TEXT with control characters made visible; the caller frees it.  NULL out of memory. */
char *session_visible(const char *text);
/* Edit distance of two names, LIMIT + 1 if it is greater than LIMIT. */
int session_name_distance(const char *a, const char *b, int limit);

#endif
