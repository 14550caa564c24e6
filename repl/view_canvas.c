/* view_canvas.c -- see view_canvas.h. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "repl/view_canvas.h"

#include <curses.h>
#include <string.h>
#include <wchar.h>

static struct {
    int depth;
    plot_charset charset;
    styled scratch;
} canvas;

typedef struct look {
    int foreground; /* one of 16; -1: the terminal's own */
    attr_t attributes;
} look;

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, GREY = 8 };

static const look roles[STYLE_ROLES] = {
    [STYLE_PLAIN] = { -1, 0 },
    [STYLE_NAME] = { -1, 0 },
    [STYLE_KNOWN] = { BLUE, 0 },
    [STYLE_KEYWORD] = { MAGENTA, 0 },
    [STYLE_STRING] = { GREEN, 0 },
    [STYLE_NUMBER] = { CYAN, 0 },
    [STYLE_OPERATOR] = { -1, 0 },
    [STYLE_COMMENT] = { GREY, 0 },
    [STYLE_BAD] = { RED, 0 },
    [STYLE_HEADING] = { BLUE, A_BOLD },
    [STYLE_CODE] = { CYAN, 0 },
    [STYLE_LINK] = { BLUE, A_UNDERLINE },
    [STYLE_ADDRESS] = { GREY, 0 },
    [STYLE_QUOTE] = { GREY, 0 },
    [STYLE_BULLET] = { BLUE, 0 },
    [STYLE_RULE] = { GREY, 0 },
    [STYLE_MATH] = { CYAN, 0 },
    [STYLE_ERROR] = { RED, A_BOLD },
    [STYLE_ERRORS] = { RED, 0 },
    [STYLE_PLACE] = { RED, A_UNDERLINE },
    [STYLE_NOTE] = { GREY, 0 },
    [STYLE_PROMPT] = { BLUE, 0 },
    [STYLE_TABLE_HEAD] = { -1, A_BOLD },
};

static const look parts[] = {
    [PART_TEXT] = { -1, 0 },
    [PART_BAR] = { BLUE, A_BOLD },
    [PART_EDITBAR] = { GREEN, A_BOLD },
    [PART_FRESH] = { GREEN, 0 },
    [PART_STALE] = { YELLOW, 0 },
    [PART_FAILED] = { RED, A_BOLD },
    [PART_RUNNING] = { CYAN, A_BOLD },
    [PART_DIM] = { GREY, 0 },
    [PART_TITLE] = { -1, A_BOLD },
    [PART_MODE] = { -1, A_REVERSE | A_BOLD },
    [PART_KEY] = { -1, A_BOLD },
    [PART_CHOSEN] = { -1, A_REVERSE },
};

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
        if (COLORS > 256) return value;
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

static attr_t attributes_of(uint16_t flags)
{
    attr_t a = 0;
    if (flags & STYLE_BOLD) a |= A_BOLD;
    if (flags & STYLE_DIM) a |= A_DIM;
    if (flags & STYLE_ITALIC) a |= A_ITALIC;
    if (flags & STYLE_UNDERLINE) a |= A_UNDERLINE;
    if (flags & (STYLE_REVERSE | STYLE_SELECTED)) a |= A_REVERSE;
    if (flags & STYLE_MATCH) a |= A_REVERSE | A_BOLD;
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

static void put_row(int y, int x, int columns, const styled *s, int row, const look *fixed)
{
    const styled_row *r = &s->rows[row];
    const styled_cell *c = s->cells + r->first;
    int n, at = 0;
    if (y < 0 || y >= LINES) return;
    for (int i = 0; i < r->n; i += n) {
        for (n = 1; i + n < r->n && c[i + n].width == 0; n++) continue;
        if (at + c[i].width > columns || x + at + c[i].width > COLS) return;
        const look *l = fixed ? fixed : &roles[c[i].style.role];
        attr_t attributes = l->attributes | attributes_of(c[i].style.flags);
        int own = color_of(c[i].style.foreground);
        int pair =
            pair_of(own >= 0 ? own : l->foreground, color_of(c[i].style.background), &attributes);
        put_character(y, x + at, c + i, n, attributes, pair);
        at += c[i].width;
    }
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
    put_row(y, x, columns, &canvas.scratch, 0, &parts[part]);
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
    for (int i = 0; i < columns && canvas.scratch.n > 0; i++)
        put_row(y, x + i, 1, &canvas.scratch, 0, &parts[part]);
}

void canvas_glyph(int y, int x, const char *glyph, char ascii, canvas_part part)
{
    canvas_fill(y, x, 1, glyph, ascii, part);
}
