/* drawing.c: what is around the areas: axes, numbers, labels, legends, colour bars. */
#include "plot/drawing.h"

#include "plot/image.h"
#include "plot/theme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- inks and pens ---------------------------------------------------------------------------- */

static plot_rgba opaque(plot_rgb c)
{
    return (plot_rgba){ c.r, c.g, c.b, 255 };
}

/* Dimmed lines let the grid through, and are a little stronger than on cells, where they are thicker. */
plot_rgba plot_drawing_line_color(const plot_drawing *d, plot_ink ink)
{
    bool faint = ink.role == PLOT_ROLE_FAINT;
    if (faint) ink.role = PLOT_ROLE_SERIES;
    plot_rgba color = opaque(plot_theme_rgb(ink, d->background));
    if (faint) color.a = 140;
    return color;
}

plot_rgba plot_drawing_fill_color(const plot_drawing *d, plot_ink ink)
{
    plot_role role = (plot_role)ink.role;
    bool faint = role == PLOT_ROLE_FAINT, tint = role == PLOT_ROLE_TINT;
    if (faint || tint) ink.role = PLOT_ROLE_SERIES;
    plot_rgba color = plot_drawing_line_color(d, ink);
    color.a = faint ? 80 : tint ? 45 : 255;
    return color;
}

plot_pen plot_drawing_pen(const plot_drawing *d, const plot_style *style)
{
    bool thin = style->ink.role == PLOT_ROLE_FAINT || style->ink.role == PLOT_ROLE_SHADE;
    plot_pen pen = { .width = plot_drawing_units(d, thin ? 1.1 : 1.6) };
    const plot_dash *dash = &style->dash;
    double dot = d->cell_width / 2;
    if (dash->period == 0) { /* every second dot */
        pen.dashes = 2;
        pen.dash[1] = dot;
        return pen;
    }
    /* Runs of dots; the pen's round ends are part of them. */
    for (int i = 0; i < dash->period && pen.dashes < PLOT_DASHES_MAX;) {
        bool on = dash->bits >> i & 1;
        int run = 0;
        for (; i < dash->period && (dash->bits >> i & 1) == on; i++) run++;
        if (run == dash->period) return pen;
        double length = run * dot + (on ? -pen.width : pen.width);
        pen.dash[pen.dashes++] = length > 0 ? length : 0;
    }
    if (pen.dashes % 2 != 0) pen.dashes = 0;
    return pen;
}

double plot_drawing_mark_size(const plot_drawing *d, const plot_data *data)
{
    return plot_drawing_units(d, data != NULL && data->kind == PLOT_SCATTER ? 6.5 : 7);
}

/* ---- text ------------------------------------------------------------------------------------- */

void plot_drawing_text(const plot_drawing *d, const char *text, double x, double y, double size,
                       plot_align align, plot_ink ink, bool halo)
{
    bool bold = ink.role == PLOT_ROLE_TITLE;
    plot_rgba rim = opaque(plot_theme_ground(d->background));
    if (!halo || d->bare) rim.a = 0;
    size = plot_drawing_units(d, size);
    plot_letters letters = { .text = text,
                             .x = x,
                             .y = y + 0.36 * size, /* half a capital */
                             .size = size,
                             .weight = bold ? PLOT_FONT_BOLD : PLOT_FONT_REGULAR,
                             .align = align };
    d->surface->kind->text(d->surface, &letters, plot_drawing_line_color(d, ink), rim);
}

/* The text, cut with … to so many columns. */
static void cut_text(char *out, size_t size, const char *text, int columns)
{
    bool cut = plot_text_width(text, PLOT_UTF8) > columns;
    int used = 0;
    size_t length = 0;
    plot_glyph glyph;
    while (plot_glyph_next(&text, PLOT_UTF8, &glyph)) {
        used += glyph.width;
        if (length + 8 > size || used > columns - (cut ? 1 : 0)) break;
        length += (size_t)plot_glyph_encode(glyph.code, out + length);
    }
    if (cut && columns > 0) length += (size_t)plot_glyph_encode(0x2026, out + length);
    out[length] = '\0';
}

/* The middle of a row of text.  Above an area it is raised a little: the highest number of an axis reaches into
** the row. */
static double middle_of_row(const plot_drawing *d, const plot_item *item, int row)
{
    const plot_panel_layout *p = &d->scene->layout->panel[item->panel < 0 ? 0 : item->panel];
    bool above = p->y_axis && row < p->area.row;
    return (row + 0.5) * d->cell_height - (above ? plot_drawing_units(d, 3) : 0);
}

static bool is_inside(const plot_item *item, const plot_rect *area)
{
    return item->row >= area->row && item->row < area->row + area->rows && item->col >= area->col &&
           item->col < area->col + area->cols;
}

/* The numbers and names along axes are borrowed from the rulers; they are drawn with the axes. */
static bool is_number(const plot_item *item, const plot_panel_layout *p)
{
    const plot_ruler *const rulers[] = { &p->x, &p->y, &p->right };
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < rulers[k]->count; i++)
            if (item->text == plot_tick_text(&rulers[k]->tick[i])) return true;
    return false;
}

