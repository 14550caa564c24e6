/* draw_pixels.c: the surface that is a canvas. */
#include "plot/surface.h"

#include <math.h>

static plot_pixel_surface *own(plot_surface *surface)
{
    return (plot_pixel_surface *)surface;
}

static double across(const plot_pixel_surface *s, double x)
{
    return (x + s->left) * s->surface.detail;
}

static double down(const plot_pixel_surface *s, double y)
{
    return (y + s->top) * s->surface.detail;
}

/* The nearest whole number, cut to what is more than any canvas. */
static int whole(double x)
{
    double most = 2 * PLOT_PIXELS_MAX;
    return (int)floor(fmin(fmax(x, -most), most) + 0.5);
}

static void clip(plot_surface *surface, const plot_box *box)
{
    plot_pixel_surface *s = own(surface);
    plot_pixel_box all = { 0, 0, s->canvas->width, s->canvas->height };
    if (box != NULL)
        all = (plot_pixel_box){ whole(across(s, box->x0)), whole(down(s, box->y0)),
                                whole(across(s, box->x1)), whole(down(s, box->y1)) };
    plot_pixels_clip(s->canvas, all);
}

/* The pixels between two places. */
static void sharpen(double *from, double *to)
{
    int low = whole(fmin(*from, *to)), high = whole(fmax(*from, *to));
    *from = low;
    *to = high > low ? high : low + 1;
}

static void rect(plot_surface *surface, plot_box box, plot_rgba color)
{
    plot_pixel_surface *s = own(surface);
    double x0 = across(s, box.x0), x1 = across(s, box.x1);
    double y0 = down(s, box.y0), y1 = down(s, box.y1);
    sharpen(&x0, &x1);
    sharpen(&y0, &y1);
    plot_pixels_rect(s->canvas, x0, y0, x1, y1, color);
}

static void begin(plot_surface *surface, const plot_pen *pen)
{
    plot_pixel_surface *s = own(surface);
    plot_pen scaled = { .width = 0 };
    if (pen != NULL) {
        scaled = *pen;
        scaled.width *= surface->detail;
        for (int i = 0; i < pen->dashes && i < PLOT_DASHES_MAX; i++)
            scaled.dash[i] *= surface->detail;
    }
    plot_pixels_begin(s->canvas, pen != NULL ? &scaled : NULL);
}

static void move(plot_surface *surface, double x, double y)
{
    plot_pixel_surface *s = own(surface);
    plot_pixels_move(s->canvas, across(s, x), down(s, y));
}

static void line(plot_surface *surface, double x, double y)
{
    plot_pixel_surface *s = own(surface);
    plot_pixels_line(s->canvas, across(s, x), down(s, y));
}

static void end(plot_surface *surface, plot_rgba color)
{
    plot_pixels_end(own(surface)->canvas, color);
}

static void marker(plot_surface *surface, uint32_t code, double x, double y, double size,
                   plot_rgba color)
{
    plot_pixel_surface *s = own(surface);
    plot_pixels_marker(s->canvas, code, across(s, x), down(s, y), size * surface->detail, color);
}

static void text(plot_surface *surface, const plot_letters *letters, plot_rgba color,
                 plot_rgba halo)
{
    plot_pixel_surface *s = own(surface);
    plot_letters scaled = *letters;
    scaled.size *= surface->detail;
    scaled.x = across(s, letters->x);
    scaled.y = down(s, letters->y);
    /* On a whole pixel the feet of all letters are sharp. */
    if (letters->turned)
        scaled.x = floor(scaled.x + 0.5);
    else
        scaled.y = floor(scaled.y + 0.5);
    if (halo.a > 0) plot_pixels_rim(s->canvas, &scaled, 2 * PLOT_HALO_WIDTH * scaled.size, halo);
    plot_pixels_text(s->canvas, &scaled, color);
}

static void image(plot_surface *surface, plot_box box, const plot_rgba *color, int cols, int rows)
{
    plot_pixel_surface *s = own(surface);
    plot_pixels_image(s->canvas, across(s, box.x0), down(s, box.y0), across(s, box.x1),
                      down(s, box.y1), color, cols, rows);
}

static const plot_surface_kind pixels = { clip, rect, begin, move, line, end, marker, text, image };

plot_pixel_surface plot_pixel_surface_of(plot_pixels *canvas, double scale, double left, double top)
{
    return (plot_pixel_surface){ { &pixels, scale }, canvas, left, top };
}
