/* notebook_load.c -- see notebook_load.h. */
#include "repl/notebook_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "repl/ipynb.h"
#include "repl/percent.h"

bool ends_in(const char *word, const char *ending)
{
    size_t n = strlen(word), m = strlen(ending);
    return n > m && strcmp(word + n - m, ending) == 0;
}

/* Others, like a pipe, may never end, or give their bytes only once. */
static bool is_ordinary(const char *path, char *error, size_t room)
{
    struct stat s;
    if (stat(path, &s) < 0 || S_ISREG(s.st_mode) || S_ISDIR(s.st_mode)) return true;
    snprintf(error, room, "%s: a notebook is an ordinary file, and this is none", path);
    return false;
}

bool notebook_load(const char *path, bool want_outputs, notebook_file *out, char *error,
                   size_t room)
{
    *out = (notebook_file){ .is_ipynb = ends_in(path, ".ipynb"), .sidecar = SIDECAR_NONE };
    size_t size;
    if (!is_ordinary(path, error, room)) return false;
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

static void print_as(const notebook *nb, bool is_ipynb, buffer *b)
{
    if (is_ipynb)
        ipynb_print(nb, b);
    else
        percent_print(nb, b);
}

save_result notebook_store(notebook *nb, const char *path, const save_options *options,
                           const sidecar_header *header, char *error, size_t room)
{
    bool is_ipynb = ends_in(path, ".ipynb");
    buffer b = { 0 };
    print_as(nb, is_ipynb, &b);
    save_result result = SAVE_FAILED;
    if (b.failed)
        snprintf(error, room, "%s: out of memory", path);
    else
        result = file_save(path, b.data ? b.data : "", b.size, options, error, room);
    buffer_free(&b);
    if (result != SAVE_DONE) return result;
    notebook_saved(nb);
    if (is_ipynb || !header || sidecar_write(path, nb, header, error, room)) return SAVE_DONE;
    return SAVE_PARTLY;
}

void notebook_unload(notebook_file *f)
{
    notebook_free(f->notebook);
    json_decref(f->header.environment);
    f->notebook = NULL, f->header.environment = NULL;
}
