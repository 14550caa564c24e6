/* run_notebook.c -- moonlab run for notebooks: once, or for each combination of parameters, with a table of what came out.
**
**     lr    epochs   loss    accuracy   time
**     0.1   10       0.031   0.98       1.2 s
**
** What came out of a run: the pairs "name = number" of the last value that is shown, else of the last line printed that has
** some, else that value itself. */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/headless.h"
#include "repl/notebook_json.h"

/* Runs all cells up to the first that fails; *at is that one. */
static session_status run_cells(headless *h, const parameters *p, int *at)
{
    session_status status = headless_begin(h);
    int n = notebook_count(h->file->notebook);
    for (*at = 0; *at < n && status == SESSION_OK; ++*at) {
        const notebook_cell *c = notebook_at(h->file->notebook, *at);
        if (!cell_is_code(c)) continue;
        status = headless_cell(h, *at);
        bool raises = cell_has_tag(c, "raises");
        if ((status == SESSION_ERROR || status == SESSION_INCOMPLETE) && raises) {
            if (!h->capture) show_error(h->in, session_error(h->session));
            status = SESSION_OK;
        }
        if (status == SESSION_OK) status = parameters_set(p, h, *at);
    }
    return status;
}

static int run_once(const invocation *in, notebook_file *file, const char *path, int nargs,
                    char *const args[], const parameters *p)
{
    headless h;
    int at;
    if (!headless_open(&h, in, file, path, false)) return 1;
    h.nargs = nargs, h.args = args;
    running_begin(h.session, in);
    int status = report(in, h.session, run_cells(&h, p, &at));
    running_end();
    session *s = h.session;
    h.session = NULL;
    headless_close(&h);
    return finish(s, status);
}

/* ---- what came out --------------------------------------------------------------------------- */

typedef struct row { /* of the table, one per combination */
    char **cells;
} row;

typedef struct table {
    char **columns; /* parameters first */
    int ncolumns;
    row *rows;
    long nrows;
    bool failed;
} table;

static int column(table *t, const char *name, size_t n)
{
    for (int i = 0; i < t->ncolumns; i++)
        if (strlen(t->columns[i]) == n && memcmp(t->columns[i], name, n) == 0) return i;
    char **larger = realloc(t->columns, ((size_t)t->ncolumns + 1) * sizeof *larger);
    char *copy = larger ? copy_bytes(name, n) : NULL;
    if (larger) t->columns = larger;
    for (long r = 0; copy && r < t->nrows; r++) {
        char **cells = realloc(t->rows[r].cells, ((size_t)t->ncolumns + 1) * sizeof *cells);
        if (!cells) t->failed = true;
        if (!cells) return free(copy), -1;
        t->rows[r].cells = cells;
        cells[t->ncolumns] = NULL;
    }
    if (!copy) return t->failed = true, -1;
    t->columns[t->ncolumns] = copy;
    return t->ncolumns++;
}

static void set(table *t, long r, int i, const char *text, size_t n)
{
    if (i < 0) return;
    free(t->rows[r].cells[i]);
    t->rows[r].cells[i] = copy_bytes(text, n);
    if (!t->rows[r].cells[i]) t->failed = true;
}

/* Is there "name = 1.5", "name: 1.5" or "name 1.5" at S?  Its bytes; 0 if not. */
static size_t read_pair(const char *s, size_t n, size_t *name, const char **value, size_t *length)
{
    size_t i = 0;
    if (n == 0 || !(isalpha((unsigned char)s[0]) || s[0] == '_')) return 0;
    while (i < n && (isalnum((unsigned char)s[i]) || s[i] == '_')) i++;
    *name = i;
    size_t gap = i;
    while (i < n && (s[i] == ' ' || s[i] == '=' || s[i] == ':')) i++;
    if (i == gap || i == n) return 0;
    char *end;
    if (!strchr("+-.0123456789", s[i]) && strncmp(s + i, "nan", 3) != 0 &&
        strncmp(s + i, "inf", 3) != 0)
        return 0;
    strtod(s + i, &end);
    if (end == s + i || end > s + n ||
        (end < s + n && (isalnum((unsigned char)*end) || *end == '_')))
        return 0;
    *value = s + i, *length = (size_t)(end - s) - i;
    return (size_t)(end - s);
}

/* Sets a column for each pair of the line; how many there were. */
static int set_pairs(table *t, long r, const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n;) {
        size_t name, length, used;
        const char *value;
        bool begins =
            i == 0 || !(isalnum((unsigned char)s[i - 1]) || s[i - 1] == '_' || s[i - 1] == '.');
        used = begins ? read_pair(s + i, n - i, &name, &value, &length) : 0;
        if (used) set(t, r, column(t, s + i, name), value, length), count++;
        i += used ? used : 1;
    }
    return count;
}

static bool set_last_pairs(table *t, long r, const char *text, size_t n)
{
    for (size_t end = n; end > 0;) {
        size_t start = end;
        while (start > 0 && text[start - 1] != '\n') start--;
        if (set_pairs(t, r, text + start, end - start) > 0) return true;
        end = start > 0 ? start - 1 : 0;
    }
    return false;
}

