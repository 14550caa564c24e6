/* image.c: copying matrices, and looking up what is where. */
#include "plot/image.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- copying --------------------------------------------------------------------------------- */

static void take_ends(plot_data *data, plot_matrix *m, const plot_image *image)
{
    bool log = plot_is_log(m->scale);
    m->lo = PLOT_INFINITY;
    m->hi = -PLOT_INFINITY;
    for (size_t i = 0; m->z != NULL && i < m->rows * m->cols; i++) {
        double v = m->z[i];
        data->nan += isnan(v) != 0;
        data->infinite += isinf(v) != 0;
        if (!isfinite(v) || (log && v <= 0)) continue;
        m->lo = fmin(m->lo, v);
        m->hi = fmax(m->hi, v);
    }
    if (image->lo < image->hi) {
        m->lo = image->lo;
        m->hi = image->hi;
    }
    if (image->centered && m->lo <= m->hi) {
        double reach = fmax(fabs(m->lo - image->center), fabs(m->hi - image->center));
        m->lo = image->center - reach;
        m->hi = image->center + reach;
    }
    if (m->lo == m->hi) { /* one value: it has the middle of the map */
        double margin = log ? m->lo / 2 : m->lo != 0 ? fabs(m->lo) / 2 : 1;
        m->lo -= margin;
        m->hi += margin;
    }
    if (!(m->lo < m->hi)) m->lo = m->hi = PLOT_NAN;
}

static void take_edges(plot_data *data, plot_matrix *m, const plot_image *image)
{
    bool x = image->x[0] < image->x[1], y = image->y[0] < image->y[1];
    m->x[0] = x ? image->x[0] : 0.5;
    m->x[1] = x ? image->x[1] : (double)m->cols + 0.5;
    m->y[0] = y ? image->y[0] : 0.5;
    m->y[1] = y ? image->y[1] : (double)m->rows + 0.5;
    data->whole_x = !x;
    data->whole_y = !y;
    data->nan = data->infinite = 0;
    memset(data->extent, 0, sizeof data->extent);
    if (m->rows * m->cols == 0) return;
    plot_data_include(data, m->x[0], m->y[0]);
    plot_data_include(data, m->x[1], m->y[1]);
}

plot_status plot_image_init(plot_data *data, const plot_memory *memory, const plot_image *image)
{
    plot_matrix *m = &data->matrix;
    size_t count = image->rows * image->cols;
    bool fits = count <= m->capacity && (image->z != NULL) == (m->z != NULL) &&
                (image->rgb != NULL) == (m->rgb != NULL);
    double *z = m->z;
    unsigned char *rgb = m->rgb;
    if (!fits && image->z != NULL) z = plot_resize(memory, NULL, count, sizeof *z);
    if (!fits && image->rgb != NULL) rgb = plot_resize(memory, NULL, count, 3);
    bool made = (image->z == NULL || z != NULL) && (image->rgb == NULL || rgb != NULL);
    if (!made || !plot_set_text(memory, &data->label, image->label)) {
        if (!fits && image->z != NULL) free(z);
        if (!fits && image->rgb != NULL) free(rgb);
        return PLOT_NO_MEMORY;
    }
    if (!fits) {
        free(m->z);
        free(m->rgb);
        m->z = image->z != NULL ? z : NULL;
        m->rgb = image->rgb != NULL ? rgb : NULL;
        m->capacity = count;
    }
    data->kind = PLOT_IMAGE;
    m->rows = image->rows;
    m->cols = image->cols;
    m->map = image->map;
    m->scale = image->scale;
    m->peak = image->peak;
    m->bar = image->bar;
    if (m->z != NULL && count > 0) memcpy(m->z, image->z, count * sizeof *m->z);
    if (m->rgb != NULL && count > 0) memcpy(m->rgb, image->rgb, count * 3);
    take_edges(data, m, image);
    take_ends(data, m, image);
    return PLOT_OK;
}

/* ---- looking up ------------------------------------------------------------------------------ */

/* The elements from first to last. */
typedef struct {
    int first, last;
} run;

/* Those that part i of count of an axis covers; the middle one if it covers no whole one.  None are
** outside the matrix. */
static run run_at(const plot_map *map, int i, int count, const double edge[2], size_t elements)
{
    double n = (double)elements, scale = n / (edge[1] - edge[0]);
    double a = (plot_map_value(map, (double)i / count) - edge[0]) * scale;
    double b = (plot_map_value(map, (double)(i + 1) / count) - edge[0]) * scale;
    double low = fmin(a, b), high = fmax(a, b);
    if (!(high > 1e-9 && low < n - 1e-9)) return (run){ 0, -1 };
    run r = { (int)floor(fmax(low, 0) + 0.5), (int)floor(fmin(high, n) - 0.5) };
    if (high - low > 1 && r.first <= r.last) return r;
    int middle = (int)floor(fmin(fmax((low + high) / 2, 0), n - 1e-9));
    return (run){ middle, middle };
}

plot_rgb plot_matrix_color(const plot_matrix *matrix, double place)
{
    return plot_colormap_at(matrix->map, place);
}

static plot_sample sample_rgb(const plot_matrix *m, run x, run y)
{
    long sum[3] = { 0 }, count = 0;
    for (int i = y.first; i <= y.last; i++) {
        for (int k = x.first; k <= x.last; k++, count++) {
            const unsigned char *dot = m->rgb + 3 * ((size_t)i * m->cols + (size_t)k);
            for (int c = 0; c < 3; c++) sum[c] += dot[c];
        }
    }
    if (count == 0) return (plot_sample){ .shown = false };
    plot_rgb color = { (uint8_t)((sum[0] + count / 2) / count),
                       (uint8_t)((sum[1] + count / 2) / count),
                       (uint8_t)((sum[2] + count / 2) / count) };
    return (plot_sample){ true, plot_lightness(color), color };
}

/* Where a value stands between the ends of the map. */
static double place_of(const plot_matrix *m, double v)
{
    if (plot_is_log(m->scale)) return log(v / m->lo) / log(m->hi / m->lo);
    return (v / 2 - m->lo / 2) / (m->hi / 2 - m->lo / 2);
}

static plot_sample sample_numbers(const plot_matrix *m, run x, run y)
{
    double sum = 0, peak = 0;
    int count = 0;
    for (int i = y.first; i <= y.last; i++) {
        for (int k = x.first; k <= x.last; k++) {
            double v = m->z[(size_t)i * m->cols + (size_t)k];
            if (!isfinite(v) || (plot_is_log(m->scale) && v <= 0)) continue;
            if (count++ == 0 || fabs(v) > fabs(peak)) peak = v;
            sum += (v - sum) / count;
        }
    }
    if (count == 0 || isnan(m->lo)) return (plot_sample){ .shown = false };
    double place = fmin(fmax(place_of(m, m->peak ? peak : sum), 0), 1);
    return (plot_sample){ true, place, plot_matrix_color(m, place) };
}

plot_sample plot_image_at(const plot_sampling *s, int column, int row)
{
    const plot_matrix *m = s->matrix;
    if (m->rows * m->cols == 0) return (plot_sample){ .shown = false };
    run x = run_at(&s->x_map, column, s->columns, m->x, m->cols);
    run y = run_at(&s->y_map, s->rows - 1 - row, s->rows, m->y, m->rows);
    return m->rgb != NULL ? sample_rgb(m, x, y) : sample_numbers(m, x, y);
}
