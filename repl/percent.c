/* percent.c -- reading the percent format; see percent.h.  Writing: percent_print.c. */
#include "repl/percent.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/percent_line.h"

/* ---- lines ----------------------------------------------------------------------------------- */

size_t percent_line_length(const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);
    return end ? (size_t)(end - s) + 1 : n;
}

bool percent_is_marker(const char *s, size_t n)
{
    size_t length = sizeof PERCENT_MARKER - 1;
    return n >= length && memcmp(s, PERCENT_MARKER, length) == 0 &&
           (n == length || isspace((unsigned char)s[length]));
}

static bool is_blank(const char *s, size_t n)
{
    while (n > 0 && isspace((unsigned char)s[n - 1])) n--;
    return n == 0;
}

/* ---- header ---------------------------------------------------------------------------------- */

static bool is_fence(const char *s, size_t n)
{
    while (n > 0 && isspace((unsigned char)s[n - 1])) n--;
    return n == 6 && memcmp(s, "-- ---", 6) == 0;
}

/* The bytes of the front matter at S; 0 if there is none, or no end of it. */
static size_t front_matter(const char *s, size_t n)
{
    size_t at = percent_line_length(s, n);
    if (!is_fence(s, at)) return 0;
    while (at < n) {
        size_t line = percent_line_length(s + at, n - at);
        if (line < 2 || memcmp(s + at, "--", 2) != 0 || percent_is_marker(s + at, line)) return 0;
        if (is_fence(s + at, line)) return at + line;
        at += line;
    }
    return 0;
}

size_t percent_header_size(const char *s, size_t n)
{
    size_t at = n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (n - at >= 2 && s[at] == '#' && s[at + 1] == '!') at += percent_line_length(s + at, n - at);
    at += front_matter(s + at, n - at);
    while (at < n) {
        size_t line = percent_line_length(s + at, n - at);
        if (!is_blank(s + at, line)) break;
        at += line;
    }
    return at;
}

const char *percent_header_value(const char *header, size_t size, const char *key, size_t *length)
{
    size_t n = strlen(key);
    for (size_t at = 0; at < size;) {
        size_t line = percent_line_length(header + at, size - at), skip = 2;
        const char *s = header + at;
        at += line;
        if (line < 2 || memcmp(s, "--", 2) != 0) continue;
        while (skip < line && s[skip] == ' ') skip++;
        if (line - skip <= n || memcmp(s + skip, key, n) != 0 || s[skip + n] != ':') continue;
        skip += n + 1;
        while (skip < line && isspace((unsigned char)s[skip])) skip++;
        while (line > skip && isspace((unsigned char)s[line - 1])) line--;
        *length = line - skip;
        return s + skip;
    }
    return NULL;
}

bool percent_seed(const char *header, size_t size, uint64_t *seed)
{
    size_t n;
    const char *s = percent_header_value(header, size, "moonlab", &n);
    for (size_t i = 0; s && i + 5 < n; i++) {
        if (memcmp(s + i, "seed:", 5) != 0 || (i > 0 && isalnum((unsigned char)s[i - 1]))) continue;
        for (i += 5; i < n && s[i] == ' ';) i++;
        size_t from = i;
        for (*seed = 0; i < n && isdigit((unsigned char)s[i]); i++)
            *seed = *seed * 10 + (uint64_t)(s[i] - '0');
        return i > from;
    }
    return false;
}

/* ---- markers --------------------------------------------------------------------------------- */

/* Reads "[word]" at S: its bytes, and the type; 0 if it is none that we know. */
static size_t type_length(const char *s, size_t n, cell_type *type)
{
    const char *end = n > 2 && s[0] == '[' ? memchr(s, ']', n) : NULL;
    int found = end ? cell_type_find(s + 1, (size_t)(end - s) - 1) : -1;
    size_t length = found < 0 ? 0 : (size_t)(end - s) + 1;
    if (length == 0 || (length < n && !isspace((unsigned char)s[length]))) return 0;
    *type = (cell_type)found;
    return length;
}

void percent_read_marker(const char *line, size_t n, percent_marker *m)
{
    *m = (percent_marker){ .type = CELL_CODE };
    while (n > 0 && isspace((unsigned char)line[n - 1])) n--;
    bool typed = false;
    for (size_t i = sizeof PERCENT_MARKER - 1; i < n;) {
        size_t key, length;
        if (isspace((unsigned char)line[i])) {
            i++;
            continue;
        }
        if (!typed && (length = type_length(line + i, n - i, &m->type)) > 0) {
            typed = true;
            m->type_at = i, m->type_size = length;
        } else if (cell_option_length(line + i, n - i, &key) > 0) {
            m->options = line + i, m->options_size = n - i;
            return;
        } else {
            for (length = 0; i + length < n && !isspace((unsigned char)line[i + length]);) length++;
            if (!m->title) m->title = line + i;
            m->title_size = (size_t)(line + i + length - m->title);
        }
        i += length;
    }
}

