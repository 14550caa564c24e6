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
    include(&data->extent[0][0], x, y);
    if (x > 0) include(&data->extent[1][0], x, y);
    if (y > 0) include(&data->extent[0][1], x, y);
    if (x > 0 && y > 0) include(&data->extent[1][1], x, y);
}

/* Element i's places; what its kind lacks is as its other end. */
typedef struct {
    double x, y, x2, y2;
} element;

static element element_at(const plot_data *data, size_t i)
{
    element e = { .x = plot_data_x(data, i), .y = data->y[i] };
    e.x2 = data->x2 != NULL ? data->x2[i] : e.x;
    e.y2 = data->y2 != NULL ? data->y2[i] : e.y;
    return e;
}

static bool is_whole(double a, double b)
{
    return a == floor(a) && b == floor(b);
}

static void take_statistics(plot_data *data, size_t first)
{
    bool ends = data->x2 != NULL || data->y2 != NULL;
    for (size_t i = first; i < data->n; i++) {
        element e = element_at(data, i);
        if (!isfinite(e.x) || !isfinite(e.y) || !isfinite(e.x2) || !isfinite(e.y2)) {
            if (isnan(e.x) || isnan(e.y) || isnan(e.x2) || isnan(e.y2))
                data->nan++;
            else
                data->infinite++;
            continue;
        }
        data->sorted = data->sorted && e.x >= data->last_x;
        data->last_x = e.x;
        data->whole_x = data->whole_x && is_whole(e.x, e.x2);
        data->whole_y = data->whole_y && is_whole(e.y, e.y2);
        plot_data_include(data, e.x, e.y);
        if (ends) plot_data_include(data, e.x2, e.y2);
    }
}

/* Makes room in one array of the data for so many values. */
static bool reserve_one(double **slot, bool wanted, const plot_memory *memory, size_t count)
{
    if (!wanted) return true;
    double *grown = plot_resize(memory, *slot, count, sizeof **slot);
    if (grown != NULL) *slot = grown;
    return grown != NULL;
}

typedef struct {
    bool x, x2, y2, smooth;
} columns;

/* Makes room for n values in every array that there is to be. */
static bool reserve(plot_data *data, const plot_memory *memory, size_t n, columns have)
{
    size_t wanted = n > data->capacity ? n : data->capacity;
    bool complete = data->y != NULL && have.x <= (data->x != NULL) &&
                    have.x2 <= (data->x2 != NULL) && have.y2 <= (data->y2 != NULL) &&
                    have.smooth <= (data->smooth != NULL);
    if (complete && n <= data->capacity) return true;
    if (n > data->capacity && data->capacity > 0 && wanted < data->capacity + data->capacity / 2)
        wanted = data->capacity + data->capacity / 2;
    if (!reserve_one(&data->y, true, memory, wanted) ||
        !reserve_one(&data->x, have.x, memory, wanted) ||
        !reserve_one(&data->x2, have.x2, memory, wanted) ||
        !reserve_one(&data->y2, have.y2, memory, wanted) ||
        !reserve_one(&data->smooth, have.smooth, memory, wanted))
        return false;
    data->capacity = wanted;
    return true;
}

static void copy(double *to, const double *from, size_t n)
{
    if (to != NULL && from != NULL && n > 0) memcpy(to, from, n * sizeof *to);
}

/* Averages and counts the points from first on. */
static void take_in(plot_data *data, size_t first)
{
    double *out = data->smooth != NULL ? data->smooth : data->bare ? data->y : NULL;
    if (data->weight > 0 && out != NULL)
        plot_smooth(out + first, data->y + first, data->n - first, data->weight, &data->average,
                    &data->past);
    take_statistics(data, first);
}

bool plot_set_text(const plot_memory *memory, char **slot, const char *text)
{
    char *text_copy = NULL;
    if (text != NULL && text[0] != '\0') {
        if (*slot != NULL && strcmp(*slot, text) == 0) return true;
        text_copy = plot_copy_text(memory, text);
        if (text_copy == NULL) return false;
    }
    free(*slot);
    *slot = text_copy;
    return true;
}

