/* output_rows.c -- see output_rows.h.  What is folded is cut out line by line, before rows are made of the rest: so a long output
** costs what is shown of it. */
#include "repl/output_rows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/lua_api.h"
#include "repl/code_rows.h"
#include "repl/markdown_rows.h"
#include "repl/terminal_rows.h"

#define LONGEST 8000 /* bytes of a line that is folded */

static const char *dots(const styled *s)
{
    return s->charset == PLOT_UTF8 ? "…" : "...";
}

static void put_note(styled *s, const char *note)
{
    styled_fresh_row(s);
    styled_puts(s, note, STYLE_NOTE);
    styled_end_row(s);
}

/* ---- folding --------------------------------------------------------------------------------- */

/* The end of the first N lines. */
static size_t after_lines(const char *text, size_t size, int n)
{
    size_t at = 0;
    for (; n > 0 && at < size; n--) {
        const char *end = memchr(text + at, '\n', size - at);
        at = end ? (size_t)(end - text) + 1 : size;
    }
    return at;
}

/* Where the last N lines begin. */
static size_t before_lines(const char *text, size_t size, int n)
{
    size_t at = size;
    if (at > 0 && text[at - 1] == '\n') at--;
    for (; at > 0; at--)
        if (text[at - 1] == '\n' && --n == 0) return at;
    return 0;
}

static size_t count_lines(const char *text, size_t size)
{
    size_t n = 0;
    for (const char *s = text, *end = text + size; (s = memchr(s, '\n', (size_t)(end - s))); s++)
        n++;
    return n;
}

typedef void put_text(styled *s, const char *text, size_t size, style base, size_t longest);

/* Head and tail of a text, with a note between them. */
static void put_folded(styled *s, const char *text, size_t size, style base, output_fold fold,
                       put_text *put)
{
    if (fold.head <= 0 && fold.tail <= 0) {
        put(s, text, size, base, 0);
        return;
    }
    size_t head = after_lines(text, size, fold.head);
    size_t tail = fold.tail > 0 ? before_lines(text, size, fold.tail) : size;
    size_t hidden = tail > head ? count_lines(text + head, tail - head) : 0;
    if (hidden <= 1) {
        put(s, text, size, base, LONGEST);
        return;
    }
    char note[64];
    put(s, text, head, base, LONGEST);
    snprintf(note, sizeof note, "%s %zu lines; O shows all %s", dots(s), hidden, dots(s));
    put_note(s, note);
    put(s, text + tail, size - tail, base, LONGEST);
}

