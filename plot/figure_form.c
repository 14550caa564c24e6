/* figure_form.c: a figure as text that holds all of it, described once for writing and for reading (coder.h):
**
**     moonlab figure 1
**     show 80 24
**     figure "title" 1 1                             rows and columns of places
**     places 1                                       the number of the panel at each
**     panel "" 0 legend axes 2                       so many things are in it
**     axis "epoch" linear nan nan                    x, y, right
**     axis "loss" log nan nan
**     axis "" linear nan nan
**     line 300 "train" 1 …                            see form_things.c
**
** Large data is abridged (abridge.h). */
#include "plot/figure_form.h"

#include "plot/abridge.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "moonlab figure 1\n"

enum { NAME_BYTES = 3, THING_BYTES = 4 };
enum { FINEST = 2048, COARSEST = 128 }; /* columns of dots that abridged data is enough for */
enum { COLS = 1024, ROWS = 256 };       /* of the layout on which it is abridged */

const char *const plot_form_scales[PLOT_CATEGORY + 1] = { "linear", "log",      "symlog",
                                                          "time",   "duration", "category" };
static const char *const units[] = { "plain", "percent", "bytes" };

#define COUNT PLOT_FORM_COUNT

/* ---- panels ---------------------------------------------------------------------------------- */

static void code_names(plot_coder *c, plot_panel *p, plot_axis axis)
{
    plot_axis_setting *a = &p->axis[axis];
    size_t count = a->names_count;
    if (!plot_code_option(c, "names", a->names != NULL)) return;
    plot_code_count(c, &count, NAME_BYTES, "a count");
    const char **list = c->writing ? NULL : plot_code_room(c, count, sizeof *list);
    for (size_t i = 0; i < count && c->status == PLOT_OK; i++) {
        const char *name = c->writing ? a->names[i] : NULL;
        plot_code_text(c, &name);
        if (list != NULL) list[i] = name != NULL ? name : "";
    }
    if (!c->writing && c->status == PLOT_OK)
        plot_form_check(c, p->figure, plot_panel_names(p, axis, list, count));
}

static void code_axis(plot_coder *c, plot_panel *p, plot_axis axis)
{
    plot_axis_setting *a = &p->axis[axis];
    const char *label = a->label;
    plot_code_word(c, "axis");
    plot_code_text(c, &label);
    plot_scale scale =
        (plot_scale)plot_code_choice(c, plot_form_scales, COUNT(plot_form_scales), (int)a->scale);
    plot_code_number(c, &a->limits.lo, "a limit");
    plot_code_number(c, &a->limits.hi, "a limit");
    a->reversed = plot_code_option(c, "reversed", a->reversed);
    if (plot_code_option(c, "unit", a->unit != PLOT_PLAIN))
        a->unit = (plot_unit)plot_code_choice(c, units, COUNT(units), (int)a->unit);
    bool has_threshold = plot_code_option(c, "threshold", a->threshold > 0);
    if (has_threshold) plot_code_number(c, &a->threshold, "a threshold");
    code_names(c, p, axis);
    plot_code_line(c);
    if (c->writing || c->status != PLOT_OK) return;
    a->scale = scale;
    plot_form_check(c, p->figure, plot_panel_label(p, axis, label));
    plot_form_check(c, p->figure, plot_panel_limits(p, axis, a->limits.lo, a->limits.hi));
    if (has_threshold) plot_form_check(c, p->figure, plot_panel_threshold(p, axis, a->threshold));
}

