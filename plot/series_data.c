/* series_data.c: copies a series and takes its statistics in one pass. */
#include "plot/figure.h"

#include "plot/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void widen(plot_range *range, double v)
{
    if (v < range->lo) range->lo = v;
    if (v > range->hi) range->hi = v;
}

static void include(plot_extent *extent, double x, double y)
{
    if (extent->count++ == 0) {
        extent->x = (plot_range){ x, x };
        extent->y = (plot_range){ y, y };
        return;
    }
    widen(&extent->x, x);
    widen(&extent->y, y);
}

void plot_data_include(plot_data *data, double x, double y)
{
    include(&data->extent[PLOT_LINEAR][PLOT_LINEAR], x, y);
    if (x > 0) include(&data->extent[PLOT_LOG10][PLOT_LINEAR], x, y);
    if (y > 0) include(&data->extent[PLOT_LINEAR][PLOT_LOG10], x, y);
    if (x > 0 && y > 0) include(&data->extent[PLOT_LOG10][PLOT_LOG10], x, y);
}

static void take_statistics(plot_data *data)
{
    double last = -PLOT_INFINITY;
    data->sorted = data->whole_x = data->whole_y = true;
    for (size_t i = 0; i < data->n; i++) {
        double x = plot_data_x(data, i), y = data->y[i];
        if (!isfinite(x) || !isfinite(y)) {
            if (isnan(x) || isnan(y))
                data->nan++;
            else
                data->infinite++;
            continue;
        }
        data->sorted = data->sorted && x >= last;
        last = x;
        data->whole_x = data->whole_x && x == floor(x);
        data->whole_y = data->whole_y && y == floor(y);
        plot_data_include(data, x, y);
    }
}

static int copy_values(double **slot, const plot_memory *memory, const double *values, size_t n)
{
    *slot = plot_resize(memory, NULL, n, sizeof **slot);
    if (*slot != NULL && n > 0) memcpy(*slot, values, n * sizeof **slot);
    return *slot != NULL;
}

plot_status plot_data_init(plot_data *data, const plot_memory *memory, const plot_series *series)
{
    *data = (plot_data){ .kind = series->kind, .n = series->n, .weight = series->smooth };
    const char *marker = series->marker != NULL ? series->marker : "";
    while (plot_glyph_next(&marker, PLOT_UTF8, &data->marker) && data->marker.width == 0) continue;
    if (data->marker.width == 0) data->marker.code = 0;

    if (!copy_values(&data->y, memory, series->y, series->n)) goto no_memory;
    if (series->x != NULL && !copy_values(&data->x, memory, series->x, series->n)) goto no_memory;
    if (series->label != NULL && series->label[0] != '\0') {
        data->label = plot_copy_text(memory, series->label);
        if (data->label == NULL) goto no_memory;
    }
    if (series->smooth > 0 && series->bare) {
        plot_smooth(data->y, data->y, data->n, series->smooth);
    } else if (series->smooth > 0) {
        data->smooth = plot_resize(memory, NULL, series->n, sizeof *data->smooth);
        if (data->smooth == NULL) goto no_memory;
        plot_smooth(data->smooth, data->y, data->n, series->smooth);
    }
    take_statistics(data);
    return PLOT_OK;

no_memory:
    plot_data_free(data);
    return PLOT_NO_MEMORY;
}

void plot_data_free(plot_data *data)
{
    free(data->x);
    free(data->y);
    free(data->smooth);
    free(data->label);
    free(data->level);
    *data = (plot_data){ 0 };
}

void plot_smooth(double *out, const double *y, size_t n, double w)
{
    double average = 0, past = 1; /* past: weight that no value has claimed yet, w^k */
    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i])) {
            average = average * w + (1 - w) * y[i];
            past *= w;
        }
        out[i] = isfinite(y[i]) ? average / (1 - past) : y[i];
    }
}
