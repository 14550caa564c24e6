/* markdown_html.c -- see markdown_html.h.  Blocks are told apart by how their first line begins; inside them, spans are looked
** for from left to right.  A part of CommonMark with GitHub's tables. */
#include "repl/markdown_html.h"

#include <ctype.h>
#include <string.h>

#define DEEPEST 16   /* lists and quotes in each other, spans in each other */
#define LONGEST 1000 /* bytes of a span */

void html_escape(buffer *out, const char *s, size_t n)
{
    size_t copied = 0;
    for (size_t i = 0; i < n; i++) {
        const char *entity = s[i] == '<'   ? "&lt;"
                             : s[i] == '>' ? "&gt;"
                             : s[i] == '&' ? "&amp;"
                             : s[i] == '"' ? "&quot;"
                                           : NULL;
        if (!entity) continue;
        buffer_add(out, s + copied, i - copied);
        buffer_puts(out, entity);
        copied = i + 1;
    }
    buffer_add(out, s + copied, n - copied);
}

/* ---- spans ----------------------------------------------------------------------------------- */

static void add_spans(buffer *out, const char *s, size_t n, int depth);

static size_t run_length(const char *s, size_t n, char c)
{
    size_t k = 0;
    while (k < n && s[k] == c) k++;
    return k;
}

/* `code`: the bytes of the span, 0 if it does not end. */
static size_t code_span(buffer *out, const char *s, size_t n)
{
    if (n > LONGEST) n = LONGEST;
    size_t ticks = run_length(s, n, '`');
    for (size_t i = ticks; i < n; i++) {
        size_t k = run_length(s + i, n - i, '`');
        if (k == ticks) {
            buffer_puts(out, "<code>");
            html_escape(out, s + ticks, i - ticks);
            buffer_puts(out, "</code>");
            return i + ticks;
        }
        i += k;
    }
    return 0;
}

static bool is_safe_link(const char *s, size_t n)
{
    static const char *const schemes[] = { "http:", "https:", "mailto:", "#", NULL };
    for (int i = 0; schemes[i]; i++)
        if (n >= strlen(schemes[i]) && memcmp(s, schemes[i], strlen(schemes[i])) == 0) return true;
    size_t k = 0;
    while (k < n && !strchr(":/?#", s[k])) k++; /* a colon before these ends a scheme */
    return k == n || s[k] != ':';
}

/* [text](link) or ![text](link), which is shown as a link, too, if it is no picture's data. */
static size_t link_span(buffer *out, const char *s, size_t n, int depth)
{
    size_t image = *s == '!', at = image + 1, level = 1;
    if (n > LONGEST && !image) n = LONGEST;
    for (; at < n && at < LONGEST && level > 0; at++) {
        if (s[at] == '[') level++;
        if (s[at] == ']') level--;
    }
    if (level > 0 || at >= n || s[at] != '(') return 0;
    const char *end = memchr(s + at, ')', n - at);
    if (!end) return 0;
    const char *target = s + at + 1, *stop = target;
    while (stop < end && !isspace((unsigned char)*stop)) stop++; /* a title may follow */
    size_t length = (size_t)(stop - target), label = at - image - 2;
    bool safe = is_safe_link(target, length);
    if (image && safe) {
        buffer_puts(out, "<img src=\"");
        html_escape(out, target, length);
        buffer_puts(out, "\" alt=\"");
        html_escape(out, s + image + 1, label);
        buffer_puts(out, "\">");
        return (size_t)(end - s) + 1;
    }
    if (safe) {
        buffer_puts(out, "<a href=\"");
        html_escape(out, target, length);
        buffer_puts(out, "\">");
    }
    add_spans(out, s + image + 1, label, depth + 1);
    if (safe) buffer_puts(out, "</a>");
    return (size_t)(end - s) + 1;
}

