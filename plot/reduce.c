/* reduce.c: M4 for lines, a bitmap for clouds. */
#include "plot/reduce.h"

#include <stdlib.h>
#include <string.h>

static const plot_point gap = { PLOT_NAN, PLOT_NAN };

void plot_points_add(plot_points *points, plot_point point)
{
    void *items = points->point;
    if (points->failed) return;
    if (!plot_grow(points->memory, &items, &points->capacity, points->count, 1, sizeof point)) {
        points->failed = true;
        return;
    }
    points->point = items;
    points->point[points->count++] = point;
}

void plot_points_free(plot_points *points)
{
    free(points->point);
    free(points->seen);
    free(points->order);
    *points = (plot_points){ .memory = points->memory };
}

/* Adds point i of the data. */
static void give(plot_points *out, plot_point point, size_t i)
{
    void *order = out->order;
    if (out->ordered && !out->failed) {
        out->failed = !plot_grow(out->memory, &order, &out->order_capacity, out->count, 1,
                                 sizeof *out->order);
        out->order = order;
        if (!out->failed) out->order[out->count] = i;
    }
    plot_points_add(out, point);
}

plot_point plot_view_at(const plot_view *view, size_t i)
{
    double x = plot_map_at(&view->x_map, plot_data_x(view->data, i));
    double y = plot_map_at(&view->y_map, plot_column_at(view->y, i));
    return isnan(x) || isnan(y) ? gap : (plot_point){ x, 1 - y };
}

/* The points of one column so far, by their order in the series. */
typedef struct {
    int column;
    size_t count;
    size_t order[4]; /* first, lowest, highest, last */
    plot_point point[4];
} bucket;

static void bucket_add(bucket *b, plot_point point, size_t i)
{
    bool first = b->count++ == 0;
    if (first || point.y < b->point[1].y) b->point[1] = point, b->order[1] = i;
    if (first || point.y > b->point[2].y) b->point[2] = point, b->order[2] = i;
    if (first) b->point[0] = point, b->order[0] = i;
    b->point[3] = point, b->order[3] = i;
}

/* Gives out the bucket's points in their order, each once, and empties it. */
static void bucket_flush(bucket *b, plot_points *out)
{
    if (b->count == 0) return;
    int low = b->order[1] < b->order[2] ? 1 : 2;
    const int turn[4] = { 0, low, 3 - low, 3 };
    for (int i = 0; i < 4; i++) {
        if (i > 0 && b->order[turn[i]] == b->order[turn[i - 1]]) continue;
        give(out, b->point[turn[i]], b->order[turn[i]]);
    }
    b->count = 0;
}

/* Gives out the points from `from` to before `to`, reduced by columns if they are sorted. */
static void reduce_each(plot_points *out, const plot_view *view, size_t from, size_t to,
                        bool reduce)
{
    bucket b = { .count = 0 };
    for (size_t i = from; i < to; i++) {
        plot_point point = plot_view_at(view, i);
        int column = isnan(point.x) ? 0 : plot_part(point.x, view->columns);
        if (!reduce || isnan(point.x) || column != b.column) bucket_flush(&b, out);
        if (isnan(point.x)) {
            give(out, gap, i);
            continue;
        }
        b.column = column;
        bucket_add(&b, point, i);
    }
    bucket_flush(&b, out);
}

static int column_at(const plot_view *view, size_t i)
{
    return plot_part(plot_map_at(&view->x_map, plot_data_x(view->data, i)), view->columns);
}

