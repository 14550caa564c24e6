/* form_things.c: what is in a panel as text, described once for writing and for reading:
**
**     line 300 "train" 1 smooth 0.9             kind, points, label, color, what else it is
**     told 2 0 whole_x                          of large data: what all of it was, not only what is here
**     x f 1 2 …
**     y d 0.69314718055994529 …
**     image 28 28 "" grey linear 0 1 0.5 28.5 0.5 28.5
**     rule x 30 0 "lr / 10" 0 9                                                                    */
#include "plot/figure_form.h"

#include "plot/abridge.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DOTS_MOST = 1 << 20, LEVEL_BYTES = 10, TEXT_BYTES = 3 };

static const char *const kinds[] = { "line",    "scatter", "band", "segments", "rects",
                                     "contour", "image",   "rule", "span",     "note" };
static const char *const maps[] = { "viridis", "magma", "grey", "rdbu" };
static const char *const axes[] = { "x", "y", "right" };

#define COUNT PLOT_FORM_COUNT

/* Something in a panel, as it is given to plot_panel_…; what is written is borrowed from the data. */
typedef struct {
    plot_kind kind;
    size_t n;
    plot_series series; /* but its numbers, which are in these: */
    plot_list x, y, x2, y2, smooth;
    double weight;
    plot_image image;
    plot_note note;
    plot_level *level;
    size_t levels;
    bool told; /* the statistics cannot be had from the numbers */
    plot_data facts;
    plot_whole *whole;
    plot_excerpt part; /* what is written of large data */
} thing;

/* ---- what is told of all --------------------------------------------------------------------- */

static void code_extent(plot_coder *c, plot_extent *e)
{
    plot_code_count(c, &e->count, 0, "a count");
    plot_code_number(c, &e->x.lo, "an extent");
    plot_code_number(c, &e->x.hi, "an extent");
    plot_code_number(c, &e->y.lo, "an extent");
    plot_code_number(c, &e->y.hi, "an extent");
    bool good = e->count == 0 || (isfinite(e->x.lo) && isfinite(e->x.hi) && isfinite(e->y.lo) &&
                                  isfinite(e->y.hi) && e->x.lo <= e->x.hi && e->y.lo <= e->y.hi);
    if (!good) plot_code_fail(c, PLOT_INVALID, "an extent that is not finite, or falls");
}

static void code_facts(plot_coder *c, thing *t)
{
    plot_data *d = &t->facts;
    t->told = plot_code_option(c, "told", t->told);
    if (!t->told) return;
    plot_code_count(c, &d->nan, 0, "a count");
    plot_code_count(c, &d->infinite, 0, "a count");
    d->whole_x = plot_code_option(c, "whole_x", d->whole_x);
    d->whole_y = plot_code_option(c, "whole_y", d->whole_y);
    for (int i = 0; i < 4; i++) {
        plot_extent *e = &d->extent[i / 2][i % 2];
        code_extent(c, e);
        if (e->count > 0 && ((i / 2 && e->x.lo <= 0) || (i % 2 && e->y.lo <= 0)))
            plot_code_fail(c, PLOT_INVALID, "an extent above 0 expected");
    }
    plot_code_line(c);
}

static void code_digest(plot_coder *c, const char *word, plot_digest *digest)
{
    plot_list some = { digest->some, NULL };
    if (!plot_code_option(c, word, digest->some != NULL || digest->hash != 0)) return;
    plot_code_hash(c, &digest->hash);
    plot_code_count(c, &digest->count, 2, "a count");
    plot_code_line(c);
    plot_code_numbers(c, "some", &some, digest->count, true);
    if (c->writing) return;
    digest->some = NULL;
    if (some.wide == NULL) digest->count = 0;
    if (some.wide == NULL || c->status != PLOT_OK) return;
    digest->some = plot_resize(c->memory, NULL, digest->count, sizeof *digest->some);
    if (digest->some == NULL)
        plot_code_fail(c, PLOT_NO_MEMORY, "out of memory");
    else
        memcpy(digest->some, some.wide, digest->count * sizeof *digest->some);
}

static void code_whole(plot_coder *c, thing *t)
{
    if (!plot_code_option(c, "whole", t->whole != NULL)) return;
    if (!c->writing) {
        t->whole = plot_resize(c->memory, NULL, 1, sizeof *t->whole);
        if (t->whole == NULL) {
            plot_code_fail(c, PLOT_NO_MEMORY, "out of memory");
            return;
        }
        *t->whole = (plot_whole){ 0 };
    }
    plot_code_count(c, &t->whole->n, 0, "a count");
    plot_code_line(c);
    code_digest(c, "all_x", &t->whole->x);
    code_digest(c, "all_y", &t->whole->y);
    code_digest(c, "all_x2", &t->whole->x2);
    code_digest(c, "all_y2", &t->whole->y2);
}

