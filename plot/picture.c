/* picture.c: figures as SVG, PNG and HTML, and as pictures on terminals. */
#include "plot/drawing.h"
#include "plot/graphics.h"
#include "plot/png.h"
#include "plot/render.h"
#include "plot/theme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELL_WIDTH = 8, CELL_HEIGHT = 16, MARGIN = 12 };

/* Dots of cells are 4 units: lines keep what can be seen on so many times as fine ones. */
enum { DETAIL = 8 };

static plot_frame picture_frame(const plot_frame *frame)
{
    plot_frame own = *frame;
    own.charset = PLOT_UTF8;
    own.color = PLOT_COLOR_RGB;
    return own;
}

static plot_status fail(plot_text *out, plot_status status, const plot_frame *frame,
                        const char *what)
{
    snprintf(out->error, sizeof out->error, "plot: %s of %d by %d characters",
             status == PLOT_INVALID ? what : "out of memory for a picture", frame->cols,
             frame->rows);
    return status;
}

/* Lays out the figure and makes its scene for pixels; like plot_draw_scene. */
static plot_status make_scene(plot_renderer *r, const plot_figure *figure, const plot_frame *frame)
{
    plot_frame own = picture_frame(frame);
    return plot_draw_scene(r, figure, &own, DETAIL);
}

static plot_drawing drawing_of(const plot_renderer *r, plot_surface *surface)
{
    return (plot_drawing){ .surface = surface,
                           .scene = &r->scene,
                           .background = r->frame.background,
                           .cell_width = CELL_WIDTH,
                           .cell_height = CELL_HEIGHT,
                           .memory = &r->memory };
}

static plot_rgba ground_of(plot_background background)
{
    plot_rgb ground = plot_theme_ground(background);
    return (plot_rgba){ ground.r, ground.g, ground.b, 255 };
}

/* ---- files ------------------------------------------------------------------------------------ */

typedef struct {
    double width, height;
} extent;

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* The rows that hold anything: areas of a given shape may leave some free below. */
static int rows_used(const plot_renderer *r)
{
    int rows = 1;
    for (size_t i = 0; i < r->layout.panels; i++) {
        const plot_panel_layout *p = &r->layout.panel[i];
        if (p->area.rows > 0)
            rows = most(rows, p->area.row + p->area.rows + p->x_axis + (p->x_axis && p->x_numbers));
    }
    for (size_t i = 0; i < r->scene.count; i++)
        if (r->scene.item[i].kind == PLOT_ITEM_TEXT) rows = most(rows, r->scene.item[i].row + 1);
    return rows < r->frame.rows ? rows : r->frame.rows;
}

static extent extent_of(const plot_renderer *r)
{
    return (extent){ r->frame.cols * CELL_WIDTH + 2 * MARGIN,
                     rows_used(r) * CELL_HEIGHT + 2 * MARGIN };
}

static plot_status add_svg(plot_bytes *out, const plot_renderer *r, const plot_figure *figure,
                           const plot_picture *picture)
{
    extent size = extent_of(r);
    plot_svg_surface svg = plot_svg_surface_of(out);
    plot_drawing d = drawing_of(r, &svg.surface);
    plot_svg_begin(out, size.width, size.height,
                   picture->width > 0 ? picture->width / size.width : 1);
    if (figure->title != NULL) plot_svg_title(out, figure->title);
    d.bare = picture->transparent;
    if (!picture->transparent)
        svg.surface.kind->rect(&svg.surface, (plot_box){ 0, 0, size.width, size.height },
                               ground_of(r->frame.background));
    plot_bytes_print(out, "<g transform=\"translate(%d %d)\">\n", MARGIN, MARGIN);
    plot_drawing_all(&d);
    plot_bytes_text(out, "</g>\n</svg>\n");
    plot_drawing_free(&d);
    return d.failed || out->failed ? PLOT_NO_MEMORY : PLOT_OK;
}

