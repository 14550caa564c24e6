/* pixels.c: the canvas itself, paths, rectangles and images. */
#include "plot/pixels_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FARTHEST 1e9 /* doubles are still exact to a millionth of a pixel there */

plot_status plot_pixels_size(plot_pixels *canvas, const plot_memory *memory, int width, int height)
{
    if (width < 1 || height < 1 || width > PLOT_PIXELS_MAX || height > PLOT_PIXELS_MAX)
        return PLOT_INVALID;
    size_t room = ((size_t)width + 2) * (size_t)height;
    if (room > canvas->room) {
        plot_rgba *pixel = plot_resize(memory, canvas->pixel, room, sizeof *pixel);
        if (pixel == NULL) return PLOT_NO_MEMORY;
        canvas->pixel = pixel;
        float *coverage = plot_resize(memory, canvas->coverage, room, sizeof *coverage);
        if (coverage == NULL) return PLOT_NO_MEMORY;
        memset(coverage, 0, room * sizeof *coverage);
        canvas->coverage = coverage;
        canvas->room = room;
    }
    canvas->width = width;
    canvas->height = height;
    canvas->clip = (plot_pixel_box){ 0, 0, width, height };
    plot_pixels_clear(canvas, (plot_rgba){ 0 });
    return PLOT_OK;
}

void plot_pixels_free(plot_pixels *canvas)
{
    free(canvas->pixel);
    free(canvas->coverage);
    *canvas = (plot_pixels){ 0 };
}

void plot_pixels_clear(plot_pixels *canvas, plot_rgba color)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++) canvas->pixel[i] = color;
}

