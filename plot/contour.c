/* contour.c: contour lines by marching squares (Lorensen and Cline, "Marching Cubes", 1987, in the plane).
**
**     corner 3 ── edge 2 ── corner 2        a corner is high if its value is at least the level
**        │                     │
**      edge 3                edge 1         a line enters over an edge whose first corner, going
**        │                     │            round 0 1 2 3, is high and whose second is low, and
**     corner 0 ── edge 0 ── corner 1        leaves over one that is the other way round
**
** So the high side is always on the same hand, the edge over which a line leaves a cell is one over
** which it enters the next, and a line is followed from cell to cell.  On a saddle, where two edges lead
** out, the mean of the corners says whether the high corners or the low ones are joined.  Cells with a
** value that is not finite are left out. */
#include "plot/contour.h"

#include "plot/scale.h"
#include "plot/tick_label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- levels ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The levels that data gets, in a list that grows. */
typedef struct {
    plot_data *data;
    const plot_memory *memory;
    size_t capacity;
    bool failed;
} level_list;

static void add_level(level_list *list, double value)
{
    void *items = list->data->level;
    if (list->failed) return;
    list->failed = !plot_grow(list->memory, &items, &list->capacity, list->data->levels, 1,
                              sizeof(plot_level));
    list->data->level = items;
    if (!list->failed) list->data->level[list->data->levels++] = (plot_level){ .value = value };
}

/* Levels at 1 and digit × 10^n, every so many decades, strictly between lo and hi. */
static void add_decades(level_list *list, double lo, double hi, const int *digit, int digits,
                        int every)
{
    int first = (int)floor(log10(lo)), last = (int)ceil(log10(hi));
    for (int n = first; n <= last; n++) {
        for (int i = 0; i < digits && n % every == 0; i++) {
            double value = plot_decimal_value(digit[i], n);
            if (value > lo && value < hi) add_level(list, value);
        }
    }
}

/* Values over many decades have levels at equal factors: at least wanted, if a decade has as many. */
static void choose_log(level_list *list, double lo, double hi, size_t wanted)
{
    static const int digit[] = { 1, 2, 5 }, halves[] = { 1, 3 };
    double decades = log10(hi) - log10(lo);
    if (decades * 3 <= 1.2 * (double)wanted) {
        add_decades(list, lo, hi, digit, 3, 1);
    } else if (decades * 2 <= 1.2 * (double)wanted) {
        add_decades(list, lo, hi, halves, 2, 1);
    } else {
        int every = (int)(decades / (double)wanted + 0.5);
        add_decades(list, lo, hi, digit, 1, every > 1 ? every : 1);
    }
}

/* Multiples of the smallest nice step that gives at most as many as wanted. */
static void choose_linear(level_list *list, double lo, double hi, size_t wanted)
{
    static const int nice[] = { 10, 20, 25, 50 };
    double rough = (hi / 2 - lo / 2) / (double)wanted * 2;
    if (!(rough > 0 && isfinite(rough))) return;
    int exponent = (int)floor(log10(rough)) - 1, kind = 0;
    while (plot_decimal_value(nice[kind], exponent) < rough) {
        kind = (kind + 1) % 4;
        exponent += kind == 0;
    }
    double step = plot_decimal_value(nice[kind], exponent);
    double first = floor(lo / step), last = ceil(hi / step);
    if (!(fabs(first) < 1e15 && fabs(last) < 1e15)) return;
    for (int64_t i = (int64_t)first; i <= (int64_t)last; i++) {
        double value = plot_decimal_value(i * nice[kind], exponent);
        if (value > lo && value < hi) add_level(list, value);
    }
}

/* Chooses levels for these values, which it sorts.  Values that are never negative and of which the
** small ones are much smaller than the largest are shown by their factors. */
static void choose_levels(level_list *list, double *value, size_t n, size_t wanted)
{
    enum { MUCH = 28 };
    if (n == 0) return;
    qsort(value, n, sizeof *value, compare);
    double lo = value[0], hi = value[n - 1], few = value[n / 20], low = value[n / 100];
    if (lo == hi) return;
    if (lo >= 0 && low > 0 && hi / MUCH > few)
        choose_log(list, low, hi, wanted);
    else
        choose_linear(list, lo, hi, wanted);
    if (list->data->levels == 0) add_level(list, lo + (hi / 2 - lo / 2));
}

