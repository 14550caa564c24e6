/* test_plot_live.c: what a live drawing sends, applied by a small terminal to its screen, shows the drawing. */
#define _XOPEN_SOURCE 700
#include "tests/test.h"

#include "plot/live.h"
#include "tests/unit/plot_figures.h"

#include <stdlib.h>

/* ---- a terminal ------------------------------------------------------------------------------ */

enum { MOST_COLS = 220, MOST_ROWS = 80, LINE_ABOVE = '=' };

/* What is understood: text, \r, \n, CSI A B C (moves), CSI K, CSI m, CSI ? 2026 h and l.  Anything
** else makes it confused. */
typedef struct {
    int cols, rows, col, row;
    bool full;     /* the last column was written: the next character would wrap */
    bool confused; /* by something it does not know, or by a line that wrapped */
    int updates;   /* open synchronised updates */
    plot_shown pen, cell[MOST_ROWS][MOST_COLS];
    int written; /* cells */
} terminal;

static void blank(plot_shown *cell)
{
    *cell = (plot_shown){ .glyph = ' ', .width = 1 };
}

/* With a line of signs above where the cursor is. */
static void terminal_open(terminal *t, int cols, int rows)
{
    *t = (terminal){ .cols = cols, .rows = rows, .row = 1 };
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) blank(&t->cell[row][col]);
    for (int col = 0; col < cols; col++) t->cell[0][col].glyph = LINE_ABOVE;
}

static void put_character(terminal *t, plot_glyph glyph)
{
    if (glyph.width == 0) {
        int col = t->full ? t->cols - 1 : t->col - 1;
        if (col >= 0 && t->cell[t->row][col].width == 0) col--;
        if (col < 0) return;
        plot_shown *cell = &t->cell[t->row][col];
        cell->mark[cell->mark[0] != 0] = glyph.code;
        return;
    }
    if (t->full || t->col + glyph.width > t->cols) t->confused = true;
    if (t->confused) return;
    plot_shown *cell = &t->cell[t->row][t->col];
    if (cell->width == 0) blank(cell - 1);
    if (cell[glyph.width - 1].width == 2) blank(cell + glyph.width);
    *cell = t->pen;
    cell->glyph = glyph.code;
    cell->width = glyph.width;
    if (glyph.width == 2) cell[1] = (plot_shown){ .width = 0 };
    t->written += glyph.width;
    t->col += glyph.width;
    t->full = t->col == t->cols;
    if (t->full) t->col--;
}

/* One colour after 38 or 48; returns how many parameters it took. */
static int take_color(const int *p, plot_color *tier, unsigned *value)
{
    *tier = p[0] == 2 ? PLOT_COLOR_RGB : PLOT_COLOR_256;
    *value = p[0] == 2 ? (unsigned)(p[1] << 16 | p[2] << 8 | p[3]) : (unsigned)p[1];
    return p[0] == 2 ? 4 : 2;
}

static void set_pen(terminal *t, const int *p, int count)
{
    for (int i = 0; i < count; i++) {
        int n = p[i];
        if (n == 0)
            t->pen = (plot_shown){ 0 };
        else if (n == 1)
            t->pen.bold = true;
        else if (n == 2)
            t->pen.dim = true;
        else if (n == 38)
            i += take_color(p + i + 1, &t->pen.ink_tier, &t->pen.ink);
        else if (n == 48)
            i += take_color(p + i + 1, &t->pen.back_tier, &t->pen.back);
        else if (n >= 30 && n < 38)
            t->pen.ink_tier = PLOT_COLOR_16, t->pen.ink = (unsigned)n - 30;
        else if (n >= 40 && n < 48)
            t->pen.back_tier = PLOT_COLOR_16, t->pen.back = (unsigned)n - 40;
        else if (n >= 90 && n < 98)
            t->pen.ink_tier = PLOT_COLOR_16, t->pen.ink = (unsigned)n - 82;
        else if (n >= 100 && n < 108)
            t->pen.back_tier = PLOT_COLOR_16, t->pen.back = (unsigned)n - 92;
        else
            t->confused = true;
    }
}

static void move(terminal *t, int cols, int rows)
{
    t->col += cols;
    t->row += rows;
    t->full = false;
    if (t->row < 1 || t->row >= t->rows || t->col < 0 || t->col >= t->cols) t->confused = true;
    if (t->row < 0) t->row = 0;
}

