/* panel_data.c: what is added to a panel, checked before anything is changed. */
#include "plot/contour.h"
#include "plot/figure.h"
#include "plot/scale.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- checks ---------------------------------------------------------------------------------- */

static plot_status check_color(plot_figure *figure, int color)
{
    if (color >= 0 && color <= PLOT_AXES_COLOR) return PLOT_OK;
    return plot_fail(figure, PLOT_INVALID,
                     "plot: color %d: the palette has 1 to %d (0: the next one)", color,
                     PLOT_COLORS);
}

static plot_status check_series(plot_figure *figure, const plot_series *series)
{
    bool both = series->kind == PLOT_SEGMENTS || series->kind == PLOT_RECTS;
    if (series->kind != PLOT_LINE && series->kind != PLOT_SCATTER && series->kind != PLOT_BAND &&
        !both)
        return plot_fail(figure, PLOT_INVALID, "plot: there is no kind of series %d",
                         (int)series->kind);
    if (series->y == NULL && series->y_narrow == NULL && series->n > 0)
        return plot_fail(figure, PLOT_INVALID, "plot: a series of points without y");
    bool band = series->kind == PLOT_BAND;
    bool needs_x2 = both || (band && series->across), needs_y2 = both || (band && !series->across);
    if (series->n > 0 && ((needs_x2 && series->x2 == NULL) || (needs_y2 && series->y2 == NULL)))
        return plot_fail(figure, PLOT_INVALID, "plot: a series without its other ends");
    if (!(series->smooth >= 0 && series->smooth < 1))
        return plot_fail(figure, PLOT_INVALID, "plot: smooth must be at least 0 and below 1");
    if (series->smooth > 0 && series->kind != PLOT_LINE)
        return plot_fail(figure, PLOT_INVALID, "plot: only lines can be smooth");
    if (series->mapped && (series->kind != PLOT_SCATTER || (int)series->map < 0 ||
                           (int)series->map >= PLOT_COLORMAPS || !isfinite(series->place)))
        return plot_fail(figure, PLOT_INVALID,
                         "plot: a scatter with a colour map and a finite place in it expected");
    return check_color(figure, series->color);
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
        return plot_fail(figure, PLOT_INVALID, "plot contour: a grid of %zu by %zu", grid->rows,
                         grid->cols);
    if (grid->z == NULL && grid->rows * grid->cols > 0)
        return plot_fail(figure, PLOT_INVALID, "plot contour: a grid without z");
    if (!all_finite(grid->x, grid->cols) || !all_finite(grid->y, grid->rows))
        return plot_fail(figure, PLOT_INVALID, "plot contour: a place of the grid is not finite");
    if (!all_finite(grid->level, grid->levels))
        return plot_fail(figure, PLOT_INVALID, "plot contour: a level is not finite");
    if (grid->levels > PLOT_LEVELS_MAX)
        return plot_fail(figure, PLOT_INVALID, "plot contour: %zu levels: at most %d can be drawn",
                         grid->levels, PLOT_LEVELS_MAX);
    return PLOT_OK;
}

