/* view_private.h -- what the files of the notebook's screen share.
**
**     keys ──► view_keys ──► do_… of commands.def ──► notebook, kernel, cell editor
**     kernel ──► view_run ──► outputs, states                              │
**     view_layout   cells → blocks of rows, only those to be seen  ◄───────┘
**     view_draw, view_status, view_panel, view_overlay → view_canvas → curses
**
** A frame is drawn from the state alone, whenever `dirty` says that something is other than on the screen. */
#ifndef REPL_VIEW_PRIVATE_H
#define REPL_VIEW_PRIVATE_H

#include "repl/cell_editor.h"
#include "repl/commands.h"
#include "repl/kernel_client.h"
#include "repl/notebook_journal.h"
#include "repl/notebook_load.h"
#include "repl/notebook_lock.h"
#include "repl/run_log.h"
#include "repl/styled.h"
#include "repl/view_bindings.h"
#include "repl/view_theme.h"

typedef struct view view;

typedef enum cell_run { RUN_NEVER, RUN_QUEUED, RUN_RUNNING, RUN_DONE, RUN_FAILED } cell_run;

typedef struct cell_state { /* of the cell with this id, as long as the notebook is open */
    uint64_t id;
    cell_run run;
    char name[24]; /* what messages call it: "cell 3", as it was numbered when run */
    double started, seconds, before; /* < 0: unknown */
    bool hidden, whole;              /* output: not shown; not folded */
    bool clears;      /* the outputs of the last run go when the first of this one comes */
    unsigned outputs; /* counts their changes */
    int place;        /* of its error: which was gone to last */
    char lost[120];   /* why the state before it is not kept; "": it is */
    cell_text *text;  /* once it was edited */
} cell_state;

typedef struct block { /* a cell laid out */
    uint64_t id;
    notebook_cell *cell; /* held */
    int columns, rows;   /* of the screen */
    unsigned outputs, used;
    bool as_source, hidden, whole;
    bool head;          /* has a line of its own above the source */
    styled source, out; /* source: of text that is read, what it looks like */
    int height;         /* with the blank row below */
} block;
#define BLOCKS           160
#define VIEW_SOURCE_MOST ((size_t)1 << 20) /* bytes of a source that are shown, and can be edited */

typedef struct overlay { /* a text over the cells: help, keys, samples */
    bool on;
    char *title;
    char *text;
    styled_wrap wrap;
    bool choose; /* rows are chosen from; Enter calls chosen */
    void (*chosen)(view *v, int row);
    styled rows;
    int columns, top, row;
} overlay;

typedef struct entry_line { /* the line at the bottom, while it is typed into */
    bool on;
    char kind; /* ':' a command, '/' a search, '=' an argument of COMMAND */
    int command;
    buffer text;
    size_t point;
    char *history[32]; /* the latest first */
    int nhistory, shown;
} entry_line;

typedef struct question { /* which must be answered by one of its keys */
    bool on;
    char text[4600];  /* with a path, and the answers after it */
    const char *keys; /* "sdc" */
    void (*answer)(view *v, char key);
    char *subject,
        *then;          /* for the answer: a file; and the one to be opened after it, "" the end */
    bool while_running; /* gone when the cell that runs has ended */
    size_t asked;       /* bytes of the text; the answers follow */
    double
        unasked; /* > 0: nobody waits for it, and this is when it, or the last key not meant for it, came */
} question;

typedef struct found_work { /* of a moonlab that is no more, while it is asked about */
    recovery work;
    char *journal;      /* of a notebook without a file; NULL: that of the file which is open */
    notebook_lock lock; /* of that journal: nobody else asks about it */
} found_work;

struct view {
    const invocation *in;
    notebook *nb;
    char *path; /* NULL: untitled */
    file_state file;
    sidecar_header header;
    journal *journal;
    char *journal_path;
    notebook_lock lock; /* of the journal */
    long holder;        /* the process that has the file's lock; 0: none, or unknown */
    bool apart; /* the journal is not the file's: there is none, or it is another process's */
    bool looks; /* another process has the file open, and it is not written unasked */
    found_work found;
    double unsaved_since;       /* edits the journal has not seen; 0: none */
    uint64_t seed, kernel_seed; /* for the next kernel; of this one */
    char *kernel_path;          /* of the notebook it was started for */
    bool has_seed, header_changed;

