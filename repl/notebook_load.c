/* notebook_load.c -- see notebook_load.h. */
#include "repl/notebook_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/ipynb.h"
#include "repl/percent.h"

bool ends_in(const char *word, const char *ending)
{
    size_t n = strlen(word), m = strlen(ending);
    return n > m && strcmp(word + n - m, ending) == 0;
}

bool notebook_load(const char *path, bool want_outputs, notebook_file *out, char *error,
                   size_t room)
{
    *out = (notebook_file){ .is_ipynb = ends_in(path, ".ipynb"), .sidecar = SIDECAR_NONE };
    size_t size;
    char *bytes = file_read(path, &size, &out->state, error, room);
    if (!bytes) return false;
    if (size > 0 && *bytes == '\033') {
        snprintf(error, room, "%s: compiled Lua code is never loaded", path);
    } else if (out->is_ipynb) {
        out->notebook = ipynb_parse(path, bytes, size, error, room);
    } else {
        out->notebook = percent_parse(bytes, size);
        out->is_script = !percent_has_markers(bytes, size);
        if (!out->notebook) snprintf(error, room, "%s: out of memory", path);
    }
    free(bytes);
    bool good = out->notebook != NULL;
    if (good && want_outputs) {
        out->sidecar = sidecar_read(path, out->notebook, &out->header, error, room);
        good = out->sidecar != SIDECAR_BROKEN;
    }
    if (!good) notebook_unload(out);
    return good;
}

save_result notebook_store(notebook_file *f, const char *path, bool forced, char *error,
                           size_t room)
{
    buffer b = { 0 };
    f->is_ipynb = ends_in(path, ".ipynb");
    if (f->is_ipynb)
        ipynb_print(f->notebook, &b);
    else
        percent_print(f->notebook, &b);
    if (b.failed) {
        buffer_free(&b);
        snprintf(error, room, "%s: out of memory", path);
        return SAVE_FAILED;
    }
    save_options options = { .expected = forced ? NULL : &f->state, .state = &f->state };
    save_result result = file_save(path, b.data ? b.data : "", b.size, &options, error, room);
    if (result == SAVE_DONE) notebook_saved(f->notebook);
    buffer_free(&b);
    return result;
}

void notebook_unload(notebook_file *f)
{
    notebook_free(f->notebook);
    json_decref(f->header.environment);
    f->notebook = NULL, f->header.environment = NULL;
}
