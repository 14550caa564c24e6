/* style.c: colours where there are colours; dashes and marks where there are none. */
#include "plot/style.h"

#include "plot/theme.h"

static const plot_dash solid = { 1, 1 };
static const plot_dash broken = { 0x3, 4 };
static const plot_dash chess = { 0, 0 };
static const plot_dash dashes[] = { { 1, 1 }, { 0x0f, 6 }, { 0x1, 2 }, { 0x4f, 9 } };
#define DASHES (sizeof dashes / sizeof *dashes)

/* Twice as many as colours: those of one colour look different. */
static const uint32_t marks[] = { 0x2022, 0xd7,   0x25cb, 0x2b,   0x25c6, 0x25b3, 0x25a0, 0x25bd,
                                  0x25c7, 0x25b2, 0x25a1, 0x25bc, 0x2605, 0x25c1, 0x2606, 0x25b6 };
static const char strokes[] = "ox+*#@%&$=vszwnu";
#define MARKS (sizeof marks / sizeof *marks)

enum { FEW = 16 }; /* few points are at most that part of those of the largest scatter */

/* How many series of this kind the panel has before the one at index, without those of a colour map. */
static size_t rank_of(const plot_panel *panel, size_t index, plot_kind kind)
{
    size_t rank = 0;
    for (size_t i = 0; i < index; i++)
        rank += panel->data[i].kind == kind && !panel->data[i].mapped;
    return rank;
}

static plot_glyph mark_of(size_t rank, plot_charset charset)
{
    rank %= MARKS;
    return (plot_glyph){ charset == PLOT_ASCII ? (uint32_t)strokes[rank] : marks[rank], 1 };
}

/* The points of the panel's largest scatter. */
static size_t most_points(const plot_panel *panel)
{
    size_t most = 0;
    for (size_t i = 0; i < panel->count; i++)
        if (panel->data[i].kind == PLOT_SCATTER && plot_data_count(&panel->data[i]) > most)
            most = plot_data_count(&panel->data[i]);
    return most;
}

/* A mark takes a whole cell: many points on few cells are clearer as dots, unless only marks can tell
** two scatters apart.  Classes of one cloud look alike; only a few points among many keep their marks. */
static bool wants_dots(const plot_panel *panel, const plot_data *data, const plot_frame *frame,
                       int cells)
{
    bool alone = rank_of(panel, panel->count, PLOT_SCATTER) == 1;
    if (frame->charset == PLOT_ASCII) return false;
    size_t most = most_points(panel);
    bool many = most > (size_t)cells / 8 && plot_data_count(data) > most / FEW;
    bool colors =
        frame->color != PLOT_NO_COLOR && rank_of(panel, panel->count, PLOT_SCATTER) <= PLOT_COLORS;
    return many && (alone || colors);
}

static void style_line(plot_style *style, const plot_panel *panel, size_t rank,
                       const plot_data *data, const plot_frame *frame)
{
    bool ascii = frame->charset == PLOT_ASCII;
    bool dashed = frame->color == PLOT_NO_COLOR && !ascii;
    bool alone = rank_of(panel, panel->count, PLOT_LINE) == 1;
    bool again = rank >= PLOT_COLORS && !ascii;          /* in a colour that another line has */
    style->sample = again || (dashed && !alone) ? 5 : 3; /* wide enough to show what repeats */
    if (dashed) style->dash = dashes[rank % DASHES];
    if (again && !dashed) style->dash = dashes[rank / PLOT_COLORS % DASHES];
    if (data->dashed) style->dash = broken;
    style->sparse = dashed && rank >= DASHES && data->marker.code == 0;
    if (style->sparse) style->mark = mark_of(rank / DASHES - 1, frame->charset);
    if (ascii && rank > 0) style->stroke = strokes[(rank - 1) % MARKS];
    if (data->faint && frame->color == PLOT_NO_COLOR) style->dash = chess;
}

plot_glyph plot_mark_of_place(double place, plot_charset charset)
{
    static const uint32_t sizes[] = { 0xb7, 0x2022, 0x25cf };
    static const char letters[] = ".o@";
    int size = place < 1.0 / 3 ? 0 : place < 2.0 / 3 ? 1 : 2;
    return (plot_glyph){ charset == PLOT_ASCII ? (uint32_t)letters[size] : sizes[size], 1 };
}

