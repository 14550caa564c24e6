/* abridge.c: what of large data is kept.  Which points of lines these are is found by reduce.c, as for a drawing. */
#include "plot/abridge.h"

#include "plot/reduce.h"

#include <stdlib.h>
#include <string.h>

#define POINTS_OF_COLUMN 4 /* that are kept at most */
#define SIDE_PART                                                                                  \
    8 /* an image has as many elements as a square with sides of so little of the columns */

static size_t elements(const plot_matrix *m)
{
    return m->rows * m->cols;
}

/* The elements that an image may have; of colours, three bytes each, twice as many. */
static size_t most_elements(const plot_matrix *m, int columns)
{
    size_t side = (size_t)columns / SIDE_PART;
    return side * side * (m->rgb != NULL ? 2 : 1);
}

bool plot_is_abridged(const plot_data *data, int columns)
{
    const plot_matrix *m = &data->matrix;
    if (data->kind == PLOT_IMAGE) return m->text == NULL && elements(m) > most_elements(m, columns);
    return data->kind <= PLOT_BAND && !data->across && data->n / POINTS_OF_COLUMN > (size_t)columns;
}

/* ---- which points ---------------------------------------------------------------------------- */

static bool is_lost(const plot_view *view, size_t i)
{
    return isnan(plot_view_at(view, i).x);
}

static bool is_number(const plot_data *data, size_t i)
{
    return isfinite(plot_data_x(data, i)) && isfinite(plot_column_at(&data->y, i));
}

/* Takes out what repeats, and of lost points that follow each other all but the first, and the first that is no number. */
static void settle(const plot_view *view, size_t *order, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (kept > 0 && order[i] == order[kept - 1]) continue;
        bool again = kept > 0 && is_lost(view, order[i]) && is_lost(view, order[kept - 1]);
        if (again && (is_number(view->data, order[i]) || !is_number(view->data, order[kept - 1])))
            continue;
        order[kept++] = order[i];
    }
    *count = kept;
}

/* Both lists, which rise, as one. */
static size_t *merge(const plot_memory *memory, const plot_points *a, const plot_points *b,
                     size_t *count)
{
    size_t i = 0, k = 0;
    size_t *order = plot_resize(memory, NULL, a->count + b->count, sizeof *order);
    *count = 0;
    while (order != NULL && (i < a->count || k < b->count)) {
        bool first = k == b->count || (i < a->count && a->order[i] <= b->order[k]);
        order[(*count)++] = first ? a->order[i++] : b->order[k++];
    }
    return order;
}

static size_t *order_of_line(const plot_view *view, const plot_memory *memory, size_t *count)
{
    plot_points raw = { .memory = memory, .ordered = true }, smooth = raw;
    plot_view average = *view;
    size_t *order = NULL;
    plot_reduce_line(&raw, view);
    average.y = &view->data->smooth;
    if (plot_column_given(average.y)) plot_reduce_line(&smooth, &average);
    if (!raw.failed && !smooth.failed) order = merge(memory, &raw, &smooth, count);
    plot_points_free(&raw);
    plot_points_free(&smooth);
    return order;
}

/* Where a line that goes to and fro may be left straight: in which directions from its last point kept all points since lie
** within half a dot, and how far away they were (Zhao and Saalfeld, "Linear-Time Sleeve-Fitting Polyline Simplification
** Algorithms", 1997). */
typedef struct {
    plot_point from;
    double low, high, reach; /* angles; reach 0: any direction */
} sleeve;

/* Does the next point, in dots, lie in the sleeve, which it makes narrower? */
static bool sleeve_takes(sleeve *s, plot_point p)
{
    const double pi = acos(-1), near = 0.5;
    double x = p.x - s->from.x, y = p.y - s->from.y, away = hypot(x, y);
    if (away <= near) return s->reach <= 2 * near;
    double angle = atan2(y, x), width = asin(near / away), middle = (s->low + s->high) / 2;
    if (s->reach == 0) {
        *s = (sleeve){ s->from, angle - width, angle + width, away };
        return true;
    }
    angle += angle - middle > pi ? -2 * pi : middle - angle > pi ? 2 * pi : 0;
    if (angle < s->low || angle > s->high || away < s->reach - near) return false;
    s->low = fmax(s->low, angle - width);
    s->high = fmin(s->high, angle + width);
    s->reach = fmax(s->reach, away);
    return true;
}

