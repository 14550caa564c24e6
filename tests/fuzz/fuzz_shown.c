/* fuzz_shown.c -- any bytes as Markdown, output, error, code: rows that fit, with nothing in them that controls a terminal.  The
** first byte chooses what they are, the second how many columns there are. */
#include "lua_api/lua_api.h"
#include "repl/code_rows.h"
#include "repl/markdown_html.h"
#include "repl/markdown_rows.h"
#include "repl/output_rows.h"
#include "tests/fuzz/fuzz.h"

static void shown_checked(const styled *s)
{
    if (s->failed) abort();
    for (int i = 0; i < s->n; i++) {
        const styled_row *r = &s->rows[i];
        int columns = 0;
        for (int k = r->first; k < r->first + r->n; k++) {
            uint32_t c = s->cells[k].code;
            columns += s->cells[k].width;
            if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e)) abort();
        }
        if (columns != r->columns || columns > s->columns) abort();
    }
}

static void show_output(styled *s, const char *text, size_t n, uint8_t choice, int columns,
                        plot_charset charset)
{
    outputs *o = outputs_new(OUTPUTS_LIMIT);
    char *copy = copy_bytes(text, n), none[] = "";
    output r = { .kind = (output_kind)(choice % OUTPUT_KINDS),
                 .text = copy,
                 .size = n,
                 .data = none,
                 .mime = none };
    if (!o || !copy || !outputs_add(o, &r)) abort();
    figure_look look = { .columns = columns, .rows = columns, .charset = charset };
    output_rows(s, o, (output_fold){ choice >> 6, choice >> 4 & 3 }, &look);
    free(copy);
    outputs_release(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    styled s = { 0 };
    if (n < 2) return 0;
    const char *text = (const char *)bytes + 2;
    int columns = 1 + bytes[1] % 100;
    plot_charset charset = bytes[1] >= 200 ? PLOT_ASCII : PLOT_UTF8;
    n -= 2;
    if (bytes[0] < 64) {
        buffer html = { 0 };
        markdown_rows(&s, text, n, columns, charset);
        markdown_to_html(&html, text, n);
        if (html.failed) abort();
        buffer_free(&html);
    } else if (bytes[0] < 96) {
        char *kinds = malloc(n + 1);
        if (!kinds) abort();
        session_highlight(NULL, text, n, kinds);
        code_rows(&s, text, n, kinds, columns, charset);
        free(kinds);
    } else
        show_output(&s, text, n, bytes[0], columns, charset);
    shown_checked(&s);
    styled_free(&s);
    return 0;
}
