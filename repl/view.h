/* view.h -- the notebook on the whole screen of a terminal. */
#ifndef REPL_VIEW_H
#define REPL_VIEW_H

#include "repl/commands.h"

/* Can the notebook be shown: is there a terminal for keys and screen that is no dumb one? */
bool view_is_possible(const invocation *in);
/* Opens the notebook at PATH, or with NULL a new one, and returns the exit status when it is closed. */
int view_notebook(const invocation *in, const char *path);

#endif