/* ---- series ---------------------------------------------------------------------------------- */

#define FLAG(name)                                                                                 \
    {                                                                                              \
#name, offsetof(plot_series, name), offsetof(plot_data, name)                              \
    }
static const struct {
    const char *name;
    size_t series, data;
} flags[] = { FLAG(bare),  FLAG(right),  FLAG(faint),  FLAG(dashed), FLAG(tinted), FLAG(across),
              FLAG(based), FLAG(valued), FLAG(inside), FLAG(solid),  FLAG(capped), FLAG(snapped) };

static bool *flag_of(plot_series *series, int i)
{
    return (bool *)((char *)series + flags[i].series);
}

static bool has_flag(const plot_data *data, int i)
{
    return *(const bool *)((const char *)data + flags[i].data);
}

static void code_style(plot_coder *c, thing *t)
{
    plot_series *s = &t->series;
    plot_code_text(c, &s->label);
    plot_code_int(c, &s->color, 1, PLOT_AXES_COLOR, "a color");
    if (plot_code_option(c, "marker", s->marker != NULL)) plot_code_text(c, &s->marker);
    for (int i = 0; i < COUNT(flags); i++)
        *flag_of(s, i) = plot_code_option(c, flags[i].name, *flag_of(s, i));
    if (plot_code_option(c, "smooth", t->weight != 0)) {
        plot_code_number(c, &t->weight, "a weight");
        if (!(t->weight >= 0 && t->weight < 1) || t->kind != PLOT_LINE)
            plot_code_fail(c, PLOT_INVALID, "a line with a weight below 1 expected");
    }
    s->mapped = plot_code_option(c, "map", s->mapped);
    if (s->mapped) {
        s->map = (plot_colormap)plot_code_choice(c, maps, COUNT(maps), (int)s->map);
        plot_code_number(c, &s->place, "a place");
    }
    plot_code_line(c);
}

/* The points of an abridged scatter. */
static void code_dots(plot_coder *c, thing *t)
{
    plot_excerpt *p = &t->part;
    plot_list across = { p->across, NULL }, down = { p->down, NULL };
    const unsigned char *bits = p->bits;
    plot_code_count(c, &p->cols, 2, "a count");
    plot_code_count(c, &p->rows, 2, "a count");
    plot_code_line(c);
    if (p->cols * p->rows > DOTS_MOST || t->n > p->cols * p->rows)
        plot_code_fail(c, PLOT_INVALID, "fewer dots expected");
    plot_code_numbers(c, "across", &across, p->cols, true);
    plot_code_numbers(c, "down", &down, p->rows, true);
    plot_code_bytes(c, "bits", &bits, (p->cols * p->rows + 7) / 8);
    if (c->writing || c->status != PLOT_OK) return;
    double *x = plot_code_room(c, t->n, sizeof *x), *y = plot_code_room(c, t->n, sizeof *y);
    if (x == NULL || y == NULL) return;
    bool given = across.wide != NULL && down.wide != NULL && bits != NULL;
    if (!given || !plot_dots_expand(bits, p->cols, p->rows, across.wide, down.wide, x, y, t->n))
        plot_code_fail(c, PLOT_INVALID, "dots of %zu points expected", t->n);
    t->x.wide = x;
    t->y.wide = y;
}

static void code_series(plot_coder *c, thing *t)
{
    plot_code_count(c, &t->n, 0, "a count");
    code_style(c, t);
    code_facts(c, t);
    code_whole(c, t);
    if (plot_code_option(c, "dots", t->part.bits != NULL)) {
        code_dots(c, t);
        return;
    }
    bool wide = t->weight > 0; /* averages are made of doubles */
    plot_code_numbers(c, "x", &t->x, t->n, false);
    plot_code_numbers(c, "y", &t->y, t->n, wide);
    plot_code_numbers(c, "x2", &t->x2, t->n, true);
    plot_code_numbers(c, "y2", &t->y2, t->n, true);
    plot_code_numbers(c, "average", &t->smooth, t->n, true);
}

