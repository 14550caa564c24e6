/* drawing_area.c: what is in the areas.
**
** Places may lie far outside their area: lines are cut, and the corners of what is filled are moved, to a
** margin around it, so that no surface meets numbers that it cannot hold. */
#include "plot/drawing.h"

#include "plot/image.h"
#include "plot/theme.h"

#include <math.h>
#include <string.h>

/* The panel being drawn. */
typedef struct {
    plot_drawing *d;
    const plot_surface_kind *draw;
    const plot_panel_layout *layout;
    plot_box area, view; /* view: with the margin */
    plot_box *said;      /* where notes of rules and spans stand */
    int *said_count;
} field;

enum { SAID_MAX = 32 };

static double x_of(const field *f, plot_point p)
{
    return f->area.x0 + p.x * (f->area.x1 - f->area.x0);
}

static double y_of(const field *f, plot_point p)
{
    return f->area.y0 + p.y * (f->area.y1 - f->area.y0);
}

static bool in_area(plot_point p)
{
    return p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1;
}

/* ---- lines ------------------------------------------------------------------------------------ */

/* Cuts *from … *to of a line from at by step to low … high; false if nothing is left. */
static bool cut(double at, double step, double low, double high, double *from, double *to)
{
    if (step == 0) return at >= low && at <= high;
    double a = (low - at) / step, b = (high - at) / step;
    *from = fmax(*from, fmin(a, b));
    *to = fmin(*to, fmax(a, b));
    return *from <= *to;
}

/* Joins two points as far as they are in view; *joined says whether the path ends at the first. */
static void join(const field *f, plot_point p, plot_point q, bool *joined)
{
    double x = x_of(f, p), y = y_of(f, p), dx = x_of(f, q) - x, dy = y_of(f, q) - y;
    double from = 0, to = 1;
    if (!cut(x, dx, f->view.x0, f->view.x1, &from, &to) ||
        !cut(y, dy, f->view.y0, f->view.y1, &from, &to)) {
        *joined = false;
        return;
    }
    if (!*joined || from > 0) f->draw->move(f->d->surface, x + from * dx, y + from * dy);
    f->draw->line(f->d->surface, x + to * dx, y + to * dy);
    *joined = to == 1;
}

static void draw_line(const field *f, const plot_item *item)
{
    const plot_point *point = f->d->scene->points.point + item->first;
    plot_pen pen = plot_drawing_pen(f->d, &item->style);
    bool joined = false;
    f->draw->begin(f->d->surface, &pen);
    for (size_t i = 0; i < item->count; i++) {
        if (isnan(point[i].x)) {
            joined = false;
            continue;
        }
        bool before = i > 0 && !isnan(point[i - 1].x);
        bool after = i + 1 < item->count && !isnan(point[i + 1].x);
        if (after)
            join(f, point[i], point[i + 1], &joined);
        else if (!before)
            join(f, point[i], point[i], &joined); /* a point by itself is a dot */
    }
    f->draw->end(f->d->surface, plot_drawing_line_color(f->d, item->style.ink));
}

static void draw_rule(const field *f, const plot_item *item)
{
    plot_point at = f->d->scene->points.point[item->first];
    double x = x_of(f, at), y = y_of(f, at), dash = plot_drawing_units(f->d, 3);
    plot_pen pen = { .width = plot_drawing_units(f->d, 1), .dash = { dash, dash }, .dashes = 2 };
    if (!in_area(at)) return;
    f->draw->begin(f->d->surface, &pen);
    f->draw->move(f->d->surface, item->upright ? x : f->area.x0, item->upright ? f->area.y0 : y);
    f->draw->line(f->d->surface, item->upright ? x : f->area.x1, item->upright ? f->area.y1 : y);
    f->draw->end(f->d->surface, plot_drawing_line_color(f->d, item->style.ink));
}

static void draw_grid(const field *f)
{
    const plot_panel_layout *p = f->layout;
    plot_rgba color = plot_drawing_line_color(f->d, (plot_ink){ .role = PLOT_ROLE_AXIS });
    double half = plot_drawing_units(f->d, 0.5);
    color.a = 44;
    for (int i = 0; p->x_axis && i < p->x.count; i++) {
        double x = x_of(f, (plot_point){ p->x.tick[i].at, 0 });
        if (x - f->area.x0 < 2 * half) continue; /* the axis is there */
        f->draw->rect(f->d->surface, (plot_box){ x - half, f->area.y0, x + half, f->area.y1 },
                      color);
    }
    for (int i = 0; p->y_axis && i < p->y.count; i++) {
        double y = y_of(f, (plot_point){ 0, 1 - p->y.tick[i].at });
        if (f->area.y1 - y < 2 * half) continue;
        f->draw->rect(f->d->surface, (plot_box){ f->area.x0, y - half, f->area.x1, y + half },
                      color);
    }
}

