/* headless.c -- see headless.h. */
#include "repl/headless.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/percent.h"

/* ---- what code prints ------------------------------------------------------------------------ */

static void take_text(void *ctx, const char *text, size_t size)
{
    headless *h = ctx;
    if (h->target) outputs_print(h->target, false, text, size);
}

static void take_digits(void *ctx, const char *text, size_t size)
{
    headless *h = ctx;
    free(h->digits);
    h->digits = copy_bytes(text, size);
    h->ndigits = h->digits ? size : 0;
}

static void take_output(void *ctx, session_output kind, const char *text, size_t size)
{
    static const output_kind kinds[] = { [SESSION_VALUE] = OUTPUT_VALUE,
                                         [SESSION_FIGURE] = OUTPUT_FIGURE,
                                         [SESSION_PROGRESS] = OUTPUT_PROGRESS };
    headless *h = ctx;
    static char none[] = "";
    output record = { .kind = kinds[kind],
                      .text = (char *)(uintptr_t)text,
                      .size = size,
                      .data = none,
                      .key = kind == SESSION_PROGRESS ? 1 : 0 };
    if (kind != SESSION_PROGRESS && h->digits)
        record.data = h->digits, record.data_size = h->ndigits;
    if (h->target) outputs_add(h->target, &record);
    free(h->digits);
    h->digits = NULL, h->ndigits = 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

static int count_lines(const char *s, size_t n)
{
    int lines = 0;
    for (size_t i = 0; i < n; i++) lines += s[i] == '\n';
    return lines;
}

static bool find_lines(headless *h)
{
    const notebook *nb = h->file->notebook;
    size_t size;
    const char *header = notebook_header(nb, &size);
    int line = 1 + count_lines(header, size), n = notebook_count(nb);
    h->lines = malloc(((size_t)n + 1) * sizeof *h->lines);
    for (int i = 0; h->lines && i < n; i++) {
        const notebook_cell *c = notebook_at(nb, i);
        h->lines[i] = line + (c->raw ? count_lines(c->raw, c->head) : 0);
        if (c->raw) line += count_lines(c->raw, c->head + c->body + c->tail);
    }
    return h->lines != NULL;
}

bool headless_open(headless *h, const invocation *in, notebook_file *file, const char *path,
                   bool capture)
{
    *h = (headless){ .in = in, .own = *in, .file = file, .path = path, .capture = capture };
    session_options *o = &h->own.options;
    size_t size;
    uint64_t seed;
    const char *header = notebook_header(file->notebook, &size);
    if (!o->has_seed && percent_seed(header, size, &seed)) o->has_seed = true, o->seed = seed;
    if (capture) {
        o->write = take_text, o->emit = take_output, o->digits = take_digits, o->write_ctx = h;
        o->columns = 80, o->rows = 24, o->utf8 = true, o->color = false, o->color_depth = 0;
        o->redraw = false;
    }
    if (!find_lines(h)) return usage_error("out of memory"), false;
    h->session = open_session(&h->own);
    return true;
}

void headless_close(headless *h)
{
    session_close(h->session);
    free(h->digits);
    free(h->lines);
    h->session = NULL, h->digits = NULL, h->lines = NULL;
}

session_status headless_begin(headless *h)
{
    return session_begin(h->session, h->path, h->nargs, h->args);
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* The error with the file's name for its path: it is the same wherever the command is given. */
static void add_error(headless *h)
{
    buffer b = { 0 };
    const char *slash = strrchr(h->path, '/'), *s = session_error(h->session), *at;
    size_t folder = slash && !h->file->is_ipynb ? (size_t)(slash - h->path) + 1 : 0;
    for (; folder > 0 && (at = strstr(s, h->path)); s = at + folder)
        buffer_add(&b, s, (size_t)(at - s));
    buffer_format(&b, "%s\n", s);
    size_t n;
    char *text = buffer_take(&b, &n), none[] = "";
    if (text)
        outputs_add(h->target,
                    &(output){ .kind = OUTPUT_ERROR, .text = text, .size = n, .data = none });
    free(text);
}

/* Empty lines before the code give its lines the file's numbers. */
session_status headless_cell(headless *h, int i)
{
    const notebook_cell *c = notebook_at(h->file->notebook, i);
    size_t before = h->file->is_ipynb ? 0 : (size_t)h->lines[i] - 1, room = strlen(h->path) + 16;
    char *code = malloc(before + c->size + 1), *name = malloc(room);
    session_status status = SESSION_ERROR;
    if (h->capture) {
        outputs *o = outputs_new(OUTPUTS_LIMIT);
        if (o) o->source = c->hash;
        notebook_set_outputs(h->file->notebook, i, o);
        outputs_release(o);
        h->target = o;
    }
    if (code && name && (h->target || !h->capture)) {
        memset(code, '\n', before);
        memcpy(code + before, c->source, c->size + 1);
        if (h->file->is_ipynb)
            snprintf(name, room, "cell %d", i + 1);
        else
            snprintf(name, room, "@%s", h->path);
        status = session_cell(h->session, code, before + c->size, name);
        if (h->target && status != SESSION_OK && status != SESSION_EXIT) add_error(h);
    }
    h->target = NULL;
    free(code);
    free(name);
    return status;
}
