/* kernel_density.c: smooth densities of points on a line and in a plane.
**
**     values      | |||  | ||     |
**     nodes      . . . . . . . . . . .    each value is shared by its two neighbours
**     places        x       x      x      each sums the Gaussians of the nodes within reach
**
** Nodes are some to a bandwidth, so the work is the values' plus a constant for each place.  Sharing a value
** linearly adds step * step / 6 to its variance on average; the Gaussians are narrower by as much. */
#include <math.h>
#include <stdlib.h>

#include "plot/sorting.h"
#include "plot/spacing.h"

#define NODES_LINE  16 /* to a bandwidth */
#define NODES_PLANE 4
#define REACH       8.3 /* deviations: beyond, a Gaussian is below 1e-15 of its peak */
#define LEAST       0.75 /* bandwidth, in distances of places: the sum over them is then 1 within 1e-4 */

double plot_bandwidth(const plot_summary *sample, plot_bandwidth_rule rule, int dims)
{
    double n = (double)sample->count, power = -1.0 / (dims + 4);
    if (rule == PLOT_SILVERMAN) n *= (dims + 2) / 4.0;
    return sample->count > 1 ? pow(n, power) * sample->deviation : 0;
}

/* Nodes, and the weights with which a place sums those within its reach. */
typedef struct {
    double first, step; /* node k stands at first + k * step */
    size_t nodes;
    size_t reach;   /* nodes that a place sums */
    double *weight; /* places × reach */
    size_t *start;  /* the first node of each place */
} smoother;

static bool span_is_good(plot_span at, double bandwidth)
{
    double range = at.high - at.low;
    return at.n > 0 && isfinite(at.low) && isfinite(at.high) && isfinite(range) &&
           range / (double)at.n >= 1e-300 && bandwidth >= 0 && bandwidth <= 1e300;
}

static void free_smoother(smoother *s)
{
    free(s->weight);
    free(s->start);
}

/* The weights of one place; they add up to what a Gaussian of area 1 has at its nodes. */
static void weigh(const smoother *s, double place, size_t start, double deviation, double *weight)
{
    double factor = 1 / (deviation * sqrt(2 * acos(-1)));
    for (size_t k = 0; k < s->reach; k++) {
        double d = (s->first + (double)(start + k) * s->step - place) / deviation;
        weight[k] = factor * exp(-d * d / 2);
    }
}

/* For places at low + i * distance, with some nodes to a bandwidth; false when memory is out. */
static bool make_smoother(smoother *s, double low, double distance, size_t places, double bandwidth,
                          int nodes, const plot_memory *memory)
{
    bandwidth = fmax(bandwidth, LEAST * distance);
    double margin = REACH * bandwidth, length = (double)(places - 1) * distance;
    s->step = bandwidth / nodes;
    s->first = low - margin - s->step;
    s->nodes = (size_t)ceil((length + 2 * margin) / s->step) + 3;
    s->reach = (size_t)(2 * REACH * nodes) + 1;
    s->weight = plot_scratch(memory, places * s->reach, sizeof *s->weight);
    s->start = s->weight != NULL ? plot_scratch(memory, places, sizeof *s->start) : NULL;
    if (s->start == NULL) {
        free(s->weight);
        return false;
    }
    double deviation = sqrt(bandwidth * bandwidth - s->step * s->step / 6);
    for (size_t i = 0; i < places; i++) {
        double place = low + (double)i * distance;
        s->start[i] = (size_t)ceil((place - margin - s->first) / s->step);
        if (s->start[i] + s->reach > s->nodes) s->start[i] = s->nodes - s->reach;
        weigh(s, place, s->start[i], deviation, s->weight + i * s->reach);
    }
    return true;
}

/* The node before x and, in PART, how far x is on the way to the next one; SIZE_MAX: beyond the nodes. */
static size_t node_of(const smoother *s, double per_step, double x, double *part)
{
    double at = (x - s->first) * per_step;
    *part = 0;
    if (!(at >= 0 && at < (double)(s->nodes - 1))) return SIZE_MAX;
    size_t node = (size_t)at;
    *part = at - (double)node;
    return node;
}

static double dot(const double *a, const double *b, size_t n, size_t step)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += a[k] * b[k * step];
    return sum;
}

/* ---- on a line ------------------------------------------------------------------------------- */

/* Shares the values among the nodes; how many are finite. */
static size_t share(const smoother *s, const double *x, size_t n, double *node)
{
    size_t count = 0;
    double per_step = 1 / s->step, part;
    for (size_t i = 0; i < n; i++) {
        count += isfinite(x[i]) != 0;
        size_t k = node_of(s, per_step, x[i], &part);
        if (k == SIZE_MAX) continue;
        node[k] += 1 - part;
        node[k + 1] += part;
    }
    return count;
}

