/* view_terminal.h -- the terminal that the notebook is shown on: curses on /dev/tty, so that standard output stays free; what
** is asked of it (marked pastes, keys with modifiers, the mouse), and its return to what it was, on every way out. */
#ifndef REPL_VIEW_TERMINAL_H
#define REPL_VIEW_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* False with a message if there is no such terminal, or curses does not know it.  With DIRECT, colours of 24 bits are to be had
** (terminal_direct.h). */
bool view_terminal_open(bool mouse, bool direct, char *error, size_t room);
/* Asks for the colour of the background and then for DA1, to which every terminal answers.  False if it is one that would take
** the question for text. */
bool view_terminal_ask(void);
void view_terminal_close(void);
int view_terminal_fd(void); /* for reading */
/* For other programs on the terminal: leaves it to them, and takes it back, drawing all anew. */
void view_terminal_leave(void);
void view_terminal_enter(void);
void view_terminal_redraw(void); /* the next frame is written whole */
/* Stops this process, as Ctrl-Z does, and returns when it is continued. */
void view_terminal_suspend(void);
/* Curses learns of the size as it is now. */
void view_terminal_resize(int *height, int *width);
/* The sequences that ask for modified keys, marked pastes and, with MOUSE, the mouse; and that take all of it back. */
const char *view_terminal_wishes(bool on, bool mouse);

#endif