/* Borrows all of the data's numbers, or what is left of it. */
static void series_from(thing *t, const plot_data *d, char marker[5])
{
    plot_series *s = &t->series;
    const plot_excerpt *p = &t->part;
    bool part = p->bits != NULL || p->y != NULL;
    t->n = part ? p->n : d->n;
    t->weight = d->weight;
    *s = (plot_series){ .label = d->label, .color = d->color + 1 };
    if (d->marker.code != 0) {
        marker[plot_glyph_encode(d->marker.code, marker)] = '\0';
        s->marker = marker;
    }
    for (int i = 0; i < COUNT(flags); i++) *flag_of(s, i) = has_flag(d, i);
    s->mapped = d->mapped, s->map = d->map, s->place = d->place;
    if (part) {
        t->x.wide = p->x, t->y.wide = p->y, t->x2.wide = p->x2, t->y2.wide = p->y2;
        t->smooth.wide = p->smooth;
        return;
    }
    t->x = (plot_list){ d->x.wide, d->x.narrow };
    t->y = (plot_list){ d->y.wide, d->y.narrow };
    t->x2.wide = d->x2, t->y2.wide = d->y2;
    if (d->whole != NULL) t->smooth.wide = d->smooth.wide;
}

/* The averages of abridged data are those of all. */
static plot_status set_averages(plot_data *d, const plot_memory *memory, const thing *t)
{
    d->weight = t->weight;
    if (t->smooth.wide == NULL) return PLOT_OK;
    if (!plot_column_reserve(&d->smooth, memory, t->n, false)) return PLOT_NO_MEMORY;
    plot_column_append(&d->smooth, (plot_numbers_in){ .wide = t->smooth.wide }, t->n);
    return PLOT_OK;
}

static plot_status add_series(plot_panel *panel, thing *t)
{
    plot_series *s = &t->series;
    bool averaged = t->smooth.wide != NULL || s->bare;
    s->kind = t->kind;
    s->n = t->n;
    s->x = t->x.wide, s->x_narrow = t->x.narrow, s->y = t->y.wide, s->y_narrow = t->y.narrow;
    s->x2 = t->x2.wide, s->y2 = t->y2.wide;
    s->smooth = averaged ? 0 : t->weight;
    plot_status status = plot_panel_add(panel, s);
    if (status != PLOT_OK) return status;
    status = set_averages(&panel->data[panel->count - 1], &panel->figure->memory, t);
    return status == PLOT_OK ? status : plot_fail(panel->figure, status, "out of memory");
}

/* ---- contours -------------------------------------------------------------------------------- */

static void code_contour(plot_coder *c, thing *t)
{
    plot_code_count(c, &t->n, 2, "a count");
    plot_code_text(c, &t->series.label);
    plot_code_count(c, &t->levels, LEVEL_BYTES, "a count");
    plot_code_line(c);
    if (!c->writing) t->level = plot_code_room(c, t->levels, sizeof *t->level);
    size_t first = 0;
    for (size_t i = 0; i < t->levels && c->status == PLOT_OK; i++) {
        plot_level *level = &t->level[i];
        plot_code_word(c, "level");
        plot_code_number(c, &level->value, "a level");
        plot_code_count(c, &level->count, 2, "a count");
        plot_code_line(c);
        if (!isfinite(level->value) || level->count > t->n - first)
            plot_code_fail(c, PLOT_INVALID, "a level of so many of the points expected");
        level->first = first;
        first += level->count;
    }
    code_facts(c, t);
    plot_code_numbers(c, "x", &t->x, t->n, true);
    plot_code_numbers(c, "y", &t->y, t->n, true);
    if (t->n > 0 && (t->x.wide == NULL || t->y.wide == NULL))
        plot_code_fail(c, PLOT_INVALID, "points of lines expected");
}

static plot_status add_contour(plot_panel *panel, thing *t)
{
    const plot_memory *memory = &panel->figure->memory;
    plot_data *d = plot_panel_next(panel);
    if (d == NULL) return plot_fail(panel->figure, PLOT_NO_MEMORY, "out of memory");
    *d = (plot_data){ .kind = PLOT_CONTOUR, .n = t->n, .levels = t->levels };
    d->level = plot_resize(memory, NULL, t->levels, sizeof *d->level);
    bool made = d->level != NULL && plot_set_text(memory, &d->label, t->series.label) &&
                plot_column_reserve(&d->x, memory, t->n, false) &&
                plot_column_reserve(&d->y, memory, t->n, false);
    if (!made) {
        plot_data_free(d);
        return plot_fail(panel->figure, PLOT_NO_MEMORY, "out of memory");
    }
    if (t->levels > 0) memcpy(d->level, t->level, t->levels * sizeof *d->level);
    for (size_t i = 0; i < d->levels; i++) plot_label_value(d->level[i].value, d->level[i].label);
    if (t->n > 0) {
        memcpy(d->x.wide, t->x.wide, t->n * sizeof *d->x.wide);
        memcpy(d->y.wide, t->y.wide, t->n * sizeof *d->y.wide);
    }
    panel->count++;
    return PLOT_OK;
}

