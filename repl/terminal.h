/* terminal.h -- what the terminal is like, and how it is left: as it was found, on every way out. */
#ifndef REPL_TERMINAL_H
#define REPL_TERMINAL_H

#include <stdbool.h>

typedef struct terminal {
    bool input, output, errors; /* is standard input, output, error a terminal? */
    bool color, utf8;
    int columns, rows; /* 0 if unknown */
    int depth;         /* of colours: 0, 16, 256 or 24 (bits) */
} terminal;

/* Looks at the standard streams, and remembers the terminal's state.  Closed standard streams are opened on
** /dev/null, so that no file can take their place. */
terminal terminal_open(void);
void terminal_size(terminal *t); /* asks again */
/* Asks the terminal, on FD, to mark what is pasted, and to stop that. */
void terminal_mark_pastes(int fd, bool on);
/* A program for the whole screen has taken the terminal FD: terminal_restore writes LEAVE to it, and gives it the state that
** was found.  A child process is not to do so (pthread_atfork). */
void terminal_take(int fd, const char *leave);
void terminal_release(void);
/* Puts back what terminal_open and terminal_take saw; async-signal-safe. */
void terminal_restore(void);

#endif
