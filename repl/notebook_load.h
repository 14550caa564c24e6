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
/* Writes NB to PATH in the form of its ending, as OPTIONS say (file_save); then it counts as saved.  After that the outputs are
** written, unless HEADER is NULL: to the sidecar, but for .ipynb, which has them in itself.  Anything but SAVE_DONE comes with
** a message; SAVE_PARTLY: all but the outputs is written. */
save_result notebook_store(notebook *nb, const char *path, const save_options *options,
                           const sidecar_header *header, char *error, size_t room);
void notebook_unload(notebook_file *f);

#endif