/* ---- what is filled --------------------------------------------------------------------------- */

static double within(double v, double low, double high)
{
    return fmin(fmax(v, low), high);
}

static void put_corner(const field *f, double x, double y, bool *begun)
{
    x = within(x, f->view.x0, f->view.x1);
    y = within(y, f->view.y0, f->view.y1);
    if (*begun)
        f->draw->line(f->d->surface, x, y);
    else
        f->draw->move(f->d->surface, x, y);
    *begun = true;
}

/* Adds the corners of an edge from p to q: where it passes the view's sides, and q.  Outside the view the edge
** then runs along its sides, and inside it stays where it is. */
static void add_edge(const field *f, plot_point p, plot_point q, bool *begun)
{
    double x = x_of(f, p), y = y_of(f, p), dx = x_of(f, q) - x, dy = y_of(f, q) - y;
    double at[4] = { (f->view.x0 - x) / dx, (f->view.x1 - x) / dx, (f->view.y0 - y) / dy,
                     (f->view.y1 - y) / dy };
    for (int i = 0; i < 4; i++)
        if (!isfinite(at[i])) at[i] = 2; /* it never passes this side */
    for (int i = 0; i < 4; i++) {        /* in order: the least of those left each time */
        int least = i;
        for (int k = i + 1; k < 4; k++)
            if (!(at[k] >= at[least])) least = k;
        double t = at[least];
        at[least] = at[i];
        if (t > 0 && t < 1) put_corner(f, x + t * dx, y + t * dy, begun);
    }
    put_corner(f, x + dx, y + dy, begun);
}

/* The band over the pairs from first to end: along its low ends and back along its high ends. */
static void add_band(const field *f, const plot_point *point, size_t first, size_t end)
{
    bool begun = false;
    plot_point last = point[first];
    for (size_t i = first; i < end; i += 2) {
        add_edge(f, last, point[i], &begun);
        last = point[i];
    }
    for (size_t i = end; i > first; i -= 2) {
        add_edge(f, last, point[i - 1], &begun);
        last = point[i - 1];
    }
    add_edge(f, last, point[first], &begun);
}

static void draw_area(const field *f, const plot_item *item)
{
    const plot_point *point = f->d->scene->points.point + item->first;
    f->draw->begin(f->d->surface, NULL);
    for (size_t first = 0, end; first + 1 < item->count; first = end + 2) {
        for (end = first; end + 1 < item->count && !isnan(point[end].x);) end += 2;
        if (end > first) add_band(f, point, first, end);
    }
    f->draw->end(f->d->surface, plot_drawing_fill_color(f->d, item->style.ink));
}

/* Bars that touch are told apart by a hairline between them. */
static void draw_rects(const field *f, const plot_item *item)
{
    const plot_point *point = f->d->scene->points.point + item->first;
    plot_rgba color = plot_drawing_fill_color(f->d, item->style.ink);
    double gap = plot_drawing_units(f->d, 0.5);
    bool tinted = item->style.ink.role == PLOT_ROLE_TINT;
    for (size_t i = 0; i + 1 < item->count; i += 2) {
        plot_point a = point[i], b = point[i + 1];
        double x0 = x_of(f, a), x1 = x_of(f, b), y0 = y_of(f, a), y1 = y_of(f, b);
        plot_box box = { fmin(x0, x1), fmin(y0, y1), fmax(x0, x1), fmax(y0, y1) };
        if (!(box.x1 >= f->area.x0 && box.x0 <= f->area.x1 && box.y1 >= f->area.y0 &&
              box.y0 <= f->area.y1))
            continue;
        double *from = item->style.across ? &box.y0 : &box.x0,
               *to = item->style.across ? &box.y1 : &box.x1;
        bool empty = item->style.across ? box.x0 == box.x1 : box.y0 == box.y1;
        if (empty && !tinted) continue;
        if (!tinted && *to - *from > 8 * gap) *from += gap, *to -= gap;
        box.x0 = within(box.x0, f->view.x0, f->view.x1);
        box.x1 = within(box.x1, f->view.x0, f->view.x1);
        box.y0 = within(box.y0, f->view.y0, f->view.y1);
        box.y1 = within(box.y1, f->view.y0, f->view.y1);
        f->draw->rect(f->d->surface, box, color);
    }
}

