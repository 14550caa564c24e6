/* export_command.c -- moonlab export FILE -o OUT. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "repl/commands.h"
#include "repl/export.h"
#include "repl/notebook_load.h"

static bool same_file(const char *a, const char *b)
{
    struct stat sa, sb;
    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && S_ISREG(sa.st_mode) &&
           sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

static bool has_outputs(const notebook *nb)
{
    bool code = false;
    for (int i = 0; i < notebook_count(nb); i++) {
        if (notebook_at(nb, i)->outputs) return true;
        code = code || cell_is_code(notebook_at(nb, i));
    }
    return !code;
}

static int export_file(const invocation *in, const char *path, const char *to,
                       const export_form *form)
{
    char error[512];
    notebook_file file;
    if (!notebook_load(path, true, &file, error, sizeof error))
        return usage_error("export: %s", error);
    if (!has_outputs(file.notebook) && form->write != export_lua)
        usage_error("export: %s has no recorded outputs, so %s has none; moonlab verify --update "
                    "%s records them",
                    path, to, path);
    session *s = open_session(in);
    buffer b = { 0 };
    form->write(&b, file.notebook, path, s);
    notebook_unload(&file);
    if (b.failed) {
        buffer_free(&b);
        return finish(s, usage_error("export: %s: out of memory", path));
    }
    save_result result = file_save(to, b.data ? b.data : "", b.size, NULL, error, sizeof error);
    buffer_free(&b);
    return finish(s, result == SAVE_DONE ? 0 : usage_error("export: %s", error));
}

int command_export(invocation *in, int argc, char **argv)
{
    const char *path = NULL, *to = NULL;
    char error[512];
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0) {
            if (++i == argc) return usage_error("export -o: the file to write is missing after it");
            to = argv[i];
        } else if (argv[i][0] == '-' && argv[i][1])
            return usage_error(
                "export %s: the only option is -o OUT; those of moonlab stand before the command",
                argv[i]);
        else if (path)
            return usage_error("export: one file is expected, but '%s' follows '%s'", argv[i],
                               path);
        else
            path = argv[i];
    }
    if (!path || !to)
        return usage_error("export: %s moonlab export FILE.lua -o FILE.html",
                           path ? "where to?" : "which notebook?");
    if (same_file(path, to))
        return usage_error("export: '%s' is the notebook itself; another file is to be written",
                           to);
    const export_form *form = export_find(to, error, sizeof error);
    return form ? export_file(in, path, to, form) : usage_error("%s", error);
}