/* ---- cells ----------------------------------------------------------------------------------- */

percent_reader percent_start(const char *file, size_t size)
{
    percent_reader r = { .file = file, .size = size, .line = 1 };
    r.at = percent_header_size(file, size);
    for (size_t i = 0; i < r.at; i++) r.line += file[i] == '\n';
    return r;
}

bool percent_next(percent_reader *r, percent_cell *cell)
{
    if (r->at >= r->size) return false;
    const char *s = r->file + r->at;
    size_t left = r->size - r->at, n = percent_line_length(s, left), at = 0;
    *cell = (percent_cell){ .head = s, .type = CELL_CODE };
    if (percent_is_marker(s, n)) {
        percent_marker m;
        percent_read_marker(s, n, &m);
        cell->type = m.type;
        cell->head_size = at = n;
        r->line += s[n - 1] == '\n';
    }
    cell->text = s + at, cell->line = r->line;
    while (at < left && !percent_is_marker(s + at, left - at)) {
        n = percent_line_length(s + at, left - at);
        r->line += s[at + n - 1] == '\n';
        at += n;
    }
    cell->size = (size_t)(s + at - cell->text);
    r->at += at;
    return true;
}

bool percent_has_markers(const char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += percent_line_length(bytes + at, size - at))
        if (percent_is_marker(bytes + at, percent_line_length(bytes + at, size - at))) return true;
    return false;
}

/* ---- the notebook ---------------------------------------------------------------------------- */

/* The bytes of TEXT without the blank lines at its end, and without the last line's end. */
static size_t body_length(const char *text, size_t n)
{
    size_t end = n;
    while (end > 0) {
        size_t start = end - 1;
        while (start > 0 && text[start - 1] != '\n') start--;
        if (!is_blank(text + start, end - start)) break;
        end = start;
    }
    if (end > 0 && text[end - 1] == '\n') end--;
    if (end > 0 && end < n && text[end - 1] == '\r') end--;
    return end;
}

/* Appends a line of a text cell without its comment mark. */
static void add_uncommented(buffer *b, const char *s, size_t n)
{
    size_t skip = n >= 2 && s[0] == '-' && s[1] == '-' ? 2 : 0;
    if (skip && n > skip && s[skip] == ' ') skip++;
    if (!skip && is_blank(s, n)) skip = n;
    buffer_add(b, s + skip, n - skip);
}

static char *read_source(const char *body, size_t n, bool code, size_t *size)
{
    buffer b = { 0 };
    for (size_t at = 0; at < n;) {
        size_t line = percent_line_length(body + at, n - at), end = line;
        bool ended = body[at + line - 1] == '\n';
        if (ended) end--;
        if (ended && end > 0 && body[at + end - 1] == '\r') end--;
        if (code)
            buffer_add(&b, body + at, end);
        else
            add_uncommented(&b, body + at, end);
        if (ended) buffer_puts(&b, "\n");
        at += line;
    }
    return buffer_take(&b, size);
}

static notebook_cell *read_cell(const percent_cell *p)
{
    size_t size, body = body_length(p->text, p->size);
    bool code = p->type == CELL_CODE || p->type >= CELL_EXERCISE;
    char *source = read_source(p->text, body, code, &size);
    notebook_cell *c = source ? cell_new(0, p->type, source, size) : NULL;
    free(source);
    if (!c) return NULL;
    percent_marker m = { 0 };
    if (p->head_size) percent_read_marker(p->head, p->head_size, &m);
    free(c->title);
    free(c->options);
    c->title = copy_bytes(m.title ? m.title : "", m.title_size);
    c->options = copy_bytes(m.options ? m.options : "", m.options_size);
    c->raw = copy_bytes(p->head, p->head_size + p->size);
    c->head = p->head_size, c->body = body, c->tail = p->size - body;
    c->head_kept = c->body_kept = true;
    if (c->title && c->options && c->raw) return c;
    cell_release(c);
    return NULL;
}

notebook *percent_parse(const char *bytes, size_t size)
{
    notebook *nb = notebook_new();
    percent_reader r = percent_start(bytes, size);
    bool good = nb && notebook_set_header(nb, bytes, r.at);
    const char *end = memchr(bytes, '\n', size);
    if (good) notebook_set_crlf(nb, end && end > bytes && end[-1] == '\r');
    percent_cell p;
    while (good && percent_next(&r, &p)) {
        notebook_cell *c = read_cell(&p);
        good = c && notebook_append(nb, c);
        if (!good) cell_release(c);
    }
    if (good) return nb;
    notebook_free(nb);
    return NULL;
}