/* The first point after i that is in another column. */
static size_t end_of_column(const plot_view *view, size_t i)
{
    int column = column_at(view, i);
    size_t low = i, step = 1, high;
    for (high = i + 1; high < view->data->n && column_at(view, high) == column; high += step) {
        low = high;
        step *= 2;
    }
    if (high > view->data->n) high = view->data->n;
    while (high - low > 1) { /* low is in the column, high is not */
        size_t middle = low + (high - low) / 2;
        if (column_at(view, middle) == column)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Gives out the points of each column by its ends, without looking at all of them where all are shown. */
static void reduce_columns(plot_points *out, const plot_view *view)
{
    enum { FEW = 4 };
    for (size_t i = 0, end; i < view->data->n; i = end) {
        size_t low, high;
        end = end_of_column(view, i);
        bool known = end - i > FEW && plot_column_range(view->y, i, end, &low, &high);
        if (!known || isnan(plot_map_at(&view->y_map, plot_column_at(view->y, low)))) {
            reduce_each(out, view, i, end, true);
            continue;
        }
        bucket b = { .count = 1,
                     .order = { i, high, low, end - 1 },
                     .point = { plot_view_at(view, i), plot_view_at(view, high),
                                plot_view_at(view, low), plot_view_at(view, end - 1) } };
        bucket_flush(&b, out);
    }
}

void plot_reduce_line(plot_points *out, const plot_view *view)
{
    const plot_data *data = view->data;
    bool reduce = data->sorted && data->n / 4 > (size_t)view->columns;
    if (reduce && data->finite_x && !isnan(plot_map_at(&view->x_map, plot_data_x(data, 0))))
        reduce_columns(out, view);
    else
        reduce_each(out, view, 0, data->n, reduce);
}

/* The first point from i on that has a number which is not finite; n if there is none. */
static size_t next_lost(const plot_view *view, size_t i)
{
    size_t x = plot_column_lost(&view->data->x, i), y = plot_column_lost(view->y, i);
    size_t first = plot_column_given(&view->data->x) && x < y ? x : y;
    return first < view->data->n ? first : view->data->n;
}

void plot_reduce_breaks(plot_points *out, const plot_view *view)
{
    size_t n = view->data->n, most = out->count + (size_t)view->columns / 8, before = out->count;
    plot_point last = gap;
    for (size_t i = 0, lost; (lost = next_lost(view, i)) < n;) {
        plot_point shown = gap;
        for (size_t k = lost; k > i && isnan(shown.x); k--) shown = plot_view_at(view, k - 1);
        if (!isnan(shown.x)) last = shown;
        for (i = lost, shown = gap; i + 1 < n && isnan(shown.x);) shown = plot_view_at(view, ++i);
        if (!isnan(last.x) || !isnan(shown.x)) plot_points_add(out, isnan(last.x) ? shown : last);
        if (out->count > most) {
            out->count = before;
            return;
        }
        if (isnan(shown.x)) return;
        last = shown;
    }
}

void plot_reduce_cloud(plot_points *out, const plot_view *view)
{
    size_t n = view->data->n, dots = (size_t)view->columns * (size_t)view->rows;
    bool reduce = n > dots;
    void *seen = out->seen;
    if (reduce && !plot_grow(out->memory, &seen, &out->seen_capacity, 0, dots, 1)) {
        out->failed = true;
        return;
    }
    out->seen = seen;
    if (reduce) memset(out->seen, 0, dots);
    for (size_t i = 0; i < n; i++) {
        plot_point point = plot_view_at(view, i);
        if (!(point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1)) continue;
        if (reduce) {
            size_t row = (size_t)plot_part(point.y, view->rows);
            unsigned char *dot =
                &out->seen[row * (size_t)view->columns + (size_t)plot_part(point.x, view->columns)];
            if (*dot) continue;
            *dot = 1;
        }
        plot_points_add(out, point);
    }
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static plot_point place(const plot_view *view, double x, double y)
{
    double at_x = plot_map_at(&view->x_map, x), at_y = plot_map_at(&view->y_map, y);
    return isnan(at_x) || isnan(at_y) ? gap : (plot_point){ at_x, 1 - at_y };
}

/* A band that lies: pairs of its left and right edges. */
static void reduce_lying(plot_points *out, const plot_view *view)
{
    const plot_data *data = view->data;
    for (size_t i = 0; i < data->n; i++) {
        plot_point a = place(view, plot_data_x(data, i), plot_column_at(&data->y, i));
        plot_point b = place(view, data->x2[i], plot_column_at(&data->y, i));
        bool lost = isnan(a.x) || isnan(b.x);
        plot_points_add(out, lost ? gap : a.x < b.x ? a : b);
        plot_points_add(out, lost ? gap : a.x < b.x ? b : a);
    }
}

static void add_pair(plot_points *out, plot_point low, plot_point high)
{
    plot_points_add(out, low);
    plot_points_add(out, high);
}

/* The pairs of one column so far: the first, the last, and how far all reach. */
typedef struct {
    int column;
    size_t count;
    plot_point first[2], last[2];
    double low, high;
} stack;

static void stack_add(stack *s, plot_point low, plot_point high)
{
    if (s->count++ == 0) {
        s->first[0] = low;
        s->first[1] = high;
        s->low = low.y;
        s->high = high.y;
    }
    s->low = fmax(s->low, low.y);
    s->high = fmin(s->high, high.y);
    s->last[0] = low;
    s->last[1] = high;
}

/* Gives out the first pair and the last, which join the neighbours, and between them one of all, twice, so
** that it is drawn as far as it reaches; and empties the stack. */
static void stack_flush(stack *s, plot_points *out)
{
    plot_point low = { s->first[0].x, s->low }, high = { s->first[0].x, s->high };
    if (s->count > 0) add_pair(out, s->first[0], s->first[1]);
    if (s->count > 2) add_pair(out, low, high);
    if (s->count > 2) add_pair(out, low, high);
    if (s->count > 1) add_pair(out, s->last[0], s->last[1]);
    s->count = 0;
}

void plot_reduce_band(plot_points *out, const plot_view *view)
{
    const plot_data *data = view->data;
    if (data->across) {
        reduce_lying(out, view);
        return;
    }
    bool reduce = data->sorted && data->n / 4 > (size_t)view->columns;
    stack s = { .count = 0 };
    for (size_t i = 0; i < data->n; i++) {
        double x = plot_data_x(data, i);
        plot_point a = place(view, x, plot_column_at(&data->y, i)), b = place(view, x, data->y2[i]);
        bool lost = isnan(a.x) || isnan(b.x);
        int here = lost ? 0 : plot_part(a.x, view->columns);
        if (!reduce || lost || here != s.column) stack_flush(&s, out);
        if (lost) {
            add_pair(out, gap, gap);
            continue;
        }
        s.column = here;
        stack_add(&s, a.y > b.y ? a : b, a.y > b.y ? b : a);
    }
    stack_flush(&s, out);
}

void plot_reduce_rects(plot_points *out, const plot_view *view)
{
    const plot_data *data = view->data;
    for (size_t i = 0; i < data->n; i++) {
        plot_point a = { plot_map_floored(&view->x_map, plot_data_x(data, i)),
                         1 - plot_map_floored(&view->y_map, plot_column_at(&data->y, i)) };
        plot_point b = { plot_map_floored(&view->x_map, data->x2[i]),
                         1 - plot_map_floored(&view->y_map, data->y2[i]) };
        if (isnan(a.x) || isnan(a.y) || isnan(b.x) || isnan(b.y)) continue;
        plot_points_add(out, a);
        plot_points_add(out, b);
    }
}

static void add_segment(plot_points *out, plot_point a, plot_point b)
{
    plot_points_add(out, a);
    plot_points_add(out, b);
    plot_points_add(out, gap);
}

/* A line across the end of the segment, one dot to each side. */
static void add_cap(plot_points *out, const plot_view *view, plot_point from, plot_point at)
{
    bool steep = fabs(at.x - from.x) * view->columns < fabs(at.y - from.y) * view->rows;
    double x = steep ? 1.0 / view->columns : 0, y = steep ? 0 : 1.0 / view->rows;
    add_segment(out, (plot_point){ at.x - x, at.y - y }, (plot_point){ at.x + x, at.y + y });
}

/* Moves the ends of a stretch of the area to where cells meet, just within. */
static void snap(double *from, double *to, int cells)
{
    const double within = 1e-3 / cells;
    double low = floor(fmin(*from, *to) * cells + 0.5) / cells;
    double high = floor(fmax(*from, *to) * cells + 0.5) / cells;
    if (low >= high) return; /* less than a cell */
    *from = low + within;
    *to = high - within;
}

void plot_reduce_segments(plot_points *out, const plot_view *view)
{
    const plot_data *data = view->data;
    for (size_t i = 0; i < data->n; i++) {
        plot_point a = place(view, plot_data_x(data, i), plot_column_at(&data->y, i));
        plot_point b = place(view, data->x2[i], data->y2[i]);
        if (isnan(a.x) || isnan(b.x)) continue;
        if (data->snapped && a.y == b.y) snap(&a.x, &b.x, view->columns / 2);
        if (data->snapped && a.x == b.x) snap(&a.y, &b.y, view->rows / 4);
        add_segment(out, a, b);
        if (data->capped && (a.x != b.x || a.y != b.y)) add_cap(out, view, a, b);
    }
}
