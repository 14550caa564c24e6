/* cell_editor.h -- GNU Readline as the editor of a notebook's cells.  It is given keys and pastes, and tells text, cursor and
** state; what is on the terminal is somebody else's: Readline itself writes nothing.
**
**     screen ── key, paste ──►  cell_editor  ◄─ text, point, undo ─  cell_text (one per cell that was edited)
**            ◄─ what it did ──      │
**                                Readline    inputrc, emacs and vi keys, kill ring, macros, search
**
** Readline has one state, so there is one editor, which edits one cell_text at a time.  Undo is kept by cell_text, not by
** Readline: it survives the change to another cell, and there is redo. */
#ifndef REPL_CELL_EDITOR_H
#define REPL_CELL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "repl/edited_text.h"

typedef struct cell_editor_host {
    void *ctx;
    /* What each byte is (session_highlight; NULL session: without knowing names), into kinds. */
    void (*highlight)(void *ctx, const char *text, size_t size, char *kinds);
    /* Words that can stand at POINT are wanted: answered, now or later, by cell_editor_offer with TICKET. */
    void (*complete)(void *ctx, unsigned ticket, const char *text, size_t size, size_t point);
    /* The same for the history that is searched (C-r): entry I of the texts to search, 0 the latest; NULL: no more. */
    const char *(*history)(void *ctx, int i);
} cell_editor_host;

typedef enum cell_editor_result {
    EDITOR_NOTHING, /* the key has no meaning, or is the beginning of one */
    EDITOR_MOVED,   /* cursor, selection, pop-up or status are others */
    EDITOR_CHANGED, /* the text is another */
    EDITOR_UPWARDS, /* the cursor was to go above the first line */
    EDITOR_DOWNWARDS,
    EDITOR_LEAVE,   /* Esc (in vi's command mode, if there is vi) */
    EDITOR_COMMAND, /* : in vi's command mode */
} cell_editor_result;

/* Reads the user's inputrc.  The locale must be set.  False with a message if the system refuses. */
bool cell_editor_open(const cell_editor_host *host, char *error, size_t size);
void cell_editor_close(void);

/* From now on T is edited; NULL: nothing.  T must live until another takes its place. */
void cell_editor_enter(cell_text *t);
cell_text *cell_editor_current(void);

/* One key, as a terminal sends it: UTF-8, a control character, ESC alone, ESC and what is pressed with Alt, or a sequence
** as xterm's ("\033[A" up, "\033[1;5C" Ctrl and right, "\033[3~" delete, "\033[H" home, "\033[F" end, "\033[5~" page up). */
cell_editor_result cell_editor_key(const char *bytes, size_t n);
/* A paste is one step of undo.  Line ends become \n, control characters but \n and \t symbols. */
cell_editor_result cell_editor_paste(const char *text, size_t size);
/* Moves the cursor to byte POINT; with SELECT the selection reaches from where the cursor was (or the selection began). */
cell_editor_result cell_editor_go(size_t point, bool select);
/* Takes the cursor to a line, counted from 0, at a column in characters, as when a cell is entered from another. */
cell_editor_result cell_editor_go_line(size_t line, size_t column);

typedef struct cell_editor_view {
    const char *text; /* NUL-terminated; valid until the next call of cell_editor_… */
    size_t size, point;
    const char *kinds;            /* of the bytes, for code_rows; NULL: without colours */
    size_t line, column;          /* of the cursor, from 0: column in characters */
    size_t selected, selected_to; /* the selection; equal: none */
    size_t partner;               /* of the bracket at the cursor; size: none */
    bool vi, inserting;           /* vi's keys; false: its command mode */
    bool recording;               /* a keyboard macro */
    const char *
        status; /* what Readline would show before the line: "(reverse-i-search)`ab': ", "(arg: 4) "; "" */
} cell_editor_view;

cell_editor_view cell_editor_look(void);

/* ---- completion ------------------------------------------------------------------------------ */

/* Words that can stand from START to the cursor, NULL-ended, copied.  One is put in, of several what they have in common,
** and they pop up.  False: TICKET is out of date, for text or cursor have changed. */
bool cell_editor_offer(unsigned ticket, char *const words[], size_t start);

typedef struct cell_editor_popup {
    char *const *words; /* those that go on as was typed; n of them */
    int n, chosen;      /* -1: none */
    size_t start;       /* where the words begin in the text */
} cell_editor_popup;

/* NULL: nothing pops up.  While it does, Tab, Shift-Tab, up, down, page up and down choose, Enter or Right takes, Esc gives
** up, and what is typed makes the list smaller. */
const cell_editor_popup *cell_editor_popup_now(void);
/* What the word is, by how it ends: "function", "option", "keyword", "string", "folder", "name". */
const char *completion_kind(const char *word);

/* The call the cursor is in: its name as written ("nn.Linear", "x:sum") from *name on, and the argument, from 0.  False if
** it is in none. */
bool cell_editor_call(size_t *name, size_t *length, int *argument);

#endif
