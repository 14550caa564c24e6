/* terminal_text.h -- what a program has written for a terminal, taken apart: text, line ends, what moves back, and escape
** sequences (ECMA-48). */
#ifndef REPL_TERMINAL_TEXT_H
#define REPL_TERMINAL_TEXT_H

#include <stddef.h>

typedef enum terminal_piece {
    PIECE_TEXT, /* bytes without any of the others */
    PIECE_NEWLINE,
    PIECE_RETURN, /* what comes next begins the line anew */
    PIECE_BACKSPACE,
    PIECE_STYLE,  /* an escape sequence that sets colours and the like: ESC [ … m */
    PIECE_ESCAPE, /* any other */
} terminal_piece;

/* The bytes of the piece at S, at least 1 and at most N, which is not 0. */
size_t terminal_piece_at(const char *s, size_t n, terminal_piece *piece);

#endif
