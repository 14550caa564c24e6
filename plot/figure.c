/* figure.c: building a figure.  Every change is made whole or not at all. */
#include "plot/figure.h"

#include "plot/contour.h"
#include "plot/scale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plot_status plot_fail(plot_figure *figure, plot_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figure->error, sizeof figure->error, format, arguments);
    va_end(arguments);
    return status;
}

static plot_status no_memory(plot_figure *figure, const char *what)
{
    return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for %s", what);
}

/* ---- figures and panels ---------------------------------------------------------------------- */

static void free_panel(plot_panel *panel)
{
    if (panel == NULL) return;
    for (size_t i = 0; i < panel->count; i++) plot_data_free(&panel->data[i]);
    free(panel->data);
    for (int i = 0; i < PLOT_AXES; i++) {
        free(panel->axis[i].label);
        free(panel->axis[i].names);
    }
    free(panel->title);
    free(panel);
}

/* A panel more, at no place yet; NULL when memory is out. */
static plot_panel *add_panel(plot_figure *figure)
{
    void *list = figure->panel;
    plot_panel *panel = plot_resize(&figure->memory, NULL, 1, sizeof *panel);
    if (panel == NULL) return NULL;
    *panel = (plot_panel){ .figure = figure, .legend = true, .axes = true };
    for (int i = 0; i < PLOT_AXES; i++) panel->axis[i].limits = (plot_range){ PLOT_NAN, PLOT_NAN };
    if (!plot_grow(&figure->memory, &list, &figure->capacity, figure->count, 1, sizeof panel)) {
        free(panel);
        return NULL;
    }
    figure->panel = list;
    figure->panel[figure->count++] = panel;
    return panel;
}

plot_figure *plot_figure_new_in(plot_memory memory)
{
    plot_figure *figure = plot_resize(&memory, NULL, 1, sizeof *figure);
    if (figure == NULL) return NULL;
    *figure = (plot_figure){ .memory = memory, .rows = 1, .cols = 1 };
    if (add_panel(figure) != NULL) return figure;
    plot_figure_free(figure);
    return NULL;
}

plot_figure *plot_figure_new(void)
{
    return plot_figure_new_in((plot_memory){ 0 });
}

void plot_figure_free(plot_figure *figure)
{
    if (figure == NULL) return;
    for (size_t i = 0; i < figure->count; i++) free_panel(figure->panel[i]);
    free(figure->panel);
    free(figure->title);
    free(figure);
}

const char *plot_figure_error(const plot_figure *figure)
{
    return figure->error;
}

static size_t column_memory(const plot_column *column)
{
    return column->capacity * (column->narrow != NULL ? sizeof(float) : sizeof(double));
}

size_t plot_figure_memory(const plot_figure *figure)
{
    size_t bytes = 0;
    for (size_t i = 0; i < figure->count; i++) {
        for (size_t k = 0; k < figure->panel[i]->count; k++) {
            const plot_data *data = &figure->panel[i]->data[k];
            bytes += column_memory(&data->x) + column_memory(&data->y) +
                     column_memory(&data->smooth) + 2 * data->capacity * sizeof(double);
            bytes += data->matrix.capacity * (data->matrix.z != NULL ? sizeof(double) : 3);
        }
    }
    return bytes;
}

static plot_status set_text(plot_figure *figure, char **slot, const char *text)
{
    return plot_set_text(&figure->memory, slot, text) ? PLOT_OK : no_memory(figure, "a label");
}

plot_status plot_figure_title(plot_figure *figure, const char *text)
{
    return set_text(figure, &figure->title, text);
}

plot_status plot_panel_title_color(plot_panel *panel, int color)
{
    if (color < 0 || color > PLOT_COLORS)
        return plot_fail(panel->figure, PLOT_INVALID, "plot: color %d: the colors are 1 to %d",
                         color, PLOT_COLORS);
    panel->title_color = color;
    return PLOT_OK;
}

plot_panel *plot_figure_panel(plot_figure *figure, size_t index)
{
    return index < figure->count ? figure->panel[index] : NULL;
}