static plot_status check_image(plot_figure *figure, const plot_image *image)
{
    if (image->cols > 0 && image->rows > SIZE_MAX / sizeof *image->z / image->cols)
        return plot_fail(figure, PLOT_INVALID, "plot image: %zu by %zu", image->rows, image->cols);
    if ((image->z == NULL) == (image->rgb == NULL) && image->rows * image->cols > 0)
        return plot_fail(figure, PLOT_INVALID, "plot image: either z or rgb");
    if (!all_finite(image->x, 2) || !all_finite(image->y, 2) || image->x[0] > image->x[1] ||
        image->y[0] > image->y[1])
        return plot_fail(figure, PLOT_INVALID, "plot image: edges that are not finite, or fall");
    if ((int)image->map < 0 || (int)image->map >= PLOT_COLORMAPS)
        return plot_fail(figure, PLOT_INVALID, "plot image: there is no colour map %d",
                         (int)image->map);
    if (image->scale != PLOT_LINEAR && image->scale != PLOT_LOG10)
        return plot_fail(figure, PLOT_INVALID,
                         "plot image: colours are on a linear or a log scale");
    if (!isfinite(image->lo) || !isfinite(image->hi) || image->lo > image->hi ||
        (image->centered && !isfinite(image->center)))
        return plot_fail(figure, PLOT_INVALID,
                         "plot image: ends of the colours that are not finite, or fall");
    if (plot_is_log(image->scale) && image->lo < image->hi && image->lo <= 0)
        return plot_fail(figure, PLOT_INVALID,
                         "plot image: colours on a log scale must begin above 0");
    if (plot_is_log(image->scale) && image->centered)
        return plot_fail(
            figure, PLOT_INVALID,
            "plot image: colours on a log scale have no center; leave one of them out");
    return PLOT_OK;
}

static plot_status check_note(plot_figure *figure, const plot_note *note)
{
    if (note->kind != PLOT_RULE && note->kind != PLOT_SPAN && note->kind != PLOT_NOTE)
        return plot_fail(figure, PLOT_INVALID, "plot: there is no kind of note %d",
                         (int)note->kind);
    if ((int)note->axis < 0 || (int)note->axis >= PLOT_AXES)
        return plot_fail(figure, PLOT_INVALID, "plot: there is no axis %d", (int)note->axis);
    if (!isfinite(note->at) || (note->kind != PLOT_RULE && !isfinite(note->to)))
        return plot_fail(figure, PLOT_INVALID, "plot: a note's place is not finite");
    if (note->kind == PLOT_SPAN && note->at > note->to)
        return plot_fail(figure, PLOT_INVALID, "plot: a span that ends before it begins");
    return check_color(figure, note->color);
}

/* ---- adding ---------------------------------------------------------------------------------- */

plot_data *plot_panel_next(plot_panel *panel)
{
    void *list = panel->data;
    int grown = plot_grow(&panel->figure->memory, &list, &panel->capacity, panel->count, 1,
                          sizeof *panel->data);
    panel->data = list;
    if (!grown) return NULL;
    panel->data[panel->count] = (plot_data){ 0 };
    return &panel->data[panel->count];
}

/* The colour that the fewest series have, the first of these: a kind that adds several series of one colour
** takes one from the palette.  Contours, images and mapped scatters have colours of their own, notes and some series the
** axes'. */
static int next_color(const plot_panel *panel)
{
    size_t used[PLOT_COLORS] = { 0 };
    int least = 0;
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        if (data->kind < PLOT_CONTOUR && !data->mapped && data->color < PLOT_COLORS)
            used[data->color]++;
    }
    for (int i = 1; i < PLOT_COLORS; i++)
        if (used[i] < used[least]) least = i;
    return least;
}

int plot_panel_next_color(const plot_panel *panel)
{
    return next_color(panel) + 1;
}

plot_status plot_panel_add(plot_panel *panel, const plot_series *series)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_series(figure, series);
    if (status != PLOT_OK) return status;
    plot_data *data = plot_panel_next(panel);
    if (data == NULL || plot_data_init(data, &figure->memory, series) != PLOT_OK)
        return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for a series of %zu points",
                         series->n);
    data->color = series->color > 0 ? series->color - 1 : next_color(panel);
    panel->count++;
    return PLOT_OK;
}

plot_status plot_panel_contour(plot_panel *panel, const plot_grid *grid)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_grid(figure, grid);
    if (status != PLOT_OK) return status;
    plot_data *data = plot_panel_next(panel);
    if (data == NULL || plot_contour_init(data, &figure->memory, grid) != PLOT_OK)
        return plot_fail(figure, PLOT_NO_MEMORY,
                         "plot: out of memory for contours on %zu by %zu points", grid->rows,
                         grid->cols);
    panel->count++;
    return PLOT_OK;
}