static int within(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

void plot_pixels_clip(plot_pixels *canvas, plot_pixel_box box)
{
    box.left = within(box.left, 0, canvas->width);
    box.right = within(box.right, box.left, canvas->width);
    box.top = within(box.top, 0, canvas->height);
    box.bottom = within(box.bottom, box.top, canvas->height);
    canvas->clip = box;
}

/* ---- colours ---------------------------------------------------------------------------------- */

static uint8_t mixed(unsigned under, unsigned over, unsigned a)
{
    return (uint8_t)((under * (255 - a) + over * a + 127) / 255);
}

void plot_pixels_blend(plot_rgba *pixel, plot_rgba color, float part)
{
    unsigned a = (unsigned)(part * (float)color.a + 0.5f), under = pixel->a;
    if (a == 0) return;
    if (a == 255) {
        *pixel = color;
    } else if (under == 255) {
        pixel->r = mixed(pixel->r, color.r, a);
        pixel->g = mixed(pixel->g, color.g, a);
        pixel->b = mixed(pixel->b, color.b, a);
    } else {
        unsigned over = a * 255, below = under * (255 - a), whole = over + below;
        pixel->r = (uint8_t)((color.r * over + pixel->r * below + whole / 2) / whole);
        pixel->g = (uint8_t)((color.g * over + pixel->g * below + whole / 2) / whole);
        pixel->b = (uint8_t)((color.b * over + pixel->b * below + whole / 2) / whole);
        pixel->a = (uint8_t)((whole + 127) / 255);
    }
}

/* ---- paths ------------------------------------------------------------------------------------ */

void plot_pixels_begin(plot_pixels *canvas, const plot_pen *pen)
{
    plot_path *path = &canvas->path;
    *path = (plot_path){ .stroked = pen != NULL, .touched = { INT32_MAX, INT32_MAX, 0, 0 } };
    if (pen == NULL) return;
    double period = 0, gap = 0;
    path->pen = *pen;
    if (!(pen->width > 0) || isinf(pen->width)) path->pen.width = 0;
    for (int i = 0; i < pen->dashes && i < PLOT_DASHES_MAX; i++) {
        period = pen->dash[i] >= 0 ? period + pen->dash[i] : (double)NAN;
        if (i % 2 != 0 && pen->dash[i] > gap) gap = pen->dash[i];
    }
    /* What is finer than a pixel, has its gaps filled by round ends, or makes no sense. */
    if (!(period >= 1) || isinf(period) || gap <= path->pen.width || pen->dashes % 2 != 0 ||
        pen->dashes > PLOT_DASHES_MAX)
        path->pen.dashes = 0;
}

static double near(double x)
{
    return x < -FARTHEST ? -FARTHEST : x > FARTHEST ? FARTHEST : x;
}

static void go(plot_pixels *canvas, double x, double y)
{
    plot_path *path = &canvas->path;
    if (path->stroked)
        plot_stroke_piece(canvas, path->x, path->y, x, y);
    else
        plot_fill_edge(canvas, path->x, path->y, x, y);
    path->x = x;
    path->y = y;
}

/* Ends the part of the path that is open; one that is filled is closed. */
static void leave(plot_pixels *canvas)
{
    plot_path *path = &canvas->path;
    if (path->open && !path->stroked) go(canvas, path->first_x, path->first_y);
    path->open = false;
}

void plot_pixels_move(plot_pixels *canvas, double x, double y)
{
    plot_path *path = &canvas->path;
    leave(canvas);
    if (!isfinite(x) || !isfinite(y)) return;
    path->open = true;
    path->along = 0;
    path->first_x = path->x = near(x);
    path->first_y = path->y = near(y);
}

void plot_pixels_line(plot_pixels *canvas, double x, double y)
{
    if (!canvas->path.open || !isfinite(x) || !isfinite(y))
        plot_pixels_move(canvas, x, y);
    else
        go(canvas, near(x), near(y));
}

void plot_pixels_curve(plot_pixels *canvas, double control_x, double control_y, double x, double y)
{
    plot_path *path = &canvas->path;
    bool sense = isfinite(control_x) && isfinite(control_y) && isfinite(x) && isfinite(y);
    if (!path->open || !sense) {
        plot_pixels_move(canvas, x, y);
        return;
    }
    double x0 = path->x, y0 = path->y;
    control_x = near(control_x), control_y = near(control_y), x = near(x), y = near(y);
    /* n pieces are off the curve by |bend| / (8 n n) at most: here by less than 1/128 of a pixel. */
    double bend = fabs(x0 - 2 * control_x + x) + fabs(y0 - 2 * control_y + y);
    int n = bend < 1e4 ? 1 + (int)sqrt(bend * 16) : 400;
    for (int i = 1; i < n; i++) {
        double t = (double)i / n, s = 1 - t;
        go(canvas, s * s * x0 + 2 * s * t * control_x + t * t * x,
           s * s * y0 + 2 * s * t * control_y + t * t * y);
    }
    go(canvas, x, y);
}

void plot_pixels_circle(plot_pixels *canvas, double x, double y, double radius)
{
    /* Sixteen curves; their control points are where the tangents at their ends meet. */
    const double c = 0.92387953251128674, s = 0.38268343236508978; /* cos, sin of 22.5° */
    const double half = 0.19891236737965801;                       /* tan 11.25° */
    double at_x = radius, at_y = 0;
    if (!(radius > 0)) return;
    plot_pixels_move(canvas, x + radius, y);
    for (int i = 0; i < 16; i++) {
        double control_x = at_x - half * at_y, control_y = at_y + half * at_x;
        double to_x = c * at_x - s * at_y, to_y = s * at_x + c * at_y;
        plot_pixels_curve(canvas, x + control_x, y + control_y, x + to_x, y + to_y);
        at_x = to_x, at_y = to_y;
    }
}

void plot_pixels_end(plot_pixels *canvas, plot_rgba color)
{
    leave(canvas);
    bool stroked = canvas->path.stroked;
    plot_pixel_box box = canvas->path.touched;
    for (int y = box.top; y < box.bottom; y++) {
        float *coverage = canvas->coverage + plot_coverage_at(canvas, 0, y), sum = 0;
        plot_rgba *row = canvas->pixel + (size_t)y * (size_t)canvas->width;
        for (int x = box.left; x < canvas->clip.right; x++) {
            sum = stroked ? coverage[x] : sum + coverage[x];
            float part = sum < 0 ? -sum : sum;
            /* What is filled goes on up to an edge, which may lie right of the clip. */
            if (x >= box.right && (stroked || part < 1e-4f)) break;
            plot_pixels_blend(&row[x], color, part < 1 ? part : 1);
        }
        if (box.left < box.right)
            memset(coverage + box.left, 0, (size_t)(box.right - box.left) * sizeof *coverage);
    }
}

/* ---- rectangles and images -------------------------------------------------------------------- */

/* The part of pixel i that lies between low and high. */
static double overlap(double low, double high, int i)
{
    double from = low > i ? low : i, to = high < i + 1 ? high : i + 1;
    return to > from ? to - from : 0;
}

/* Sorts two ends and cuts them to low … high; NaN leaves nothing. */
static bool cut(double *a, double *b, int low, int high)
{
    double from = *a < *b ? *a : *b, to = *a < *b ? *b : *a;
    *a = from > low ? from : low;
    *b = to < high ? to : high;
    return !isnan(from + to) && *a < *b;
}

void plot_pixels_rect(plot_pixels *canvas, double x0, double y0, double x1, double y1,
                      plot_rgba color)
{
    plot_pixel_box clip = canvas->clip;
    x0 = near(x0), x1 = near(x1), y0 = near(y0), y1 = near(y1);
    if (!cut(&x0, &x1, clip.left, clip.right) || !cut(&y0, &y1, clip.top, clip.bottom)) return;
    for (int y = (int)y0; y < clip.bottom && y < y1; y++) {
        plot_rgba *row = canvas->pixel + (size_t)y * (size_t)canvas->width;
        double part = overlap(y0, y1, y);
        for (int x = (int)x0; x < clip.right && x < x1; x++)
            plot_pixels_blend(&row[x], color, (float)(part * overlap(x0, x1, x)));
    }
}

/* Where pixel i of count finds its colours among n: *first up to *last, whose ends count for less. */
typedef struct {
    int first, last;
    double low, high;
} reach;

static reach reach_of(int i, int count, int n)
{
    double low = (double)i * n / count, high = (double)(i + 1) * n / count;
    if (count >= n) low = high = ((double)i + 0.5) * n / count; /* one of them, undivided */
    int first = within((int)low, 0, n - 1), last = within((int)ceil(high) - 1, first, n - 1);
    return (reach){ first, last, low, high };
}

static double weight_of(const reach *r, int k)
{
    return r->first == r->last ? 1 : overlap(r->low, r->high, k);
}

static plot_rgba mean_color(const plot_rgba *color, int cols, reach across, reach down)
{
    double r = 0, g = 0, b = 0, a = 0, whole = 0;
    if (across.first == across.last && down.first == down.last)
        return color[(size_t)down.first * (size_t)cols + (size_t)across.first];
    for (int j = down.first; j <= down.last; j++) {
        for (int i = across.first; i <= across.last; i++) {
            plot_rgba c = color[(size_t)j * (size_t)cols + (size_t)i];
            double weight = weight_of(&across, i) * weight_of(&down, j);
            whole += weight;
            a += weight * c.a;
            r += weight * c.a * c.r, g += weight * c.a * c.g, b += weight * c.a * c.b;
        }
    }
    if (!(a > 0)) return (plot_rgba){ 0 };
    return (plot_rgba){ (uint8_t)(r / a + 0.5), (uint8_t)(g / a + 0.5), (uint8_t)(b / a + 0.5),
                        (uint8_t)(a / whole + 0.5) };
}

void plot_pixels_image(plot_pixels *canvas, double x0, double y0, double x1, double y1,
                       const plot_rgba *color, int cols, int rows)
{
    if (cols < 1 || rows < 1 || !isfinite(x0 + x1 + y0 + y1)) return;
    double far = 4 * PLOT_PIXELS_MAX; /* what reaches farther is no picture any more */
    int left = (int)floor((x0 < -far ? -far : x0 > far ? far : x0) + 0.5);
    int right = (int)floor((x1 < -far ? -far : x1 > far ? far : x1) + 0.5);
    int top = (int)floor((y0 < -far ? -far : y0 > far ? far : y0) + 0.5);
    int bottom = (int)floor((y1 < -far ? -far : y1 > far ? far : y1) + 0.5);
    plot_pixel_box clip = canvas->clip;
    for (int y = within(top, clip.top, clip.bottom); y < bottom && y < clip.bottom; y++) {
        plot_rgba *row = canvas->pixel + (size_t)y * (size_t)canvas->width;
        reach down = reach_of(y - top, bottom - top, rows);
        for (int x = within(left, clip.left, clip.right); x < right && x < clip.right; x++)
            plot_pixels_blend(
                &row[x], mean_color(color, cols, reach_of(x - left, right - left, cols), down), 1);
    }
}