static plot_glyph marker_of(const char *text)
{
    plot_glyph marker = { 0 };
    const char *rest = text != NULL ? text : "";
    while (plot_glyph_next(&rest, PLOT_UTF8, &marker) && marker.width == 0) continue;
    return marker.width == 0 ? (plot_glyph){ 0 } : marker;
}

/* Forgets the points, not their memory. */
static void restart(plot_data *data)
{
    data->n = data->nan = data->infinite = 0;
    memset(data->extent, 0, sizeof data->extent);
    data->sorted = data->whole_x = data->whole_y = true;
    data->last_x = -PLOT_INFINITY;
    data->average = 0;
    data->past = 1;
}

static void drop(double **slot)
{
    free(*slot);
    *slot = NULL;
}

plot_status plot_data_init(plot_data *data, const plot_memory *memory, const plot_series *series)
{
    bool fresh = data->y == NULL;
    columns have = { series->x != NULL, series->x2 != NULL, series->y2 != NULL,
                     series->smooth > 0 && !series->bare };
    if (fresh) *data = (plot_data){ .kind = series->kind };
    if (!reserve(data, memory, series->n, have) ||
        !plot_set_text(memory, &data->label, series->label)) {
        if (fresh) plot_data_free(data);
        return PLOT_NO_MEMORY;
    }
    if (!have.x) drop(&data->x);
    if (!have.x2) drop(&data->x2);
    if (!have.y2) drop(&data->y2);
    if (!have.smooth) drop(&data->smooth);
    restart(data);
    data->n = series->n;
    data->weight = series->smooth;
    data->marker = marker_of(series->marker);
    data->bare = series->bare;
    data->right = series->right;
    data->faint = series->faint;
    data->dashed = series->dashed;
    data->tinted = series->tinted;
    data->across = series->across;
    copy(data->y, series->y, series->n);
    copy(data->x, series->x, series->n);
    copy(data->x2, series->x2, series->n);
    copy(data->y2, series->y2, series->n);
    take_in(data, 0);
    return PLOT_OK;
}

plot_status plot_data_append(plot_data *data, const plot_memory *memory, const double *x,
                             const double *y, const double *y2, size_t n)
{
    columns have = { true, false, data->y2 != NULL, data->smooth != NULL };
    size_t first = data->n;
    if (n > SIZE_MAX - first || !reserve(data, memory, first + n, have)) return PLOT_NO_MEMORY;
    copy(data->x + first, x, n);
    copy(data->y + first, y, n);
    if (data->y2 != NULL) copy(data->y2 + first, y2, n);
    data->n += n;
    take_in(data, first);
    return PLOT_OK;
}

plot_status plot_note_init(plot_data *data, const plot_memory *memory, const plot_note *note)
{
    if (!plot_set_text(memory, &data->label, note->text)) return PLOT_NO_MEMORY;
    data->kind = note->kind;
    data->axis = note->axis;
    data->at = note->at;
    data->to = note->to;
    data->align = note->align;
    data->marker = marker_of(note->marker);
    return PLOT_OK;
}

void plot_data_free(plot_data *data)
{
    free(data->x);
    free(data->y);
    free(data->x2);
    free(data->y2);
    free(data->smooth);
    free(data->label);
    free(data->level);
    free(data->matrix.z);
    free(data->matrix.rgb);
    *data = (plot_data){ 0 };
}

void plot_smooth(double *out, const double *y, size_t n, double w, double *average, double *past)
{
    double now = *average, unclaimed = *past; /* the weight that no value has claimed yet: w^k */
    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i])) {
            now = now * w + (1 - w) * y[i];
            unclaimed *= w;
        }
        out[i] = isfinite(y[i]) ? now / (1 - unclaimed) : y[i];
    }
    *average = now;
    *past = unclaimed;
}
