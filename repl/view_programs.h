/* view_programs.h -- other programs on the notebook's terminal: the pager, the user's editor. */
#ifndef REPL_VIEW_PROGRAMS_H
#define REPL_VIEW_PROGRAMS_H

#include "repl/view_private.h"

/* Shows TEXT in $PAGER, or less. */
void view_page(view *v, const char *text, size_t size);
/* Runs `COMMAND "$@"` with FILE by the shell on the terminal; its status, or -1 with a message. */
int view_program(view *v, const char *program, const char *file);

#endif
