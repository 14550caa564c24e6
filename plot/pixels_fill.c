/* pixels_fill.c: the coverage of what is filled, edge by edge.
**
** An edge covers, in every row, what lies to its right.  Of pixel i that is the mean of (i + 1 - x),
** cut to 0 … 1, over the x that the edge has in the row:
**
**       ______                     x from 0.3 to 2.1 in a row:
**      │  │ /▒│▒▒│                 pixel 0 is covered by a little, pixel 1 by half or so,
**      │  /▒▒▒│▒▒│                 pixel 2 and those after by all of the edge's height
**
** Integrating the winding number is FreeType's and font-rs's way; the mean in closed form is ours. */
#include "plot/pixels_path.h"

#include <math.h>

/* The integral of t cut to 0 … 1, from -infinity to t. */
static double ramp(double t)
{
    return t <= 0 ? 0 : t < 1 ? t * t / 2 : t - 0.5;
}

/* The part of pixel i to the right of an edge that runs from x low to high. */
static double part_right(double low, double high, int i)
{
    double from = i + 1 - low, to = i + 1 - high;
    if (high - low < 1e-6) return from <= 0 ? 0 : from < 1 ? from : 1;
    return (ramp(from) - ramp(to)) / (high - low);
}

/* Adds what an edge, height high in its row (negative: upwards), covers. */
static void add_row(plot_pixels *canvas, int y, double x0, double x1, double height)
{
    double low = x0 < x1 ? x0 : x1, high = x0 < x1 ? x1 : x0, before = 0;
    float *coverage = canvas->coverage + plot_coverage_at(canvas, 0, y);
    int first = (int)low, last = (int)high + 1;
    if (last > canvas->width + 1) last = canvas->width + 1;
    for (int i = first; i <= last; i++) {
        double part = i == last ? 1 : part_right(low, high, i);
        coverage[i] += (float)(height * (part - before));
        before = part;
    }
    plot_path_touch(canvas, first, last, y, y);
}

/* An edge inside the clip, from y0 down to y1. */
static void add_edge(plot_pixels *canvas, double x0, double y0, double x1, double y1, int sign)
{
    double slope = (x1 - x0) / (y1 - y0), left = canvas->clip.left, right = canvas->clip.right;
    for (int y = (int)y0; y < canvas->clip.bottom && y < y1; y++) {
        double from = y0 > y ? y0 : y, to = y1 < y + 1 ? y1 : y + 1;
        double a = from == y0 ? x0 : x0 + (from - y0) * slope;
        double b = to == y1 ? x1 : x0 + (to - y0) * slope;
        /* Rounding may have left the clip by a little. */
        a = a < left ? left : a > right ? right : a;
        b = b < left ? left : b > right ? right : b;
        add_row(canvas, y, a, b, sign * (to - from));
    }
}

/* The part of an edge between two of its heights, from y0 down to y1, cut at the clip's sides: what is left of
** it covers as if it stood on the side, what is right of it covers nothing. */
void plot_fill_edge(plot_pixels *canvas, double x0, double y0, double x1, double y1)
{
    double top = canvas->clip.top, bottom = canvas->clip.bottom, sides[2], swap;
    double left = canvas->clip.left, right = canvas->clip.right;
    int sign = y0 < y1 ? 1 : -1;
    if (sign < 0) swap = x0, x0 = x1, x1 = swap, swap = y0, y0 = y1, y1 = swap;
    /* Less would cover nothing that is seen. */
    if (y1 - y0 < 1e-9 || y1 <= top || y0 >= bottom || left == right) return;
    double slope = (x1 - x0) / (y1 - y0);
    if (y0 < top) x0 += (top - y0) * slope, y0 = top;
    if (y1 > bottom) x1 = x0 + (bottom - y0) * slope, y1 = bottom;

    /* Where it passes the sides, the upper first. */
    sides[0] = slope > 0 ? left : right;
    sides[1] = slope > 0 ? right : left;
    double y = y0, x = x0;
    for (int i = 0; i < 3; i++) {
        double to_y = i < 2 && slope != 0 ? y0 + (sides[i] - x0) / slope : y1;
        if (!(to_y > y)) continue;
        if (to_y > y1) to_y = y1;
        double to_x = to_y == y1 ? x1 : sides[i];
        double middle = (x + to_x) / 2;
        if (middle < left)
            add_edge(canvas, left, y, left, to_y, sign);
        else if (middle < right)
            add_edge(canvas, x, y, to_x, to_y, sign);
        y = to_y, x = to_x;
        if (y >= y1) return;
    }
}
