/* markdown.c -- the blocks of Markdown (markdown.h), told apart by how their first line begins. */
#include "repl/markdown.h"

#include <ctype.h>
#include <string.h>

#include "repl/buffer.h"

#define DEEPEST 16 /* lists and quotes in each other */

typedef struct parser {
    const markdown_visitor *v;
    bool failed;
} parser;

typedef struct lines { /* what is left of a text */
    const char *s;
    size_t n;
} lines;

typedef struct line { /* without its end */
    const char *s;
    size_t n, indent;
} line;

/* ---- lines ----------------------------------------------------------------------------------- */

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

static size_t run_length(const char *s, size_t n, char c)
{
    size_t k = 0;
    while (k < n && s[k] == c) k++;
    return k;
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

static bool begins_formula(const line *l)
{
    return l->n >= l->indent + 2 && memcmp(l->s + l->indent, "$$", 2) == 0;
}

static bool begins_block(const line *l)
{
    bool ordered;
    return l->n == 0 || heading_level(l) || is_rule(l) || fence_length(l) || begins_formula(l) ||
           l->s[l->indent] == '>' || item_mark(l, &ordered);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void visit_blocks(parser *p, lines text, int depth);

static void visit_text(parser *p, const markdown_node *node, const char *s, size_t n)
{
    if (p->v->enter(p->v->ctx, node)) markdown_visit_spans(p->v, s, n);
    p->v->leave(p->v->ctx, node);
}

static void visit_heading(parser *p, const line *l, size_t level)
{
    size_t n = l->n;
    while (n > level && l->s[n - 1] == '#') n--;
    while (n > level && l->s[n - 1] == ' ') n--;
    size_t from = level + (n > level);
    markdown_node node = { .kind = MARKDOWN_HEADING, .level = (int)level };
    visit_text(p, &node, l->s + from, n > from ? n - from : 0);
}

static void visit_fenced(parser *p, lines *text)
{
    line l;
    size_t length, indent, fence;
    peek(text, &l, &length);
    indent = l.indent, fence = fence_length(&l);
    char mark = l.s[l.indent];
    size_t word = l.indent + fence;
    while (word < l.n && l.s[word] == ' ') word++;
    size_t end = word;
    while (end < l.n && !isspace((unsigned char)l.s[end])) end++;
    markdown_node node = { .kind = MARKDOWN_FENCED,
                           .target = l.s + word,
                           .target_size = end - word };
    skip(text, length);
    bool wanted = p->v->enter(p->v->ctx, &node);
    while (peek(text, &l, &length)) {
        bool ends = fence_length(&l) >= fence && l.s[l.indent] == mark;
        size_t from = l.indent < indent ? l.indent : indent;
        if (!ends && wanted) {
            if (l.n > from) p->v->text(p->v->ctx, l.s + from, l.n - from);
            p->v->text(p->v->ctx, "\n", 1);
        }
        skip(text, length);
        if (ends) break;
    }
    p->v->leave(p->v->ctx, &node);
}

/* $$ … $$ over one or more lines, which follow each other as text; false if it does not end. */
static bool visit_formula(parser *p, lines *text)
{
    line l;
    size_t length;
    peek(text, &l, &length);
    const char *s = l.s + l.indent + 2, *end = text->s + text->n, *stop = s;
    while (stop + 1 < end && memcmp(stop, "$$", 2) != 0 && memcmp(stop, "\n\n", 2) != 0) stop++;
    if (stop + 1 >= end || *stop != '$') return false;
    const char *after = stop + 2;
    while (after < end && *after != '\n' && isspace((unsigned char)*after)) after++;
    if (after < end && *after != '\n') return false; /* there is text after it */
    markdown_node node = { .kind = MARKDOWN_FORMULA };
    if (p->v->enter(p->v->ctx, &node)) p->v->text(p->v->ctx, s, (size_t)(stop - s));
    p->v->leave(p->v->ctx, &node);
    skip(text, (size_t)(after - text->s) + (after < end));
    return true;
}

/* The text inside a block: its lines without what marks them, as Markdown of its own. */
static void visit_inside(parser *p, buffer *inside, int depth)
{
    const char *s = inside->data ? inside->data : "";
    if (depth < DEEPEST)
        visit_blocks(p, (lines){ s, inside->size }, depth + 1);
    else
        p->v->text(p->v->ctx, s, inside->size);
    p->failed = p->failed || inside->failed;
    buffer_free(inside);
}

static void visit_quote(parser *p, lines *text, int depth)
{
    static const markdown_node node = { .kind = MARKDOWN_QUOTE };
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
    if (p->v->enter(p->v->ctx, &node))
        visit_inside(p, &inside, depth);
    else
        buffer_free(&inside);
    p->v->leave(p->v->ctx, &node);
}

/* Takes "[ ] " or "[x] " off an item's text. */
static markdown_task take_task(const char **s, size_t *n)
{
    const char *t = *s;
    if (*n < 4 || t[0] != '[' || t[2] != ']' || t[3] != ' ' || !strchr(" xX", t[1]) || !t[1])
        return MARKDOWN_NO_TASK;
    *s += 4, *n -= 4;
    return t[1] == ' ' ? MARKDOWN_OPEN : MARKDOWN_DONE;
}

/* One item: its first line, and those that are indented under it. */
static void visit_item(parser *p, lines *text, int depth)
{
    buffer inside = { 0 };
    line l;
    size_t length, under;
    bool ordered, blank = false;
    peek(text, &l, &length);
    under = l.indent + item_mark(&l, &ordered);
    markdown_node node = { .kind = MARKDOWN_ITEM, .ordered = ordered };
    for (size_t i = l.indent; ordered && isdigit((unsigned char)l.s[i]); i++)
        node.level = 10 * node.level + (l.s[i] - '0');
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
    const char *s = inside.data ? inside.data : "";
    size_t n = inside.size;
    node.simple = !memchr(s, '\n', n);
    node.task = take_task(&s, &n);
    if (node.task && !node.simple) memmove(inside.data, s, n + 1), inside.size = n;
    if (node.simple)
        visit_text(p, &node, s, n);
    else if (p->v->enter(p->v->ctx, &node))
        visit_inside(p, &inside, depth), p->v->leave(p->v->ctx, &node);
    else
        p->v->leave(p->v->ctx, &node);
    p->failed = p->failed || inside.failed;
    buffer_free(&inside);
}

static void visit_list(parser *p, lines *text, int depth)
{
    line l;
    size_t length;
    bool other;
    markdown_node node = { .kind = MARKDOWN_LIST };
    peek(text, &l, &length);
    item_mark(&l, &node.ordered);
    p->v->enter(p->v->ctx, &node);
    while (peek(text, &l, &length) && item_mark(&l, &other) && other == node.ordered)
        visit_item(p, text, depth);
    p->v->leave(p->v->ctx, &node);
}

/* ---- tables ---------------------------------------------------------------------------------- */

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

/* Takes the next cell's text off the line; *at is where it begins.  False: there are no more. */
static bool next_cell(const line *l, size_t *at, const char **s, size_t *n)
{
    size_t start = l->indent, end = l->n, i = *at;
    if (start < end && l->s[start] == '|') start++;
    if (end > start && l->s[end - 1] == '|') end--;
    if (i < start) i = start;
    if (i > end) return false;
    size_t k = i;
    while (k < end && (l->s[k] != '|' || (k > i && l->s[k - 1] == '\\'))) k++;
    size_t from = i, to = k;
    while (from < to && l->s[from] == ' ') from++;
    while (to > from && l->s[to - 1] == ' ') to--;
    *s = l->s + from, *n = to - from, *at = k + 1;
    return true;
}

static void visit_row(parser *p, const line *l, const line *rule, bool head)
{
    markdown_node row = { .kind = MARKDOWN_ROW, .head = head };
    markdown_node cell = { .kind = MARKDOWN_CELL, .head = head };
    size_t at = l->indent, rule_at = rule->indent, n, m;
    const char *s, *r;
    p->v->enter(p->v->ctx, &row);
    while (next_cell(l, &at, &s, &n)) {
        cell.align = MARKDOWN_LEFT;
        if (next_cell(rule, &rule_at, &r, &m) && m > 1 && r[m - 1] == ':')
            cell.align = r[0] == ':' ? MARKDOWN_CENTER : MARKDOWN_RIGHT;
        visit_text(p, &cell, s, n);
    }
    p->v->leave(p->v->ctx, &row);
}

/* A table, if one begins here. */
static bool visit_table(parser *p, lines *text)
{
    static const markdown_node node = { .kind = MARKDOWN_TABLE };
    line head, rule, l;
    size_t length, second;
    peek(text, &head, &length);
    lines rest = { text->s + length, text->n - length };
    if (!memchr(head.s, '|', head.n) || !peek(&rest, &rule, &second) || !is_table_rule(&rule))
        return false;
    p->v->enter(p->v->ctx, &node);
    visit_row(p, &head, &rule, true);
    skip(&rest, second);
    while (peek(&rest, &l, &second) && l.n > 0 && memchr(l.s, '|', l.n)) {
        visit_row(p, &l, &rule, false);
        skip(&rest, second);
    }
    p->v->leave(p->v->ctx, &node);
    *text = rest;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void visit_paragraph(parser *p, lines *text)
{
    static const markdown_node node = { .kind = MARKDOWN_PARAGRAPH };
    buffer inside = { 0 };
    line l;
    size_t length;
    while (peek(text, &l, &length) && (inside.size == 0 || !begins_block(&l))) {
        if (inside.size > 0) buffer_puts(&inside, "\n");
        buffer_add(&inside, l.s + l.indent, l.n - l.indent);
        skip(text, length);
    }
    visit_text(p, &node, inside.data ? inside.data : "", inside.size);
    p->failed = p->failed || inside.failed;
    buffer_free(&inside);
}

static void visit_blocks(parser *p, lines text, int depth)
{
    static const markdown_node rule = { .kind = MARKDOWN_RULE };
    line l;
    size_t length, level;
    bool ordered;
    while (peek(&text, &l, &length)) {
        if (l.n == 0)
            skip(&text, length);
        else if ((level = heading_level(&l)) > 0)
            visit_heading(p, &l, level), skip(&text, length);
        else if (is_rule(&l))
            p->v->enter(p->v->ctx, &rule), p->v->leave(p->v->ctx, &rule), skip(&text, length);
        else if (fence_length(&l))
            visit_fenced(p, &text);
        else if (l.s[l.indent] == '>')
            visit_quote(p, &text, depth);
        else if (item_mark(&l, &ordered))
            visit_list(p, &text, depth);
        else if ((!begins_formula(&l) || !visit_formula(p, &text)) && !visit_table(p, &text))
            visit_paragraph(p, &text);
    }
}

bool markdown_visit(const markdown_visitor *v, const char *text, size_t size)
{
    parser p = { .v = v };
    visit_blocks(&p, (lines){ text, size }, 0);
    return !p.failed;
}