size_t plot_figure_count(const plot_figure *figure)
{
    return figure->count;
}

/* ---- places ---------------------------------------------------------------------------------- */

/* The places that have this number, as a rectangle; false if they are none or no rectangle. */
static bool place_of(int number, int rows, int cols, const int *place, plot_place *out)
{
    int count = 0;
    *out = (plot_place){ rows, cols, 0, 0 };
    for (int i = 0; i < rows * cols; i++) {
        if (place[i] != number) continue;
        int row = i / cols, col = i % cols;
        count++;
        if (row < out->row) out->row = row;
        if (col < out->col) out->col = col;
        if (row > out->row_end) out->row_end = row;
        if (col > out->col_end) out->col_end = col;
    }
    return count > 0 && count == (out->row_end - out->row + 1) * (out->col_end - out->col + 1);
}

static plot_status check_places(plot_figure *figure, int rows, int cols, const int *place)
{
    if (rows < 1 || cols < 1 || rows > PLOT_TRACKS_MAX || cols > PLOT_TRACKS_MAX ||
        rows * cols > PLOT_PANELS_MAX)
        return plot_fail(figure, PLOT_INVALID,
                         "plot: %d rows and %d columns of panels: 1 to %d of each, and at most %d "
                         "panels",
                         rows, cols, PLOT_TRACKS_MAX, PLOT_PANELS_MAX);
    int most = 0;
    for (int i = 0; place != NULL && i < rows * cols; i++) most = place[i] > most ? place[i] : most;
    if (most > rows * cols)
        return plot_fail(figure, PLOT_INVALID, "plot: panel %d, but there are only %d places", most,
                         rows * cols);
    for (int i = 1; i <= most; i++) {
        plot_place unused;
        if (!place_of(i, rows, cols, place, &unused))
            return plot_fail(figure, PLOT_INVALID, "plot: the places of panel %d are no rectangle",
                             i);
    }
    if (place != NULL && most == 0)
        return plot_fail(figure, PLOT_INVALID, "plot: there is no panel in the layout");
    return PLOT_OK;
}

plot_status plot_figure_panels(plot_figure *figure, int rows, int cols, const int *place)
{
    plot_status status = check_places(figure, rows, cols, place);
    if (status != PLOT_OK) return status;
    int panels = 0;
    if (place == NULL) panels = rows * cols;
    for (int i = 0; place != NULL && i < rows * cols; i++)
        panels = place[i] > panels ? place[i] : panels;
    if ((size_t)panels < figure->count)
        return plot_fail(figure, PLOT_INVALID, "plot: the figure already has %zu panels",
                         figure->count);
    size_t before = figure->count;
    while (figure->count < (size_t)panels) {
        if (add_panel(figure) != NULL) continue;
        while (figure->count > before) free_panel(figure->panel[--figure->count]);
        return no_memory(figure, "panels");
    }
    figure->rows = rows;
    figure->cols = cols;
    for (int i = 0; i < panels; i++) {
        plot_place *p = &figure->panel[i]->place;
        if (place == NULL)
            *p = (plot_place){ i / cols, i % cols, i / cols, i % cols };
        else
            place_of(i + 1, rows, cols, place, p);
    }
    return PLOT_OK;
}

plot_panel *plot_figure_at(plot_figure *figure, int row, int col)
{
    for (size_t i = 0; i < figure->count; i++) {
        const plot_place *p = &figure->panel[i]->place;
        if (row >= p->row && row <= p->row_end && col >= p->col && col <= p->col_end)
            return figure->panel[i];
    }
    return NULL;
}

plot_status plot_figure_weights(plot_figure *figure, plot_axis axis, const double *weight)
{
    int count = axis == PLOT_X ? figure->cols : figure->rows;
    for (int i = 0; i < count; i++)
        if (!(weight[i] > 0 && isfinite(weight[i])))
            return plot_fail(figure, PLOT_INVALID,
                             "plot: weight %d is not a positive finite number", i + 1);
    memcpy(axis == PLOT_X ? figure->width : figure->height, weight, (size_t)count * sizeof *weight);
    return PLOT_OK;
}

