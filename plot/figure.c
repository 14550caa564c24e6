/* figure.c: building a figure.  Every change is made whole or not at all. */
#include "plot/figure.h"

#include "plot/contour.h"
#include "plot/scale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(__printf__, 3, 4))) static plot_status
fail(plot_figure *figure, plot_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figure->error, sizeof figure->error, format, arguments);
    va_end(arguments);
    return status;
}

static plot_status no_memory(plot_figure *figure, const char *what)
{
    return fail(figure, PLOT_NO_MEMORY, "plot: out of memory for %s", what);
}

plot_figure *plot_figure_new_in(plot_memory memory)
{
    plot_figure *figure = plot_resize(&memory, NULL, 1, sizeof *figure);
    if (figure == NULL) return NULL;
    *figure = (plot_figure){ .memory = memory, .panel = { .figure = figure, .legend = true } };
    for (int i = 0; i < 2; i++) figure->panel.axis[i].limits = (plot_range){ PLOT_NAN, PLOT_NAN };
    return figure;
}

plot_figure *plot_figure_new(void)
{
    return plot_figure_new_in((plot_memory){ 0 });
}

void plot_figure_free(plot_figure *figure)
{
    if (figure == NULL) return;
    plot_panel *panel = &figure->panel;
    for (size_t i = 0; i < panel->count; i++) plot_data_free(&panel->data[i]);
    free(panel->data);
    for (int i = 0; i < 2; i++) free(panel->axis[i].label);
    free(figure->title);
    free(figure);
}

const char *plot_figure_error(const plot_figure *figure)
{
    return figure->error;
}

static plot_status set_text(plot_figure *figure, char **slot, const char *text)
{
    char *copy = NULL;
    if (text != NULL && text[0] != '\0') {
        copy = plot_copy_text(&figure->memory, text);
        if (copy == NULL) return no_memory(figure, "a label");
    }
    free(*slot);
    *slot = copy;
    return PLOT_OK;
}

plot_status plot_figure_title(plot_figure *figure, const char *text)
{
    return set_text(figure, &figure->title, text);
}

plot_panel *plot_figure_panel(plot_figure *figure, size_t index)
{
    return index == 0 ? &figure->panel : NULL;
}

/* The axis' setting, or NULL (with the message set) for a number that names no axis. */
static plot_axis_setting *axis_of(plot_panel *panel, plot_axis axis)
{
    if (axis == PLOT_X || axis == PLOT_Y) return &panel->axis[axis];
    fail(panel->figure, PLOT_INVALID, "plot: there is no axis %d", (int)axis);
    return NULL;
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
    if (scale != PLOT_LINEAR && scale != PLOT_LOG10)
        return fail(panel->figure, PLOT_INVALID, "plot: there is no scale %d", (int)scale);
    setting->scale = scale;
    return PLOT_OK;
}

plot_status plot_panel_limits(plot_panel *panel, plot_axis axis, double lo, double hi)
{
    plot_axis_setting *setting = axis_of(panel, axis);
    if (setting == NULL) return PLOT_INVALID;
    if (isinf(lo) || isinf(hi))
        return fail(panel->figure, PLOT_INVALID, "plot limits: an end is infinite");
    if (lo >= hi)
        return fail(panel->figure, PLOT_INVALID,
                    "plot limits: the low end is not below the high end");
    setting->limits = (plot_range){ lo, hi };
    return PLOT_OK;
}

plot_status plot_panel_legend(plot_panel *panel, bool shown)
{
    panel->legend = shown;
    return PLOT_OK;
}

static plot_status check_series(plot_figure *figure, const plot_series *series)
{
    if (series->kind != PLOT_LINE && series->kind != PLOT_SCATTER)
        return fail(figure, PLOT_INVALID, "plot: there is no kind of series %d", (int)series->kind);
    if (series->y == NULL && series->n > 0)
        return fail(figure, PLOT_INVALID, "plot: a series of points without y");
    if (series->color < 0 || series->color > PLOT_COLORS)
        return fail(figure, PLOT_INVALID,
                    "plot: color %d: the palette has 1 to %d (0: the next one)", series->color,
                    PLOT_COLORS);
    if (!(series->smooth >= 0 && series->smooth < 1))
        return fail(figure, PLOT_INVALID, "plot: smooth must be at least 0 and below 1");
    if (series->smooth > 0 && series->kind != PLOT_LINE)
        return fail(figure, PLOT_INVALID, "plot: only lines can be smooth");
    return PLOT_OK;
}

/* Room for one more series, or NULL. */
static plot_data *next_data(plot_panel *panel)
{
    void *list = panel->data;
    int grown = plot_grow(&panel->figure->memory, &list, &panel->capacity, panel->count, 1,
                          sizeof *panel->data);
    panel->data = list;
    return grown ? &panel->data[panel->count] : NULL;
}

/* Contours have colours of their own and take none from the palette. */
static int next_color(const plot_panel *panel)
{
    int count = 0;
    for (size_t i = 0; i < panel->count; i++) count += panel->data[i].kind != PLOT_CONTOUR;
    return count % PLOT_COLORS;
}

plot_status plot_panel_add(plot_panel *panel, const plot_series *series)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_series(figure, series);
    if (status != PLOT_OK) return status;
    plot_data *data = next_data(panel);
    if (data == NULL || plot_data_init(data, &figure->memory, series) != PLOT_OK)
        return fail(figure, PLOT_NO_MEMORY, "plot: out of memory for a series of %zu points",
                    series->n);
    data->color = series->color > 0 ? series->color - 1 : next_color(panel);
    panel->count++;
    return PLOT_OK;
}

static bool all_finite(const double *values, size_t n)
{
    for (size_t i = 0; values != NULL && i < n; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

static plot_status check_grid(plot_figure *figure, const plot_grid *grid)
{
    if (grid->cols > 0 && grid->rows > SIZE_MAX / sizeof *grid->z / grid->cols)
        return fail(figure, PLOT_INVALID, "plot contour: a grid of %zu by %zu", grid->rows,
                    grid->cols);
    if (grid->z == NULL && grid->rows * grid->cols > 0)
        return fail(figure, PLOT_INVALID, "plot contour: a grid without z");
    if (!all_finite(grid->x, grid->cols) || !all_finite(grid->y, grid->rows))
        return fail(figure, PLOT_INVALID, "plot contour: a place of the grid is not finite");
    if (!all_finite(grid->level, grid->levels))
        return fail(figure, PLOT_INVALID, "plot contour: a level is not finite");
    if (grid->levels > PLOT_LEVELS_MAX)
        return fail(figure, PLOT_INVALID, "plot contour: %zu levels: at most %d can be drawn",
                    grid->levels, PLOT_LEVELS_MAX);
    return PLOT_OK;
}

plot_status plot_panel_contour(plot_panel *panel, const plot_grid *grid)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_grid(figure, grid);
    if (status != PLOT_OK) return status;
    plot_data *data = next_data(panel);
    if (data == NULL || plot_contour_init(data, &figure->memory, grid) != PLOT_OK)
        return fail(figure, PLOT_NO_MEMORY, "plot: out of memory for contours on %zu by %zu points",
                    grid->rows, grid->cols);
    panel->count++;
    return PLOT_OK;
}
