/* terminal_direct.h -- a description of the terminal for curses in which colours are numbers of 24 bits.
**
** The entries of terminfo for terminals with true colours (xterm-direct and the like) are seldom installed, lose the 16 colours
** that the user has chosen, and describe other terminals than the one that there is.  So the terminal's own entry is taken, and
** only its colours are others:
**
**     0 … 255       as before, of the terminal's palette
**     256 … 2²⁴-1   red, green, blue */
#ifndef REPL_TERMINAL_DIRECT_H
#define REPL_TERMINAL_DIRECT_H

#include <stddef.h>

#define TERMINAL_DIRECT_COLORS 0x1000000

/* The entry of the terminal that setupterm was called for, called NAME, as ncurses takes it from the variable TERMINFO:
** "hex:…"; freed by the caller.  NULL if it has less than 256 colours, or out of memory. */
char *terminal_direct_entry(const char *name);

#endif