/* *emphasis* and **strong emphasis**, with _ only at the edges of words. */
static size_t emphasis_span(buffer *out, const char *s, size_t n, char before, int depth)
{
    if (n > LONGEST) n = LONGEST;
    size_t marks = run_length(s, n, *s);
    if (marks > 2) marks = 2;
    if (*s == '_' && isalnum((unsigned char)before)) return 0;
    if (marks >= n || isspace((unsigned char)s[marks])) return 0;
    for (size_t i = marks; i < n; i++) {
        if (s[i] == '`') {
            const char *end = memchr(s + i + 1, '`', n - i - 1);
            if (end) i = (size_t)(end - s);
            continue;
        }
        if (s[i] != *s || isspace((unsigned char)s[i - 1])) continue;
        size_t k = run_length(s + i, n - i, *s);
        bool inside = *s == '_' && i + k < n && isalnum((unsigned char)s[i + k]);
        if (k < marks || (marks == 1 && k == 2) || inside) {
            i += k - 1;
            continue;
        }
        buffer_puts(out, marks == 2 ? "<strong>" : "<em>");
        add_spans(out, s + marks, i + (k - marks) - marks, depth + 1);
        buffer_puts(out, marks == 2 ? "</strong>" : "</em>");
        return i + k;
    }
    return 0;
}

/* <https://…> and bare addresses: the bytes of the address from S on. */
static size_t address_length(const char *s, size_t n)
{
    if (n < 9 || (memcmp(s, "http://", 7) != 0 && memcmp(s, "https://", 8) != 0)) return 0;
    size_t k = 0;
    while (k < n && !isspace((unsigned char)s[k]) && !strchr("<>\"'`", s[k])) k++;
    while (k > 0 && strchr(".,;:!?)", s[k - 1])) k--;
    return k;
}

static size_t address_span(buffer *out, const char *s, size_t n)
{
    size_t angle = *s == '<', k = address_length(s + angle, n - angle);
    if (k == 0 || (angle && (k + 1 >= n || s[k + 1] != '>'))) return 0;
    buffer_puts(out, "<a href=\"");
    html_escape(out, s + angle, k);
    buffer_puts(out, "\">");
    html_escape(out, s + angle, k);
    buffer_puts(out, "</a>");
    return k + 2 * angle;
}

static void add_spans(buffer *out, const char *s, size_t n, int depth)
{
    size_t copied = 0, end;
    for (size_t i = 0; i < n; i = end) {
        buffer span = { 0 };
        size_t used = 0;
        char c = s[i], before = i > 0 ? s[i - 1] : ' ';
        if (c == '\\' && i + 1 < n && ispunct((unsigned char)s[i + 1])) {
            html_escape(&span, s + i + 1, 1);
            used = 2;
        } else if (depth > DEEPEST)
            used = 0;
        else if (c == '`')
            used = code_span(&span, s + i, n - i);
        else if (c == '[' || (c == '!' && i + 1 < n && s[i + 1] == '['))
            used = link_span(&span, s + i, n - i, depth);
        else if (c == '*' || c == '_')
            used = emphasis_span(&span, s + i, n - i, before, depth);
        else if (c == '<' || c == 'h')
            used = isalnum((unsigned char)before) ? 0 : address_span(&span, s + i, n - i);
        size_t skipped = used == 0 && strchr("`*_", c) && c ? run_length(s + i, n - i, c) : 1;
        end = i + (used ? used : skipped);
        if (used) {
            html_escape(out, s + copied, i - copied);
            buffer_add(out, span.data ? span.data : "", span.size);
            copied = end;
        }
        out->failed = out->failed || span.failed;
        buffer_free(&span);
    }
    html_escape(out, s + copied, n - copied);
}

/* ---- lines ----------------------------------------------------------------------------------- */

typedef struct lines { /* what is left of a text */
    const char *s;
    size_t n;
} lines;

typedef struct line { /* without its end */
    const char *s;
    size_t n, indent;
} line;

static bool peek(const lines *l, line *out, size_t *length)
{
    if (l->n == 0) return false;
    const char *end = memchr(l->s, '\n', l->n);
    *out = (line){ .s = l->s, .n = end ? (size_t)(end - l->s) : l->n };
    *length = out->n + (end != NULL);
    while (out->n > 0 && isspace((unsigned char)out->s[out->n - 1])) out->n--;
    while (out->indent < out->n && out->s[out->indent] == ' ') out->indent++;
    return true;
}

static void skip(lines *l, size_t n)
{
    l->s += n, l->n -= n;
}

static size_t heading_level(const line *l)
{
    size_t k = run_length(l->s, l->n, '#');
    return k >= 1 && k <= 6 && (k == l->n || l->s[k] == ' ') ? k : 0;
}