/* The levels that were asked for, in rising order, each once. */
static void take_levels(level_list *list, const plot_grid *grid)
{
    plot_data *data = list->data;
    for (size_t i = 0; i < grid->levels; i++) add_level(list, grid->level[i]);
    if (list->failed || data->levels == 0) return;
    qsort(data->level, data->levels, sizeof *data->level, compare); /* by value, its first member */
    size_t kept = 1;
    for (size_t i = 1; i < data->levels; i++)
        if (data->level[i].value != data->level[kept - 1].value)
            data->level[kept++] = data->level[i];
    data->levels = kept;
}

/* ---- statistics ------------------------------------------------------------------------------ */

static double place(const double *places, size_t i)
{
    return places != NULL ? places[i] : (double)i + 1;
}

static bool all_whole(const double *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (place(places, i) != floor(place(places, i))) return false;
    return true;
}

/* Counts what cannot be drawn; all places of the grid are shown, whatever stands there. */
static void take_statistics(plot_data *data, const plot_grid *grid)
{
    data->whole_x = all_whole(grid->x, grid->cols);
    data->whole_y = all_whole(grid->y, grid->rows);
    for (size_t i = 0; i < grid->rows * grid->cols; i++) {
        data->nan += isnan(grid->z[i]) != 0;
        data->infinite += isinf(grid->z[i]) != 0;
        plot_data_include(data, place(grid->x, i % grid->cols), place(grid->y, i / grid->cols));
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

typedef struct {
    const plot_grid *grid;
    const plot_memory *memory;
    plot_data *data;
    size_t capacity[2];
    uint8_t *seen; /* for each cell: the edges, as bits, over which a line has entered */
    double level;
    bool failed;
} tracer;

/* A cell by its corner 0, and an edge of it. */
typedef struct {
    size_t row, col;
    int edge;
} crossing;

static double corner(const plot_grid *grid, crossing at, int k)
{
    k &= 3;
    return grid->z[(at.row + (k >= 2)) * grid->cols + at.col + (k == 1 || k == 2)];
}

static bool is_high(const tracer *t, crossing at, int k)
{
    return corner(t->grid, at, k) >= t->level;
}

static bool is_drawn(const tracer *t, crossing at)
{
    if (at.row + 1 >= t->grid->rows || at.col + 1 >= t->grid->cols) return false;
    for (int k = 0; k < 4; k++)
        if (!isfinite(corner(t->grid, at, k))) return false;
    return true;
}

static bool enters(const tracer *t, crossing at)
{
    return is_drawn(t, at) && is_high(t, at, at.edge) && !is_high(t, at, at.edge + 1);
}

/* The edge over which the line that enters at this one leaves the cell. */
static int way_out(const tracer *t, crossing at)
{
    double mean = 0;
    for (int k = 0; k < 4; k++) mean += corner(t->grid, at, k) / 4;
    int turn = mean >= t->level ? 1 : 3; /* round the low corner, or the high one */
    for (int k = 1; k < 4; k++) {
        int edge = (at.edge + k * turn) & 3;
        if (!is_high(t, at, edge) && is_high(t, at, edge + 1)) return edge;
    }
    return at.edge; /* never: what enters leaves */
}

/* The same edge, seen from the cell on its other side; a row or column of SIZE_MAX lies outside. */
static crossing across(crossing at)
{
    static const int row[] = { -1, 0, 1, 0 }, col[] = { 0, 1, 0, -1 };
    return (crossing){ at.row + (size_t)row[at.edge], at.col + (size_t)col[at.edge],
                       (at.edge + 2) & 3 };
}

static bool is_inside(const tracer *t, crossing at)
{
    return at.row < t->grid->rows - 1 && at.col < t->grid->cols - 1 && is_drawn(t, at);
}

static void add_point(tracer *t, double x, double y)
{
    plot_data *data = t->data;
    void *xs = data->x.wide, *ys = data->y.wide;
    if (t->failed) return;
    t->failed = !plot_grow(t->memory, &xs, &t->capacity[0], data->n, 1, sizeof x) ||
                !plot_grow(t->memory, &ys, &t->capacity[1], data->n, 1, sizeof y);
    data->x.wide = xs;
    data->y.wide = ys;
    if (t->failed) return;
    data->x.wide[data->n] = x;
    data->y.wide[data->n++] = y;
}

static double between(double from, double to, double part)
{
    return from == to ? from : from * (1 - part) + to * part;
}

/* Adds the place on the edge where the level is crossed, by linear interpolation from the high end, so that
** both cells of the edge find the same. */
static void add_crossing(tracer *t, crossing at)
{
    static const size_t row[] = { 0, 0, 1, 1 }, col[] = { 0, 1, 1, 0 };
    const plot_grid *grid = t->grid;
    int high = at.edge, low = (at.edge + 1) & 3;
    if (!is_high(t, at, high)) high = low, low = at.edge;
    double from = corner(grid, at, high) / 2, to = corner(grid, at, low) / 2;
    double part = from != to ? (from - t->level / 2) / (from - to) : 0.5;
    add_point(t,
              between(place(grid->x, at.col + col[high]), place(grid->x, at.col + col[low]), part),
              between(place(grid->y, at.row + row[high]), place(grid->y, at.row + row[low]), part));
}

/* Follows the line that enters here to its end, or round to where it began. */
static void follow(tracer *t, crossing at)
{
    uint8_t *seen = &t->seen[at.row * t->grid->cols + at.col];
    add_crossing(t, at);
    while (!(*seen >> at.edge & 1)) {
        *seen |= (uint8_t)(1 << at.edge);
        at.edge = way_out(t, at);
        add_crossing(t, at);
        at = across(at);
        if (!is_inside(t, at)) break;
        seen = &t->seen[at.row * t->grid->cols + at.col];
    }
    add_point(t, PLOT_NAN, PLOT_NAN);
}

/* All lines of the level; first those that begin at the rim, then the closed ones. */
static void trace(tracer *t)
{
    const plot_grid *grid = t->grid;
    memset(t->seen, 0, grid->rows * grid->cols);
    for (int closed = 0; closed < 2; closed++) {
        for (size_t i = 0; i < (grid->rows - 1) * (grid->cols - 1) * 4; i++) {
            crossing at = { i / 4 / (grid->cols - 1), i / 4 % (grid->cols - 1), (int)(i & 3) };
            if (!enters(t, at) || t->seen[at.row * grid->cols + at.col] >> at.edge & 1) continue;
            if (closed || !is_inside(t, across(at))) follow(t, at);
        }
    }
}

static bool trace_all(plot_data *data, const plot_memory *memory, const plot_grid *grid)
{
    tracer t = { .grid = grid, .memory = memory, .data = data };
    if (grid->rows < 2 || grid->cols < 2) return true;
    t.seen = plot_resize(memory, NULL, grid->rows * grid->cols, 1);
    t.failed = t.seen == NULL;
    for (size_t i = 0; i < data->levels && !t.failed; i++) {
        plot_level *level = &data->level[i];
        level->first = data->n;
        t.level = level->value;
        trace(&t);
        level->count = data->n - level->first;
    }
    free(t.seen);
    return !t.failed;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool make_levels(plot_data *data, const plot_memory *memory, const plot_grid *grid)
{
    level_list list = { .data = data, .memory = memory };
    size_t count = grid->rows * grid->cols, finite = 0;
    if (grid->level != NULL) {
        take_levels(&list, grid);
        return !list.failed;
    }
    double *value = plot_resize(memory, NULL, count, sizeof *value);
    if (value == NULL) return false;
    for (size_t i = 0; i < count; i++)
        if (isfinite(grid->z[i])) value[finite++] = grid->z[i];
    choose_levels(&list, value, finite, grid->levels > 0 ? grid->levels : PLOT_LEVELS_USUAL);
    free(value);
    return !list.failed;
}

plot_status plot_contour_init(plot_data *data, const plot_memory *memory, const plot_grid *grid)
{
    *data = (plot_data){ .kind = PLOT_CONTOUR };
    if (grid->label != NULL && grid->label[0] != '\0') {
        data->label = plot_copy_text(memory, grid->label);
        if (data->label == NULL) goto no_memory;
    }
    if (!make_levels(data, memory, grid) || !trace_all(data, memory, grid)) goto no_memory;
    for (size_t i = 0; i < data->levels; i++)
        plot_label_value(data->level[i].value, data->level[i].label);
    take_statistics(data, grid);
    return PLOT_OK;

no_memory:
    plot_data_free(data);
    return PLOT_NO_MEMORY;
}
