/* verify.c -- moonlab verify: runs a notebook and compares what its cells show with what is recorded in its sidecar.
**
**     xor.lua: recorded with instructions avx2, now avx512
**       cell  2  parameters   identical
**       cell  4  train        close: the largest relative difference is 3.1e-07
**       cell  5               different
**           - loss 0.0312
**           + loss 0.0452
**     xor.lua: 1 identical, 1 close, 1 different
**
** Cells agree if they are identical, or if they are close and the environment is another one.  Tags: volatile cells are run
** and not compared, raises cells must raise an error, skip cells are not run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/environment.h"
#include "repl/headless.h"
#include "repl/notebook_compare.h"

#define MOST_LINES 10 /* of a difference */

typedef enum verdict {
    IDENTICAL,
    CLOSE,
    DIFFERENT,
    MISSING,
    FAILED,
    VOLATILE,
    SKIPPED,
    NOT_RUN
} verdict;
#define VERDICTS (NOT_RUN + 1)

static const char *const words[VERDICTS] = { "identical", "close",    "different", "missing",
                                             "error",     "volatile", "skipped",   "not run" };

typedef struct verification {
    headless run;
    char *shown;            /* the file's name, fit to be printed */
    bool update, elsewhere; /* another environment than that of the record */
    outputs **recorded;     /* of each cell, held; NULL: none */
    int counts[VERDICTS], stopped_at;
    session_status status;
} verification;

/* ---- the environment ------------------------------------------------------------------------- */

/* Tells in what the environments differ; do they? */
static bool tell_environment(const char *shown, const sidecar_header *h, json_t *now, uint64_t seed)
{
    buffer b = { 0 };
    const char *key;
    json_t *value;
    json_object_foreach(now, key, value)
    {
        const char *was = json_string_value(json_object_get(h->environment, key));
        if (was && strcmp(was, json_string_value(value)) == 0) continue;
        buffer_format(&b, "%s%s %s, now %s", b.size ? "; " : "", key, was ? was : "unknown",
                      json_string_value(value));
    }
    if (h->seed != seed)
        buffer_format(&b, "%sseed %llu, now %llu", b.size ? "; " : "", (unsigned long long)h->seed,
                      (unsigned long long)seed);
    char *text = buffer_take(&b, NULL), *visible = text ? session_visible(text) : NULL;
    bool differs = text && *text;
    if (differs) printf("%s: recorded with %s\n", shown, visible ? visible : "");
    free(text);
    free(visible);
    return differs;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void tell(const verification *v, int i, verdict what, const char *more)
{
    const notebook_cell *c = notebook_at(v->run.file->notebook, i);
    bool color = v->run.in->terminal.color && v->run.in->terminal.output;
    bool bad = what == DIFFERENT || what == MISSING || what == FAILED || what == NOT_RUN ||
               (what == CLOSE && !v->elsewhere);
    char *title = session_visible(c->title);
    printf("  cell %2d  %s%s%s%s%s%s\n", i + 1, title && *title ? title : "",
           title && *title ? ": " : "", color ? (bad ? "\033[31m" : "\033[32m") : "", words[what],
           color ? "\033[0m" : "", more);
    free(title);
}

static verdict compare(const verification *v, int i, char *more, size_t room)
{
    const notebook_cell *c = notebook_at(v->run.file->notebook, i);
    const outputs *recorded = v->recorded[i];
    double difference = 0;
    if (cell_has_tag(c, "volatile")) return VOLATILE;
    if (!recorded) return MISSING;
    compare_result r = compare_outputs(recorded, c->outputs, &difference);
    if (r == COMPARE_IDENTICAL) return IDENTICAL;
    if (r == COMPARE_DIFFERENT) return DIFFERENT;
    if (difference > 0)
        snprintf(more, room, ": the largest relative difference is %.2g", difference);
    else
        snprintf(more, room, ": what is shown is the same, other elements or points are not");
    return CLOSE;
}

/* Puts the fresh outputs of cell I into canonical form. */
static bool make_canonical(verification *v, int i)
{
    notebook *nb = v->run.file->notebook;
    outputs *o = compare_canonical(notebook_at(nb, i)->outputs);
    if (!o) return false;
    o->source = notebook_at(nb, i)->hash;
    notebook_set_outputs(nb, i, o);
    outputs_release(o);
    return true;
}

/* Runs cell I; false if the run must end. */
static bool verify_cell(verification *v, int i)
{
    notebook *nb = v->run.file->notebook;
    const notebook_cell *c = notebook_at(nb, i);
    char more[120] = "";
    if (!cell_is_code(c)) return true;
    if (cell_has_tag(c, "skip")) {
        v->counts[SKIPPED]++;
        if (!v->update) tell(v, i, SKIPPED, "");
        return true;
    }
    v->status = headless_cell(&v->run, i);
    bool raised = v->status == SESSION_ERROR || v->status == SESSION_INCOMPLETE;
    bool raises = cell_has_tag(c, "raises"), failed = raises != raised;
    if (v->status == SESSION_INTERRUPTED || v->status == SESSION_EXIT) return false;
    if (failed || !make_canonical(v, i)) {
        v->counts[FAILED]++;
        tell(v, i, FAILED, raises ? ": it is tagged raises, and raised no error" : "");
        if (raised) show_error(v->run.in, session_error(v->run.session));
        return raises;
    }
    v->status = SESSION_OK;
    if (v->update) return true;
    verdict what = compare(v, i, more, sizeof more);
    v->counts[what]++;
    tell(v, i, what, more);
    if (what == CLOSE || what == DIFFERENT) {
        buffer b = { 0 };
        compare_show(&b, v->recorded[i], notebook_at(nb, i)->outputs, MOST_LINES);
        char *text = buffer_take(&b, NULL), *visible = text ? session_visible(text) : NULL;
        printf("%s", visible ? visible : "");
        free(text);
        free(visible);
    }
    return true;
}

static void run_all(verification *v)
{
    int n = notebook_count(v->run.file->notebook), i = 0;
    running_begin(v->run.session, v->run.in);
    v->status = headless_begin(&v->run);
    if (v->status == SESSION_OK)
        while (i < n && verify_cell(v, i)) i++;
    running_end();
    for (int k = i + 1; k < n; k++) {
        if (!cell_is_code(notebook_at(v->run.file->notebook, k))) continue;
        v->counts[NOT_RUN]++;
        if (!v->update) tell(v, k, NOT_RUN, "");
    }
}

/* ---- the end --------------------------------------------------------------------------------- */

static int sum_up(const verification *v)
{
    const char *separator = "";
    int good = v->counts[IDENTICAL] + v->counts[VOLATILE] + v->counts[SKIPPED], all = 0;
    if (v->elsewhere) good += v->counts[CLOSE];
    printf("%s: ", v->shown);
    for (int i = 0; i < VERDICTS; i++) {
        all += v->counts[i];
        if (v->counts[i] == 0) continue;
        printf("%s%d %s", separator, v->counts[i], words[i]);
        separator = ", ";
    }
    printf("%s\n", all == 0 ? "no cells with code" : "");
    return good == all ? 0 : 1;
}

/* Writes what the cells have shown; skipped cells keep their record, volatile ones have none. */
static int write_record(verification *v, json_t *now)
{
    notebook *nb = v->run.file->notebook;
    char error[512];
    int n = 0;
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (cell_has_tag(c, "volatile")) notebook_set_outputs(nb, i, NULL);
        n += notebook_at(nb, i)->outputs != NULL;
    }
    sidecar_header h = { .seed = v->run.own.options.seed, .environment = now };
    if (!sidecar_write(v->run.path, nb, &h, error, sizeof error))
        return usage_error("verify: %s", error);
    char *path = sidecar_path(v->shown, ".out.jsonl");
    printf("%s: %d cell%s recorded in %s\n", v->shown, n, n == 1 ? "" : "s", path ? path : "");
    free(path);
    return 0;
}