static plot_status add_html(plot_bytes *out, const plot_renderer *r, const plot_figure *figure,
                            const plot_picture *picture)
{
    plot_rgba ground = ground_of(r->frame.background);
    plot_bytes_text(out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n");
    plot_svg_title(out, figure->title != NULL ? figure->title : "figure");
    plot_bytes_print(
        out,
        "<style>body { margin: 1em; background: #%02x%02x%02x } svg { max-width: 100%%; "
        "height: auto }</style>\n</head>\n<body>\n",
        ground.r, ground.g, ground.b);
    plot_status status = add_svg(out, r, figure, picture);
    plot_bytes_text(out, "</body>\n</html>\n");
    return out->failed ? PLOT_NO_MEMORY : status;
}

static plot_status add_png(plot_bytes *out, const plot_renderer *r, const plot_picture *picture)
{
    extent size = extent_of(r);
    double scale = picture->width > 0 ? picture->width / size.width : 2;
    plot_pixels canvas = { 0 };
    plot_status status = plot_pixels_size(&canvas, &r->memory, (int)(size.width * scale + 0.5),
                                          (int)ceil(size.height * scale - 1e-6));
    if (status != PLOT_OK) {
        plot_pixels_free(&canvas);
        return status;
    }
    plot_pixel_surface pixels = plot_pixel_surface_of(&canvas, scale, MARGIN, MARGIN);
    plot_drawing d = drawing_of(r, &pixels.surface);
    d.bare = picture->transparent;
    if (!picture->transparent) plot_pixels_clear(&canvas, ground_of(r->frame.background));
    plot_drawing_all(&d);
    status = d.failed ? PLOT_NO_MEMORY : plot_png(out, &canvas, scale);
    plot_drawing_free(&d);
    plot_pixels_free(&canvas);
    return status;
}

/* Gives the bytes, ended by a 0, to out. */
static plot_status hand_over(plot_text *out, plot_bytes *bytes, plot_status status)
{
    if (status == PLOT_OK) plot_bytes_add(bytes, "", 1);
    if (status == PLOT_OK && bytes->failed) status = PLOT_NO_MEMORY;
    if (status == PLOT_OK) {
        out->bytes = (char *)bytes->data;
        out->length = bytes->count - 1;
    } else {
        free(bytes->data);
    }
    return status;
}

plot_status plot_render_picture(const plot_figure *figure, const plot_frame *frame,
                                const plot_picture *picture, plot_text *out)
{
    plot_renderer r = { .memory = figure->memory };
    plot_bytes bytes = { .memory = &r.memory };
    *out = (plot_text){ .bytes = NULL };
    plot_status status = make_scene(&r, figure, frame);
    if (status != PLOT_OK) {
        plot_renderer_release(&r);
        return fail(out, status, frame, "a frame");
    }
    switch (picture->format) {
    case PLOT_SVG: status = add_svg(&bytes, &r, figure, picture); break;
    case PLOT_HTML: status = add_html(&bytes, &r, figure, picture); break;
    case PLOT_PNG: status = add_png(&bytes, &r, picture); break;
    }
    status = hand_over(out, &bytes, status);
    plot_renderer_release(&r);
    if (status == PLOT_OK) return status;
    return fail(out, status, frame,
                "no width from 1 to 16384 pixels, and no such height, for a picture");
}

/* ---- terminals -------------------------------------------------------------------------------- */

static void blank_area(plot_cells *cells, const plot_rect *area)
{
    for (int row = 0; row < area->rows; row++)
        for (int col = 0; col < area->cols; col++) {
            plot_cell *cell = plot_cells_at(cells, area->col + col, area->row + row);
            if (cell != NULL) *cell = (plot_cell){ .glyph = ' ', .width = 1 };
        }
}

/* From the last row of the frame to a row of the area; ESC 8 comes back. */
static void go_to(plot_bytes *out, const plot_frame *frame, const plot_rect *area, int row)
{
    int up = frame->rows - 1 - area->row - row;
    plot_bytes_text(out, "\0337");
    if (up > 0) plot_bytes_print(out, "\033[%dA", up);
    plot_bytes_print(out, "\033[%dG", area->col + 1);
}

static plot_status add_area(plot_bytes *out, plot_pixels *canvas, const plot_renderer *r, int panel,
                            const plot_terminal *terminal)
{
    const plot_rect *area = &r->scene.layout->panel[panel].area;
    plot_status status = plot_pixels_size(canvas, &r->memory, area->cols * terminal->cell_width,
                                          area->rows * terminal->cell_height);
    if (status != PLOT_OK) return status;
    plot_pixel_surface pixels = plot_pixel_surface_of(canvas, 1, -area->col * terminal->cell_width,
                                                      -area->row * terminal->cell_height);
    plot_drawing d = drawing_of(r, &pixels.surface);
    d.cell_width = terminal->cell_width;
    d.cell_height = terminal->cell_height;
    d.bare = terminal->ground < 0;
    plot_drawing_area(&d, panel);
    plot_drawing_free(&d);
    if (d.failed) return PLOT_NO_MEMORY;

    plot_rgba ground = ground_of(r->frame.background);
    if (terminal->ground >= 0)
        ground = (plot_rgba){ (uint8_t)(terminal->ground >> 16), (uint8_t)(terminal->ground >> 8),
                              (uint8_t)terminal->ground, 255 };
    /* Only the lowest byte and the highest can be told by characters. */
    unsigned number = terminal->picture + (unsigned)panel;
    plot_placement place = { .cols = area->cols,
                             .rows = area->rows,
                             .ground = ground,
                             .tmux = terminal->tmux && terminal->protocol == PLOT_KITTY };
    if (place.tmux) place.id = (number / 255 % 256) << 24 | (1 + number % 255);
    if (!place.tmux) go_to(out, &r->frame, area, 0);
    switch (terminal->protocol) {
    case PLOT_KITTY: status = plot_kitty(out, canvas, &place); break;
    case PLOT_SIXEL: status = plot_sixel(out, canvas, &place); break;
    case PLOT_ITERM: status = plot_iterm(out, canvas, &place); break;
    }
    if (!place.tmux) plot_bytes_text(out, "\0338");
    for (int row = 0; place.tmux && status == PLOT_OK && row < area->rows; row++) {
        go_to(out, &r->frame, area, row);
        status = plot_kitty_row(out, &place, row);
        plot_bytes_text(out, "\0338");
    }
    return status;
}

plot_status plot_render_graphics(const plot_figure *figure, const plot_frame *frame,
                                 const plot_terminal *terminal, plot_text *out)
{
    plot_renderer r = { .memory = figure->memory };
    plot_bytes bytes = { .memory = &r.memory };
    plot_pixels canvas = { 0 };
    const char *text;
    size_t length;
    *out = (plot_text){ .bytes = NULL };
    plot_status status = plot_draw(&r, figure, frame);
    for (size_t i = 0; status == PLOT_OK && i < r.layout.panels; i++)
        blank_area(&r.cells, &r.layout.panel[i].area);
    if (status == PLOT_OK) status = plot_drawn_text(&r, &text, &length);
    if (status == PLOT_OK) plot_bytes_add(&bytes, text, length - 1); /* the last line goes on */
    if (status == PLOT_OK) status = make_scene(&r, figure, frame);
    for (size_t i = 0; status == PLOT_OK && i < r.layout.panels; i++)
        if (r.layout.panel[i].area.rows > 0)
            status = add_area(&bytes, &canvas, &r, (int)i, terminal);
    plot_bytes_text(&bytes, "\n");
    status = hand_over(out, &bytes, status);
    plot_pixels_free(&canvas);
    plot_renderer_release(&r);
    return status == PLOT_OK ? status : fail(out, status, frame, "too large a picture");
}
