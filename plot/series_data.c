/* series_data.c: copying series, and adding points to them. */
#include "plot/figure.h"

#include "plot/scale.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Makes room in one array of the data for so many values. */
static bool reserve_one(double **slot, bool wanted, const plot_memory *memory, size_t count)
{
    if (!wanted) return true;
    double *grown = plot_resize(memory, *slot, count, sizeof **slot);
    if (grown != NULL) *slot = grown;
    return grown != NULL;
}

/* Makes room for n values in those of x2 and y2 that there are to be. */
static bool reserve_ends(plot_data *data, const plot_memory *memory, size_t n, bool x2, bool y2)
{
    size_t wanted = n > data->capacity ? n : data->capacity;
    bool complete = x2 <= (data->x2 != NULL) && y2 <= (data->y2 != NULL);
    if (complete && n <= data->capacity) return true;
    if (n > data->capacity && data->capacity > 0 && wanted < data->capacity + data->capacity / 2)
        wanted = data->capacity + data->capacity / 2;
    if (!reserve_one(&data->x2, x2, memory, wanted) || !reserve_one(&data->y2, y2, memory, wanted))
        return false;
    data->capacity = wanted;
    return true;
}

static void copy(double *to, const double *from, size_t n)
{
    if (to != NULL && from != NULL && n > 0) memcpy(to, from, n * sizeof *to);
}

/* Averages the points from first on, which are in y, and counts them. */
static void take_in(plot_data *data, size_t first)
{
    bool beside = plot_column_given(&data->smooth);
    double *out = beside ? data->smooth.wide : data->bare && data->weight > 0 ? data->y.wide : NULL;
    if (out != NULL) {
        plot_smooth(out + first, data->y.wide + first, data->n - first, data->weight,
                    &data->average, &data->past);
        if (beside) data->smooth.count = data->n;
        plot_column_index(beside ? &data->smooth : &data->y, first);
    }
    plot_data_statistics(data, first);
}

static bool has_room(const char *old, const char *text)
{
    return old != NULL && text != NULL && strlen(text) <= strlen(old);
}

bool plot_set_text(const plot_memory *memory, char **slot, const char *text)
{
    char *text_copy = NULL;
    if (text != NULL && text[0] != '\0') {
        if (has_room(*slot, text)) {
            memmove(*slot, text, strlen(text) + 1);
            return true;
        }
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

void plot_whole_free(plot_data *data)
{
    plot_whole *w = data->whole;
    if (w == NULL) return;
    free(w->x.some);
    free(w->y.some);
    free(w->x2.some);
    free(w->y2.some);
    free(w);
    data->whole = NULL;
}

/* Forgets the points, not their memory. */
static void restart(plot_data *data)
{
    plot_whole_free(data);
    data->n = data->nan = data->infinite = 0;
    memset(data->extent, 0, sizeof data->extent);
    data->sorted = data->finite_x = data->whole_x = data->whole_y = true;
    plot_column_clear(&data->x);
    plot_column_clear(&data->y);
    plot_column_clear(&data->smooth);
    data->last_x = -PLOT_INFINITY;
    data->average = 0;
    data->past = 1;
}

static bool has_both(const plot_series *series)
{
    return series->kind == PLOT_SEGMENTS || series->kind == PLOT_RECTS;
}

static bool has_x2(const plot_series *series)
{
    return has_both(series) || (series->kind == PLOT_BAND && series->across);
}

static bool has_y2(const plot_series *series)
{
    return has_both(series) || (series->kind == PLOT_BAND && !series->across);
}

/* Makes room for the series' points in every column that it has. */
static bool make_room(plot_data *data, const plot_memory *memory, const plot_series *series)
{
    size_t n = series->n;
    bool smooth = series->smooth > 0;
    bool x = series->x != NULL || series->x_narrow != NULL;
    /* averages are made of doubles */
    return plot_column_reserve(&data->y, memory, n, series->y == NULL && n > 0 && !smooth) &&
           (!x || plot_column_reserve(&data->x, memory, n, series->x == NULL)) &&
           (!smooth || series->bare || plot_column_reserve(&data->smooth, memory, n, false)) &&
           reserve_ends(data, memory, n, has_x2(series), has_y2(series));
}

static void drop(double **slot)
{
    free(*slot);
    *slot = NULL;
}

/* What earlier contents had and the series has not. */
static void drop_unused(plot_data *data, const plot_series *series)
{
    if (series->x == NULL && series->x_narrow == NULL) plot_column_free(&data->x);
    if (!(series->smooth > 0) || series->bare) plot_column_free(&data->smooth);
    if (!has_x2(series)) drop(&data->x2);
    if (!has_y2(series)) drop(&data->y2);
}

plot_status plot_data_init(plot_data *data, const plot_memory *memory, const plot_series *series)
{
    bool fresh = !plot_column_given(&data->y), had_x = plot_column_given(&data->x);
    bool had_smooth = plot_column_given(&data->smooth);
    if (fresh) *data = (plot_data){ .kind = series->kind };
    bool fits = has_room(data->label, series->label);
    char *label = NULL;
    bool made = fits || plot_set_text(memory, &label, series->label);
    if (!made || !make_room(data, memory, series)) {
        free(label);
        if (!had_x) plot_column_free(&data->x);
        if (!had_smooth) plot_column_free(&data->smooth);
        if (fresh) plot_data_free(data);
        return PLOT_NO_MEMORY;
    }
    if (fits) plot_set_text(memory, &data->label, series->label);
    if (!fits) free(data->label);
    if (!fits) data->label = label;
    drop_unused(data, series);
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
    data->based = series->based;
    data->valued = series->valued;
    data->inside = series->inside;
    data->solid = series->solid;
    data->capped = series->capped;
    data->snapped = series->snapped;
    data->mapped = series->mapped;
    data->map = series->map;
    data->place = series->place;
    plot_column_append(&data->y, (plot_numbers_in){ series->y, series->y_narrow }, series->n);
    if (plot_column_given(&data->x))
        plot_column_append(&data->x, (plot_numbers_in){ series->x, series->x_narrow }, series->n);
    copy(data->x2, series->x2, series->n);
    copy(data->y2, series->y2, series->n);
    take_in(data, 0);
    return PLOT_OK;
}

plot_status plot_data_append(plot_data *data, const plot_memory *memory, const double *x,
                             const double *y, const double *y2, size_t n)
{
    size_t first = data->n, count = first + n;
    if (n > SIZE_MAX - first || !plot_column_reserve(&data->x, memory, count, false) ||
        !plot_column_reserve(&data->y, memory, count, false) ||
        (plot_column_given(&data->smooth) &&
         !plot_column_reserve(&data->smooth, memory, count, false)) ||
        (data->y2 != NULL && !reserve_ends(data, memory, count, false, true)))
        return PLOT_NO_MEMORY;
    plot_column_append(&data->x, (plot_numbers_in){ .wide = x }, n);
    plot_column_append(&data->y, (plot_numbers_in){ .wide = y }, n);
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
    plot_whole_free(data);
    plot_column_free(&data->x);
    plot_column_free(&data->y);
    plot_column_free(&data->smooth);
    free(data->x2);
    free(data->y2);
    free(data->label);
    free(data->level);
    free(data->matrix.z);
    free(data->matrix.rgb);
    free(data->matrix.text);
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