static void draw_image(const field *f, const plot_data *data)
{
    plot_drawing *d = f->d;
    void *room = d->room;
    int cols = (int)((f->area.x1 - f->area.x0) * d->surface->detail + 0.5);
    int rows = (int)((f->area.y1 - f->area.y0) * d->surface->detail + 0.5);
    if (cols < 1 || rows < 1) return;
    size_t count = (size_t)cols * (size_t)rows;
    if (!plot_grow(d->memory, &room, &d->capacity, 0, count, sizeof *d->room)) {
        d->failed = true;
        return;
    }
    d->room = room;
    plot_sampling s = { &data->matrix, f->layout->x.map, f->layout->y.map, cols, rows };
    for (size_t i = 0; i < count; i++) {
        plot_sample sample = plot_image_at(&s, (int)(i % (size_t)cols), (int)(i / (size_t)cols));
        plot_rgb c = plot_theme_rgb(plot_sample_ink(&sample), d->background);
        d->room[i] = sample.shown ? (plot_rgba){ c.r, c.g, c.b, 255 } : (plot_rgba){ 0 };
    }
    f->draw->image(d->surface, f->area, d->room, cols, rows);
}

/* ---- points and notes ------------------------------------------------------------------------- */

static void draw_cloud(const field *f, const plot_item *item)
{
    const plot_point *point = f->d->scene->points.point + item->first;
    plot_pen pen = { .width = plot_drawing_units(f->d, 2.4) };
    f->draw->begin(f->d->surface, &pen);
    for (size_t i = 0; i < item->count; i++) {
        if (!in_area(point[i])) continue;
        double x = x_of(f, point[i]), y = y_of(f, point[i]);
        f->draw->move(f->d->surface, x, y);
        f->draw->line(f->d->surface, x, y);
    }
    f->draw->end(f->d->surface, plot_drawing_line_color(f->d, item->style.ink));
}

static void draw_marks(const field *f, const plot_item *item)
{
    const plot_point *point = f->d->scene->points.point + item->first;
    plot_rgba color = plot_drawing_line_color(f->d, item->style.ink);
    double size = plot_drawing_mark_size(f->d, item->data);
    for (size_t i = 0; i < item->count; i++)
        if (in_area(point[i]))
            f->draw->marker(f->d->surface, item->style.mark.code, x_of(f, point[i]),
                            y_of(f, point[i]), size, color);
}

/* The colour of the panel's images at a place; false if there is none. */
static bool color_under(const field *f, double x, double y, plot_rgb *color)
{
    const plot_panel *panel = f->layout->panel;
    int cols = (int)(f->area.x1 - f->area.x0), rows = (int)(f->area.y1 - f->area.y0);
    bool found = false;
    for (size_t i = 0; i < panel->count; i++) {
        if (panel->data[i].kind != PLOT_IMAGE) continue;
        plot_sampling s = { &panel->data[i].matrix, f->layout->x.map, f->layout->y.map, cols,
                            rows };
        plot_sample sample = plot_image_at(&s, (int)(x - f->area.x0), (int)(y - f->area.y0));
        if (sample.shown) *color = plot_theme_rgb(plot_sample_ink(&sample), f->d->background);
        found = found || sample.shown;
    }
    return found;
}

/* One line of a note; returns the start of the next, or NULL. */
static const char *draw_note_line(const field *f, const char *text, double x, double y,
                                  plot_align align, plot_ink ink)
{
    char line[1000];
    const char *end = strchr(text, '\n');
    size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
    if (length >= sizeof line) length = sizeof line - 1;
    memcpy(line, text, length);
    line[length] = '\0';
    double size = plot_drawing_units(f->d, PLOT_TICK_SIZE);
    double width = plot_font_width(line, size, PLOT_FONT_REGULAR);
    double start = align == PLOT_ALIGN_LEFT     ? x
                   : align == PLOT_ALIGN_CENTRE ? x - width / 2
                                                : x - width;
    if (start + width > f->area.x1 - 2) start = f->area.x1 - 2 - width;
    if (start < f->area.x0 + 2) start = f->area.x0 + 2;
    plot_rgb under;
    bool own = ink.role == PLOT_ROLE_SERIES && ink.index < PLOT_COLORS, halo = true;
    if (!own && color_under(f, start + width / 2, y, &under)) { /* black or white can be read */
        uint8_t level = plot_lightness(under) > 0.5 ? 0 : UINT8_MAX;
        ink = (plot_ink){ .role = PLOT_ROLE_RGB, .rgb = { level, level, level } };
        halo = false;
    }
    plot_drawing_text(f->d, line, start, y, PLOT_TICK_SIZE, PLOT_ALIGN_LEFT, ink, halo);
    return end != NULL ? end + 1 : NULL;
}

static int lines_of(const char *text)
{
    int lines = 1;
    for (; *text != '\0'; text++) lines += *text == '\n';
    return lines;
}