plot_status plot_density(const double *x, size_t n, double bandwidth, plot_span at, double *density,
                         const plot_memory *memory)
{
    smoother s;
    if (!span_is_good(at, bandwidth) || at.n < 2) return PLOT_INVALID;
    double distance = (at.high - at.low) / (double)(at.n - 1);
    if (!make_smoother(&s, at.low, distance, at.n, bandwidth, NODES_LINE, memory))
        return PLOT_NO_MEMORY;
    double *node = plot_scratch(memory, s.nodes, sizeof *node);
    if (node != NULL) {
        for (size_t k = 0; k < s.nodes; k++) node[k] = 0;
        size_t count = share(&s, x, n, node);
        for (size_t i = 0; i < at.n; i++)
            density[i] = dot(s.weight + i * s.reach, node + s.start[i], s.reach, 1) / (double)count;
    }
    free(node);
    free_smoother(&s);
    return node != NULL ? PLOT_OK : PLOT_NO_MEMORY;
}

/* ---- in a plane ------------------------------------------------------------------------------ */

/* As share; the nodes of x lie one behind the other. */
static size_t share2d(const smoother *across, const smoother *up, const double *x, const double *y,
                      size_t n, double *node)
{
    size_t count = 0, columns = across->nodes;
    double per_x = 1 / across->step, per_y = 1 / up->step, px, py;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        count++;
        size_t j = node_of(across, per_x, x[i], &px), k = node_of(up, per_y, y[i], &py);
        if (j == SIZE_MAX || k == SIZE_MAX) continue;
        double *corner = node + k * columns + j;
        corner[0] += (1 - px) * (1 - py);
        corner[1] += px * (1 - py);
        corner[columns] += (1 - px) * py;
        corner[columns + 1] += px * py;
    }
    return count;
}

/* First along x for every row of nodes, then along y. */
static plot_status smooth2d(const smoother *across, const smoother *up, const double *x,
                            const double *y, size_t n, plot_span columns, plot_span rows,
                            double *density, const plot_memory *memory)
{
    double *node = plot_scratch(memory, up->nodes, across->nodes * sizeof *node);
    double *line = node != NULL ? plot_scratch(memory, up->nodes, columns.n * sizeof *line) : NULL;
    if (line != NULL) {
        for (size_t k = 0; k < up->nodes * across->nodes; k++) node[k] = 0;
        double count = (double)share2d(across, up, x, y, n, node);
        for (size_t k = 0; k < up->nodes; k++)
            for (size_t j = 0; j < columns.n; j++)
                line[k * columns.n + j] =
                    dot(across->weight + j * across->reach,
                        node + k * across->nodes + across->start[j], across->reach, 1);
        for (size_t i = 0; i < rows.n; i++)
            for (size_t j = 0; j < columns.n; j++)
                density[i * columns.n + j] =
                    dot(up->weight + i * up->reach, line + up->start[i] * columns.n + j, up->reach,
                        columns.n) /
                    count;
    }
    free(node);
    free(line);
    return line != NULL ? PLOT_OK : PLOT_NO_MEMORY;
}

static bool make_cell_smoother(smoother *s, plot_span at, double bandwidth,
                               const plot_memory *memory)
{
    double size = (at.high - at.low) / (double)at.n;
    return make_smoother(s, at.low + size / 2, size, at.n, bandwidth, NODES_PLANE, memory);
}

plot_status plot_density2d(const double *x, const double *y, size_t n, double x_bandwidth,
                           double y_bandwidth, plot_span columns, plot_span rows, double *density,
                           const plot_memory *memory)
{
    smoother across, up;
    if (!span_is_good(columns, x_bandwidth) || !span_is_good(rows, y_bandwidth))
        return PLOT_INVALID;
    if (!make_cell_smoother(&across, columns, x_bandwidth, memory)) return PLOT_NO_MEMORY;
    plot_status status = PLOT_NO_MEMORY;
    if (make_cell_smoother(&up, rows, y_bandwidth, memory)) {
        status = smooth2d(&across, &up, x, y, n, columns, rows, density, memory);
        free_smoother(&up);
    }
    free_smoother(&across);
    return status;
}

/* ---- counts in a plane ----------------------------------------------------------------------- */

/* The cell of x, which lies in the span. */
static size_t cell_of(plot_span at, double x)
{
    size_t cell = (size_t)((x - at.low) / (at.high - at.low) * (double)at.n);
    if (cell >= at.n) cell = at.n - 1;
    while (x < plot_spaced(at.low, at.high, cell, at.n)) cell--;
    while (cell + 1 < at.n && x >= plot_spaced(at.low, at.high, cell + 1, at.n)) cell++;
    return cell;
}

plot_status plot_counts2d(const double *x, const double *y, size_t n, plot_span columns,
                          plot_span rows, double *count, plot_outside *outside)
{
    plot_outside out = { 0, 0, 0 };
    if (!span_is_good(columns, 0) || !span_is_good(rows, 0)) return PLOT_INVALID;
    for (size_t k = 0; k < columns.n * rows.n; k++) count[k] = 0;
    for (size_t i = 0; i < n; i++) {
        bool in_x = x[i] >= columns.low && x[i] <= columns.high;
        bool in_y = y[i] >= rows.low && y[i] <= rows.high;
        if (in_x && in_y)
            count[cell_of(rows, y[i]) * columns.n + cell_of(columns, x[i])]++;
        else if (!isfinite(x[i]) || !isfinite(y[i]))
            out.skipped++;
        else if (x[i] < columns.low || (in_x && y[i] < rows.low))
            out.below++;
        else
            out.above++;
    }
    if (outside != NULL) *outside = out;
    return PLOT_OK;
}
