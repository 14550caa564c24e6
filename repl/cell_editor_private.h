/* cell_editor_private.h -- what the two parts of the editor of cells share: cell_readline.c, which has Readline and its commands,
** and cell_editor.c, which makes keys of bytes and steps of what Readline has done. */
#ifndef REPL_CELL_EDITOR_PRIVATE_H
#define REPL_CELL_EDITOR_PRIVATE_H

#include <stdio.h>

#include "repl/buffer.h"
#include "repl/cell_editor.h"
#include "repl/code_kinds.h"
#include "repl/readline_lines.h"

#define EDITOR_ABORT   '\007' /* C-g */
#define EDITOR_NOWHERE ((size_t)-1)

typedef enum editor_want {
    WANT_NOTHING,
    WANT_UNDO,
    WANT_REDO,
    WANT_REVERT,
    WANT_COMPLETION
} editor_want;

struct cell_editor_state {
    cell_editor_host host;
    FILE *null;
    cell_text *text; /* NULL: nothing is edited */
    char queue[256];
    int at, end;
    editor_want request;      /* what a command wants when Readline has ended */
    cell_editor_result leave; /* EDITOR_NOTHING: stays */
    bool line_ended;          /* Readline gave back a line, and emptied its buffer */
    unsigned version, ticket; /* of the text; of the last key */
    size_t anchor;            /* where the selection begins; NOWHERE: none */
    bool shifted;             /* it was made with Shift, and ends with the next other key */
    char prefix[32]; /* keys that Readline has taken as the beginning of a sequence, and the last */
    size_t nprefix;
    int unindented; /* what the last letter took away from its line */
    bool awaits;    /* a command of vi's waits for a character, as r does */
    code_kinds kinds;
    char status[256];
    /* Keyboard macros are ours: Readline's crash with its callback interface. */
    buffer macro;     /* keys, each after a byte that gives its length */
    size_t macro_end; /* before the key that may end it */
    bool recording, replaying, calls;
};

extern struct cell_editor_state editor;

static inline bool editor_is_vi(void)
{
    return rl_editing_mode == 0;
}

static inline bool editor_in_vi_commands(void)
{
    return editor_is_vi() && rl_get_keymap() == vi_movement_keymap;
}

/* Opens Readline on /dev/null, with the user's inputrc; false with errno. */
bool cell_readline_open(void);
void cell_readline_close(void);
/* Gives Readline bytes to read. */
void cell_readline_feed(const char *bytes, size_t n);
/* To be called before a cell is edited: what is killed in it is not joined with what was killed before. */
void cell_readline_begin(void);
/* The kinds of the bytes in Readline's buffer; NULL out of memory. */
const char *cell_editor_kinds(void);

#endif
