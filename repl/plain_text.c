/* plain_text.c -- text from programs made fit to be shown and stored: what a terminal would have done with carriage
** returns and backspaces is done, escape sequences go, what else is not plain text is shown by the session's symbols. */
#include <stdlib.h>
#include <string.h>

#include "lua_api/lua_api.h"
#include "repl/buffer.h"
#include "repl/figure_view.h"
#include "repl/terminal_text.h"

static size_t character_start(const char *s, size_t from, size_t at)
{
    while (at > from && ((unsigned char)s[at] & 0xC0) == 0x80) at--;
    return at;
}

/* Appends TEXT's lines as a terminal would have left them; what was drawn again appears once. */
static void add_final_lines(buffer *b, const char *s, size_t n)
{
    size_t line = b->size; /* where the present line begins */
    bool again = false;    /* what comes next begins the line anew */
    terminal_piece piece;
    for (size_t i = 0, k; i < n && !b->failed; i += k) {
        k = terminal_piece_at(s + i, n - i, &piece);
        switch (piece) {
        case PIECE_NEWLINE:
            buffer_add(b, s + i, 1);
            line = b->size, again = false;
            break;
        case PIECE_RETURN: again = b->size > line; break;
        case PIECE_BACKSPACE:
            if (b->size > line) b->size = character_start(b->data, line, b->size - 1);
            break;
        case PIECE_TEXT:
            if (again) b->size = line;
            again = false;
            buffer_add(b, s + i, k);
            break;
        case PIECE_STYLE:
        case PIECE_ESCAPE: break;
        }
    }
}

char *text_without_controls(const char *text, size_t size, size_t *out_size)
{
    buffer b = { 0 }, out = { 0 };
    buffer_puts(&b, "");
    add_final_lines(&b, text, size);
    /* session_visible wants texts without NUL: they become symbols here. */
    for (size_t at = 0; at <= b.size && b.data;) {
        size_t n = strlen(b.data + at);
        char *visible = session_visible(b.data + at);
        if (visible)
            buffer_puts(&out, visible);
        else
            out.failed = true;
        free(visible);
        at += n + 1;
        if (at <= b.size) buffer_puts(&out, "\u2400");
    }
    out.failed = out.failed || b.failed;
    buffer_free(&b);
    return buffer_take(&out, out_size);
}

char *output_plain(const output *r, size_t *size)
{
    char *drawn = output_has_figure(r) ? figure_text(r, size) : NULL;
    if (drawn) return drawn;
    if (r->left_out == 0) return text_without_controls(r->text, r->size, size);
    buffer b = { 0 };
    size_t n;
    char *head = text_without_controls(r->text, r->gap, &n);
    if (head) buffer_add(&b, head, n);
    bool open = b.size > 0 && b.data[b.size - 1] != '\n';
    buffer_format(&b, "%s\u2026 %zu bytes left out \u2026\n", open ? "\n" : "", r->left_out);
    char *tail = text_without_controls(r->text + r->gap, r->size - r->gap, &n);
    if (tail) buffer_add(&b, tail, n);
    b.failed = b.failed || !head || !tail;
    free(head);
    free(tail);
    return buffer_take(&b, size);
}