static const char *control(terminal *t, const char *s)
{
    int p[16] = { 0 }, count = 0;
    bool private = *s == '?';
    if (private) s++;
    for (; (*s >= '0' && *s <= '9') || *s == ';'; s++) {
        if (*s == ';')
            count++;
        else
            p[count] = 10 * p[count] + *s - '0';
        if (count > 15) count = 15;
    }
    int n = p[0] > 0 ? p[0] : 1;
    if (private && p[0] == 2026 && (*s == 'h' || *s == 'l'))
        t->updates += *s == 'h' ? 1 : -1;
    else if (*s == 'A')
        move(t, 0, -n);
    else if (*s == 'B')
        move(t, 0, n);
    else if (*s == 'C')
        move(t, n, 0);
    else if (*s == 'm')
        set_pen(t, p, count + 1);
    else if (*s == 'K')
        for (int col = t->col; col < t->cols; col++) blank(&t->cell[t->row][col]);
    else
        t->confused = true;
    return s + 1;
}

static void apply(terminal *t, const char *s, size_t length)
{
    const char *end = s + length;
    while (s < end && !t->confused) {
        plot_glyph glyph;
        if (*s == '\r')
            t->col = 0, t->full = false, s++;
        else if (*s == '\n')
            move(t, 0, 1), s++;
        else if (*s == '\033' && s[1] == '[')
            s = control(t, s + 2);
        else if (plot_glyph_next(&s, PLOT_UTF8, &glyph))
            put_character(t, glyph);
    }
}

static bool looks_blank(unsigned glyph)
{
    return glyph == ' ' || glyph == PLOT_BLANK_BRAILLE;
}

/* A blank's ink is not seen, and a braille blank is one. */
static bool alike(const plot_shown *a, const plot_shown *b)
{
    bool blanks = looks_blank(a->glyph) && looks_blank(b->glyph);
    if (a->width != b->width) return false;
    if (a->width == 0) return true;
    if (a->back_tier != b->back_tier || (a->back_tier && a->back != b->back)) return false;
    if (a->mark[0] != b->mark[0] || a->mark[1] != b->mark[1]) return false;
    if (blanks) return true;
    return a->glyph == b->glyph && a->bold == b->bold && a->dim == b->dim &&
           a->ink_tier == b->ink_tier && (!a->ink_tier || a->ink == b->ink);
}

static void check_screen(const terminal *t, const plot_renderer *r, const char *what)
{
    int rows = r->frame.rows;
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < r->frame.cols; col++) {
            plot_shown wanted = plot_drawn_cell(r, col, row);
            if (alike(&wanted, &t->cell[row + 1][col])) continue;
            TEST_FAIL("%s on %d by %d: column %d of row %d is U+%04X, not U+%04X", what,
                      r->frame.cols, rows, col, row, t->cell[row + 1][col].glyph, wanted.glyph);
            return;
        }
    }
    bool above = true;
    for (int col = 0; col < t->cols; col++) above &= t->cell[0][col].glyph == LINE_ABOVE;
    if (!above || t->confused || t->updates != 0 || t->col != 0 || t->row != rows + 1 ||
        t->pen.ink_tier || t->pen.back_tier || t->pen.bold || t->pen.dim)
        TEST_FAIL("%s on %d by %d: the terminal is not left as it should be", what, r->frame.cols,
                  rows);
}

/* ---- figures that change --------------------------------------------------------------------- */

static terminal screen; /* too large for the stack */

static size_t send_frame(plot_live *live, plot_renderer *r, const plot_figure *f,
                         const plot_frame *frame)
{
    const char *bytes;
    size_t length;
    if (plot_draw(r, f, frame) != PLOT_OK || plot_live_frame(live, r, &bytes, &length) != PLOT_OK)
        exit(3);
    screen.written = 0;
    apply(&screen, bytes, length);
    return length;
}