    cell_state **states; /* by id */
    uint64_t nstates;
    run_log log;
    kernel *kernel;
    kernel_options options;
    uint64_t running; /* id, 0: none */
    uint64_t *queue;
    int nqueue, queue_room;
    bool stale_mode; /* when the queue is empty, the next stale cell from stale_from on is run */
    int stale_from;
    int interrupts;
    int kernel_ends;  /* of the kernel, since a cell was run */
    double all_since; /* when the run of all cells began; 0: none is going on */
    bool starts_over; /* the kernel is being restarted for do_run_all */
    struct { /* the kernel: number of the last question, and of those that are open, 0: none */
        long long last, variables, completion, about;
    } asked;
    unsigned ticket;
    bool wants_variables, wants_about;
    char *wants_completion; /* a copy of the text, asked for as soon as the kernel has time */
    size_t completion_point;

    view_mode mode;
    int cell, anchor; /* the selected one, and where the selection began */
    bool follow;      /* the selected cell is kept on the screen */
    uint64_t at_end; /* the cell whose end is to be seen if it is higher than the screen; 0: none */
    bool joins;      /* the next edit belongs to the step of the last */
    int top, top_row; /* the first row on the screen: of which cell */
    block blocks[BLOCKS];
    unsigned clock; /* of their use */

    bool panel, panel_chosen;
    json_t *variables;   /* as the kernel told them; NULL: not yet */
    json_t *environment; /* likewise: recorded with what it runs */
    overlay overlay;
    entry_line line;
    question question;
    notebook_pattern *pattern;
    char message[400];
    bool message_is_error;
    view_bindings bindings;
    key_reader keys;
    key_code before; /* the first key of two */
    char about[400]; /* the call that is typed, or the word that is chosen; "": nothing is known */
    uint64_t about_of;     /* a hash of its name; 0: none */
    double strayed, acted; /* when a letter among the cells had no meaning; when one had */
    struct {               /* when Escape was pressed last */
        bool edited, inserting;
        int cell;
        size_t point;
    } escaped;

    int rows, columns;                     /* of the terminal */
    int main_columns, main_top, main_rows; /* of the part with the cells */
    plot_charset charset;
    theme_choice theme;
    bool dirty, hurry; /* to be drawn; at once */
    bool ends;
    int status;
};

typedef void view_action(view *v, const char *argument);
#define SECTION(title)
#define VIEW(name, command, edit, argument, help, function) view_action function;
#include "repl/commands.def"

double view_now(void); /* seconds, of a clock that only goes on */

/* ---- view_state.c ------------------------------------------------------------------------------ */