/* Point i in dots. */
static plot_point in_dots(const plot_view *view, size_t i)
{
    plot_point p = plot_view_at(view, i);
    return (plot_point){ p.x * view->columns, p.y * view->rows };
}

/* Of a line that goes to and fro: what lies on no straight piece. */
static size_t *order_of_pieces(const plot_view *view, const plot_memory *memory, size_t *count)
{
    plot_view drawn = *view;
    size_t n = view->data->n;
    size_t *order = plot_resize(memory, NULL, n, sizeof *order);
    if (plot_column_given(&view->data->smooth)) drawn.y = &view->data->smooth;
    *count = 0;
    sleeve s = { .from = in_dots(&drawn, 0) };
    plot_point before = s.from;
    if (order != NULL) order[(*count)++] = 0;
    for (size_t i = 1; order != NULL && i < n; i++) {
        plot_point here = in_dots(&drawn, i);
        bool lost = isnan(here.x), after_lost = isnan(before.x);
        bool taken = !lost && !after_lost && sleeve_takes(&s, here);
        if (!taken && order[*count - 1] != i - 1) order[(*count)++] = i - 1;
        if (lost || after_lost) order[(*count)++] = i;
        if (!taken) s = (sleeve){ .from = lost || after_lost ? here : before };
        if (!taken && !lost && !after_lost) sleeve_takes(&s, here);
        before = here;
    }
    if (order != NULL && order[*count - 1] != n - 1) order[(*count)++] = n - 1;
    return order;
}

/* The first and the last of a column's points, and those that reach lowest and highest, rising; returns how many. */
typedef struct {
    size_t first, low, high, last;
    double lowest, highest;
} reach;

static size_t reach_order(const reach *r, size_t order[POINTS_OF_COLUMN])
{
    size_t low = r->low < r->high ? r->low : r->high, high = r->low < r->high ? r->high : r->low;
    order[0] = r->first, order[1] = low, order[2] = high, order[3] = r->last;
    return POINTS_OF_COLUMN;
}

/* A band, whose x rises or not: columns are runs of points. */
static size_t *order_of_band(const plot_view *view, const plot_memory *memory, size_t *count)
{
    const plot_data *data = view->data;
    size_t capacity = 0;
    void *order = NULL;
    reach r = { 0 };
    *count = 0;
    for (size_t i = 0, column = 0; i <= data->n; i++) {
        double x = i < data->n ? plot_map_at(&view->x_map, plot_data_x(data, i)) : PLOT_NAN;
        double low = i < data->n ? fmin(plot_column_at(&data->y, i), data->y2[i]) : PLOT_NAN;
        double high = i < data->n ? fmax(plot_column_at(&data->y, i), data->y2[i]) : PLOT_NAN;
        bool lost = i < data->n && (isnan(plot_view_at(view, i).x) || !isfinite(data->y2[i]));
        size_t here = lost || isnan(x) ? SIZE_MAX : (size_t)(plot_part(x, view->columns) + 1);
        if (i > 0 && (i == data->n || lost || here != column)) {
            if (!plot_grow(memory, &order, &capacity, *count, POINTS_OF_COLUMN, sizeof(size_t))) {
                free(order);
                return NULL;
            }
            *count += reach_order(&r, (size_t *)order + *count);
        }
        if (i == 0 || lost || here != column) r = (reach){ i, i, i, i, low, high };
        column = here;
        r.last = i;
        if (low < r.lowest) r.lowest = low, r.low = i;
        if (high > r.highest) r.highest = high, r.high = i;
    }
    return order;
}

static double *pick(const plot_memory *memory, const plot_column *column, const double *array,
                    const size_t *order, size_t n)
{
    double *out = plot_resize(memory, NULL, n, sizeof *out);
    for (size_t i = 0; out != NULL && i < n; i++)
        out[i] = column != NULL ? plot_column_at(column, order[i]) : array[order[i]];
    return out;
}