/* Some change to the figure: more points, another title, other limits. */
static void change(plot_figure *f, int step)
{
    static const char *const titles[] = { "漢字 wide", "a", "narrow and 漢 wide e\xcc\x81", NULL };
    plot_panel *p = plot_figure_panel(f, 0);
    double y[3] = { step % 5, 1 + step % 3, 0.5 };
    plot_status status = PLOT_OK;
    if (step % 3 == 0) status = plot_figure_title(f, titles[step / 3 % 4]);
    if (step % 3 == 1)
        status = plot_panel_add(
            p, &(plot_series){ .y = y, .n = 3, .label = "漢", .marker = step % 2 ? "漢" : "o" });
    if (step % 3 == 2)
        status = plot_panel_limits(p, PLOT_Y, step % 2 ? -1 - step : PLOT_NAN, PLOT_NAN);
    if (status != PLOT_OK) exit(3);
}

TEST("what a live drawing sends turns one drawing into the next, whatever the figure and the frame")
{
    static const int sizes[][2] = { { 1, 1 },   { 2, 3 },   { 9, 4 },   { 20, 6 },
                                    { 40, 12 }, { 80, 24 }, { 200, 60 } };
    for (int i = 0; i < SAMPLES; i++) {
        for (int k = 0; k < 7 * 5; k++) {
            plot_frame frame = { .cols = sizes[k % 7][0],
                                 .rows = sizes[k % 7][1],
                                 .charset = k / 7 == 4 ? PLOT_ASCII : PLOT_UTF8,
                                 .color = (plot_color)(k / 7 % 4) };
            plot_figure *f = sample(i);
            plot_renderer *r = plot_renderer_new();
            plot_live *live = plot_live_new();
            terminal_open(&screen, frame.cols, frame.rows + 2);
            for (int step = 0; step < 7; step++) {
                send_frame(live, r, f, &frame);
                check_screen(&screen, r, samples[i].name);
                change(f, step);
            }
            plot_live_free(live);
            plot_renderer_free(r);
            plot_figure_free(f);
        }
    }
}

/* ---- how much is sent ------------------------------------------------------------------------ */

typedef struct {
    plot_figure *figure;
    plot_renderer *renderer;
    plot_live *live;
    plot_frame frame;
} drawing;

static void *count_allocation(void *user, void *old, size_t bytes)
{
    ++*(int *)user;
    return realloc(old, bytes);
}

/* A line of fixed axes that is appended to; *count is of all its memory. */
static drawing open_drawing(int *count, size_t room)
{
    plot_memory memory = { .resize = count_allocation, .user = count };
    drawing d = { plot_figure_new_in(memory),
                  plot_renderer_new_in(memory),
                  plot_live_new_in(memory),
                  { .cols = 120, .rows = 40, .color = PLOT_COLOR_256 } };
    double *x = calloc(room, sizeof *x);
    plot_panel *p = d.figure != NULL ? plot_figure_panel(d.figure, 0) : NULL;
    plot_series line = { .x = x, .y = x, .n = room, .label = "loss" };
    if (x == NULL || p == NULL || d.renderer == NULL || d.live == NULL) exit(3);
    if (plot_panel_add(p, &line) != PLOT_OK) exit(3);
    line.n = 0; /* the room stays */
    if (plot_panel_replace(p, 0, &line) != PLOT_OK) exit(3);
    if (plot_panel_limits(p, PLOT_X, 0, 2000) != PLOT_OK) exit(3);
    if (plot_panel_limits(p, PLOT_Y, -2, 2) != PLOT_OK) exit(3);
    free(x);
    terminal_open(&screen, 120, 42);
    return d;
}

static void close_drawing(drawing *d)
{
    plot_live_free(d->live);
    plot_renderer_free(d->renderer);
    plot_figure_free(d->figure);
}

static void append(drawing *d, int from, int to)
{
    for (int i = from; i < to; i++) {
        double x = i, y = wave(i / 300.0);
        if (plot_panel_append(plot_figure_panel(d->figure, 0), 0, &x, &y, NULL, 1) != PLOT_OK)
            exit(3);
    }
}

/* Takes all points away but the first, then appends them piece by piece, with a frame for each. */
static void replay(drawing *d)
{
    plot_series one = { .x = &(double){ 0 }, .y = &(double){ 0 }, .n = 1 };
    if (plot_panel_replace(plot_figure_panel(d->figure, 0), 0, &one) != PLOT_OK) exit(3);
    for (int i = 1; i < 2000; i += 50) {
        append(d, i, i + 50 < 2000 ? i + 50 : 2000);
        send_frame(d->live, d->renderer, d->figure, &d->frame);
    }
}