static bool is_rule(const line *l)
{
    size_t count = 0;
    char c = l->n > l->indent ? l->s[l->indent] : 0;
    if (c != '-' && c != '*' && c != '_') return false;
    for (size_t i = l->indent; i < l->n; i++) {
        if (l->s[i] == c)
            count++;
        else if (l->s[i] != ' ')
            return false;
    }
    return count >= 3;
}

/* The bytes of a list's mark, "- " or "12. ", after the indent; 0 if there is none. */
static size_t item_mark(const line *l, bool *ordered)
{
    const char *s = l->s + l->indent;
    size_t n = l->n - l->indent, k = 0;
    while (k < n && k < 9 && isdigit((unsigned char)s[k])) k++;
    *ordered = k > 0;
    bool mark =
        k > 0 ? k < n && (s[k] == '.' || s[k] == ')') : n > 0 && strchr("-*+", s[0]) && s[0];
    if (!mark || (k + 1 < n && s[k + 1] != ' ') || is_rule(l)) return 0;
    return k + 1 < n ? k + 2 : k + 1;
}

static size_t fence_length(const line *l)
{
    const char *s = l->s + l->indent;
    size_t n = l->n - l->indent;
    size_t k = n > 0 && (*s == '`' || *s == '~') ? run_length(s, n, *s) : 0;
    return k >= 3 ? k : 0;
}