static bool pick_points(plot_excerpt *part, const plot_memory *memory, const plot_view *view)
{
    const plot_data *data = view->data;
    bool band = data->kind == PLOT_BAND, smooth = plot_column_given(&data->smooth);
    size_t *order = band           ? order_of_band(view, memory, &part->n)
                    : data->sorted ? order_of_line(view, memory, &part->n)
                                   : order_of_pieces(view, memory, &part->n);
    if (order == NULL) return false;
    settle(view, order, &part->n);
    part->x = pick(memory, &data->x, NULL, order, part->n);
    part->y = pick(memory, &data->y, NULL, order, part->n);
    if (data->x2 != NULL) part->x2 = pick(memory, NULL, data->x2, order, part->n);
    if (data->y2 != NULL) part->y2 = pick(memory, NULL, data->y2, order, part->n);
    if (smooth) part->smooth = pick(memory, &data->smooth, NULL, order, part->n);
    free(order);
    return part->x && part->y && (!data->x2 || part->x2) && (!data->y2 || part->y2) &&
           (!smooth || part->smooth);
}

/* ---- dots ------------------------------------------------------------------------------------ */

static bool pick_dots(plot_excerpt *part, const plot_memory *memory, const plot_view *view)
{
    const plot_data *data = view->data;
    size_t cols = (size_t)view->columns / 2, rows = cols / 2, bytes = (cols * rows + 7) / 8;
    part->cols = cols;
    part->rows = rows;
    part->across = plot_resize(memory, NULL, cols, sizeof *part->across);
    part->down = plot_resize(memory, NULL, rows, sizeof *part->down);
    part->bits = plot_resize(memory, NULL, bytes, 1);
    if (part->across == NULL || part->down == NULL || part->bits == NULL) return false;
    memset(part->bits, 0, bytes);
    for (size_t i = 0; i < cols; i++)
        part->across[i] = plot_map_value(&view->x_map, ((double)i + 0.5) / (double)cols);
    for (size_t i = 0; i < rows; i++)
        part->down[i] = plot_map_value(&view->y_map, 1 - ((double)i + 0.5) / (double)rows);
    for (size_t i = 0; i < data->n; i++) {
        plot_point p = plot_view_at(view, i);
        if (!(p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1)) continue;
        size_t at = (size_t)plot_part(p.y, (int)rows) * cols + (size_t)plot_part(p.x, (int)cols);
        unsigned char bit = (unsigned char)(0x80u >> at % 8);
        part->n += (part->bits[at / 8] & bit) == 0;
        part->bits[at / 8] |= bit;
    }
    return true;
}

bool plot_dots_expand(const unsigned char *bits, size_t cols, size_t rows, const double *across,
                      const double *down, double *x, double *y, size_t n)
{
    size_t count = 0;
    for (size_t at = 0; at < cols * rows; at++) {
        if (!(bits[at / 8] & 0x80u >> at % 8)) continue;
        if (count == n) return false;
        x[count] = across[at % cols];
        y[count++] = down[at / cols];
    }
    return count == n;
}

/* ---- images ---------------------------------------------------------------------------------- */

/* The rows and columns of blocks: no side is divided further than the other, unless that is short. */
static void divide(const plot_matrix *m, size_t most, size_t *rows, size_t *cols)
{
    size_t by[2] = { 1, 1 };
    *rows = m->rows, *cols = m->cols;
    while (*rows * *cols > most) {
        bool upright = *rows > *cols;
        by[upright]++;
        *rows = (m->rows + by[1] - 1) / by[1];
        *cols = (m->cols + by[0] - 1) / by[0];
    }
}

/* The mean of a block's finite numbers, or the one furthest from 0; of classes the one in its middle. */
static double block_value(const plot_matrix *m, const size_t row[2], const size_t col[2])
{
    double mean = 0, peak = 0;
    size_t count = 0;
    if (m->classes) return m->z[(row[0] + row[1]) / 2 * m->cols + (col[0] + col[1]) / 2];
    for (size_t i = row[0]; i < row[1]; i++) {
        for (size_t k = col[0]; k < col[1]; k++) {
            double v = m->z[i * m->cols + k];
            if (!isfinite(v) || (plot_is_log(m->scale) && v <= 0)) continue;
            count++;
            mean += v / (double)count - mean / (double)count;
            if (count == 1 || fabs(v) > fabs(peak)) peak = v;
        }
    }
    return count == 0 ? PLOT_NAN : m->peak ? peak : (double)(float)mean;
}

static void block_color(const plot_matrix *m, const size_t row[2], const size_t col[2],
                        unsigned char out[3])
{
    size_t sum[3] = { 0 }, count = (row[1] - row[0]) * (col[1] - col[0]);
    for (size_t i = row[0]; i < row[1]; i++)
        for (size_t k = col[0]; k < col[1]; k++)
            for (size_t c = 0; c < 3; c++) sum[c] += m->rgb[3 * (i * m->cols + k) + c];
    for (size_t c = 0; c < 3; c++) out[c] = (unsigned char)((sum[c] + count / 2) / count);
}

