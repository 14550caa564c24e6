/* markdown_html.c -- see markdown_html.h.  Each block and span of markdown.h becomes an element. */
#include "repl/markdown_html.h"

#include <string.h>

#include "repl/markdown.h"

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

static bool is_safe_link(const char *s, size_t n)
{
    static const char *const schemes[] = { "http:", "https:", "mailto:", "#", NULL };
    for (int i = 0; schemes[i]; i++)
        if (n >= strlen(schemes[i]) && memcmp(s, schemes[i], strlen(schemes[i])) == 0) return true;
    size_t k = 0;
    while (k < n && !strchr(":/?#", s[k])) k++; /* a colon before these ends a scheme */
    return k == n || s[k] != ':';
}

static bool is_safe(const markdown_node *node)
{
    return is_safe_link(node->target, node->target_size);
}

static void open_with(buffer *out, const char *before, const markdown_node *node, const char *after)
{
    buffer_puts(out, before);
    html_escape(out, node->target, node->target_size);
    buffer_puts(out, after);
}

/* A picture, or text that stands for it if it is no safe link. */
static bool enter_image(buffer *out, const markdown_node *node)
{
    if (!is_safe(node)) return true;
    open_with(out, "<img src=\"", node, "\" alt=\"");
    html_escape(out, node->label, node->label_size);
    buffer_puts(out, "\">");
    return false;
}

static void enter_item(buffer *out, const markdown_node *node)
{
    buffer_puts(out, "<li>");
    if (node->task)
        buffer_format(out, "<input type=\"checkbox\" disabled%s> ",
                      node->task == MARKDOWN_DONE ? " checked" : "");
}

static const char *name_of(const markdown_node *node)
{
    static const char *const names[] = {
        [MARKDOWN_PARAGRAPH] = "p",   [MARKDOWN_QUOTE] = "blockquote", [MARKDOWN_ITEM] = "li",
        [MARKDOWN_TABLE] = "table",   [MARKDOWN_ROW] = "tr",           [MARKDOWN_EMPHASIS] = "em",
        [MARKDOWN_STRONG] = "strong", [MARKDOWN_STRUCK] = "del",       [MARKDOWN_CODE] = "code",
        [MARKDOWN_LINK] = "a",
    };
    return names[node->kind];
}

static bool enter(void *ctx, const markdown_node *node)
{
    buffer *out = ctx;
    switch (node->kind) {
    case MARKDOWN_HEADING: buffer_format(out, "<h%d>", node->level); break;
    case MARKDOWN_LIST: buffer_puts(out, node->ordered ? "<ol>\n" : "<ul>\n"); break;
    case MARKDOWN_ITEM: enter_item(out, node); break;
    case MARKDOWN_FENCED: buffer_puts(out, "<pre><code>"); break;
    case MARKDOWN_RULE: buffer_puts(out, "<hr>\n"); break;
    case MARKDOWN_CELL: buffer_puts(out, node->head ? "<th>" : "<td>"); break;
    case MARKDOWN_FORMULA: buffer_puts(out, "<p>$$"); break;
    case MARKDOWN_MATH: buffer_puts(out, "$"); break;
    case MARKDOWN_IMAGE: return enter_image(out, node);
    case MARKDOWN_LINK:
        if (is_safe(node)) open_with(out, "<a href=\"", node, "\">");
        break;
    case MARKDOWN_PARAGRAPH:
    case MARKDOWN_QUOTE:
    case MARKDOWN_TABLE:
    case MARKDOWN_ROW:
    case MARKDOWN_EMPHASIS:
    case MARKDOWN_STRONG:
    case MARKDOWN_STRUCK:
    case MARKDOWN_CODE:
        buffer_format(out, "<%s>%s", name_of(node),
                      node->kind == MARKDOWN_QUOTE || node->kind == MARKDOWN_TABLE ? "\n" : "");
        break;
    }
    return true;
}

static void leave(void *ctx, const markdown_node *node)
{
    buffer *out = ctx;
    switch (node->kind) {
    case MARKDOWN_HEADING: buffer_format(out, "</h%d>\n", node->level); break;
    case MARKDOWN_LIST: buffer_puts(out, node->ordered ? "</ol>\n" : "</ul>\n"); break;
    case MARKDOWN_FENCED: buffer_puts(out, "</code></pre>\n"); break;
    case MARKDOWN_CELL: buffer_puts(out, node->head ? "</th>" : "</td>"); break;
    case MARKDOWN_FORMULA: buffer_puts(out, "$$</p>\n"); break;
    case MARKDOWN_MATH: buffer_puts(out, "$"); break;
    case MARKDOWN_RULE:
    case MARKDOWN_IMAGE: break;
    case MARKDOWN_LINK:
        if (is_safe(node)) buffer_puts(out, "</a>");
        break;
    case MARKDOWN_PARAGRAPH:
    case MARKDOWN_QUOTE:
    case MARKDOWN_ITEM:
    case MARKDOWN_TABLE:
    case MARKDOWN_ROW: buffer_format(out, "</%s>\n", name_of(node)); break;
    case MARKDOWN_EMPHASIS:
    case MARKDOWN_STRONG:
    case MARKDOWN_STRUCK:
    case MARKDOWN_CODE: buffer_format(out, "</%s>", name_of(node)); break;
    }
}

static void add_text(void *ctx, const char *s, size_t n)
{
    html_escape(ctx, s, n);
}

void markdown_to_html(buffer *out, const char *text, size_t size)
{
    markdown_visitor v = { .ctx = out, .enter = enter, .leave = leave, .text = add_text };
    if (!markdown_visit(&v, text, size)) out->failed = true;
}