static bool begins_block(const line *l)
{
    bool ordered;
    return l->n == 0 || heading_level(l) || is_rule(l) || fence_length(l) ||
           l->s[l->indent] == '>' || item_mark(l, &ordered);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void add_blocks(buffer *out, lines text, int depth);

static void add_heading(buffer *out, const line *l, size_t level)
{
    size_t n = l->n;
    while (n > level && l->s[n - 1] == '#') n--;
    while (n > level && l->s[n - 1] == ' ') n--;
    size_t from = level + (n > level);
    buffer_format(out, "<h%zu>", level);
    add_spans(out, l->s + from, n > from ? n - from : 0, 0);
    buffer_format(out, "</h%zu>\n", level);
}

static void add_fenced(buffer *out, lines *text)
{
    line l;
    size_t length, indent, fence;
    peek(text, &l, &length);
    indent = l.indent, fence = fence_length(&l);
    char mark = l.s[l.indent];
    skip(text, length);
    buffer_puts(out, "<pre><code>");
    while (peek(text, &l, &length)) {
        bool ends = fence_length(&l) >= fence && l.s[l.indent] == mark;
        size_t from = l.indent < indent ? l.indent : indent;
        if (!ends) html_escape(out, l.s + from, l.n - from), buffer_puts(out, "\n");
        skip(text, length);
        if (ends) break;
    }
    buffer_puts(out, "</code></pre>\n");
}

/* The text inside a block: its lines without what marks them, as Markdown of its own. */
static void add_inside(buffer *out, buffer *inside, int depth)
{
    if (depth < DEEPEST)
        add_blocks(out, (lines){ inside->data ? inside->data : "", inside->size }, depth + 1);
    else
        html_escape(out, inside->data ? inside->data : "", inside->size);
    out->failed = out->failed || inside->failed;
    buffer_free(inside);
}

static void add_quote(buffer *out, lines *text, int depth)
{
    buffer inside = { 0 };
    line l;
    size_t length;
    while (peek(text, &l, &length) && l.n > 0 && l.s[l.indent] == '>') {
        size_t from = l.indent + 1;
        if (from < l.n && l.s[from] == ' ') from++;
        buffer_add(&inside, l.s + from, l.n - from);
        buffer_puts(&inside, "\n");
        skip(text, length);
    }
    buffer_puts(out, "<blockquote>\n");
    add_inside(out, &inside, depth);
    buffer_puts(out, "</blockquote>\n");
}

/* One item: its first line, and those that are indented under it. */
static void add_item(buffer *out, lines *text, int depth)
{
    buffer inside = { 0 };
    line l;
    size_t length, under;
    bool ordered, blank = false;
    peek(text, &l, &length);
    under = l.indent + item_mark(&l, &ordered);
    buffer_add(&inside, l.s + under, l.n - under);
    skip(text, length);
    while (peek(text, &l, &length)) {
        if (l.n > 0 && l.indent < under && (blank || begins_block(&l))) break;
        blank = l.n == 0;
        size_t from = l.indent < under ? l.indent : under;
        buffer_puts(&inside, "\n");
        buffer_add(&inside, l.s + from, l.n - from);
        skip(text, length);
    }
    buffer_puts(out, "<li>");
    bool simple = !inside.data || !memchr(inside.data, '\n', inside.size);
    if (simple)
        add_spans(out, inside.data ? inside.data : "", inside.size, 0), buffer_free(&inside);
    else
        add_inside(out, &inside, depth);
    buffer_puts(out, "</li>\n");
}

static void add_list(buffer *out, lines *text, int depth)
{
    line l;
    size_t length;
    bool ordered, other;
    peek(text, &l, &length);
    item_mark(&l, &ordered);
    buffer_puts(out, ordered ? "<ol>\n" : "<ul>\n");
    while (peek(text, &l, &length) && item_mark(&l, &other) && other == ordered)
        add_item(out, text, depth);
    buffer_puts(out, ordered ? "</ol>\n" : "</ul>\n");
}

/* Is it the line under a table's head, |---|:-:|? */
static bool is_table_rule(const line *l)
{
    bool dash = false, bar = false;
    for (size_t i = 0; i < l->n; i++) {
        if (!strchr("|-: ", l->s[i]) || !l->s[i]) return false;
        dash = dash || l->s[i] == '-', bar = bar || l->s[i] == '|';
    }
    return dash && bar;
}

static void add_row(buffer *out, const line *l, const char *tag)
{
    size_t i = l->indent, end = l->n;
    if (i < end && l->s[i] == '|') i++;
    if (end > i && l->s[end - 1] == '|') end--;
    buffer_puts(out, "<tr>");
    while (i <= end) {
        size_t k = i;
        while (k < end && (l->s[k] != '|' || (k > i && l->s[k - 1] == '\\'))) k++;
        size_t from = i, to = k;
        while (from < to && l->s[from] == ' ') from++;
        while (to > from && l->s[to - 1] == ' ') to--;
        buffer_format(out, "<%s>", tag);
        add_spans(out, l->s + from, to - from, 0);
        buffer_format(out, "</%s>", tag);
        i = k + 1;
    }
    buffer_puts(out, "</tr>\n");
}

/* A table, if one begins here. */
static bool add_table(buffer *out, lines *text)
{
    line head, rule, l;
    size_t length, second;
    peek(text, &head, &length);
    lines rest = { text->s + length, text->n - length };
    if (!memchr(head.s, '|', head.n) || !peek(&rest, &rule, &second) || !is_table_rule(&rule))
        return false;
    buffer_puts(out, "<table>\n");
    add_row(out, &head, "th");
    skip(&rest, second);
    while (peek(&rest, &l, &second) && l.n > 0 && memchr(l.s, '|', l.n)) {
        add_row(out, &l, "td");
        skip(&rest, second);
    }
    buffer_puts(out, "</table>\n");
    *text = rest;
    return true;
}

static void add_paragraph(buffer *out, lines *text)
{
    buffer inside = { 0 };
    line l;
    size_t length;
    while (peek(text, &l, &length) && (inside.size == 0 || !begins_block(&l))) {
        if (inside.size > 0) buffer_puts(&inside, "\n");
        buffer_add(&inside, l.s + l.indent, l.n - l.indent);
        skip(text, length);
    }
    buffer_puts(out, "<p>");
    add_spans(out, inside.data ? inside.data : "", inside.size, 0);
    buffer_puts(out, "</p>\n");
    out->failed = out->failed || inside.failed;
    buffer_free(&inside);
}

static void add_blocks(buffer *out, lines text, int depth)
{
    line l;
    size_t length, level;
    bool ordered;
    while (peek(&text, &l, &length)) {
        if (l.n == 0)
            skip(&text, length);
        else if ((level = heading_level(&l)) > 0)
            add_heading(out, &l, level), skip(&text, length);
        else if (is_rule(&l))
            buffer_puts(out, "<hr>\n"), skip(&text, length);
        else if (fence_length(&l))
            add_fenced(out, &text);
        else if (l.s[l.indent] == '>')
            add_quote(out, &text, depth);
        else if (item_mark(&l, &ordered))
            add_list(out, &text, depth);
        else if (!add_table(out, &text))
            add_paragraph(out, &text);
    }
}

void markdown_to_html(buffer *out, const char *text, size_t size)
{
    add_blocks(out, (lines){ text, size }, 0);
}