/* ---- images ---------------------------------------------------------------------------------- */

static void code_texts(plot_coder *c, plot_image *m)
{
    const char **text;
    if (!plot_code_option(c, "text", m->text != NULL)) return;
    for (size_t i = 0; c->writing && i < m->rows * m->cols; i++) {
        const char *one = m->text[i];
        plot_code_text(c, &one);
    }
    if (!c->writing && m->rows * m->cols > (size_t)(c->end - c->at) / TEXT_BYTES)
        plot_code_fail(c, PLOT_INVALID, "more texts expected");
    text = c->writing ? NULL : plot_code_room(c, m->rows * m->cols, sizeof *text);
    for (size_t i = 0; text != NULL && i < m->rows * m->cols; i++) plot_code_text(c, &text[i]);
    if (!c->writing) m->text = text;
    plot_code_line(c);
}

static void code_image(plot_coder *c, thing *t)
{
    plot_image *m = &t->image;
    plot_code_count(c, &m->rows, 0, "a count");
    plot_code_count(c, &m->cols, 0, "a count");
    if (m->cols > 0 && m->rows > SIZE_MAX / 8 / m->cols)
        plot_code_fail(c, PLOT_INVALID, "a smaller image expected");
    plot_code_text(c, &m->label);
    m->map = (plot_colormap)plot_code_choice(c, maps, COUNT(maps), (int)m->map);
    m->scale = (plot_scale)plot_code_choice(c, plot_form_scales, 2, (int)m->scale);
    plot_code_number(c, &m->lo, "an end of the colors");
    plot_code_number(c, &m->hi, "an end of the colors");
    bool good =
        (isfinite(m->lo) && isfinite(m->hi) && m->lo < m->hi) || (isnan(m->lo) && isnan(m->hi));
    if (!good || (plot_is_log(m->scale) && m->lo <= 0))
        plot_code_fail(c, PLOT_INVALID, "ends of the colors that rise expected");
    for (int i = 0; i < 2; i++) plot_code_number(c, &m->x[i], "an edge");
    for (int i = 0; i < 2; i++) plot_code_number(c, &m->y[i], "an edge");
    m->peak = plot_code_option(c, "peak", m->peak);
    m->bar = plot_code_option(c, "bar", m->bar);
    m->classes = plot_code_option(c, "classes", m->classes);
    plot_code_line(c);
    code_facts(c, t);
    code_whole(c, t);
    plot_list z = { m->z, NULL };
    plot_code_numbers(c, "z", &z, m->rows * m->cols, true);
    m->z = z.wide;
    plot_code_bytes(c, "rgb", &m->rgb, 3 * m->rows * m->cols);
    code_texts(c, m);
}

/* Borrows the matrix; its texts are in a list of the coder. */
static void image_from(plot_coder *c, thing *t, const plot_data *d)
{
    const plot_matrix *m = &d->matrix;
    const plot_excerpt *p = &t->part;
    bool part = p->z != NULL || p->rgb != NULL;
    size_t rows = part ? p->rows : m->rows, cols = part ? p->cols : m->cols;
    const char **text =
        m->text != NULL && !part ? plot_code_room(c, rows * cols, sizeof *text) : NULL;
    for (size_t i = 0; text != NULL && i < rows * cols; i++) text[i] = m->text[i];
    t->image = (plot_image){ .z = part ? p->z : m->z,
                             .rgb = part ? p->rgb : m->rgb,
                             .rows = rows,
                             .cols = cols,
                             .x = { m->x[0], m->x[1] },
                             .y = { m->y[0], m->y[1] },
                             .map = m->map,
                             .lo = m->lo,
                             .hi = m->hi,
                             .scale = m->scale,
                             .peak = m->peak,
                             .classes = m->classes,
                             .bar = m->bar,
                             .label = d->label,
                             .text = text };
}

static plot_status add_image(plot_panel *panel, thing *t)
{
    plot_image image = t->image;
    image.lo = image.hi = 0;
    plot_status status = plot_panel_image(panel, &image);
    if (status != PLOT_OK) return status;
    plot_matrix *m = &panel->data[panel->count - 1].matrix;
    m->lo = t->image.lo;
    m->hi = t->image.hi;
    return PLOT_OK;
}