plot_status plot_figure_share(plot_figure *figure, plot_axis axis, bool shared)
{
    if (axis != PLOT_X && axis != PLOT_Y)
        return plot_fail(figure, PLOT_INVALID, "plot: axis %d cannot be shared", (int)axis);
    figure->share[axis] = shared;
    return PLOT_OK;
}

/* ---- settings of a panel --------------------------------------------------------------------- */

/* The axis' setting, or NULL (with the message set) for a number that names no axis. */
static plot_axis_setting *axis_of(plot_panel *panel, plot_axis axis)
{
    if ((int)axis >= 0 && (int)axis < PLOT_AXES) return &panel->axis[axis];
    plot_fail(panel->figure, PLOT_INVALID, "plot: there is no axis %d", (int)axis);
    return NULL;
}

plot_status plot_panel_title(plot_panel *panel, const char *text)
{
    return set_text(panel->figure, &panel->title, text);
}

plot_status plot_panel_label(plot_panel *panel, plot_axis axis, const char *text)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    return setting != NULL ? set_text(panel->figure, &setting->label, text) : PLOT_INVALID;
}

plot_status plot_panel_scale(plot_panel *panel, plot_axis axis, plot_scale scale)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    if ((int)scale < 0 || scale > PLOT_CATEGORY)
        return plot_fail(panel->figure, PLOT_INVALID, "plot: there is no scale %d", (int)scale);
    setting->scale = scale;
    return PLOT_OK;
}

plot_status plot_panel_unit(plot_panel *panel, plot_axis axis, plot_unit unit)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    if ((int)unit < 0 || unit > PLOT_BYTES)
        return plot_fail(panel->figure, PLOT_INVALID, "plot: there is no unit %d", (int)unit);
    setting->unit = unit;
    return PLOT_OK;
}

plot_status plot_panel_threshold(plot_panel *panel, plot_axis axis, double threshold)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    if (!(threshold > 0 && isfinite(threshold)))
        return plot_fail(panel->figure, PLOT_INVALID,
                         "plot threshold: a finite number above 0 expected");
    setting->threshold = threshold;
    return PLOT_OK;
}

plot_status plot_panel_names(plot_panel *panel, plot_axis axis, const char *const *names,
                             size_t count)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    size_t bytes = count * sizeof *names;
    if (setting == NULL) return PLOT_INVALID;
    for (size_t i = 0; i < count; i++) bytes += strlen(names[i]) + 1;
    char **copy = plot_resize(&panel->figure->memory, NULL, bytes, 1);
    if (copy == NULL) return no_memory(panel->figure, "names");
    char *text = (char *)(copy + count);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(names[i]) + 1;
        copy[i] = memcpy(text, names[i], size);
        text += size;
    }
    free(setting->names);
    setting->names = copy;
    setting->names_count = count;
    setting->scale = PLOT_CATEGORY;
    return PLOT_OK;
}

plot_status plot_panel_limits(plot_panel *panel, plot_axis axis, double lo, double hi)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    if (isinf(lo) || isinf(hi))
        return plot_fail(panel->figure, PLOT_INVALID, "plot limits: an end is infinite");
    if (lo >= hi)
        return plot_fail(panel->figure, PLOT_INVALID,
                         "plot limits: the low end is not below the high end");
    setting->limits = (plot_range){ lo, hi };
    return PLOT_OK;
}

plot_status plot_panel_reverse(plot_panel *panel, plot_axis axis, bool reversed)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    setting->reversed = reversed;
    return PLOT_OK;
}

plot_status plot_panel_legend(plot_panel *panel, bool shown)
{
    panel->legend = shown;
    return PLOT_OK;
}

plot_status plot_panel_axes(plot_panel *panel, bool shown)
{
    panel->axes = shown;
    return PLOT_OK;
}

plot_status plot_panel_equal(plot_panel *panel, bool equal)
{
    panel->equal = equal;
    return PLOT_OK;
}

size_t plot_panel_count(const plot_panel *panel)
{
    return panel->count;
}
