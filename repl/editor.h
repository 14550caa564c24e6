/* editor.h -- GNU Readline as the editor of a text of several lines: newlines stand in Readline's buffer, and the commands
** that know only one line are replaced by ones that know many, whatever keys they are bound to.
**
** The host shows the text and knows the language. */
#ifndef REPL_EDITOR_H
#define REPL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct editor_host {
    void *ctx;
    /* Is this a whole piece of code, that Enter gives back? */
    bool (*complete)(void *ctx, const char *text, size_t size);
    /* What each byte is (session_highlight), into kinds. */
    void (*highlight)(void *ctx, const char *text, size_t size, char *kinds);
    /* The words that can stand from *start to point: a NULL-ended array, both levels freed by the caller, or NULL. */
    char **(*completions)(void *ctx, const char *text, size_t size, size_t point, size_t *start);
    /* A line or more about what is at point, freed by the caller; NULL if there is nothing to say. */
    char *(*about)(void *ctx, const char *text, size_t size, size_t point);
    /* Shows words that can stand here, or text about what stands here, until the next key. */
    void (*show_words)(void *ctx, char *const words[], int n);
    void (*show_note)(void *ctx, const char *note);
    void (*clear)(void *ctx); /* the whole screen */
    /* Waits for more of a paste; false if it is given up. */
    bool (*wait)(void *ctx);
} editor_host;

/* Reads the user's inputrc and takes over Readline's commands; before the first line is read.  Without MANY_LINES Enter
** always ends the line, and Readline's own display can be used. */
void editor_open(const editor_host *host, bool many_lines);
/* These bytes have been typed and are read before any other, as far as there is room for them. */
void editor_type(const char *bytes, size_t n);
/* Is there a key to be read? */
bool editor_keys_wait(void);

#endif