TEST("a frame after the first takes no memory while points are appended")
{
    int count = 0;
    drawing d = open_drawing(&count, 2000);
    replay(&d);
    int before = count;
    replay(&d);
    CHECK_EQ_INT(count, before);
    CHECK(before > 0);
    check_screen(&screen, d.renderer, "a line");
    close_drawing(&d);
}

TEST("a frame writes what has changed and next to nothing else, and the same drawing nothing")
{
    int count = 0;
    drawing d = open_drawing(&count, 2000);
    append(&d, 0, 500);
    size_t whole = send_frame(d.live, d.renderer, d.figure, &d.frame);
    CHECK_EQ_INT(send_frame(d.live, d.renderer, d.figure, &d.frame), 0);
    for (int i = 500; i < 2000; i += 25) {
        static terminal before;
        int changed = 0;
        append(&d, i, i + 25);
        before = screen;
        size_t sent = send_frame(d.live, d.renderer, d.figure, &d.frame);
        for (int row = 0; row < 42; row++)
            for (int col = 0; col < 120; col++)
                changed += !alike(&screen.cell[row][col], &before.cell[row][col]);
        if (screen.written > 4 * changed || sent > 40 + 20 * (size_t)changed)
            TEST_FAIL("%zu bytes write %d cells for %d that have changed", sent, screen.written,
                      changed);
        CHECK(sent < whole / 8);
        check_screen(&screen, d.renderer, "a line");
    }
    close_drawing(&d);
}

TEST("a figure of another size is drawn over the old one, and one that was erased or ended anew")
{
    static const int sizes[][2] = { { 60, 12 }, { 30, 20 }, { 80, 6 }, { 80, 24 }, { 79, 24 } };
    plot_figure *f = sample(1);
    plot_renderer *r = plot_renderer_new();
    plot_live *live = plot_live_new();
    const char *bytes;
    size_t length;
    terminal_open(&screen, 80, 60);
    for (int i = 0; i < 5; i++) {
        plot_frame frame = { .cols = sizes[i][0], .rows = sizes[i][1], .color = PLOT_COLOR_16 };
        if (i > 0 &&
            frame.cols < r->frame.cols) { /* lines that the terminal would wrap are as many more */
            plot_live_end(live);
            terminal_open(&screen, 80, 60);
        }
        send_frame(live, r, f, &frame);
        check_screen(&screen, r, "another size");
        CHECK_EQ_INT(plot_live_rows(live), frame.rows);
    }
    CHECK(plot_live_erase(live, &bytes, &length) == PLOT_OK);
    apply(&screen, bytes, length);
    CHECK(screen.row == 1 && screen.col == 0);
    CHECK_EQ_INT(plot_live_rows(live), 0);
    send_frame(live, r, f, &(plot_frame){ .cols = 40, .rows = 10 });
    check_screen(&screen, r, "after an erasure");
    plot_live_end(live);
    send_frame(live, r, f, &(plot_frame){ .cols = 40, .rows = 10 });
    CHECK_EQ_INT(screen.row, 21);
    plot_live_free(live);
    plot_renderer_free(r);
    plot_figure_free(f);
    plot_live_free(NULL);
}

/* ---- lack of memory -------------------------------------------------------------------------- */

static void *fail_after(void *user, void *old, size_t bytes)
{
    int *left = user;
    return (*left)-- > 0 ? realloc(old, bytes) : NULL;
}

TEST("without memory a frame is refused and the next one is right")
{
    plot_figure *f = sample(1);
    plot_renderer *r = draw_cells(f, &(plot_frame){ .cols = 60, .rows = 15 });
    for (int k = 0, done = 0; !done; k++) {
        int left = k;
        const char *bytes;
        size_t length;
        plot_live *live = plot_live_new_in((plot_memory){ .resize = fail_after, .user = &left });
        if (live == NULL) continue;
        terminal_open(&screen, 60, 17);
        plot_status status = plot_live_frame(live, r, &bytes, &length);
        done = status == PLOT_OK;
        if (!done) CHECK(status == PLOT_NO_MEMORY && length == 0 && plot_live_rows(live) == 0);
        left = 1000;
        CHECK(plot_live_frame(live, r, &bytes, &length) == PLOT_OK);
        if (!done) apply(&screen, bytes, length), check_screen(&screen, r, "after a failure");
        plot_live_free(live);
    }
    plot_renderer_free(r);
    plot_figure_free(f);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