static void code_panel(plot_coder *c, plot_panel *p, const plot_panel_layout *layout, int columns)
{
    const char *title = p->title;
    size_t count = p->count;
    plot_code_word(c, "panel");
    plot_code_text(c, &title);
    plot_code_int(c, &p->title_color, 0, PLOT_COLORS, "a color");
    p->legend = plot_code_option(c, "legend", p->legend);
    p->axes = plot_code_option(c, "axes", p->axes);
    p->equal = plot_code_option(c, "equal", p->equal);
    plot_code_count(c, &count, THING_BYTES, "a count");
    plot_code_line(c);
    if (!c->writing) plot_form_check(c, p->figure, plot_panel_title(p, title));
    for (int i = 0; i < PLOT_AXES; i++) code_axis(c, p, (plot_axis)i);
    for (size_t i = 0; i < count && c->status == PLOT_OK; i++)
        if (c->writing)
            plot_form_write(c, &p->data[i], layout, columns);
        else
            plot_form_read(c, p);
}

/* ---- the figure ------------------------------------------------------------------------------ */

static void code_weights(plot_coder *c, plot_figure *f, plot_axis axis)
{
    double *weight = axis == PLOT_X ? f->width : f->height, value[PLOT_TRACKS_MAX];
    int count = axis == PLOT_X ? f->cols : f->rows;
    bool any = false;
    for (int i = 0; i < count; i++) {
        value[i] = weight[i] > 0 ? weight[i] : 1;
        any = any || weight[i] > 0;
    }
    if (!plot_code_option(c, axis == PLOT_X ? "widths" : "heights", any)) return;
    for (int i = 0; i < count; i++) plot_code_number(c, &value[i], "a weight");
    plot_code_line(c);
    if (!c->writing && c->status == PLOT_OK)
        plot_form_check(c, f, plot_figure_weights(f, axis, value));
}

static void code_places(plot_coder *c, plot_figure *f, int rows, int cols)
{
    int place[PLOT_TRACKS_MAX * PLOT_TRACKS_MAX] = { 0 };
    for (size_t i = 0; c->writing && i < f->count; i++) {
        const plot_place *p = &f->panel[i]->place;
        for (int row = p->row; row <= p->row_end; row++)
            for (int col = p->col; col <= p->col_end; col++) place[row * cols + col] = (int)i + 1;
    }
    plot_code_word(c, "places");
    for (int i = 0; i < rows * cols; i++)
        plot_code_int(c, &place[i], 0, PLOT_PANELS_MAX, "a panel's number");
    plot_code_line(c);
    if (!c->writing && c->status == PLOT_OK)
        plot_form_check(c, f, plot_figure_panels(f, rows, cols, place));
}

static void code_wish(plot_coder *c, plot_wish *wish)
{
    static const char *const backgrounds[] = { "any", "dark", "light" };
    plot_code_word(c, "show");
    plot_code_int(c, &wish->cols, 0, PLOT_FRAME_MAX, "columns");
    plot_code_int(c, &wish->rows, 0, PLOT_FRAME_MAX, "rows");
    wish->ascii = plot_code_option(c, "ascii", wish->ascii);
    wish->background = plot_code_choice(c, backgrounds, COUNT(backgrounds), wish->background);
    plot_code_line(c);
}

static void code_figure(plot_coder *c, plot_figure *f, plot_wish *wish, const plot_layout *layout,
                        int columns)
{
    const char *title = f->title;
    int rows = f->rows, cols = f->cols;
    code_wish(c, wish);
    plot_code_word(c, "figure");
    plot_code_text(c, &title);
    plot_code_int(c, &rows, 1, PLOT_TRACKS_MAX, "rows");
    plot_code_int(c, &cols, 1, PLOT_TRACKS_MAX, "columns");
    f->share[PLOT_X] = plot_code_option(c, "sharex", f->share[PLOT_X]);
    f->share[PLOT_Y] = plot_code_option(c, "sharey", f->share[PLOT_Y]);
    plot_code_line(c);
    if (!c->writing && c->status == PLOT_OK) plot_form_check(c, f, plot_figure_title(f, title));
    code_places(c, f, rows, cols);
    code_weights(c, f, PLOT_Y);
    code_weights(c, f, PLOT_X);
    for (size_t i = 0; i < f->count && c->status == PLOT_OK; i++)
        code_panel(c, f->panel[i], layout != NULL ? &layout->panel[i] : NULL, columns);
}

