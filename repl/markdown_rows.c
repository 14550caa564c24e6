/* markdown_rows.c -- see markdown_rows.h.  Blocks end rows, spans change the style of what is put; the cells of a table are
** kept until all its widths are known (markdown_table.c). */
#include "repl/markdown_rows.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/lua_api.h"
#include "repl/buffer.h"
#include "repl/code_rows.h"
#include "repl/markdown.h"
#include "repl/markdown_table.h"
#include "repl/math_text.h"

#define DEEPEST 96 /* blocks and spans in each other: more than markdown.c has */

typedef struct page {
    styled *s;
    style now, before[DEEPEST]; /* of what is around */
    int prefix[DEEPEST], depth;
    bool first; /* in what it stands in: no row is left free before it */
    int list_depth;
    int heading;         /* its first row */
    bool formula, block; /* text is mathematics; in rows of its own */
    bool fenced;         /* text is gathered */
    buffer code;
    markdown_table table;
    styled *outside; /* what the table will stand in */
} page;

static const char *sign(const page *p, const char *utf8, const char *ascii)
{
    return p->s->charset == PLOT_UTF8 ? utf8 : ascii;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Text of a paragraph: its line ends are blanks, but for those after \. */
static void put_words(page *p, const char *s, size_t n)
{
    while (n > 0) {
        const char *end = memchr(s, '\n', n);
        size_t k = end ? (size_t)(end - s) : n;
        bool breaks = end && k > 0 && s[k - 1] == '\\';
        styled_put(p->s, s, k - breaks, p->now, STYLED_NOWHERE);
        if (!end) return;
        styled_put(p->s, breaks ? "\n" : " ", 1, p->now, STYLED_NOWHERE);
        s += k + 1, n -= k + 1;
    }
}

static void put_formula(page *p, const char *s, size_t n)
{
    buffer b = { 0 };
    const char *marks = p->block ? "$$" : "$";
    if (p->s->charset == PLOT_UTF8 && math_text(&b, s, n))
        styled_put(p->s, b.data, b.size, p->now, STYLED_NOWHERE);
    else {
        styled_put(p->s, marks, strlen(marks), p->now, STYLED_NOWHERE);
        put_words(p, s, n);
        styled_put(p->s, marks, strlen(marks), p->now, STYLED_NOWHERE);
    }
    p->s->failed = p->s->failed || b.failed;
    buffer_free(&b);
}

static void put_text(void *ctx, const char *s, size_t n)
{
    page *p = ctx;
    if (p->fenced)
        buffer_add(&p->code, s, n);
    else if (p->formula)
        put_formula(p, s, n);
    else
        put_words(p, s, n);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Begins a block: in a row of its own, after a free one. */
static void begin_block(page *p)
{
    styled_fresh_row(p->s);
    if (!p->first) styled_end_row(p->s);
    p->first = false;
}

static void end_row(page *p)
{
    if (p->s->open) styled_end_row(p->s);
}

static void push(page *p, const char *prefix, style_role role)
{
    p->prefix[p->depth] = styled_push(p->s, prefix, role);
}

/* The columns of a row besides the prefix. */
static int room(const styled *s)
{
    int taken = 0;
    for (int i = 0; i < s->nprefix; i++) taken += s->prefix[i].width;
    return taken > s->columns / 2 ? s->columns - s->columns / 2 : s->columns - taken;
}

static void underline(page *p, int level)
{
    int columns = 0, prefix = p->s->columns - room(p->s);
    for (int i = p->heading; i < p->s->n; i++)
        if (p->s->rows[i].columns - prefix > columns) columns = p->s->rows[i].columns - prefix;
    end_row(p);
    styled_repeat(p->s, level == 1 ? sign(p, "═", "=") : sign(p, "─", "-"), columns, STYLE_RULE);
    end_row(p);
}

static void begin_item(page *p, const markdown_node *node)
{
    static const char *const bullets[] = { "• ", "◦ ", "▪ " };
    char mark[32], blanks[32];
    if (node->task)
        snprintf(mark, sizeof mark, "%s ",
                 node->task == MARKDOWN_DONE ? sign(p, "☑", "[x]") : sign(p, "☐", "[ ]"));
    else if (node->ordered)
        snprintf(mark, sizeof mark, "%d. ", node->level);
    else
        snprintf(mark, sizeof mark, "%s", sign(p, bullets[(p->list_depth - 1) % 3], "* "));
    end_row(p);
    styled_puts(p->s, mark, STYLE_BULLET);
    styled_lead(p->s);
    int width = styled_width(mark, strlen(mark), p->s->charset);
    snprintf(blanks, sizeof blanks, "%*s", width, "");
    push(p, blanks, STYLE_PLAIN);
    p->first = true;
}

static void end_fenced(page *p, const markdown_node *node)
{
    const char *s = p->code.data ? p->code.data : "";
    size_t n = p->code.size;
    bool lua = (node->target_size == 3 && memcmp(node->target, "lua", 3) == 0) ||
               (node->target_size == 7 && memcmp(node->target, "moonlab", 7) == 0);
    char *kinds = lua ? malloc(n + 1) : NULL;
    if (n > 0 && s[n - 1] == '\n') n--;
    if (kinds) session_highlight(NULL, s, n, kinds);
    p->s->wrap = STYLED_HARD;
    if (kinds)
        code_put(p->s, s, n, kinds);
    else
        styled_put(p->s, s, n, p->now, STYLED_NOWHERE);
    end_row(p);
    p->s->wrap = STYLED_WORDS;
    p->s->failed = p->s->failed || p->code.failed;
    free(kinds);
    buffer_free(&p->code);
    p->fenced = false;
}

static void begin_table(page *p)
{
    begin_block(p);
    table_begin(&p->table, p->s->charset);
    p->outside = p->s;
    p->s = &p->table.cells;
}

static void end_table(page *p)
{
    p->s = p->outside;
    table_put(&p->table, p->s);
}

static void begin_cell(page *p, const markdown_node *node)
{
    table_cell(&p->table, node);
    styled_puts(p->s, "", STYLE_PLAIN);
    if (node->head) p->now.role = STYLE_TABLE_HEAD, p->now.flags |= STYLE_BOLD;
}

/* Blocks that stand in columns of their own. */
static void begin_inner(page *p, const char *prefix, style_role prefix_role, style_role role)
{
    begin_block(p);
    push(p, prefix, prefix_role);
    p->now.role = (uint8_t)role;
    p->first = true;
}

static void begin_heading(page *p)
{
    begin_block(p);
    p->heading = p->s->n;
    p->now.role = STYLE_HEADING, p->now.flags |= STYLE_BOLD;
}

static bool enter_block(page *p, const markdown_node *node)
{
    switch (node->kind) {
    case MARKDOWN_HEADING: begin_heading(p); return true;
    case MARKDOWN_PARAGRAPH: begin_block(p); return true;
    case MARKDOWN_QUOTE: begin_inner(p, sign(p, "│ ", "| "), STYLE_RULE, STYLE_QUOTE); return true;
    case MARKDOWN_LIST:
        if (p->list_depth++ == 0) begin_block(p);
        return true;
    case MARKDOWN_ITEM: begin_item(p, node); return true;
    case MARKDOWN_FENCED:
        begin_inner(p, "  ", STYLE_PLAIN, STYLE_CODE);
        p->fenced = true;
        return true;
    case MARKDOWN_FORMULA:
        begin_inner(p, "  ", STYLE_PLAIN, STYLE_MATH);
        p->formula = p->block = true;
        return true;
    case MARKDOWN_RULE:
        begin_block(p);
        styled_repeat(p->s, sign(p, "─", "-"), room(p->s), STYLE_RULE);
        return true;
    case MARKDOWN_TABLE: begin_table(p); return true;
    case MARKDOWN_ROW: table_line(&p->table); return true;
    case MARKDOWN_CELL: begin_cell(p, node); return true;
    case MARKDOWN_EMPHASIS:
    case MARKDOWN_STRONG:
    case MARKDOWN_STRUCK:
    case MARKDOWN_CODE:
    case MARKDOWN_LINK:
    case MARKDOWN_IMAGE:
    case MARKDOWN_MATH:
    default: return false;
    }
}

static bool leave_block(page *p, const markdown_node *node)
{
    switch (node->kind) {
    case MARKDOWN_HEADING:
        if (node->level <= 2) underline(p, node->level);
        break;
    case MARKDOWN_PARAGRAPH:
    case MARKDOWN_RULE: break;
    case MARKDOWN_QUOTE:
    case MARKDOWN_ITEM: break;
    case MARKDOWN_LIST: p->list_depth--; break;
    case MARKDOWN_FENCED: end_fenced(p, node); break;
    case MARKDOWN_FORMULA: p->formula = p->block = false; break;
    case MARKDOWN_TABLE: end_table(p); break;
    case MARKDOWN_ROW:
    case MARKDOWN_CELL: return true;
    case MARKDOWN_EMPHASIS:
    case MARKDOWN_STRONG:
    case MARKDOWN_STRUCK:
    case MARKDOWN_CODE:
    case MARKDOWN_LINK:
    case MARKDOWN_IMAGE:
    case MARKDOWN_MATH:
    default: return false;
    }
    end_row(p);
    if (node->kind == MARKDOWN_QUOTE || node->kind == MARKDOWN_ITEM ||
        node->kind == MARKDOWN_FENCED || node->kind == MARKDOWN_FORMULA)
        styled_pop(p->s, p->prefix[p->depth]);
    p->first = false;
    return true;
}

/* ---- spans ----------------------------------------------------------------------------------- */

static void enter_span(page *p, const markdown_node *node)
{
    switch ((int)node->kind) {
    case MARKDOWN_EMPHASIS: p->now.flags |= STYLE_ITALIC; break;
    case MARKDOWN_STRONG: p->now.flags |= STYLE_BOLD; break;
    case MARKDOWN_STRUCK: p->now.flags |= STYLE_STRUCK; break;
    case MARKDOWN_CODE: p->now.role = STYLE_CODE; break;
    case MARKDOWN_MATH:
        p->now.role = STYLE_MATH;
        p->formula = true;
        break;
    case MARKDOWN_IMAGE:
        p->now.role = STYLE_LINK;
        styled_put(p->s, "image: ", 7, p->now, STYLED_NOWHERE);
        break;
    case MARKDOWN_LINK: p->now.role = STYLE_LINK; break;
    default: break;
    }
}

/* Where a link leads, unless that is what it reads, or it is the data of a picture. */
static void put_address(page *p, const markdown_node *node)
{
    size_t n = node->target_size;
    bool same =
        !node->label || (node->label_size == n && memcmp(node->label, node->target, n) == 0);
    if (same || n == 0 || (n >= 5 && memcmp(node->target, "data:", 5) == 0)) return;
    style st = { .role = STYLE_ADDRESS, .flags = STYLE_DIM };
    styled_put(p->s, " (", 2, st, STYLED_NOWHERE);
    styled_put(p->s, node->target, n, st, STYLED_NOWHERE);
    styled_put(p->s, ")", 1, st, STYLED_NOWHERE);
}

static bool enter(void *ctx, const markdown_node *node)
{
    page *p = ctx;
    p->before[p->depth] = p->now;
    if (!enter_block(p, node)) enter_span(p, node);
    assert(p->depth < DEEPEST - 1);
    p->depth++;
    return true;
}

static void leave(void *ctx, const markdown_node *node)
{
    page *p = ctx;
    p->depth--;
    if (!leave_block(p, node)) {
        if (node->kind == MARKDOWN_MATH) p->formula = p->block;
        if (node->kind == MARKDOWN_LINK || node->kind == MARKDOWN_IMAGE) put_address(p, node);
    }
    p->now = p->before[p->depth];
}

void markdown_put(styled *s, const char *text, size_t size)
{
    page p = { .s = s, .first = true };
    markdown_visitor v = { .ctx = &p, .enter = enter, .leave = leave, .text = put_text };
    styled_wrap wrap = s->wrap;
    styled_fresh_row(s);
    s->wrap = STYLED_WORDS;
    if (!markdown_visit(&v, text, size)) s->failed = true;
    styled_end(s);
    s->wrap = wrap;
    table_free(&p.table);
}

void markdown_rows(styled *s, const char *text, size_t size, int columns, plot_charset charset)
{
    styled_begin(s, columns, charset, STYLED_WORDS);
    markdown_put(s, text, size);
}
