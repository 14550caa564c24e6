/* markdown_spans.c -- the spans of Markdown (markdown.h), looked for from left to right: what is known to end becomes a span. */
#include <ctype.h>
#include <string.h>

#include "repl/markdown.h"

#define DEEPEST 16   /* spans in each other */
#define LONGEST 1000 /* bytes of a span */

typedef struct span {
    markdown_node node;
    size_t used; /* bytes in all; 0: it is none */
    const char *inside;
    size_t n;
    bool raw; /* nothing is looked for inside */
} span;

static void visit(const markdown_visitor *v, const char *s, size_t n, int depth);

static size_t run_length(const char *s, size_t n, char c)
{
    size_t k = 0;
    while (k < n && s[k] == c) k++;
    return k;
}

static bool is_space(char c)
{
    return isspace((unsigned char)c) != 0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) != 0;
}

/* `code` */
static span code_span(const char *s, size_t n)
{
    size_t ticks = run_length(s, n, '`');
    for (size_t i = ticks; i < n; i++) {
        size_t k = run_length(s + i, n - i, '`');
        if (k == ticks)
            return (span){ .node = { .kind = MARKDOWN_CODE },
                           .used = i + ticks,
                           .inside = s + ticks,
                           .n = i - ticks,
                           .raw = true };
        i += k;
    }
    return (span){ 0 };
}

/* $x$ and $$x$$: inside, no blanks at the edges of the first; what follows it is no digit, so that prices stay prices. */
static span math_span(const char *s, size_t n)
{
    size_t marks = run_length(s, n, '$');
    if (marks > 2 || marks >= n || (marks == 1 && is_space(s[1]))) return (span){ 0 };
    for (size_t i = marks; i < n; i++) {
        if (s[i] == '\\') {
            i++;
            continue;
        }
        if (s[i] != '$') continue;
        if (run_length(s + i, n - i, '$') != marks) return (span){ 0 };
        bool price = i + 1 < n && isdigit((unsigned char)s[i + 1]);
        if (marks == 1 && (is_space(s[i - 1]) || price)) return (span){ 0 };
        return (span){ .node = { .kind = MARKDOWN_MATH },
                       .used = i + marks,
                       .inside = s + marks,
                       .n = i - marks,
                       .raw = true };
    }
    return (span){ 0 };
}

/* [text](link) or ![text](link) */
static span link_span(const char *s, size_t n)
{
    size_t image = *s == '!', at = image + 1, level = 1;
    for (; at < n && at < LONGEST && level > 0; at++) {
        if (s[at] == '[') level++;
        if (s[at] == ']') level--;
    }
    if (level > 0 || at >= n || s[at] != '(') return (span){ 0 };
    const char *end = memchr(s + at, ')', n - at);
    if (!end) return (span){ 0 };
    const char *target = s + at + 1, *stop = target;
    while (stop < end && !is_space(*stop)) stop++; /* a title may follow */
    return (span){ .node = { .kind = image ? MARKDOWN_IMAGE : MARKDOWN_LINK,
                             .target = target,
                             .target_size = (size_t)(stop - target),
                             .label = s + image + 1,
                             .label_size = at - image - 2 },
                   .used = (size_t)(end - s) + 1,
                   .inside = s + image + 1,
                   .n = at - image - 2 };
}

/* *emphasis*, **strong emphasis** and ~~what is struck~~, with _ only at the edges of words. */
static span emphasis_span(const char *s, size_t n, char before)
{
    static const markdown_kind kinds[] = { MARKDOWN_EMPHASIS, MARKDOWN_STRONG };
    size_t marks = run_length(s, n, *s);
    if (marks > 2) marks = 2;
    if (*s == '~' && marks != 2) return (span){ 0 };
    if ((*s == '_' && is_word(before)) || marks >= n || is_space(s[marks])) return (span){ 0 };
    for (size_t i = marks; i < n; i++) {
        if (s[i] == '`') {
            const char *end = memchr(s + i + 1, '`', n - i - 1);
            if (end) i = (size_t)(end - s);
            continue;
        }
        if (s[i] != *s) continue;
        size_t k = run_length(s + i, n - i, *s);
        bool inside = *s == '_' && i + k < n && is_word(s[i + k]);
        if (is_space(s[i - 1]) || k < marks || (marks == 1 && k == 2) || inside) {
            i += k - 1;
            continue;
        }
        return (span){ .node = { .kind = *s == '~' ? MARKDOWN_STRUCK : kinds[marks - 1] },
                       .used = i + k,
                       .inside = s + marks,
                       .n = i + (k - marks) - marks };
    }
    return (span){ 0 };
}

/* The bytes of the address from S on. */
static size_t address_length(const char *s, size_t n)
{
    if (n < 9 || (memcmp(s, "http://", 7) != 0 && memcmp(s, "https://", 8) != 0)) return 0;
    size_t k = 0;
    while (k < n && !is_space(s[k]) && !strchr("<>\"'`", s[k])) k++;
    while (k > 0 && strchr(".,;:!?)", s[k - 1])) k--;
    return k;
}

/* <https://…> and bare addresses */
static span address_span(const char *s, size_t n)
{
    size_t angle = *s == '<', k = address_length(s + angle, n - angle);
    if (k == 0 || (angle && (k + 1 >= n || s[k + 1] != '>'))) return (span){ 0 };
    return (span){ .node = { .kind = MARKDOWN_LINK, .target = s + angle, .target_size = k },
                   .used = k + 2 * angle,
                   .inside = s + angle,
                   .n = k,
                   .raw = true };
}

static span span_at(const char *s, size_t n, char before)
{
    size_t most = n > LONGEST ? LONGEST : n;
    switch (*s) {
    case '`': return code_span(s, most);
    case '$': return math_span(s, most);
    case '[': return link_span(s, most);
    case '!': return n > 1 && s[1] == '[' ? link_span(s, n) : (span){ 0 };
    case '*':
    case '_':
    case '~': return emphasis_span(s, most, before);
    case '<':
    case 'h': return is_word(before) ? (span){ 0 } : address_span(s, n);
    default: return (span){ 0 };
    }
}

static void visit_span(const markdown_visitor *v, const span *found, int depth)
{
    if (v->enter(v->ctx, &found->node)) {
        if (found->raw)
            v->text(v->ctx, found->inside, found->n);
        else
            visit(v, found->inside, found->n, depth + 1);
    }
    v->leave(v->ctx, &found->node);
}

static void visit(const markdown_visitor *v, const char *s, size_t n, int depth)
{
    size_t told = 0, end;
    for (size_t i = 0; i < n; i = end) {
        char c = s[i];
        bool escaped = c == '\\' && i + 1 < n && ispunct((unsigned char)s[i + 1]);
        span found = { 0 };
        if (!escaped && depth <= DEEPEST) found = span_at(s + i, n - i, i > 0 ? s[i - 1] : ' ');
        size_t skipped = c && strchr("`*_~$", c) ? run_length(s + i, n - i, c) : 1;
        end = i + (found.used ? found.used : skipped);
        if (!escaped && found.used == 0) continue;
        if (i > told) v->text(v->ctx, s + told, i - told);
        told = escaped ? i + 1 : end;
        if (escaped)
            end = i + 2;
        else
            visit_span(v, &found, depth);
    }
    if (n > told) v->text(v->ctx, s + told, n - told);
}

void markdown_visit_spans(const markdown_visitor *v, const char *s, size_t n)
{
    visit(v, s, n, 0);
}