cell_state *view_state_of(view *v, uint64_t id); /* NULL out of memory */
cell_state *view_state_at(view *v, int i);
bool view_cell_fresh(const view *v, int i);
bool view_cell_empty(const notebook_cell *cell); /* nothing but blanks */
/* Is what is in the kernel what running the file from the top to here would give? */
bool view_reproducible(const view *v);
void view_states_free(view *v);
/* The log has become shorter: what failed in what was taken back is only out of date. */
void view_note_taken_back(view *v);
/* The cell with this name in messages; -1: not there now. */
int view_cell_named(view *v, const char *name);
/* Selects cell I, as near as there is one. */
void view_select(view *v, int i);
void view_selection(const view *v, int *first, int *count);
void view_say(view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
void view_complain(view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- view_run.c -------------------------------------------------------------------------------- */

bool view_kernel_start(view *v);
void view_enqueue(view *v, int i);
void view_pump(view *v); /* runs the next of the queue, or asks the next question */
void view_hear(view *v, const kernel_event *e);
void view_forget_queue(view *v);
bool view_busy(const view *v);
void view_tell_size(view *v); /* to the kernel, that draws for it */

/* ---- view_layout.c ----------------------------------------------------------------------------- */

void view_measure(view *v); /* what part of the terminal is whose */
block *view_block(view *v, int i);
void view_blocks_free(view *v);
void view_follow(view *v);        /* scrolls so that the selection is seen */
void view_scroll(view *v, int n); /* down by rows */
/* Which cell is at row Y of the cells' part, and which of its rows; -1: none. */
int view_cell_at(view *v, int y, int *row);
int view_source_row(const block *b); /* the first row of its source */

/* ---- drawing ----------------------------------------------------------------------------------- */

void view_write_time(char *out, size_t room, double s); /* 12.3 ms, 4 min 05 s */
void view_draw(view *v);
void view_draw_status(view *v);
void view_draw_bottom(view *v, int *cursor_y, int *cursor_x);
void view_draw_overlay(view *v);

/* ---- view_edit.c ------------------------------------------------------------------------------- */

bool view_editor_open(view *v, char *error, size_t room);
void view_edit_begin(view *v, bool at_end);
void view_edit_end(view *v);
/* A cell of its own for what was pasted among the cells, or the selected one if it is empty; it is edited. */
void view_edit_paste(view *v, const key_event *e);
/* Is the cell a command, ":q", that was typed into it?  Then says how commands are given. */
bool view_edit_is_command(view *v, const notebook_cell *c);
void view_edit_key(view *v, const key_event *e);
/* Escape was pressed; and it was not, after all: the cell is edited as it was before. */
void view_edit_escaping(view *v);
void view_edit_resume(view *v);
void view_edit_go(view *v, size_t point);
/* Is what the editor has not the cell's text, but another that a search (C-r) has found? */
bool view_edit_searches(const view *v);
void view_edit_offer(view *v, const json_t *answer);
void view_edit_about(view *v, const char *text);
/* The text whose end is what is asked about. */
void view_edit_question(buffer *text);

/* ---- view_background.c ------------------------------------------------------------------------- */

void view_hear_terminal(view *v, const key_event *e);

/* ---- view_keys.c ------------------------------------------------------------------------------- */

void view_key(view *v, const key_event *e);
void view_do(view *v, int command, const char *argument);
void view_read_bindings(view *v);

/* ---- view_line.c, view_question.c, view_overlay.c ------------------------------------------------ */

void view_line_open(view *v, char kind, int command, const char *text);
void view_line_key(view *v, const key_event *e);
void view_line_insert(entry_line *l, const char *bytes, size_t size); /* at the cursor */
void view_line_complete(view *v);                                     /* view_complete.c */
void view_line_free(view *v);
void view_ask(view *v, const char *keys, void (*answer)(view *v, char key), const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What the question that was just asked is about; copied, NULL: nothing.  The answer finds it in v->question. */
void view_ask_about(view *v, const char *subject, const char *then);
void view_question_free(view *v);
/* Gives keys to what they are typed for, until the question is open and none came for a moment. */
void view_ask_unexpected(view *v);
double view_question_wait(const view *v); /* seconds until it takes answers; 0: it does */
void view_question_key(view *v, const key_event *e);
/* Shows TEXT, which it frees. */
void view_overlay_open(view *v, const char *title, char *text, styled_wrap wrap);
void view_overlay_choose(view *v, const char *title, char *text, void (*chosen)(view *v, int row));
void view_overlay_key(view *v, const key_event *e);
void view_overlay_close(view *v);

/* ---- view_file.c, view_save.c, view_journal.c, view_samples.c ------------------------------------ */

/* Opens the notebook of PATH, or one without a file, in the place of the one that is open, whose unsaved changes go.
** There may be a message though it is true: ERROR is not empty then. */
bool view_open(view *v, const char *path, char *error, size_t room);
bool view_is_blank(const view *v); /* there is no file, and only the empty cell of a new notebook */
void view_free(view *v);           /* what the view has */
bool view_modified(const view *v);
void view_go_on(view *v, const char *then); /* opens THEN; "": ends */
/* Writes the notebook to PATH, NULL: its own file, and goes on as view_go_on if THEN is not NULL.  Asks before something of
** others is overwritten, unless ANYWAY. */
void view_save(view *v, const char *path, bool anyway, const char *then);
void view_save_as(view *v, bool quit); /* asks for the file */
void view_journal_start(view *v);
void view_journal_end(view *v);
/* To the journal; true if all is in it. */
bool view_note_edits(view *v, bool now);
void view_discard(view *v);      /* what is unsaved: it is not offered again */
void view_forget_found(view *v); /* until the next start */
void view_keep_found(
    view *v); /* in the file's journal, with what was typed since: this process ends unasked */
void view_ask_opened(
    view *v); /* what is to be asked about what was opened: another moonlab, recovery */
void view_ask_again(view *v);                 /* about recovery, if another question came between */
void view_draw_welcome(const view *v, int y); /* what a new notebook says, from line Y on */

#endif
