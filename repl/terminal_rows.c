/* terminal_rows.c -- see terminal_rows.h.  A line is gathered, with the places where its style changes, and put into rows when
** it ends: until then it may be drawn again. */
#include "repl/terminal_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/terminal_text.h"

typedef struct run { /* bytes of one style, up to where the next begins */
    size_t from;
    style style;
} run;

typedef struct gathered { /* a line */
    buffer bytes;
    run *runs;
    int n, room;
    style now, base;
    bool again, failed;
    size_t dropped;
} gathered;

/* ---- colours --------------------------------------------------------------------------------- */

#define PARAMETERS 32

/* The numbers of ESC [ 1 ; 2 ; … m, how many; missing ones are 0.  Those after a colon count as well, but for an empty one,
** the colour space in 38:2::r:g:b. */
static int read_parameters(const char *s, size_t n, int list[PARAMETERS])
{
    int count = 0, value = 0;
    bool any = false;
    for (size_t i = 2; i < n && count < PARAMETERS; i++) {
        if (s[i] >= '0' && s[i] <= '9') {
            if (value < 1000) value = 10 * value + (s[i] - '0');
            any = true;
            continue;
        }
        if (s[i] != ';' && s[i] != ':' && s[i] != 'm') return 0; /* a private one */
        if (any || s[i] != ':') list[count++] = value;
        value = 0, any = false;
    }
    return count;
}

/* The colour that 38 or 48 at list[*i] begins; *i moves on. */
static uint32_t long_color(const int list[], int n, int *i, uint32_t old)
{
    int kind = *i + 1 < n ? list[*i + 1] : 0;
    const int *v = list + *i + 2;
    if (kind == 5 && *i + 2 < n) {
        *i += 2;
        return v[0] < 256 ? COLOR_INDEX(v[0]) : old;
    }
    if (kind == 2 && *i + 4 < n) {
        *i += 4;
        bool good = v[0] < 256 && v[1] < 256 && v[2] < 256;
        return good ? COLOR_RGB((unsigned)v[0] << 16 | (unsigned)v[1] << 8 | (unsigned)v[2]) : old;
    }
    *i = n;
    return old;
}

static void set_flag(style *st, int code)
{
    static const struct {
        int on, off, flag;
    } flags[] = { { 1, 22, STYLE_BOLD },      { 2, 22, STYLE_DIM },     { 3, 23, STYLE_ITALIC },
                  { 4, 24, STYLE_UNDERLINE }, { 7, 27, STYLE_REVERSE }, { 9, 29, STYLE_STRUCK } };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (code == flags[i].on) st->flags |= (uint16_t)flags[i].flag;
        if (code == flags[i].off) st->flags &= (uint16_t)~flags[i].flag;
    }
}

static void set_style(gathered *g, const char *s, size_t n)
{
    int list[PARAMETERS], count = read_parameters(s, n, list);
    for (int i = 0; i < count; i++) {
        int c = list[i];
        style *st = &g->now;
        if (c == 0)
            *st = g->base;
        else if (c == 38)
            st->foreground = long_color(list, count, &i, st->foreground);
        else if (c == 48)
            st->background = long_color(list, count, &i, st->background);
        else if (c == 39)
            st->foreground = g->base.foreground;
        else if (c == 49)
            st->background = g->base.background;
        else if ((c >= 30 && c < 38) || (c >= 90 && c < 98))
            st->foreground = COLOR_INDEX(c < 90 ? c - 30 : c - 90 + 8);
        else if ((c >= 40 && c < 48) || (c >= 100 && c < 108))
            st->background = COLOR_INDEX(c < 100 ? c - 40 : c - 100 + 8);
        else
            set_flag(st, c);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void empty(gathered *g)
{
    g->bytes.size = 0, g->n = 0, g->dropped = 0;
    g->again = false;
}

static bool same_style(const style *a, const style *b)
{
    return a->foreground == b->foreground && a->background == b->background &&
           a->flags == b->flags && a->role == b->role;
}

static void gather(gathered *g, const char *s, size_t n, size_t longest)
{
    if (g->again) empty(g);
    size_t room = longest == 0 ? n : longest > g->bytes.size ? longest - g->bytes.size : 0;
    if (n > room) {
        while (room > 0 && ((unsigned char)s[room] & 0xC0) == 0x80) room--;
        g->dropped += n - room, n = room;
    }
    if (n == 0) return;
    if (g->n == 0 || !same_style(&g->runs[g->n - 1].style, &g->now)) {
        if (g->n == g->room) {
            int more = 2 * g->room + 16;
            run *larger = realloc(g->runs, (size_t)more * sizeof *larger);
            if (!larger) {
                g->failed = true;
                return;
            }
            g->runs = larger, g->room = more;
        }
        g->runs[g->n++] = (run){ g->bytes.size, g->now };
    }
    buffer_add(&g->bytes, s, n);
}

static void take_back(gathered *g)
{
    size_t n = g->bytes.size;
    if (n == 0) return;
    do n--;
    while (n > 0 && ((unsigned char)g->bytes.data[n] & 0xC0) == 0x80);
    g->bytes.size = n;
    while (g->n > 0 && g->runs[g->n - 1].from >= n) g->n--;
}

static void put_line(styled *s, gathered *g)
{
    for (int i = 0; i < g->n; i++) {
        size_t to = i + 1 < g->n ? g->runs[i + 1].from : g->bytes.size, from = g->runs[i].from;
        styled_put(s, g->bytes.data + from, to - from, g->runs[i].style, STYLED_NOWHERE);
    }
    if (g->dropped > 0) {
        char note[64];
        snprintf(note, sizeof note, "%s %zu more bytes", s->charset == PLOT_UTF8 ? "…" : "...",
                 g->dropped);
        styled_puts(s, note, STYLE_NOTE);
    }
    empty(g);
}

void terminal_put(styled *s, const char *text, size_t size, style base, size_t longest)
{
    gathered g = { .now = base, .base = base };
    terminal_piece piece;
    for (size_t i = 0, k; i < size; i += k) {
        k = terminal_piece_at(text + i, size - i, &piece);
        switch (piece) {
        case PIECE_NEWLINE:
            put_line(s, &g);
            styled_end_row(s);
            break;
        case PIECE_RETURN: g.again = g.bytes.size > 0; break;
        case PIECE_BACKSPACE: take_back(&g); break;
        case PIECE_TEXT: gather(&g, text + i, k, longest); break;
        case PIECE_STYLE: set_style(&g, text + i, k); break;
        case PIECE_ESCAPE: break;
        }
    }
    put_line(s, &g);
    styled_end(s);
    s->failed = s->failed || g.failed || g.bytes.failed;
    buffer_free(&g.bytes);
    free(g.runs);
}