static bool has_large(const plot_figure *f, int columns)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < f->panel[i]->count; k++)
            if (plot_is_abridged(&f->panel[i]->data[k], columns)) return true;
    return false;
}

/* Writes the figure, its large data abridged for so many columns. */
static void write_for(plot_coder *c, const plot_figure *figure, plot_wish wish, int columns)
{
    plot_layout layout = { .panel = NULL };
    const plot_frame frame = { .cols = COLS, .rows = ROWS };
    bool large = has_large(figure, columns);
    plot_coder_free(c);
    *c = (plot_coder){
        .writing = true, .first = true, .memory = &figure->memory, .most = PLOT_FORM_MOST
    };
    if (large && plot_layout_init(&layout, c->memory, figure, &frame) != PLOT_OK)
        plot_code_fail(c, PLOT_NO_MEMORY, "plot: out of memory for a figure as text");
    plot_write(&c->out, c->memory, MAGIC, sizeof MAGIC - 1);
    /* Writing changes nothing of what it describes. */
    code_figure(c, (plot_figure *)(uintptr_t)figure, &wish, large ? &layout : NULL, columns);
    plot_layout_free(&layout);
}

plot_status plot_figure_write(const plot_figure *figure, const plot_wish *wish, plot_text *out)
{
    static const plot_wish none = { .cols = 0 };
    plot_coder c = { .out = { NULL } };
    int columns = FINEST;
    *out = (plot_text){ .bytes = NULL };
    for (;; columns /= 2) {
        write_for(&c, figure, wish != NULL ? *wish : none, columns);
        if (c.status != PLOT_INVALID || columns <= COARSEST) break;
    }
    size_t length = c.out.count;
    plot_write(&c.out, &figure->memory, "", 1);
    if (c.status == PLOT_OK && c.out.failed)
        plot_code_fail(&c, PLOT_NO_MEMORY, "plot: out of memory for a figure as text");
    if (c.status == PLOT_OK) {
        *out = (plot_text){ .bytes = c.out.bytes, .length = length };
        c.out.bytes = NULL;
    } else {
        snprintf(out->error, sizeof out->error, "%s", c.error);
    }
    plot_coder_free(&c);
    return c.status;
}

bool plot_is_written(const char *bytes, size_t size)
{
    return size >= sizeof MAGIC - 1 && memcmp(bytes, MAGIC, sizeof MAGIC - 1) == 0;
}

plot_status plot_figure_read_in(plot_memory memory, const char *bytes, size_t size,
                                plot_figure **figure, plot_wish *wish, char *error, size_t room)
{
    plot_coder c = { .first = true, .line = 1, .memory = &memory };
    *wish = (plot_wish){ .cols = 0 };
    *figure = NULL;
    if (!plot_is_written(bytes, size))
        plot_code_fail(&c, PLOT_INVALID, "'moonlab figure 1' expected");
    else if (size > PLOT_FORM_MOST)
        plot_code_fail(&c, PLOT_INVALID, "more than %d bytes", PLOT_FORM_MOST);
    else if ((*figure = plot_figure_new_in(memory)) == NULL)
        plot_code_fail(&c, PLOT_NO_MEMORY, "out of memory");
    if (c.status == PLOT_OK) {
        c.at = bytes + sizeof MAGIC - 1;
        c.end = bytes + size;
        c.line = 2;
        code_figure(&c, *figure, wish, NULL, 0);
        if (c.at != c.end) plot_code_fail(&c, PLOT_INVALID, "the end expected");
    }
    if (c.status != PLOT_OK) {
        snprintf(error, room, "%s", c.error);
        plot_figure_free(*figure);
        *figure = NULL;
    }
    plot_coder_free(&c);
    return c.status;
}

plot_status plot_figure_read(const char *bytes, size_t size, plot_figure **figure, plot_wish *wish,
                             char *error, size_t room)
{
    return plot_figure_read_in((plot_memory){ 0 }, bytes, size, figure, wish, error, room);
}