/* The legend's entry that the item is of, or NULL. */
static const plot_entry *entry_of(const plot_item *item, const plot_panel_layout *p)
{
    for (size_t i = 0; p != NULL && i < p->entries; i++) {
        const plot_entry *e = &p->entry[i];
        int width = e->sample + (e->name > 0 ? 1 + e->name : 0) + (e->note > 0 ? 1 + e->note : 0);
        if (item->row == e->row && item->col >= e->col && item->col < e->col + width) return e;
    }
    return NULL;
}

void plot_drawing_item_text(const plot_drawing *d, const plot_item *item, bool inside)
{
    const plot_panel_layout *p = item->panel >= 0 ? &d->scene->layout->panel[item->panel] : NULL;
    char text[1000];
    if (item->width <= 0 || (p != NULL && is_number(item, p))) return;
    if (inside != (p != NULL && is_inside(item, &p->area)) || entry_of(item, p) != NULL) return;
    bool title = item->style.ink.role == PLOT_ROLE_TITLE;
    bool tick = item->style.ink.role == PLOT_ROLE_TICK;
    int align = inside ? 0 : item->align;
    double col = align < 0   ? item->col
                 : align > 0 ? item->col + item->width
                             : item->col + item->width / 2.0;
    if (p != NULL && align == 0 && !inside) { /* over the middle, not its nearest cell */
        double middle = p->area.col + p->area.cols / 2.0;
        if (fabs(middle - col) <= 1) col = middle;
    }
    cut_text(text, sizeof text, plot_item_text(item), item->width);
    double size = !title             ? (tick || inside ? PLOT_TICK_SIZE : PLOT_TEXT_SIZE)
                  : item->panel >= 0 ? PLOT_PANEL_TITLE_SIZE
                                     : PLOT_TITLE_SIZE;
    plot_drawing_text(d, text, col * d->cell_width, middle_of_row(d, item, item->row), size,
                      (plot_align)(align + 1), item->style.ink, inside);
}

/* ---- legends ---------------------------------------------------------------------------------- */

/* What an entry is called, and right after it, in a cell of its own no more, what it tells of lost points. */
static void draw_name(const plot_drawing *d, const plot_item *item)
{
    const plot_panel_layout *p = &d->scene->layout->panel[item->panel];
    const plot_entry *entry = entry_of(item, p);
    char text[1000];
    if (entry == NULL) return;
    double x = (entry->col + entry->sample + 1) * d->cell_width;
    double y = middle_of_row(d, item, entry->row);
    if (entry->name > 0) {
        cut_text(text, sizeof text, p->panel->data[entry->series].label, entry->name);
        plot_drawing_text(d, text, x, y, PLOT_TEXT_SIZE, PLOT_ALIGN_LEFT,
                          (plot_ink){ .role = PLOT_ROLE_TEXT }, false);
        x += plot_font_width(text, plot_drawing_units(d, PLOT_TEXT_SIZE), PLOT_FONT_REGULAR);
        x += d->cell_width;
    }
    if (entry->note == 0) return;
    snprintf(text, sizeof text, entry->name > 0 ? "(%s)" : "%s", entry->note_text);
    plot_drawing_text(d, text, x, y, PLOT_TICK_SIZE, PLOT_ALIGN_LEFT,
                      (plot_ink){ .role = PLOT_ROLE_TICK }, false);
}

static void draw_sample(const plot_drawing *d, const plot_item *item)
{
    const plot_surface_kind *draw = d->surface->kind;
    const plot_style *style = &item->style;
    plot_pen pen = plot_drawing_pen(d, style);
    plot_kind kind = item->data != NULL ? item->data->kind : PLOT_LINE;
    double left = item->col * d->cell_width, right = left + item->width * d->cell_width;
    double y = middle_of_row(d, item, item->row), x = (left + right) / 2;
    plot_rgba color = plot_drawing_line_color(d, style->ink);
    double half = plot_drawing_units(d, 5);
    if (kind == PLOT_IMAGE) { /* of which only values that have no colour are told */
        pen = (plot_pen){ .width = plot_drawing_units(d, 1) };
        draw->begin(d->surface, &pen);
        draw->move(d->surface, x - half, y - half);
        draw->line(d->surface, x + half, y - half);
        draw->line(d->surface, x + half, y + half);
        draw->line(d->surface, x - half, y + half);
        draw->line(d->surface, x - half, y - half);
        draw->end(d->surface, plot_drawing_line_color(d, (plot_ink){ .role = PLOT_ROLE_AXIS }));
        return;
    }
    if (kind == PLOT_RECTS || kind == PLOT_BAND) {
        draw->rect(d->surface, (plot_box){ left, y - half, right, y + half },
                   plot_drawing_fill_color(d, style->ink));
        return;
    }
    if (kind != PLOT_SCATTER) {
        draw->begin(d->surface, &pen);
        draw->move(d->surface, left, y);
        draw->line(d->surface, right, y);
        draw->end(d->surface, color);
    }
    uint32_t mark = style->mark.code != 0 ? style->mark.code : kind == PLOT_SCATTER ? 0x2022 : 0;
    if (mark != 0)
        draw->marker(d->surface, mark, x, y, plot_drawing_mark_size(d, item->data), color);
}