/* A record's text, folded; where its middle was not kept at all, a note says so. */
static void put_record(styled *s, const output *r, style base, output_fold fold, put_text *put)
{
    if (r->left_out == 0) {
        put_folded(s, r->text, r->size, base, fold, put);
        return;
    }
    char note[80];
    size_t gap = r->gap < r->size ? r->gap : r->size;
    output_fold head = { fold.head, 0 }, tail = { 0, fold.tail };
    bool all = fold.head <= 0 && fold.tail <= 0;
    size_t to = all ? gap : after_lines(r->text, gap, head.head);
    size_t rest = r->size - gap,
           from = gap + (all ? 0 : before_lines(r->text + gap, rest, tail.tail));
    if (!all && tail.tail <= 0) from = r->size;
    put(s, r->text, to, base, all ? 0 : LONGEST);
    snprintf(note, sizeof note, "%s %zu bytes left out %s", dots(s),
             r->left_out + (gap - to) + (from - gap), dots(s));
    put_note(s, note);
    put(s, r->text + from, r->size - from, base, all ? 0 : LONGEST);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* "    3 | code", the line of source that an error shows: the bytes before the code; 0: it is none. */
static size_t excerpt_margin(const char *s, size_t n)
{
    size_t i = 0, digits = 0;
    while (i < n && s[i] == ' ') i++;
    while (i < n && isdigit((unsigned char)s[i])) i++, digits++;
    bool is_one = digits > 0 && i + 3 <= n && memcmp(s + i, " | ", 3) == 0;
    return is_one ? i + 3 : 0;
}

static void put_excerpt(styled *s, const char *line, size_t n, size_t margin)
{
    style st = { .role = STYLE_NOTE };
    char *kinds = malloc(n + 1);
    if (kinds) session_highlight(NULL, line + margin, n - margin, kinds);
    styled_put(s, line, margin, st, STYLED_NOWHERE);
    code_put(s, line + margin, n - margin, kinds);
    free(kinds);
}

static void put_error_line(styled *s, const char *line, size_t n, bool callers)
{
    const char *name;
    size_t length, margin = excerpt_margin(line, n);
    int number;
    style st = { .role = callers ? STYLE_PLAIN : STYLE_ERROR };
    s->wrap = margin > 0 ? STYLED_HARD : STYLED_WORDS;
    if (margin > 0)
        put_excerpt(s, line, n, margin);
    else if (output_line_place(line, n, &name, &length, &number)) {
        size_t before = (size_t)(name - line), digits = length;
        while (before + digits + 1 < n && isdigit((unsigned char)name[digits + 1])) digits++;
        size_t place = digits + 1;
        styled_set_target(s, name, length, number);
        styled_put(s, line, before, st, STYLED_NOWHERE);
        styled_put(s, name, place, (style){ .role = STYLE_PLACE }, STYLED_NOWHERE);
        styled_put(s, name + place, n - before - place, st, STYLED_NOWHERE);
    } else
        styled_put(s, line, n, st, STYLED_NOWHERE);
    styled_end_row(s);
}

/* The message in its colour, the line of source in Lua's, and places that lead to where they are. */
static void put_error(styled *s, const char *raw, size_t raw_size, style base, size_t longest)
{
    size_t size;
    char *text = text_without_controls(raw, raw_size, &size);
    bool callers = false;
    (void)base;
    if (!text) {
        s->failed = true;
        return;
    }
    for (size_t i = 0, n; i < size; i += n + 1) {
        const char *end = memchr(text + i, '\n', size - i);
        n = end ? (size_t)(end - text) - i : size - i;
        callers = callers || (n == 11 && memcmp(text + i, "called from", 11) == 0);
        put_error_line(s, text + i, longest && n > longest ? longest : n, callers);
    }
    free(text);
}

/* ---- records --------------------------------------------------------------------------------- */

static void put_output(styled *s, const output *r, output_fold fold, const figure_look *look)
{
    style st = { .role = STYLE_PLAIN };
    s->wrap = STYLED_HARD;
    switch (r->kind) {
    case OUTPUT_STREAM:
        if (r->errors) st.role = STYLE_ERRORS;
        put_record(s, r, st, fold, terminal_put);
        break;
    case OUTPUT_VALUE: put_record(s, r, st, fold, terminal_put); break;
    case OUTPUT_ERROR: put_record(s, r, st, fold, put_error); break;
    case OUTPUT_MARKDOWN: markdown_put(s, r->text, r->size); break;
    case OUTPUT_FIGURE:
    case OUTPUT_PROGRESS:
    case OUTPUT_IMAGE:
        s->wrap = STYLED_CLIP;
        if (output_has_figure(r))
            figure_put(s, r, look);
        else
            put_record(s, r, st, (output_fold){ 0, 0 }, terminal_put);
        break;
    case OUTPUT_TABLE:
        s->wrap = STYLED_CLIP;
        put_record(s, r, st, fold, terminal_put);
        break;
    }
    styled_end(s);
}

void output_rows(styled *s, const outputs *o, output_fold fold, const figure_look *look)
{
    styled_begin(s, look->columns, look->charset, STYLED_HARD);
    for (int i = 0; o && i < o->n; i++) {
        bool middle = o->dropped > 0 && i == OUTPUTS_MOST / 2;
        put_output(s, &o->list[i], fold, look);
        if (!middle) continue;
        char note[64];
        snprintf(note, sizeof note, "%s %zu outputs left out %s", dots(s), o->dropped, dots(s));
        put_note(s, note);
    }
}

void terminal_rows(styled *s, const char *text, size_t size, styled_wrap wrap, int columns,
                   plot_charset charset)
{
    styled_begin(s, columns, charset, wrap);
    terminal_put(s, text, size, (style){ .role = STYLE_PLAIN }, 0);
}
