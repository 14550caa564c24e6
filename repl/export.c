/* export.c -- see export.h: the choice of a form, and the forms that are text.  HTML: export_html.c. */
#include "repl/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/base64.h"
#include "repl/ipynb.h"
#include "repl/notebook_json.h"
#include "repl/percent.h"

static const export_form forms[] = {
    { ".ipynb", export_ipynb }, { ".html", export_html }, { ".md", export_markdown },
    { ".lua", export_lua },     { ".txt", export_text },
};
enum { FORMS = sizeof forms / sizeof *forms };

const export_form *export_find(const char *path, char *error, size_t room)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.'), *nearest = NULL;
    int least = 4;
    for (int i = 0; dot && i < FORMS; i++) {
        if (strcmp(dot, forms[i].ending) == 0) return &forms[i];
        int distance = session_name_distance(dot, forms[i].ending, least);
        if (distance < least) least = distance, nearest = forms[i].ending;
    }
    int n = snprintf(error, room, "export: '%s' %s%s: ", path,
                     dot ? "has an unknown ending, " : "has no ending", dot ? dot : "");
    if (n < 0 || (size_t)n >= room) return NULL;
    if (nearest)
        snprintf(error + n, room - (size_t)n,
                 "did you mean %s? (.ipynb, .html, .md, .lua and .txt "
                 "are known)",
                 nearest);
    else
        snprintf(error + n, room - (size_t)n, ".ipynb, .html, .md, .lua and .txt are known");
    return NULL;
}

char *export_title(const notebook *nb, const char *name)
{
    size_t size, n;
    const char *header = notebook_header(nb, &size);
    const char *title = percent_header_value(header, size, "title", &n);
    if (title && n > 0) return copy_bytes(title, n);
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (c->type != CELL_MARKDOWN || strncmp(c->source, "# ", 2) != 0) continue;
        return copy_bytes(c->source + 2, strcspn(c->source + 2, "\n"));
    }
    const char *slash = strrchr(name, '/');
    return copy_bytes(slash ? slash + 1 : name, strlen(slash ? slash + 1 : name));
}

/* ---- Jupyter and Lua ------------------------------------------------------------------------- */

void export_ipynb(buffer *out, const notebook *nb, const char *name, session *s)
{
    (void)name, (void)s;
    ipynb_print(nb, out);
}

/* A question, "?name", is no Lua. */
static char *commented(const notebook_cell *c, size_t *size)
{
    buffer b = { 0 };
    buffer_puts(&b, "-- ");
    for (size_t i = 0; i < c->size; i++) {
        buffer_add(&b, c->source + i, 1);
        if (c->source[i] == '\n') buffer_puts(&b, "-- ");
    }
    return buffer_take(&b, size);
}

void export_lua(buffer *out, const notebook *nb, const char *name, session *s)
{
    (void)name, (void)s;
    buffer b = { 0 };
    percent_print(nb, &b);
    notebook *copy = b.failed ? NULL : percent_parse(b.data ? b.data : "", b.size);
    bool good = copy != NULL;
    for (int i = 0; good && i < notebook_count(copy); i++) {
        const notebook_cell *c = notebook_at(copy, i);
        size_t size;
        char *plain = cell_is_code(c) ? session_plain_lua(c->source, c->size, &size) : NULL;
        if (cell_is_code(c) && *c->source == '?') plain = commented(c, &size);
        if (plain) good = notebook_edit(copy, i, plain, size, false);
        free(plain);
    }
    if (good) percent_print(copy, out);
    out->failed = out->failed || !good;
    notebook_free(copy);
    buffer_free(&b);
}

/* ---- Markdown -------------------------------------------------------------------------------- */

/* Appends TEXT between fences that are longer than any in it. */
static void add_fenced(buffer *out, const char *info, const char *text, size_t n)
{
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < n; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    for (size_t i = 0; i <= longest; i++) buffer_puts(out, "`");
    buffer_format(out, "%s\n", info);
    buffer_add(out, text, n);
    if (n > 0 && text[n - 1] != '\n') buffer_puts(out, "\n");
    for (size_t i = 0; i <= longest; i++) buffer_puts(out, "`");
    buffer_puts(out, "\n\n");
}

static void add_markdown_output(buffer *out, const output *r)
{
    size_t n;
    char *text = output_canonical(r, &n);
    if (!text) out->failed = true;
    if (text && output_is_picture(r)) {
        buffer_format(out, "![](data:%s;base64,", r->mime);
        base64_encode(out, r->data, r->data_size);
        buffer_puts(out, ")\n\n");
    } else if (text && r->kind == OUTPUT_MARKDOWN)
        buffer_format(out, "%s\n", text);
    else if (text && n > 0)
        add_fenced(out, r->kind == OUTPUT_ERROR ? "error" : "text", text, n);
    free(text);
}

void export_markdown(buffer *out, const notebook *nb, const char *name, session *s)
{
    (void)s;
    const notebook_cell *first = notebook_at(nb, 0);
    bool titled = first && first->type == CELL_MARKDOWN && strncmp(first->source, "# ", 2) == 0;
    char *title = export_title(nb, name);
    if (!title) out->failed = true;
    if (title && !titled) buffer_format(out, "# %s\n\n", title);
    free(title);
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (c->type == CELL_NOTE || c->type == CELL_HIDDEN || c->size == 0) continue;
        if (!cell_is_code(c)) {
            buffer_add(out, c->source, c->size);
            buffer_puts(out, "\n\n");
            continue;
        }
        add_fenced(out, "lua", c->source, c->size);
        for (int k = 0; c->outputs && k < c->outputs->n; k++)
            add_markdown_output(out, &c->outputs->list[k]);
    }
    while (out->size > 1 && strncmp(out->data + out->size - 2, "\n\n", 2) == 0)
        out->data[--out->size] = '\0';
}

/* ---- text ------------------------------------------------------------------------------------ */

static void add_indented(buffer *out, const char *before, const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t length = end ? (size_t)(end - text) - at : n - at;
        if (length > 0) buffer_puts(out, before);
        buffer_add(out, text + at, length);
        buffer_puts(out, "\n");
        at += length + 1;
    }
}

void export_text(buffer *out, const notebook *nb, const char *name, session *s)
{
    (void)name, (void)s;
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (c->type == CELL_NOTE || c->type == CELL_HIDDEN) continue;
        if (i > 0) buffer_puts(out, "\n");
        if (*c->title) buffer_format(out, "-- %s\n", c->title);
        add_indented(out, cell_is_code(c) ? "> " : "", c->source, c->size);
        for (int k = 0; c->outputs && k < c->outputs->n; k++) {
            size_t n;
            char *text = output_canonical(&c->outputs->list[k], &n);
            if (!text) out->failed = true;
            if (text) add_indented(out, "", text, n);
            free(text);
        }
    }
}