/* ---- axes ------------------------------------------------------------------------------------- */

typedef struct {
    const plot_drawing *d;
    const plot_panel_layout *layout;
    plot_box area;
    plot_rgba color;
    double width, length; /* of lines, of ticks */
} axes;

/* From the area's edge outwards. */
static void draw_rect(const axes *a, double x0, double y0, double x1, double y1)
{
    a->d->surface->kind->rect(a->d->surface, (plot_box){ x0, y0, x1, y1 }, a->color);
}

static void draw_number(const axes *a, const plot_tick *tick, double x, double y, plot_align align)
{
    char text[1000];
    cut_text(text, sizeof text, plot_tick_text(tick), tick->width);
    plot_drawing_text(a->d, text, x, y, PLOT_TICK_SIZE, align, (plot_ink){ .role = PLOT_ROLE_TICK },
                      false);
}

static void draw_x_axis(const axes *a)
{
    const plot_ruler *ruler = &a->layout->x;
    double y = a->area.y1, half = a->width / 2;
    draw_rect(a, a->area.x0 - a->width, y, a->area.x1, y + a->width);
    for (int i = 0; i < ruler->count; i++) {
        double x = a->area.x0 + ruler->tick[i].at * (a->area.x1 - a->area.x0);
        draw_rect(a, x - half, y, x + half, y + a->width + a->length);
        if (a->layout->x_numbers)
            draw_number(a, &ruler->tick[i], x, y + 1.05 * a->d->cell_height, PLOT_ALIGN_CENTRE);
    }
}

/* The axis at x, with its ticks and numbers on the side of sign. */
static void draw_y_axis(const axes *a, const plot_ruler *ruler, double x, int sign)
{
    double half = a->width / 2, end = x + sign * (a->width + a->length);
    draw_rect(a, x, a->area.y0, x + sign * a->width, a->area.y1 + a->width);
    for (int i = 0; i < ruler->count; i++) {
        double y = a->area.y1 - ruler->tick[i].at * (a->area.y1 - a->area.y0);
        draw_rect(a, x, y - half, end, y + half);
        draw_number(a, &ruler->tick[i], end + sign * a->length, y,
                    sign < 0 ? PLOT_ALIGN_RIGHT : PLOT_ALIGN_LEFT);
    }
}

static void draw_bar(const axes *a, double left, double right)
{
    const plot_data *image = plot_bar_image(a->layout->panel);
    plot_rgba color[256];
    if (image == NULL) return;
    for (int i = 0; i < 256; i++) {
        plot_rgb own = plot_matrix_color(&image->matrix, 1 - (i + 0.5) / 256);
        if (plot_is_bar_alone(image)) own = plot_theme_visible(own, a->d->background);
        color[i] = opaque(own);
    }
    a->d->surface->kind->image(a->d->surface, (plot_box){ left, a->area.y0, right, a->area.y1 },
                               color, 1, 256);
}

static void draw_axes(const plot_drawing *d, int panel)
{
    const plot_panel_layout *p = &d->scene->layout->panel[panel];
    axes a = { d,
               p,
               plot_drawing_box(d, &p->area),
               plot_drawing_line_color(d, (plot_ink){ .role = PLOT_ROLE_AXIS }),
               plot_drawing_units(d, 1),
               plot_drawing_units(d, 4) };
    double right = a.area.x1;
    if (p->bar_col >= 0) {
        right = (p->bar_col + PLOT_BAR_COLS) * d->cell_width;
        draw_bar(&a, p->bar_col * d->cell_width, right);
    }
    if (p->x_axis) draw_x_axis(&a);
    if (p->y_axis) draw_y_axis(&a, &p->y, a.area.x0, -1);
    if (p->right_axis) draw_y_axis(&a, &p->right, right, 1);
}

/* ---- everything ------------------------------------------------------------------------------- */

void plot_drawing_all(plot_drawing *d)
{
    const plot_scene *scene = d->scene;
    for (size_t i = 0; i < scene->layout->panels; i++) {
        if (scene->layout->panel[i].area.rows < 1) continue;
        plot_drawing_area(d, (int)i);
        draw_axes(d, (int)i);
    }
    for (size_t i = 0; i < scene->count; i++) {
        if (scene->item[i].kind == PLOT_ITEM_TEXT)
            plot_drawing_item_text(d, &scene->item[i], false);
        if (scene->item[i].kind != PLOT_ITEM_SAMPLE) continue;
        draw_sample(d, &scene->item[i]);
        draw_name(d, &scene->item[i]);
    }
}

void plot_drawing_free(plot_drawing *d)
{
    free(d->room);
    d->room = NULL;
    d->capacity = 0;
}