static bool pick_blocks(plot_excerpt *part, const plot_memory *memory, const plot_matrix *m,
                        int columns)
{
    divide(m, most_elements(m, columns), &part->rows, &part->cols);
    size_t count = part->rows * part->cols;
    if (m->z != NULL) part->z = plot_resize(memory, NULL, count, sizeof *part->z);
    if (m->rgb != NULL) part->rgb = plot_resize(memory, NULL, count, 3);
    if (part->z == NULL && part->rgb == NULL) return false;
    for (size_t at = 0; at < count; at++) {
        size_t i = at / part->cols, k = at % part->cols;
        const size_t row[2] = { i * m->rows / part->rows, (i + 1) * m->rows / part->rows };
        const size_t col[2] = { k * m->cols / part->cols, (k + 1) * m->cols / part->cols };
        if (part->z != NULL)
            part->z[at] = block_value(m, row, col);
        else
            block_color(m, row, col, part->rgb + 3 * at);
    }
    return true;
}

/* ---- all ------------------------------------------------------------------------------------- */

plot_status plot_abridge(plot_excerpt *part, const plot_memory *memory, const plot_data *data,
                         const plot_panel_layout *layout, int columns)
{
    plot_view view = { .data = data,
                       .y = &data->y,
                       .x_map = layout->x.map,
                       .y_map = data->right ? layout->right.map : layout->y.map,
                       .columns = columns,
                       .rows = columns / 2 };
    *part = (plot_excerpt){ .n = 0 };
    bool made = data->kind == PLOT_IMAGE     ? pick_blocks(part, memory, &data->matrix, columns)
                : data->kind == PLOT_SCATTER ? pick_dots(part, memory, &view)
                                             : pick_points(part, memory, &view);
    return made ? PLOT_OK : PLOT_NO_MEMORY;
}

void plot_abridge_free(plot_excerpt *part)
{
    free(part->x);
    free(part->y);
    free(part->x2);
    free(part->y2);
    free(part->smooth);
    free(part->across);
    free(part->down);
    free(part->bits);
    free(part->z);
    free(part->rgb);
    *part = (plot_excerpt){ .n = 0 };
}

static bool copy_digest(plot_digest *to, const plot_digest *from, const plot_memory *memory)
{
    *to = *from;
    if (from->some == NULL) return true;
    to->some = plot_resize(memory, NULL, from->count, sizeof *to->some);
    if (to->some != NULL) memcpy(to->some, from->some, from->count * sizeof *to->some);
    return to->some != NULL;
}

static bool digest(plot_whole *w, const plot_data *data, const plot_memory *memory)
{
    const plot_matrix *m = &data->matrix;
    if (data->whole != NULL) {
        w->n = data->whole->n;
        return copy_digest(&w->x, &data->whole->x, memory) &&
               copy_digest(&w->y, &data->whole->y, memory) &&
               copy_digest(&w->x2, &data->whole->x2, memory) &&
               copy_digest(&w->y2, &data->whole->y2, memory);
    }
    w->n = data->kind == PLOT_IMAGE ? elements(m) : data->n;
    if (m->rgb != NULL) w->y.hash = plot_digest_bytes(m->rgb, 3 * w->n);
    if (data->kind == PLOT_IMAGE)
        return m->rgb != NULL || plot_digest_make(&w->y, memory, NULL, m->z, w->n);
    return (!plot_column_given(&data->x) ||
            plot_digest_make(&w->x, memory, &data->x, NULL, w->n)) &&
           plot_digest_make(&w->y, memory, &data->y, NULL, w->n) &&
           (data->x2 == NULL || plot_digest_make(&w->x2, memory, NULL, data->x2, w->n)) &&
           (data->y2 == NULL || plot_digest_make(&w->y2, memory, NULL, data->y2, w->n));
}

plot_whole *plot_whole_of(const plot_data *data, const plot_memory *memory)
{
    plot_data holder = { .whole = plot_resize(memory, NULL, 1, sizeof *holder.whole) };
    if (holder.whole == NULL) return NULL;
    *holder.whole = (plot_whole){ 0 };
    if (digest(holder.whole, data, memory)) return holder.whole;
    plot_whole_free(&holder);
    return NULL;
}
