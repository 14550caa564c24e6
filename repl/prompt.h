/* prompt.h -- a session at the line prompt: what its commands (prompt_commands.def) share. */
#ifndef REPL_PROMPT_H
#define REPL_PROMPT_H

#include "repl/commands.h"

typedef struct prompt {
    invocation *in;
    session *session;
    char **cells; /* the entries that succeeded, for :save */
    int ncells, nfailed, room;
    int number; /* of entries run */
    int status; /* the exit status, so far */
    bool ends;
} prompt;

/* Runs a piece of code and shows what goes wrong; true if nothing did.  NAME as for session_cell. */
bool prompt_run(prompt *p, const char *code, size_t size, const char *name);
/* Notes an entry that was run, for :save. */
void prompt_remember_cell(prompt *p, const char *code, size_t size, bool succeeded);
/* Is TEXT a command, ":name …"?  Then prompt_command runs it. */
bool prompt_is_command(const char *text);
bool prompt_command_complete(prompt *p, const char *text); /* is the code in it whole? */
/* True unless it failed. */
bool prompt_command(prompt *p, const char *text);
/* Words that complete TEXT, a command cut at its end, from *start on, as session_completions gives them. */
char **prompt_completions(prompt *p, const char *text, size_t *start);

#endif
