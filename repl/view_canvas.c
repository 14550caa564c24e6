/* view_canvas.c -- see view_canvas.h. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "repl/view_canvas.h"

#include <curses.h>
#include <string.h>
#include <wchar.h>

static struct {
    int depth;
    plot_charset charset;
    view_theme theme;
    styled scratch;
} canvas;

#define GREY 8

void canvas_open(int depth, plot_charset charset)
{
    canvas.depth = depth;
    canvas.charset = charset;
    if (depth > 0 && has_colors()) {
        start_color();
        use_default_colors();
    } else
        canvas.depth = 0;
}

bool canvas_has_themes(void)
{
    return canvas.depth > 0 && COLORS >= 256;
}

void canvas_theme(view_theme theme)
{
    canvas.theme = canvas_has_themes() ? theme : THEME_PLAIN;
}

void canvas_begin(int *rows, int *columns)
{
    *rows = LINES, *columns = COLS;
    erase();
}

void canvas_end(int y, int x)
{
    curs_set(y >= 0);
    if (y >= 0) move(y, x);
    refresh();
}

/* ---- colours --------------------------------------------------------------------------------- */

/* The colour of 256 that is nearest to an RGB one: of the 6 × 6 × 6 cube or the greys. */
static int nearest_of_256(uint32_t rgb)
{
    static const int levels[] = { 0, 95, 135, 175, 215, 255 };
    int c[3] = { (int)(rgb >> 16 & 255), (int)(rgb >> 8 & 255), (int)(rgb & 255) }, cube[3],
        far = 0;
    for (int i = 0; i < 3; i++) {
        cube[i] = c[i] < 48 ? 0 : c[i] < 115 ? 1 : (c[i] - 35) / 40;
        int d = c[i] - levels[cube[i]];
        far += d * d;
    }
    int mean = (c[0] + c[1] + c[2]) / 3, grey = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
    int value = 8 + 10 * grey, grey_far = 0;
    for (int i = 0; i < 3; i++) grey_far += (c[i] - value) * (c[i] - value);
    return grey_far < far ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2];
}

/* A colour as curses has it on a terminal with direct ones (terminal_direct.h): the darkest blues would be those of the 256. */
static int direct_color(int rgb)
{
    return rgb < 256 ? 256 | rgb : rgb;
}

/* One of 16 for one of 256. */
static int of_16(int color)
{
    if (color < 16) return color;
    if (color >= 232) return color < 238 ? 0 : color < 245 ? 8 : color < 251 ? 7 : 15;
    int n = color - 16, r = n / 36, g = n / 6 % 6, b = n % 6, most = r > g ? r : g;
    if (b > most) most = b;
    if (most == 0) return 0;
    int bits = (2 * r > most) | (2 * g > most) << 1 | (2 * b > most) << 2;
    return bits + (most > 3 ? 8 : 0);
}

static int color_of(uint32_t color)
{
    if (!COLOR_IS_INDEX(color) && !COLOR_IS_RGB(color)) return -1;
    int value = (int)COLOR_VALUE(color);
    if (COLOR_IS_RGB(color)) {
        if (COLORS > 256) return direct_color(value);
        value = nearest_of_256((uint32_t)value);
    }
    return COLORS < 256 ? of_16(value) : value;
}

/* The pair for these, one of 8 with A_BOLD for a bright one of 16. */
static int pair_of(int foreground, int background, attr_t *attributes)
{
    if (canvas.depth == 0 || (foreground < 0 && background < 0)) return 0;
    if (COLORS <= 8 && foreground >= 8) {
        foreground = foreground == GREY ? -1 : foreground - 8;
        *attributes |= foreground < 0 ? A_DIM : A_BOLD;
    }
    if (COLORS <= 8 && background >= 8) background -= 8;
    if (foreground < 0 && background < 0) return 0;
    int pair = alloc_pair(foreground, background);
    return pair > 0 ? pair : 0;
}

static attr_t attributes_of(unsigned flags)
{
    attr_t a = 0;
    if (flags & STYLE_BOLD) a |= A_BOLD;
    if (flags & STYLE_DIM) a |= A_DIM;
    if (flags & STYLE_ITALIC) a |= A_ITALIC;
    if (flags & STYLE_UNDERLINE) a |= A_UNDERLINE;
    if (flags & (STYLE_REVERSE | STYLE_SELECTED)) a |= A_REVERSE;
    if (flags & STYLE_PARTNER) a |= A_BOLD | A_UNDERLINE;
    return a;
}

