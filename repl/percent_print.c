/* percent_print.c -- writing the percent format; see percent.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/percent_line.h"
#include "repl/save.h"

typedef struct printer {
    buffer *out;
    const char *eol;
} printer;

static bool at_line_start(const buffer *b)
{
    return b->size == 0 || b->data[b->size - 1] == '\n' ||
           (b->size == 3 && memcmp(b->data, "\xEF\xBB\xBF", 3) == 0);
}

/* Is the line before this one blank, or is there none? */
static bool after_blank_line(const buffer *b)
{
    size_t n = b->size;
    if (n == 0) return true;
    for (n--; n > 0 && strchr(" \t\r", b->data[n - 1]); n--) continue;
    return n == 0 || b->data[n - 1] == '\n';
}

static void add_marker(printer *p, const notebook_cell *c)
{
    const char *word = cell_type_word(c->type);
    if (!(c->raw && c->head > 0) && !after_blank_line(p->out)) buffer_puts(p->out, p->eol);
    buffer_puts(p->out, PERCENT_MARKER);
    if (*c->title) buffer_format(p->out, " %s", c->title);
    if (*word) buffer_format(p->out, " [%s]", word);
    if (*c->options) buffer_format(p->out, " %s", c->options);
    buffer_puts(p->out, p->eol);
}

/* Appends a line so that it is not taken for a marker. */
static void add_line(printer *p, const char *s, size_t n, bool code)
{
    if (code) {
        if (percent_is_marker(s, n)) buffer_puts(p->out, " ");
        buffer_add(p->out, s, n);
        return;
    }
    size_t start = p->out->size;
    buffer_puts(p->out, n > 0 ? "-- " : "--");
    buffer_add(p->out, s, n);
    if (p->out->failed || !percent_is_marker(p->out->data + start, p->out->size - start)) return;
    p->out->size = start; /* "--%%" is none */
    buffer_puts(p->out, "--");
    buffer_add(p->out, s, n);
}

static void add_source(printer *p, const notebook_cell *c)
{
    bool code = cell_is_code(c);
    for (size_t at = 0; at < c->size;) {
        size_t line = percent_line_length(c->source + at, c->size - at);
        bool ended = c->source[at + line - 1] == '\n';
        add_line(p, c->source + at, line - ended, code);
        if (ended) buffer_puts(p->out, p->eol);
        at += line;
    }
}

static void add_body(printer *p, const notebook_cell *c, bool last)
{
    if (c->raw && c->body_kept) {
        buffer_add(p->out, c->raw + c->head, c->body);
    } else if (c->size > 0) {
        if (!at_line_start(p->out)) buffer_puts(p->out, p->eol);
        add_source(p, c);
    }
    if (c->raw) {
        buffer_add(p->out, c->raw + c->head + c->body, c->tail);
        return;
    }
    if (c->size > 0) buffer_puts(p->out, p->eol);
    if (!last) buffer_puts(p->out, p->eol);
}

static void add_cell(printer *p, const notebook_cell *c, bool marked, bool last)
{
    if (marked && !at_line_start(p->out)) buffer_puts(p->out, p->eol);
    if (c->raw && c->head_kept && c->head > 0)
        buffer_add(p->out, c->raw, c->head);
    else if (marked)
        add_marker(p, c);
    add_body(p, c, last);
}

void percent_print(const notebook *nb, buffer *out)
{
    size_t header_size;
    const char *header = notebook_header(nb, &header_size);
    printer p = { out, notebook_crlf(nb) ? "\r\n" : "\n" };
    int n = notebook_count(nb);
    buffer_add(out, header, header_size);
    for (int i = 0; i < n; i++) {
        const notebook_cell *c = notebook_at(nb, i);
        bool marked = i > 0 || !c->raw || c->head > 0 || !c->head_kept;
        add_cell(&p, c, marked, i == n - 1);
        /* The first cell needs no marker, unless the header then seems to go on in it. */
        if (marked || c->body_kept || out->failed ||
            percent_header_size(out->data, out->size) == header_size)
            continue;
        out->size = header_size;
        add_cell(&p, c, true, i == n - 1);
    }
}

bool percent_write(const char *path, bool replace, uint64_t seed, char *const cells[], int n,
                   bool *exists, char *error, size_t room)
{
    buffer b = { 0 };
    buffer_format(&b, "-- ---\n-- moonlab: {format: 1, seed: %" PRIu64 "}\n-- ---\n\n", seed);
    notebook *nb = notebook_new();
    bool good = nb && !b.failed && notebook_set_header(nb, b.data, b.size);
    for (int i = 0; good && i < n; i++) {
        size_t size = strlen(cells[i]);
        while (size > 0 && cells[i][size - 1] == '\n') size--;
        notebook_cell *c = cell_new(0, CELL_CODE, cells[i], size);
        good = c && notebook_append(nb, c);
        if (!good) cell_release(c);
    }
    b.size = 0;
    if (good) percent_print(nb, &b);
    notebook_free(nb);
    *exists = false;
    if (!good || b.failed) {
        snprintf(error, room, "%s: out of memory", path);
        buffer_free(&b);
        return false;
    }
    save_result result =
        file_save(path, b.data, b.size, &(save_options){ .new = !replace }, error, room);
    buffer_free(&b);
    *exists = result == SAVE_EXISTS;
    return result == SAVE_DONE;
}
