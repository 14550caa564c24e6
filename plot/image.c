/* image.c: copying matrices, and looking up what is where. */
#include "plot/image.h"

#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- copying --------------------------------------------------------------------------------- */

static void take_ends(plot_data *data, plot_matrix *m, const plot_image *image)
{
    bool log = plot_is_log(m->scale), blank = m->classes || m->text != NULL;
    m->lo = PLOT_INFINITY;
    m->hi = -PLOT_INFINITY;
    for (size_t i = 0; m->z != NULL && i < m->rows * m->cols; i++) {
        double v = m->z[i];
        data->nan += isnan(v) && !blank;
        data->infinite += isinf(v) && !blank;
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
    if (m->lo < -DBL_MAX) m->lo = -DBL_MAX; /* widened beyond all numbers */
    if (m->hi > DBL_MAX) m->hi = DBL_MAX;
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

/* Gives the matrix the texts of the image, in new memory. */
static void take_text(plot_matrix *m, char (*text)[PLOT_ELEMENT_TEXT], const plot_image *image)
{
    free(m->text);
    m->text = text;
    for (size_t i = 0; text != NULL && i < m->rows * m->cols; i++) {
        const char *from = image->text[i] != NULL ? image->text[i] : "";
        size_t length = strnlen(from, PLOT_ELEMENT_TEXT - 1);
        memcpy(text[i], from, length);
        text[i][length] = '\0';
    }
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
    char(*text)[PLOT_ELEMENT_TEXT] = NULL;
    if (image->text != NULL && count > 0) text = plot_resize(memory, NULL, count, sizeof *text);
    bool made = (image->z == NULL || z != NULL) && (image->rgb == NULL || rgb != NULL) &&
                (image->text == NULL || count == 0 || text != NULL);
    if (!made || !plot_set_text(memory, &data->label, image->label)) {
        if (!fits && image->z != NULL) free(z);
        if (!fits && image->rgb != NULL) free(rgb);
        free(text);
        return PLOT_NO_MEMORY;
    }
    if (!fits) {
        free(m->z);
        free(m->rgb);
        m->z = image->z != NULL ? z : NULL;
        m->rgb = image->rgb != NULL ? rgb : NULL;
        m->capacity = count;
    }
    plot_whole_free(data);
    data->kind = PLOT_IMAGE;
    m->rows = image->rows;
    m->cols = image->cols;
    m->map = image->map;
    m->scale = image->scale;
    m->peak = image->peak;
    m->classes = image->classes && image->z != NULL;
    m->bar = image->bar;
    take_text(m, text, image);
    if (m->z != NULL && count > 0) memcpy(m->z, image->z, count * sizeof *m->z);
    if (m->rgb != NULL && count > 0) memcpy(m->rgb, image->rgb, count * 3);
    take_edges(data, m, image);
    take_ends(data, m, image);
    return PLOT_OK;
}

/* ---- looking up ------------------------------------------------------------------------------ */

/* The elements from first to last; how much of the first and of the last belongs to it. */
typedef struct {
    int first, last;
    double head, tail;
} run;

static double weight_of(const run *r, int i)
{
    return i == r->first ? r->head : i == r->last ? r->tail : 1;
}

/* v, or the whole number that it is but for rounding. */
static double snapped(double v)
{
    double whole = round(v);
    return fabs(v - whole) < 1e-6 ? whole : v;
}

/* Those that part i of count of an axis covers, of n elements; the middle one if it covers less than one.  None
** are outside the matrix.  If whole: those whose middle it covers, so that each belongs to one part. */
static run run_at(const plot_map *map, int i, int count, const double edge[2], size_t elements,
                  bool whole)
{
    double n = (double)elements, scale = n / (edge[1] - edge[0]);
    double a = snapped((plot_map_value(map, (double)i / count) - edge[0]) * scale);
    double b = snapped((plot_map_value(map, (double)(i + 1) / count) - edge[0]) * scale);
    double low = fmin(a, b), high = fmax(a, b);
    if (!(high > 0 && low < n)) return (run){ 0, -1, 0, 0 };
    double from = fmax(low, 0), to = fmin(high, n);
    if (high - low > 1 && whole) {
        run r = { (int)floor(from + 0.5), (int)floor(to - 0.5), 1, 1 };
        if (r.first <= r.last) return r;
    } else if (high - low > 1) {
        run r = { (int)floor(from), (int)ceil(to) - 1, 0, 0 };
        r.head = fmin(r.first + 1, to) - from;
        r.tail = to - r.last;
        return r;
    }
    int middle = (int)floor(fmin(fmax((low + high) / 2, 0), n - 1e-9));
    return (run){ middle, middle, 1, 1 };
}

plot_rgb plot_matrix_color(const plot_matrix *matrix, double place)
{
    return plot_colormap_at(matrix->map, place);
}

static const plot_sample nothing = { .shown = false, .entry = -1 };

static plot_sample sample_rgb(const plot_matrix *m, const run *x, const run *y)
{
    double sum[3] = { 0 }, total = 0;
    for (int i = y->first; i <= y->last; i++) {
        for (int k = x->first; k <= x->last; k++) {
            const unsigned char *dot = m->rgb + 3 * ((size_t)i * m->cols + (size_t)k);
            double weight = weight_of(y, i) * weight_of(x, k);
            for (int c = 0; c < 3; c++) sum[c] += weight * dot[c];
            total += weight;
        }
    }
    if (!(total > 0)) return nothing;
    plot_rgb color = { (uint8_t)(sum[0] / total + 0.5), (uint8_t)(sum[1] / total + 0.5),
                       (uint8_t)(sum[2] / total + 0.5) };
    return (
        plot_sample){ .shown = true, .place = plot_lightness(color), .color = color, .entry = -1 };
}

/* Where a value stands between the ends of the map. */
static double place_of(const plot_matrix *m, double v)
{
    if (plot_is_log(m->scale)) return (log(v) - log(m->lo)) / (log(m->hi) - log(m->lo));
    return (v / 2 - m->lo / 2) / (m->hi / 2 - m->lo / 2);
}

static plot_sample sample_numbers(const plot_matrix *m, const run *x, const run *y)
{
    double mean = 0, peak = 0, total = 0;
    for (int i = y->first; i <= y->last; i++) {
        for (int k = x->first; k <= x->last; k++) {
            double v = m->z[(size_t)i * m->cols + (size_t)k];
            double weight = weight_of(y, i) * weight_of(x, k);
            if (!isfinite(v) || (plot_is_log(m->scale) && v <= 0) || !(weight > 0)) continue;
            if (total == 0 || fabs(v) > fabs(peak)) peak = v;
            total += weight;
            mean += v * (weight / total) - mean * (weight / total);
        }
    }
    if (total == 0 || isnan(m->lo)) return nothing;
    double place = fmin(fmax(place_of(m, m->peak ? peak : mean), 0), 1);
    return (plot_sample){
        .shown = true, .place = place, .color = plot_matrix_color(m, place), .entry = -1
    };
}

static plot_sample sample_classes(const plot_matrix *m, const run *x, const run *y)
{
    double covers[PLOT_COLORS] = { 0 }, sure[PLOT_COLORS] = { 0 }, total = 0;
    int best = 0;
    for (int i = y->first; i <= y->last; i++) {
        for (int k = x->first; k <= x->last; k++) {
            double v = m->z[(size_t)i * m->cols + (size_t)k];
            double weight = weight_of(y, i) * weight_of(x, k);
            if (!(v >= 0 && v < INT32_MAX)) continue;
            int entry = (int)v % PLOT_COLORS;
            covers[entry] += weight;
            sure[entry] += weight * (v - floor(v));
            total += weight;
        }
    }
    if (!(total > 0)) return nothing;
    for (int i = 1; i < PLOT_COLORS; i++)
        if (covers[i] > covers[best] * (1 + 1e-9)) best = i; /* not for rounding alone */
    return (plot_sample){ .shown = true, .place = sure[best] / total, .entry = best };
}

plot_sample plot_image_at(const plot_sampling *s, int column, int row)
{
    const plot_matrix *m = s->matrix;
    if (m->rows * m->cols == 0) return nothing;
    run x = run_at(&s->x_map, column, s->columns, m->x, m->cols, m->peak);
    run y = run_at(&s->y_map, s->rows - 1 - row, s->rows, m->y, m->rows, m->peak);
    if (x.last < x.first || y.last < y.first) return (plot_sample){ .outside = true, .entry = -1 };
    if (m->rgb != NULL) return sample_rgb(m, &x, &y);
    return m->classes ? sample_classes(m, &x, &y) : sample_numbers(m, &x, &y);
}
