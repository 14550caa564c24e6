/* headless.h -- a notebook run from top to bottom in this process, without a screen: what `run`, its grids and `verify` share. */
#ifndef REPL_HEADLESS_H
#define REPL_HEADLESS_H

#include "repl/commands.h"
#include "repl/buffer.h"
#include "repl/notebook_load.h"

typedef struct headless {
    const invocation *in;
    invocation own; /* its options: the notebook's seed, and who takes what is printed */
    notebook_file *file;
    const char *path;
    session *session;
    bool capture;    /* outputs go to the cells; else to standard output */
    outputs *target; /* of the cell that runs, while capturing */
    char *digits;    /* of the value that comes next */
    size_t ndigits;
    int *lines; /* where each cell's source begins in the file */
    int nargs;
    char *const *args;
} headless;

/* Opens a session for the notebook; exits with a message if there can be none. */
bool headless_open(headless *h, const invocation *in, notebook_file *file, const char *path,
                   bool capture);
void headless_close(headless *h);
/* What the session begins with: arg, modules beside the file.  The rest of a run stands between running_begin and
** running_end. */
session_status headless_begin(headless *h);
session_status headless_cell(headless *h, int i);

/* ---- parameters ------------------------------------------------------------------------------ */

typedef struct parameter { /* -p name=value,value: points into the argument's copy */
    char *name, **values;
    int n, now; /* the value that is used */
} parameter;

typedef struct parameters {
    parameter *list;
    int n;
    long combinations;
} parameters;

/* Reads the arguments of -p for this notebook: each name must be one that a cell tagged parameters sets.  False with the
** error shown. */
bool parameters_read(parameters *p, const notebook *nb, const char *path, char *const args[],
                     int n);
void parameters_free(parameters *p);
/* Chooses combination K, the last parameter changing first. */
void parameters_choose(parameters *p, long k);
/* After cell I has run: sets those of its variables that are given. */
session_status parameters_set(const parameters *p, headless *h, int i);

/* Runs the notebook, or each combination of its parameters; returns the exit status. */
int run_notebook(const invocation *in, notebook_file *file, const char *path, int nargs,
                 char *const args[], char *const params[], int nparams);

#endif
