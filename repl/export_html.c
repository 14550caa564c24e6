/* export_html.c -- a notebook as one static page: text, code in colours, outputs.  It loads nothing and runs nothing. */
#include <stdlib.h>
#include <string.h>

#include "repl/base64.h"
#include "repl/export.h"
#include "repl/figure_view.h"
#include "repl/markdown_html.h"
#include "repl/notebook_json.h"

static const char sheet[] =
    ":root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--line:#d1d9e0;--code:#f6f8fa;"
    "--key:#cf222e;--str:#0a3069;--num:#0550ae;--com:#59636e;--known:#8250df;--bad:#d1242f}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--line:#3d444d;"
    "--code:#151b23;--key:#ff7b72;--str:#a5d6ff;--num:#79c0ff;--com:#9198a1;--known:#d2a8ff;"
    "--bad:#ff7b72}}\n"
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:var(--paper);font:16px/1.55 system-ui,sans-serif}\n"
    "pre,code{font:14px/1.45 ui-monospace,\"DejaVu Sans Mono\",Menlo,monospace}\n"
    "pre{margin:.4rem 0;overflow-x:auto}\n"
    ".source{background:var(--code);border-left:3px solid var(--line);padding:.6rem .8rem}\n"
    ".out{padding:0 .8rem;line-height:1.2}\n"
    ".cell{margin:1.2rem 0}\n"
    ".name{color:var(--com);font-size:.85rem}\n"
    ".error,.stderr{color:var(--bad)}\n"
    "table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.2rem .6rem}\n"
    "blockquote{margin-left:0;padding-left:1rem;border-left:3px solid var(--line)}\n"
    "img{max-width:100%}\n"
    ".k{color:var(--key)}.s{color:var(--str)}.d{color:var(--num)}.c{color:var(--com);"
    "font-style:italic}.g{color:var(--known)}.b{color:var(--bad)}\n"
    "@media print{.source{border:1px solid var(--line)}}\n";

/* The class of a kind of code; NULL: ordinary. */
static const char *class_of(char kind)
{
    switch (kind) {
    case SESSION_KEYWORD: return "k";
    case SESSION_STRING: return "s";
    case SESSION_NUMBER: return "d";
    case SESSION_COMMENT: return "c";
    case SESSION_KNOWN: return "g";
    case SESSION_BAD: return "b";
    default: return NULL;
    }
}

static void add_code(buffer *out, session *s, const char *code, size_t n)
{
    char *kinds = malloc(n + 1);
    if (!kinds) {
        out->failed = true;
        return;
    }
    session_highlight(s, code, n, kinds);
    for (size_t i = 0, k; i < n; i = k) {
        const char *class = class_of(kinds[i]);
        for (k = i + 1; k < n && kinds[k] == kinds[i];) k++;
        if (class) buffer_format(out, "<span class=\"%s\">", class);
        html_escape(out, code + i, k - i);
        if (class) buffer_puts(out, "</span>");
    }
    free(kinds);
}

/* A picture as an image, in which nothing runs even if it is SVG. */
static void add_image(buffer *out, const char *mime, const char *data, size_t size,
                      const char *text, size_t n)
{
    buffer_puts(out, "<img alt=\"");
    html_escape(out, text, n);
    buffer_puts(out, "\" src=\"data:");
    html_escape(out, mime, strlen(mime));
    buffer_puts(out, ";base64,");
    base64_encode(out, data, size);
    buffer_puts(out, "\">\n");
}

/* A figure; false if it cannot be drawn. */
static bool add_figure(buffer *out, const output *r)
{
    size_t n = 0;
    char *svg = output_has_figure(r) ? figure_svg(r, &n) : NULL;
    if (svg) add_image(out, "image/svg+xml", svg, n, "figure", 6);
    free(svg);
    return svg != NULL;
}

static void add_output(buffer *out, const output *r)
{
    size_t n;
    if (add_figure(out, r)) return;
    char *text = output_canonical(r, &n);
    if (!text) {
        out->failed = true;
        return;
    }
    if (output_is_picture(r))
        add_image(out, r->mime, r->data, r->data_size, text, n < 200 ? n : 0);
    else if (r->kind == OUTPUT_MARKDOWN)
        markdown_to_html(out, text, n);
    else if (n > 0) {
        buffer_format(out, "<pre class=\"out%s\">",
                      r->kind == OUTPUT_ERROR ? " error"
                      : r->errors             ? " stderr"
                                              : "");
        html_escape(out, text, n);
        buffer_puts(out, "</pre>\n");
    }
    free(text);
}

static void add_cell(buffer *out, const notebook_cell *c, session *s)
{
    if (!cell_is_code(c)) {
        if (c->type == CELL_RAW) {
            buffer_puts(out, "<pre>");
            html_escape(out, c->source, c->size);
            buffer_puts(out, "</pre>\n");
        } else
            markdown_to_html(out, c->source, c->size);
        return;
    }
    buffer_puts(out, "<div class=\"cell\">\n");
    if (*c->title) {
        buffer_puts(out, "<div class=\"name\">");
        html_escape(out, c->title, strlen(c->title));
        buffer_puts(out, "</div>\n");
    }
    buffer_puts(out, "<pre class=\"source\">");
    add_code(out, s, c->source, c->size);
    buffer_puts(out, "</pre>\n");
    for (int k = 0; c->outputs && k < c->outputs->n; k++) add_output(out, &c->outputs->list[k]);
    buffer_puts(out, "</div>\n");
}

/* Appends PAGE with what no page may have (control characters, bytes that are no UTF-8) replaced. */
static void add_clean(buffer *out, buffer *page)
{
    size_t n;
    json_t *text = page->failed ? NULL : json_text(page->data, page->size);
    const char *s = json_string_value(text);
    n = json_string_length(text);
    for (size_t i = 0; s && i < n; i++)
        if (((unsigned char)s[i] < ' ' && s[i] != '\n' && s[i] != '\t') || s[i] == 127)
            buffer_puts(out, "\uFFFD");
        else
            buffer_add(out, s + i, 1);
    out->failed = out->failed || !s;
    json_decref(text);
    buffer_free(page);
}

void export_html(buffer *out, const notebook *nb, const char *name, session *s)
{
    buffer page = { 0 };
    char *title = export_title(nb, name);
    if (!title) page.failed = true;
    buffer_puts(&page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\">\n"
                       "<meta name=\"generator\" content=\"moonlab\">\n<title>");
    if (title) html_escape(&page, title, strlen(title));
    buffer_format(&page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", sheet);
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (c->type != CELL_NOTE && c->type != CELL_HIDDEN) add_cell(&page, c, s);
    }
    buffer_puts(&page, "</body>\n</html>\n");
    free(title);
    add_clean(out, &page);
}