/* ---- notes ----------------------------------------------------------------------------------- */

static void code_note(plot_coder *c, thing *t)
{
    plot_note *n = &t->note;
    n->axis = (plot_axis)plot_code_choice(c, axes, COUNT(axes), (int)n->axis);
    plot_code_number(c, &n->at, "a place");
    plot_code_number(c, &n->to, "a place");
    plot_code_text(c, &n->text);
    plot_code_int(c, &n->align, INT32_MIN, INT32_MAX, "an alignment");
    plot_code_int(c, &n->color, 1, PLOT_AXES_COLOR, "a color");
    if (plot_code_option(c, "marker", n->marker != NULL)) plot_code_text(c, &n->marker);
    plot_code_line(c);
}

static void note_from(thing *t, const plot_data *d, char marker[5])
{
    t->note = (plot_note){ .axis = d->axis,
                           .at = d->at,
                           .to = d->to,
                           .text = d->label,
                           .align = d->align,
                           .color = d->color + 1 };
    if (d->marker.code == 0) return;
    marker[plot_glyph_encode(d->marker.code, marker)] = '\0';
    t->note.marker = marker;
}

/* ---- things ---------------------------------------------------------------------------------- */

static void code_thing(plot_coder *c, thing *t)
{
    t->kind = (plot_kind)plot_code_choice(c, kinds, COUNT(kinds), (int)t->kind);
    if (t->kind < PLOT_CONTOUR)
        code_series(c, t);
    else if (t->kind == PLOT_CONTOUR)
        code_contour(c, t);
    else if (t->kind == PLOT_IMAGE)
        code_image(c, t);
    else
        code_note(c, t);
}

void plot_form_write(plot_coder *c, const plot_data *d, const plot_panel_layout *layout,
                     int columns)
{
    thing t = { .kind = d->kind, .facts = *d, .level = d->level, .levels = d->levels };
    char marker[5];
    bool part = layout != NULL && layout->area.rows > 0 && layout->area.cols > 0 &&
                plot_is_abridged(d, columns);
    t.told = part || d->whole != NULL || d->kind == PLOT_CONTOUR;
    plot_data held = { .whole = part ? plot_whole_of(d, c->memory) : NULL };
    t.whole = part ? held.whole : d->whole;
    if (part &&
        (held.whole == NULL || plot_abridge(&t.part, c->memory, d, layout, columns) != PLOT_OK))
        plot_code_fail(c, PLOT_NO_MEMORY, "plot: out of memory for a figure as text");
    /* An image's own edges are as exact as whole ones but for how their axis is divided. */
    if (d->kind == PLOT_IMAGE && (d->whole_x || d->whole_y)) t.told = true;
    if (d->kind < PLOT_CONTOUR) series_from(&t, d, marker);
    if (d->kind == PLOT_CONTOUR) {
        t.n = d->n;
        t.series.label = d->label;
        t.x.wide = d->x.wide;
        t.y.wide = d->y.wide;
    }
    if (d->kind == PLOT_IMAGE) image_from(c, &t, d);
    if (d->kind >= PLOT_RULE) note_from(&t, d, marker);
    code_thing(c, &t);
    plot_whole_free(&held);
    plot_abridge_free(&t.part);
}

static plot_status add_thing(plot_panel *panel, thing *t)
{
    if (t->kind < PLOT_CONTOUR) return add_series(panel, t);
    if (t->kind == PLOT_CONTOUR) return add_contour(panel, t);
    if (t->kind == PLOT_IMAGE) return add_image(panel, t);
    t->note.kind = t->kind;
    return plot_panel_note(panel, &t->note);
}

void plot_form_read(plot_coder *c, plot_panel *panel)
{
    thing t = { .kind = PLOT_LINE };
    plot_data held = { .whole = NULL };
    code_thing(c, &t);
    held.whole = t.whole;
    size_t before = panel->count;
    if (c->status == PLOT_OK) plot_form_check(c, panel->figure, add_thing(panel, &t));
    if (c->status == PLOT_OK && panel->count > before) {
        plot_data *d = &panel->data[before];
        d->whole = t.whole;
        held.whole = NULL;
        if (t.told) {
            d->nan = t.facts.nan, d->infinite = t.facts.infinite;
            d->whole_x = t.facts.whole_x, d->whole_y = t.facts.whole_y;
            memcpy(d->extent, t.facts.extent, sizeof d->extent);
        }
    }
    plot_whole_free(&held);
}
