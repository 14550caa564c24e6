/* figure_view.c -- see figure_view.h.  What was drawn last is kept, found by a hash of the data: a cell that runs is laid out
** anew with all its figures whenever it prints. */
#include "repl/figure_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/glyphs.h"
#include "repl/buffer.h"

#define KEPT       24 /* drawings */
#define TEXT_COLS  80
#define TEXT_ROOM  21 /* as of a session without a terminal */
#define BELOW_ROWS 3  /* rows of a screen that a figure leaves to what is around it */

bool output_has_figure(const output *r)
{
    return r->kind == OUTPUT_FIGURE && *r->mime == '\0' && plot_is_written(r->data, r->data_size);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static uint32_t color_of(plot_color tier, unsigned value)
{
    return tier == PLOT_NO_COLOR    ? 0
           : tier == PLOT_COLOR_RGB ? COLOR_RGB(value)
                                    : COLOR_INDEX(value);
}

static style style_of(const plot_shown *cell)
{
    return (style){ .foreground = color_of(cell->ink_tier, cell->ink),
                    .background = color_of(cell->back_tier, cell->back),
                    .flags =
                        (uint16_t)((cell->bold ? STYLE_BOLD : 0) | (cell->dim ? STYLE_DIM : 0)),
                    .role = STYLE_PLAIN };
}

static void add_character(buffer *b, unsigned code)
{
    char bytes[4];
    if (code != 0) buffer_add(b, bytes, (size_t)plot_glyph_encode(code, bytes));
}

static bool same_style(const style *a, const style *b)
{
    return a->foreground == b->foreground && a->background == b->background && a->flags == b->flags;
}

static void put_row(styled *s, const plot_renderer *renderer, int row, int cols)
{
    buffer run = { 0 };
    style now = { .role = STYLE_PLAIN };
    for (int col = 0; col < cols; col++) {
        plot_shown cell = plot_drawn_cell(renderer, col, row);
        style wanted = style_of(&cell);
        if (cell.width == 0) continue;
        if (!same_style(&now, &wanted) && run.size > 0) {
            styled_put(s, run.data, run.size, now, STYLED_NOWHERE);
            run.size = 0;
        }
        now = wanted;
        add_character(&run, cell.glyph);
        add_character(&run, cell.mark[0]);
        add_character(&run, cell.mark[1]);
    }
    if (run.size > 0) styled_put(s, run.data, run.size, now, STYLED_NOWHERE);
    s->failed = s->failed || run.failed;
    buffer_free(&run);
    styled_end_row(s);
}

static void put_note(styled *s, const char *why)
{
    char note[200];
    snprintf(note, sizeof note, "a figure that cannot be shown: %s", why);
    styled_puts(s, note, STYLE_NOTE);
    styled_end_row(s);
}

static plot_frame frame_for(const plot_figure *figure, const plot_wish *wish,
                            const figure_look *look)
{
    plot_frame frame = { .charset = wish->ascii ? PLOT_ASCII : look->charset,
                         .background = look->background,
                         .color = look->color };
    int columns = least(look->columns > 0 ? look->columns : 1, PLOT_FRAME_MAX);
    frame.cols = wish->cols > 0 ? least(wish->cols, columns) : columns;
    frame.rows = wish->rows > 0
                     ? wish->rows
                     : plot_figure_rows_among(figure, frame.cols, look->rows - BELOW_ROWS);
    if (wish->background > 0) frame.background = (plot_background)(wish->background - 1);
    return frame;
}

static void draw(styled *s, const output *r, const figure_look *look)
{
    plot_figure *figure;
    plot_wish wish;
    char error[160];
    styled_begin(s, look->columns > 0 ? look->columns : 1, look->charset, STYLED_CLIP);
    plot_renderer *renderer = plot_renderer_new();
    plot_status status =
        plot_figure_read(r->data, r->data_size, &figure, &wish, error, sizeof error);
    plot_frame frame = { 0 };
    if (status == PLOT_OK) frame = frame_for(figure, &wish, look);
    if (status == PLOT_INVALID)
        put_note(s, error);
    else if (status != PLOT_OK || !renderer || plot_draw(renderer, figure, &frame) != PLOT_OK)
        s->failed = true;
    else
        for (int row = 0; row < frame.rows; row++) put_row(s, renderer, row, frame.cols);
    plot_renderer_free(renderer);
    plot_figure_free(figure);
    styled_end(s);
}

/* ---- what was drawn last --------------------------------------------------------------------- */

typedef struct drawing {
    uint64_t hash;
    size_t size; /* of the data */
    figure_look look;
    styled rows;
    unsigned used;
} drawing;

static uint64_t hash_of(const char *bytes, size_t size)
{
    uint64_t h = 14695981039346656037u, word;
    for (size_t i = 0; i < size; i += sizeof word) {
        word = 0;
        memcpy(&word, bytes + i, size - i < sizeof word ? size - i : sizeof word);
        h = (h ^ word) * 1099511628211u;
        h ^= h >> 32;
    }
    return h;
}

static bool same_look(const figure_look *a, const figure_look *b)
{
    return a->columns == b->columns && a->rows == b->rows && a->charset == b->charset &&
           a->background == b->background && a->color == b->color;
}

void figure_put(styled *s, const output *r, const figure_look *look)
{
    static drawing kept[KEPT];
    static unsigned clock;
    uint64_t hash = hash_of(r->data, r->data_size);
    drawing *d = &kept[0];
    for (int i = 0; i < KEPT; i++) {
        drawing *one = &kept[i];
        bool same = one->hash == hash && one->size == r->data_size && same_look(&one->look, look);
        if (same || clock - one->used > clock - d->used) d = one;
        if (same) break;
    }
    if (d->hash != hash || d->size != r->data_size || !same_look(&d->look, look)) {
        styled_free(&d->rows);
        *d = (drawing){ .hash = hash, .size = r->data_size, .look = *look };
        draw(&d->rows, r, look);
        if (d->rows.failed) d->size = 0; /* another time there may be memory */
        s->failed = s->failed || d->rows.failed;
    }
    d->used = ++clock;
    for (int row = 0; row < d->rows.n; row++) {
        styled_copy(s, &d->rows, row);
        styled_end_row(s);
    }
}

/* ---- other forms ----------------------------------------------------------------------------- */

static char *take(plot_text *text, size_t *size)
{
    *size = text->length;
    return text->bytes;
}

static plot_figure *read_figure(const output *r, plot_wish *wish)
{
    plot_figure *figure;
    char error[160];
    bool good =
        plot_figure_read(r->data, r->data_size, &figure, wish, error, sizeof error) == PLOT_OK;
    return good ? figure : NULL;
}

char *figure_text(const output *r, size_t *size)
{
    plot_wish wish;
    plot_text out = { 0 };
    plot_figure *figure = read_figure(r, &wish);
    plot_frame frame = { .cols = wish.cols > 0 ? wish.cols : TEXT_COLS, .rows = wish.rows };
    frame.charset = wish.ascii ? PLOT_ASCII : PLOT_UTF8;
    if (figure && frame.rows == 0)
        frame.rows = plot_figure_rows_among(figure, frame.cols, TEXT_ROOM);
    bool good = figure && plot_render(figure, &frame, &out) == PLOT_OK;
    plot_figure_free(figure);
    return good ? take(&out, size) : NULL;
}

char *figure_svg(const output *r, size_t *size)
{
    plot_wish wish;
    plot_text out = { 0 };
    plot_figure *figure = read_figure(r, &wish);
    bool good = false;
    if (figure) {
        plot_frame frame = plot_figure_page(figure, wish.cols, 0);
        plot_picture picture = { .format = PLOT_SVG };
        if (wish.background > 0) frame.background = (plot_background)(wish.background - 1);
        good = plot_render_picture(figure, &frame, &picture, &out) == PLOT_OK;
    }
    plot_figure_free(figure);
    return good ? take(&out, size) : NULL;
}

char *figure_numbers(const output *r, size_t *size)
{
    plot_wish wish;
    plot_text out = { 0 };
    plot_figure *figure = read_figure(r, &wish);
    bool good = figure && plot_data_text(figure, &out) == PLOT_OK;
    plot_figure_free(figure);
    return good ? take(&out, size) : NULL;
}