static plot_status image_memory(plot_figure *figure, const plot_image *image)
{
    return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for an image of %zu by %zu",
                     image->rows, image->cols);
}

plot_status plot_panel_image(plot_panel *panel, const plot_image *image)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_image(figure, image);
    if (status != PLOT_OK) return status;
    plot_data *data = plot_panel_next(panel);
    if (data == NULL || plot_image_init(data, &figure->memory, image) != PLOT_OK)
        return image_memory(figure, image);
    panel->count++;
    return PLOT_OK;
}

static plot_status note_memory(plot_figure *figure)
{
    return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for a note");
}

plot_status plot_panel_note(plot_panel *panel, const plot_note *note)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_note(figure, note);
    if (status != PLOT_OK) return status;
    plot_data *data = plot_panel_next(panel);
    if (data == NULL || plot_note_init(data, &figure->memory, note) != PLOT_OK)
        return note_memory(figure);
    data->color = note->color > 0 ? note->color - 1 : PLOT_COLORS;
    panel->count++;
    return PLOT_OK;
}

/* ---- changing -------------------------------------------------------------------------------- */

/* What was added at this index, or NULL (with the message set) when it is not there or of another kind. */
static plot_data *data_at(plot_panel *panel, size_t index, plot_kind kind)
{
    if (index < panel->count && panel->data[index].kind == kind) return &panel->data[index];
    plot_fail(panel->figure, PLOT_INVALID, "plot: number %zu of the panel is not of kind %d", index,
              (int)kind);
    return NULL;
}

plot_status plot_panel_append(plot_panel *panel, size_t index, const double *x, const double *y,
                              const double *y2, size_t n)
{
    plot_figure *figure = panel->figure;
    plot_data *data = index < panel->count ? &panel->data[index] : NULL;
    bool points = data != NULL && data->kind <= PLOT_BAND && plot_column_given(&data->x);
    bool lies = points && data->kind == PLOT_BAND && data->across;
    if (!points || lies || (data->y2 != NULL && y2 == NULL))
        return plot_fail(figure, PLOT_INVALID, "plot: points cannot be added to number %zu", index);
    if (plot_data_append(data, &figure->memory, x, y, y2, n) == PLOT_OK) return PLOT_OK;
    return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for %zu more points", n);
}

plot_status plot_panel_replace(plot_panel *panel, size_t index, const plot_series *series)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_series(figure, series);
    if (status != PLOT_OK) return status;
    plot_data *data = data_at(panel, index, series->kind);
    if (data == NULL) return PLOT_INVALID;
    if (plot_data_init(data, &figure->memory, series) != PLOT_OK)
        return plot_fail(figure, PLOT_NO_MEMORY, "plot: out of memory for a series of %zu points",
                         series->n);
    if (series->color > 0) data->color = series->color - 1;
    return PLOT_OK;
}

plot_status plot_panel_replace_image(plot_panel *panel, size_t index, const plot_image *image)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_image(figure, image);
    if (status != PLOT_OK) return status;
    plot_data *data = data_at(panel, index, PLOT_IMAGE);
    if (data == NULL) return PLOT_INVALID;
    return plot_image_init(data, &figure->memory, image) == PLOT_OK ? PLOT_OK
                                                                    : image_memory(figure, image);
}

plot_status plot_panel_replace_note(plot_panel *panel, size_t index, const plot_note *note)
{
    plot_figure *figure = panel->figure;
    plot_status status = check_note(figure, note);
    if (status != PLOT_OK) return status;
    plot_data *data = data_at(panel, index, note->kind);
    if (data == NULL) return PLOT_INVALID;
    if (plot_note_init(data, &figure->memory, note) != PLOT_OK) return note_memory(figure);
    if (note->color > 0) data->color = note->color - 1;
    return PLOT_OK;
}
