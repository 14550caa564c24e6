/* pixels_stroke.c: the coverage of what is drawn with a pen.
**
** A pixel is covered by as much of it as lies between the pen's two edges, which pass the nearest place of
** the line at right angles to the way there: exact along straight pieces, near enough around their ends.
** Each place of coverage keeps the most that any piece gives it, so that joins are round and nothing is
** drawn twice. */
#include "plot/pixels_path.h"

#include <math.h>

typedef struct {
    double x, y, dx, dy; /* from (x, y) on by (dx, dy) */
} piece;

/* The part of a pixel on the inner side of an edge that passes at `inside` from its middle (negative: beyond
** it) with the normal nx, ny. */
static double part_inside(double inside, double nx, double ny)
{
    double a = fabs(nx), b = fabs(ny), wide = a > b ? a : b, narrow = a > b ? b : a;
    double reach = (a + b) / 2, away = fabs(inside), beyond;
    if (away >= reach)
        beyond = 0;
    else if (away <= (wide - narrow) / 2)
        beyond = 0.5 - away / wide;
    else
        beyond = (reach - away) * (reach - away) / (2 * a * b);
    return inside < 0 ? beyond : 1 - beyond;
}

/* Where a line from at by step is between low and high: cuts *from … *to, false if it is nowhere. */
static bool cut_line(double at, double step, double low, double high, double *from, double *to)
{
    if (step == 0) return at >= low && at <= high;
    double a = (low - at) / step, b = (high - at) / step;
    if (a > b) {
        double swap = a;
        a = b;
        b = swap;
    }
    if (a > *from) *from = a;
    if (b < *to) *to = b;
    return *from <= *to;
}

/* What a pen of this radius that is drawn along the piece covers of the pixel with its middle at x, y. */
static double covered(const piece *p, double length2, double radius, double x, double y)
{
    double t = length2 > 0 ? ((x - p->x) * p->dx + (y - p->y) * p->dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double nx = x - p->x - t * p->dx, ny = y - p->y - t * p->dy;
    double distance = sqrt(nx * nx + ny * ny), n = distance;
    if (distance < 1e-6) nx = -p->dy, ny = p->dx, n = sqrt(length2);
    if (n < 1e-6) nx = n = 1, ny = 0;
    return part_inside(radius - distance, nx / n, ny / n) -
           part_inside(-radius - distance, nx / n, ny / n);
}

static void draw_row(plot_pixels *canvas, const piece *p, int y, double radius, double reach)
{
    const plot_pixel_box *clip = &canvas->clip;
    double from = 0, to = 1, middle = y + 0.5, length2 = p->dx * p->dx + p->dy * p->dy;
    if (!cut_line(p->y, p->dy, middle - reach, middle + reach, &from, &to)) return;
    double a = p->x + from * p->dx, b = p->x + to * p->dx;
    double low = floor((a < b ? a : b) - reach), high = ceil((a < b ? b : a) + reach);
    int left = low > clip->left ? (int)low : clip->left;
    int right = high < clip->right ? (int)high : clip->right;
    if (left >= right) return;
    float *coverage = canvas->coverage + plot_coverage_at(canvas, 0, y);
    for (int x = left; x < right; x++) {
        if (coverage[x] >= 1) continue;
        float part = (float)covered(p, length2, radius, x + 0.5, middle);
        if (part > coverage[x]) coverage[x] = part;
    }
    plot_path_touch(canvas, left, right - 1, y, y);
}

static void draw(plot_pixels *canvas, piece p)
{
    double radius = canvas->path.pen.width / 2, reach = radius + 0.75;
    double low = floor((p.dy < 0 ? p.y + p.dy : p.y) - reach);
    double high = ceil((p.dy < 0 ? p.y : p.y + p.dy) + reach);
    int top = low > canvas->clip.top ? (int)low : canvas->clip.top;
    int bottom = high < canvas->clip.bottom ? (int)high : canvas->clip.bottom;
    for (int y = top; y < bottom; y++) draw_row(canvas, &p, y, radius, reach);
}

/* Draws the dashes that begin along the whole path at `along` with the piece. */
static void draw_dashes(plot_pixels *canvas, piece p, double length, double along)
{
    const plot_pen *pen = &canvas->path.pen;
    double period = 0, at = 0;
    for (int i = 0; i < pen->dashes; i++) period += pen->dash[i];
    double phase = fmod(along, period);
    int i = 0;
    while (i < pen->dashes - 1 && phase >= pen->dash[i]) phase -= pen->dash[i++];
    for (;; i = (i + 1) % pen->dashes, phase = 0) {
        double end = at + pen->dash[i] - phase;
        if (end > length) end = length;
        double a = length > 0 ? at / length : 0, b = length > 0 ? end / length : 0;
        if (i % 2 == 0)
            draw(canvas, (piece){ p.x + a * p.dx, p.y + a * p.dy, (b - a) * p.dx, (b - a) * p.dy });
        if (end >= length) return;
        at = end;
    }
}

void plot_stroke_piece(plot_pixels *canvas, double x0, double y0, double x1, double y1)
{
    plot_path *path = &canvas->path;
    const plot_pixel_box *clip = &canvas->clip;
    double dx = x1 - x0, dy = y1 - y0, margin = path->pen.width / 2 + 1, from = 0, to = 1;
    double length = sqrt(dx * dx + dy * dy), along = path->along;
    path->along += length;
    if (path->pen.width <= 0) return;
    if (!cut_line(x0, dx, clip->left - margin, clip->right + margin, &from, &to)) return;
    if (!cut_line(y0, dy, clip->top - margin, clip->bottom + margin, &from, &to)) return;
    piece inside = { x0 + from * dx, y0 + from * dy, (to - from) * dx, (to - from) * dy };
    if (path->pen.dashes > 0)
        draw_dashes(canvas, inside, (to - from) * length, along + from * length);
    else
        draw(canvas, inside);
}