/* ---- putting --------------------------------------------------------------------------------- */

/* The character of the cells C[0 … N), the first and what combines with it. */
static void put_character(int y, int x, const styled_cell *c, int n, attr_t attributes, int pair)
{
    wchar_t text[STYLED_MARKS + 2];
    cchar_t cell;
    int length = 0;
    for (int i = 0; i < n && length <= STYLED_MARKS; i++) text[length++] = (wchar_t)c[i].code;
    text[length] = L'\0';
    if (setcchar(&cell, text, attributes, 0, &pair) == OK) mvadd_wch(y, x, &cell);
}

/* What the cell of a text looks like: its role, or what it is part of; over that its own colours, and what is laid over it. */
static theme_look look_of(const style *st, const theme_look *fixed)
{
    if (st->flags & STYLE_MATCH) return theme_part(canvas.theme, PART_MATCH);
    theme_look l = fixed ? *fixed : theme_role(canvas.theme, st->role);
    bool faint = canvas.theme != THEME_PLAIN && l.foreground >= 0; /* as faint as can be read */
    int own = color_of(st->foreground), ground = color_of(st->background);
    if (own >= 0) l.foreground = own;
    if (ground >= 0) l.background = ground;
    l.flags |= faint ? st->flags & ~(unsigned)STYLE_DIM : st->flags;
    return l;
}

static void put_row(int y, int x, int columns, const styled *s, int row, const theme_look *fixed)
{
    const styled_row *r = &s->rows[row];
    const styled_cell *c = s->cells + r->first;
    int n, at = 0;
    if (y < 0 || y >= LINES) return;
    for (int i = 0; i < r->n; i += n) {
        for (n = 1; i + n < r->n && c[i + n].width == 0; n++) continue;
        if (at + c[i].width > columns || x + at + c[i].width > COLS) return;
        theme_look l = look_of(&c[i].style, fixed);
        attr_t attributes = attributes_of(l.flags);
        int pair = pair_of(l.foreground, l.background, &attributes);
        put_character(y, x + at, c + i, n, attributes, pair);
        at += c[i].width;
    }
}

static void put_part(int y, int x, int columns, canvas_part part)
{
    theme_look l = theme_part(canvas.theme, part);
    put_row(y, x, columns, &canvas.scratch, 0, &l);
}

void canvas_row(int y, int x, int columns, const styled *s, int row)
{
    put_row(y, x, columns, s, row, NULL);
}

int canvas_text_n(int y, int x, int columns, const char *text, size_t size, canvas_part part)
{
    if (columns < 1 || size == 0) return 0;
    styled_begin(&canvas.scratch, columns, canvas.charset, STYLED_CLIP);
    styled_put(&canvas.scratch, text, size, (style){ .role = STYLE_PLAIN }, STYLED_NOWHERE);
    styled_end(&canvas.scratch);
    if (canvas.scratch.n == 0) return 0;
    put_part(y, x, columns, part);
    return canvas.scratch.rows[0].columns;
}

int canvas_text(int y, int x, int columns, const char *text, canvas_part part)
{
    return canvas_text_n(y, x, columns, text, strlen(text), part);
}

int canvas_width(const char *text)
{
    return styled_width(text, strlen(text), canvas.charset);
}

void canvas_fill(int y, int x, int columns, const char *glyph, char ascii, canvas_part part)
{
    char plain[2] = { ascii, '\0' };
    const char *text = canvas.charset == PLOT_ASCII ? plain : glyph;
    if (y < 0 || y >= LINES || x < 0 || x >= COLS || columns < 1) return;
    if (x + columns > COLS) columns = COLS - x;
    styled_begin(&canvas.scratch, 2, canvas.charset, STYLED_HARD);
    styled_put(&canvas.scratch, text, strlen(text), (style){ .role = STYLE_PLAIN }, STYLED_NOWHERE);
    styled_end(&canvas.scratch);
    for (int i = 0; i < columns && canvas.scratch.n > 0; i++) put_part(y, x + i, 1, part);
}

void canvas_glyph(int y, int x, const char *glyph, char ascii, canvas_part part)
{
    canvas_fill(y, x, 1, glyph, ascii, part);
}