/* Fills row R with what the run has shown. */
static void set_results(table *t, long r, const notebook *nb)
{
    bool found = false;
    char *value = NULL;
    for (int want_value = 1; want_value >= 0 && !found; want_value--)
        for (int i = notebook_count(nb) - 1; i >= 0 && !found; i--) {
            const outputs *o = notebook_at(nb, i)->outputs;
            for (int k = o ? o->n - 1 : -1; k >= 0 && !found; k--) {
                if ((o->list[k].kind == OUTPUT_VALUE) != want_value) continue;
                if (!want_value && o->list[k].kind != OUTPUT_STREAM) continue;
                size_t n;
                char *text = output_canonical(&o->list[k], &n);
                found = text && set_last_pairs(t, r, text, n);
                if (!found && want_value && !value)
                    value = text;
                else
                    free(text);
                if (want_value) i = -1, k = -1; /* the last value only */
            }
        }
    if (!found && value) {
        size_t n = strcspn(value, "\n");
        set(t, r, column(t, "value", 5), value, n > 60 ? 60 : n);
    }
    free(value);
}

/* ---- the table ------------------------------------------------------------------------------- */

static int width(const char *s)
{
    int n = 0;
    for (; s && *s; s++) n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static void print_cell(const char *text, int columns, bool last)
{
    char *visible = session_visible(text ? text : "");
    printf("%s", visible ? visible : "");
    for (int n = width(visible); !last && n < columns + 3; n++) putchar(' ');
    free(visible);
}

static void print_table(const table *t)
{
    for (long r = -1; r < t->nrows; r++) {
        int last = t->ncolumns - 1;
        while (last > 0 && r >= 0 && !t->rows[r].cells[last]) last--;
        for (int i = 0; i <= last; i++) {
            int columns = width(t->columns[i]);
            for (long k = 0; k < t->nrows; k++)
                if (width(t->rows[k].cells[i]) > columns) columns = width(t->rows[k].cells[i]);
            print_cell(r < 0 ? t->columns[i] : t->rows[r].cells[i], columns, i == last);
        }
        putchar('\n');
    }
}

static void free_table(table *t)
{
    for (long r = 0; r < t->nrows; r++) {
        for (int i = 0; i < t->ncolumns; i++) free(t->rows[r].cells[i]);
        free(t->rows[r].cells);
    }
    for (int i = 0; i < t->ncolumns; i++) free(t->columns[i]);
    free(t->columns);
    free(t->rows);
}

/* ---- the grid -------------------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Begins row R with the parameters' values. */
static bool add_row(table *t, long r, const parameters *p)
{
    row *larger = realloc(t->rows, ((size_t)r + 1) * sizeof *larger);
    if (!larger) return false;
    t->rows = larger;
    t->rows[r].cells = calloc((size_t)t->ncolumns + 1, sizeof(char *));
    if (!t->rows[r].cells) return false;
    t->nrows = r + 1;
    for (int i = 0; i < p->n; i++) {
        const char *value = p->list[i].values[p->list[i].now];
        set(t, r, column(t, p->list[i].name, strlen(p->list[i].name)), value, strlen(value));
    }
    return true;
}

/* Runs one combination into row R; its exit status, 0 if all went well. */
static int run_row(table *t, long r, headless *h, const parameters *p)
{
    char text[40];
    int at;
    double start = seconds_now();
    for (int i = 0; i < notebook_count(h->file->notebook); i++)
        notebook_set_outputs(h->file->notebook, i, NULL);
    running_begin(h->session, h->in);
    session_status status = run_cells(h, p, &at);
    running_end();
    set_results(t, r, h->file->notebook);
    if (status == SESSION_INTERRUPTED) return report(h->in, h->session, status);
    snprintf(text, sizeof text, "%.3g s", seconds_now() - start);
    set(t, r, column(t, "time", 4), text, strlen(text));
    if (status == SESSION_OK) return 0;
    const char *error = session_error(h->session);
    if (status == SESSION_EXIT) error = "os.exit";
    set(t, r, column(t, "error", 5), error, strcspn(error, "\n"));
    return status == SESSION_EXIT ? session_exit_code(h->session) : 1;
}

static int run_grid(const invocation *in, notebook_file *file, const char *path, int nargs,
                    char *const args[], parameters *p)
{
    table t = { 0 };
    int status = 0;
    for (long k = 0; k < p->combinations && status < 128; k++) {
        headless h;
        parameters_choose(p, k);
        if (!add_row(&t, k, p) || !headless_open(&h, in, file, path, true)) {
            status = usage_error("out of memory");
            break;
        }
        h.nargs = nargs, h.args = args;
        if (in->terminal.errors) fprintf(stderr, "run %ld of %ld\r", k + 1, p->combinations);
        int one = run_row(&t, k, &h, p);
        if (one) status = one;
        headless_close(&h);
    }
    if (!t.failed) print_table(&t);
    if (t.failed) status = usage_error("out of memory");
    free_table(&t);
    return finish(NULL, status);
}

int run_notebook(const invocation *in, notebook_file *file, const char *path, int nargs,
                 char *const args[], char *const params[], int nparams)
{
    parameters p;
    if (!parameters_read(&p, file->notebook, path, params, nparams)) return 1;
    int status = p.combinations > 1 ? run_grid(in, file, path, nargs, args, &p)
                                    : run_once(in, file, path, nargs, args, &p);
    parameters_free(&p);
    return status;
}
