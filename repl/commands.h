/* commands.h -- what the commands share: the options before the command, how a session is opened and its errors
** are shown. */
#ifndef REPL_COMMANDS_H
#define REPL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lua_api/lua_api.h"
#include "repl/terminal.h"

typedef struct invocation {
    terminal terminal;
    session_options options;
    size_t snapshot_bytes; /* that a notebook may use to go back; 0: it cannot */
    bool prompting;        /* keys are read by the prompt, not by code */
} invocation;

typedef int command(invocation *in, int argc, char **argv); /* returns the exit status */
#define COMMAND(name, arguments, help, function) command function;
#define OPTION(...)
#include "repl/options.def"

void usage(bool color);
void man_page(void); /* moonlab.1, in roff */

/* An error of the command line: "moonlab: …", then how to go on; returns 1. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* For session_options.graphics; ctx is the invocation. */
void find_graphics(void *ctx, session_graphics *out);
/* A session with the invocation's options; exits 1 with a message when there can be none. */
session *open_session(const invocation *in);
/* Shows what the status says on standard error and returns the exit status that follows. */
int report(const invocation *in, session *s, session_status status);
void show_error(const invocation *in, const char *message);
/* Ends the session; returns STATUS, or 1 if the output could not be written. */
int finish(session *s, int status);

/* While code runs: Ctrl-C stops it, a third one ends the program; with --safe, so does the time limit. */
void running_begin(session *s, const invocation *in);
void running_end(void);

#endif