/* The height for what is said of a rule or a span, below what has been said there before. */
static double free_height(const field *f, double x0, double x1, double y, double height)
{
    for (int i = 0; i < *f->said_count; i++) {
        const plot_box *other = &f->said[i];
        bool apart = x1 < other->x0 || x0 > other->x1 || y + height <= other->y0 || y >= other->y1;
        if (!apart) y = other->y1, i = -1;
        if (y > f->area.y1) break;
    }
    if (*f->said_count < SAID_MAX)
        f->said[(*f->said_count)++] = (plot_box){ x0, y, x1, y + height };
    return y;
}

static void draw_note(const field *f, const plot_item *item)
{
    plot_point at = f->d->scene->points.point[item->first];
    const char *text = plot_item_text(item);
    plot_glyph mark = item->style.mark;
    plot_ink ink = item->style.ink;
    double x = x_of(f, at), y = y_of(f, at), away = 0, height = plot_drawing_units(f->d, 14);
    int align = item->align, lines = lines_of(text);
    if (!in_area(at)) return;
    if (mark.code != 0) {
        f->draw->marker(f->d->surface, mark.code, x, y, plot_drawing_units(f->d, 9),
                        plot_drawing_line_color(f->d, ink));
        if (align == 0) align = -1;
    }
    if (mark.code != 0 || item->upright) away = plot_drawing_units(f->d, mark.code != 0 ? 8 : 4);
    double width =
        plot_font_width(text, plot_drawing_units(f->d, PLOT_TICK_SIZE), PLOT_FONT_REGULAR);
    if (away > 0 && align < 0 && x + away + width > f->area.x1 && x - away - width > f->area.x0)
        align = 1; /* there is no room right of it, but left */
    x += align < 0 ? away : align > 0 ? -away : 0;
    if (align == 0 && mark.code == 0) y -= height * (lines - 1) / 2;
    /* Beside a rule, and never out of the area. */
    bool rule =
        item->count == 1 && !item->upright && mark.code == 0 && item->align > 0 && at.x == 1;
    if (rule) y -= height / 2 + 1;
    y = within(y, f->area.y0 + height / 2 + 1, f->area.y1 - height * (lines - 0.5) - 1);
    if (item->upright) {
        double left = align < 0 ? x : x - width;
        y = free_height(f, left, left + width, y - height / 2, height) + height / 2;
    }
    while (text != NULL && *text != '\0') {
        text = draw_note_line(f, text, x, y, (plot_align)(align + 1), ink);
        y += height;
    }
}

/* ---- the order -------------------------------------------------------------------------------- */

static void draw_item(const field *f, const plot_item *item)
{
    switch (item->kind) {
    case PLOT_ITEM_IMAGE: draw_image(f, item->data); break;
    case PLOT_ITEM_AREA: draw_area(f, item); break;
    case PLOT_ITEM_RECTS: draw_rects(f, item); break;
    case PLOT_ITEM_LINE: draw_line(f, item); break;
    case PLOT_ITEM_CLOUD: draw_cloud(f, item); break;
    case PLOT_ITEM_RULE: draw_rule(f, item); break;
    case PLOT_ITEM_TEXT: plot_drawing_item_text(f->d, item, true); break;
    case PLOT_ITEM_SAMPLE:
    case PLOT_ITEM_MARKS:
    case PLOT_ITEM_NOTE: break;
    }
}

static bool has_image(const plot_panel *panel)
{
    for (size_t i = 0; i < panel->count; i++)
        if (panel->data[i].kind == PLOT_IMAGE && !plot_is_bar_alone(&panel->data[i])) return true;
    return false;
}

void plot_drawing_area(plot_drawing *d, int panel)
{
    const plot_panel_layout *p = &d->scene->layout->panel[panel];
    plot_box area = plot_drawing_box(d, &p->area);
    const double margin = 64, rim = plot_drawing_units(d, 1);
    plot_box said[SAID_MAX];
    int said_count = 0;
    field f = { d,
                d->surface->kind,
                p,
                area,
                { area.x0 - margin, area.y0 - margin, area.x1 + margin, area.y1 + margin },
                said,
                &said_count };
    plot_box clip = { area.x0 - rim, area.y0 - rim, area.x1 + rim, area.y1 + rim };
    if (p->area.rows < 1 || p->area.cols < 1) return;
    if (!has_image(p->panel)) draw_grid(&f);
    f.draw->clip(d->surface, &clip);
    for (size_t i = 0; i < d->scene->count; i++)
        if (d->scene->item[i].panel == panel) draw_item(&f, &d->scene->item[i]);
    f.draw->clip(d->surface, NULL);
    for (size_t i = 0; i < d->scene->count; i++) {
        const plot_item *item = &d->scene->item[i];
        if (item->panel == panel && item->kind == PLOT_ITEM_MARKS) draw_marks(&f, item);
        if (item->panel == panel && item->kind == PLOT_ITEM_NOTE) draw_note(&f, item);
    }
}
