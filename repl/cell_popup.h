/* cell_popup.h -- the words that pop up while one is typed: those that go on as was typed, and which of them is chosen.  For
** cell_editor.c. */
#ifndef REPL_CELL_POPUP_H
#define REPL_CELL_POPUP_H

#include "repl/cell_editor.h"

/* Takes copies of WORDS (NULL-ended), which begin at START; false out of memory. */
bool popup_open(char *const words[], size_t start);
void popup_close(void);
bool popup_is_open(void);
/* Keeps the words that begin with TYPED; closes if there are none, or if the only one is what was typed. */
void popup_filter(const char *typed, size_t n);
/* What the words have in common, N bytes of *word. */
size_t popup_common(const char **word);
/* Is the key one that moves the choice? */
bool popup_move(const char *key, size_t n);
const char *popup_chosen(void); /* NULL: none is */

#endif
