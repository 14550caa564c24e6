/* readline_lines.h -- Readline's commands for a text of several lines, whose newlines stand in Readline's buffer: those that
** know only one line are replaced by ones that know many, whatever keys they are bound to. */
#ifndef REPL_READLINE_LINES_H
#define REPL_READLINE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <readline/readline.h>

typedef struct lines_command {
    rl_command_func_t *one, *many; /* what Readline has for one line, what stands for it */
} lines_command;

/* Puts the second of each pair in the place of the first, in all keymaps. */
void lines_replace(const lines_command *list, size_t n);
/* The same for what needs nothing but the text: starts and ends of lines, kills up to them, and vi's. */
void lines_take_over(void);

int lines_start(int at);
int lines_end(int at);
/* Move the cursor to the line above or below, at the same column if it is as long; false: there is none. */
bool lines_up(void);
bool lines_down(void);
/* Takes away what the line at the cursor is indented more than OWN. */
void lines_unindent(int own);

/* vi's operators on lines, "dd", "cc", "yy", of COUNT lines: OPERATOR is 'd', 'c' or 'y'. */
void lines_operate(int operator, int count);
/* The operator that waits for a motion, and its count; 0: none does. */
int lines_operator(int *count);
/* To be called after each key; SHORTER: it has killed something.  Lines are put as lines only while nothing else is killed. */
void lines_key_ends(bool shorter);

#endif