static int verify_file(verification *v, const sidecar_header *h)
{
    json_t *now = environment_of(v->run.session, v->run.own.options.device);
    if (!v->update) v->elsewhere = tell_environment(v->shown, h, now, v->run.own.options.seed);
    run_all(v);
    int status = 0;
    if (v->status == SESSION_INTERRUPTED || v->status == SESSION_EXIT) {
        status = report(v->run.in, v->run.session, v->status);
        if (v->status == SESSION_EXIT)
            status = usage_error("verify: %s: the code called os.exit", v->run.path);
    } else if (!v->update)
        status = sum_up(v);
    else if (v->counts[FAILED] > 0)
        status = usage_error("verify: %s: nothing was recorded, since a cell failed", v->run.path);
    else
        status = write_record(v, now);
    json_decref(now);
    return status;
}

/* Holds the outputs that the sidecar gave the cells: a run replaces them. */
static bool keep_recorded(verification *v, const notebook *nb)
{
    int n = notebook_count(nb);
    v->recorded = calloc((size_t)n + 1, sizeof *v->recorded);
    for (int i = 0; v->recorded && i < n; i++)
        v->recorded[i] = outputs_hold(notebook_at(nb, i)->outputs);
    return v->recorded != NULL;
}

static int verify_loaded(const invocation *in, notebook_file *file, const char *path, bool update)
{
    verification v = { .update = update };
    int n = notebook_count(file->notebook), status = 1;
    if (!update && file->sidecar == SIDECAR_NONE)
        return usage_error(
            "verify: %s has no recorded outputs; moonlab verify --update %s records them", path,
            path);
    v.shown = session_visible(path);
    if (!v.shown || !keep_recorded(&v, file->notebook)) return usage_error("out of memory");
    if (headless_open(&v.run, in, file, path, true)) {
        status = verify_file(&v, &file->header);
        session *s = v.run.session;
        v.run.session = NULL;
        headless_close(&v.run);
        status = finish(s, status);
    }
    for (int i = 0; i < n; i++) outputs_release(v.recorded[i]);
    free(v.recorded);
    free(v.shown);
    return status;
}

int command_verify(invocation *in, int argc, char **argv)
{
    const char *path = NULL;
    bool update = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            update = true;
        else if (argv[i][0] == '-' && argv[i][1])
            return usage_error(
                "verify %s: the only option is --update; those of moonlab stand before the "
                "command",
                argv[i]);
        else if (path)
            return usage_error("verify: one file is expected, but '%s' follows '%s'", argv[i],
                               path);
        else
            path = argv[i];
    }
    if (!path) return usage_error("verify: which notebook? moonlab verify FILE.lua");
    notebook_file file;
    char error[512];
    bool good = notebook_load(path, true, &file, error, sizeof error);
    /* A record that is broken can still be written anew. */
    if (!good && update) good = notebook_load(path, false, &file, error, sizeof error);
    if (!good) return usage_error("verify: %s", error);
    int status = verify_loaded(in, &file, path, update);
    notebook_unload(&file);
    return status;
}