/* Points of a colour map: dots if all of them together are many, as of a single scatter. */
static void style_mapped(plot_style *style, const plot_panel *panel, const plot_data *data,
                         const plot_frame *frame, int cells)
{
    size_t points = 0;
    for (size_t i = 0; i < panel->count; i++)
        if (panel->data[i].mapped) points += plot_data_count(&panel->data[i]);
    style->mark = mark_of(0, frame->charset);
    if (frame->color < PLOT_COLOR_256) {
        style->ink = (plot_ink){ .role = PLOT_ROLE_TEXT };
        style->mark = plot_mark_of_place(data->place, frame->charset);
        return;
    }
    plot_rgb color = plot_colormap_at(data->map, data->place);
    style->ink =
        (plot_ink){ .role = PLOT_ROLE_RGB, .rgb = plot_theme_visible(color, frame->background) };
    if (points > (size_t)cells / 8 && frame->charset != PLOT_ASCII) style->mark.code = 0;
}

static plot_role role_of(const plot_data *data)
{
    if (data->kind == PLOT_SPAN || data->tinted) return PLOT_ROLE_TINT;
    bool faint = data->faint || (data->kind == PLOT_BAND && !data->solid);
    return faint ? PLOT_ROLE_FAINT : PLOT_ROLE_SERIES;
}

plot_style plot_style_of(const plot_panel *panel, size_t index, const plot_frame *frame, int cells)
{
    const plot_data *data = &panel->data[index];
    if (data->kind == PLOT_CONTOUR)
        return plot_style_of_level(panel, index, data->levels / 2, frame);
    size_t rank = rank_of(panel, index, data->kind);
    bool ascii = frame->charset == PLOT_ASCII;
    plot_style style = { .ink = { .role = (uint8_t)role_of(data), .index = (uint8_t)data->color },
                         .dash = data->dashed ? broken : solid,
                         .pattern = (int)rank,
                         .across = data->across,
                         .solid = data->solid,
                         .sample = data->kind == PLOT_SCATTER || data->kind == PLOT_IMAGE ? 1 : 2 };
    if (data->kind == PLOT_IMAGE) style.ink.role = PLOT_ROLE_AXIS;

    if (data->mapped)
        style_mapped(&style, panel, data, frame, cells);
    else if (data->kind == PLOT_SCATTER && !wants_dots(panel, data, frame, cells))
        style.mark = mark_of(rank, frame->charset);
    if (data->kind == PLOT_LINE) style_line(&style, panel, rank, data, frame);
    if (data->kind == PLOT_SEGMENTS && data->faint && frame->color == PLOT_NO_COLOR)
        style.dash = chess;
    if (data->marker.code == '.' && !ascii)
        style.mark.code = 0;
    else if (data->marker.code != 0)
        style.mark = ascii && data->marker.code > 0x7e ? mark_of(rank, PLOT_ASCII) : data->marker;
    return style;
}

plot_style plot_style_of_level(const plot_panel *panel, size_t index, size_t level,
                               const plot_frame *frame)
{
    static const plot_dash dotted = { 0x1, 2 };
    const plot_data *data = &panel->data[index];
    bool alone = rank_of(panel, panel->count, PLOT_CONTOUR) == panel->count;
    bool dots = frame->color == PLOT_NO_COLOR && (!alone || level % 2 == 1);
    size_t last = data->levels > 1 ? data->levels - 1 : 1;
    return (plot_style){ .ink = { .role = PLOT_ROLE_SHADE,
                                  .index = (uint8_t)(level * UINT8_MAX / last) },
                         .dash = dots ? dotted : solid,
                         .stroke = dots ? '.' : 0,
                         .sample = 3 };
}

plot_style plot_style_behind(plot_style style, const plot_frame *frame)
{
    style.ink.role = PLOT_ROLE_FAINT;
    style.mark.code = 0;
    style.stroke = '.';
    style.dash = frame->color == PLOT_NO_COLOR ? chess : solid;
    return style;
}
