/* notebook_load.h -- a notebook from its file, .lua or .ipynb, with the outputs that are known. */
#ifndef REPL_NOTEBOOK_LOAD_H
#define REPL_NOTEBOOK_LOAD_H

#include "repl/notebook.h"
#include "repl/notebook_sidecar.h"
#include "repl/save.h"

typedef struct notebook_file {
    notebook *notebook;
    file_state state; /* of the file when it was read */
    bool is_ipynb;
    bool is_script; /* a Lua file without markers */
    sidecar_result sidecar;
    sidecar_header header; /* of the sidecar */
} notebook_file;

bool ends_in(const char *word, const char *ending);
/* False with a message.  A broken sidecar is one too if OUTPUTS are wanted; without, no sidecar is read. */
bool notebook_load(const char *path, bool want_outputs, notebook_file *out, char *error,
                   size_t room);
/* Writes it to PATH in the form of its ending, .ipynb with the outputs.  A file that has changed since it was read or saved, or
** that is there though it was never read, is SAVE_CHANGED unless FORCED.  Afterwards the notebook counts as saved. */
save_result notebook_store(notebook_file *f, const char *path, bool forced, char *error,
                           size_t room);
void notebook_unload(notebook_file *f);

#endif
