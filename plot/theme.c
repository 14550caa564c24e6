/* theme.c: palettes for dark and light backgrounds, and what is left of them with fewer colours. */
#include "plot/theme.h"

#include <stdlib.h>

/* For a background: the palette in RGB and as one of the terminal's 16 colours, its tints among the 256 (the
** nearest would all be the same grey), the greys of axes, tick
** labels and text, what fading goes towards, and the part of the colour map of contours that stands off
** the background.  The palettes follow Okabe and Ito's for colour-blind readers, made lighter or darker
** until each stands off, too. */
typedef struct {
    plot_rgb palette[PLOT_COLORS];
    uint8_t palette16[PLOT_COLORS];
    uint8_t tint256[PLOT_COLORS];
    plot_rgb axis, tick, text, ground;
    double map_low, map_high;
    uint8_t map16[4]; /* the same in four of the 16 colours */
} theme;

static const theme themes[] = {
    [PLOT_DARK] = { { { 0x56, 0xb4, 0xe9 },
                      { 0xf0, 0xa3, 0x30 },
                      { 0x1f, 0xc1, 0x8d },
                      { 0xe5, 0x8b, 0xc1 },
                      { 0xf0, 0xe4, 0x42 },
                      { 0xf2, 0x67, 0x3a },
                      { 0x9a, 0x91, 0xf5 },
                      { 0xbf, 0xbf, 0xbf } },
                    { 14, 11, 10, 13, 3, 9, 12, 7 },
                    { 24, 94, 22, 53, 58, 52, 17, 237 },
                    { 0x6b, 0x77, 0x85 },
                    { 0xa0, 0xaa, 0xb5 },
                    { 0xe6, 0xe9, 0xec },
                    { 0x12, 0x16, 0x1a },
                    0.25,
                    1,
                    { 12, 14, 10, 11 } },
    [PLOT_LIGHT] = { { { 0x00, 0x72, 0xb2 },
                       { 0xc2, 0x60, 0x0a },
                       { 0x00, 0x80, 0x5c },
                       { 0xb0, 0x50, 0x8a },
                       { 0x8c, 0x7a, 0x00 },
                       { 0xc0, 0x39, 0x2b },
                       { 0x4b, 0x3f, 0xa6 },
                       { 0x55, 0x55, 0x55 } },
                     { 4, 3, 2, 5, 6, 1, 12, 8 },
                     { 153, 223, 158, 225, 187, 224, 189, 253 },
                     { 0x8a, 0x93, 0xa0 },
                     { 0x59, 0x63, 0x6e },
                     { 0x1f, 0x24, 0x2a },
                     { 0xff, 0xff, 0xff },
                     0,
                     0.8,
                     { 5, 4, 6, 2 } },
};

static const theme *theme_of(plot_background background)
{
    return &themes[background == PLOT_LIGHT];
}

/* part of the colour, the rest of the background. */
static plot_rgb fade(plot_rgb color, plot_rgb ground, int percent)
{
    int rest = 100 - percent;
    return (plot_rgb){ (uint8_t)((percent * color.r + rest * ground.r) / 100),
                       (uint8_t)((percent * color.g + rest * ground.g) / 100),
                       (uint8_t)((percent * color.b + rest * ground.b) / 100) };
}

plot_rgb plot_theme_ground(plot_background background)
{
    return theme_of(background)->ground;
}

plot_rgb plot_theme_rgb(plot_ink ink, plot_background background)
{
    enum { FAINT = 45, TINT = 22, MIX_LEAST = 12, MIX_MORE = 88 };
    const theme *t = theme_of(background);
    plot_rgb series = ink.index < PLOT_COLORS ? t->palette[ink.index] : t->axis;
    switch ((plot_role)ink.role) {
    case PLOT_ROLE_TEXT:
    case PLOT_ROLE_TITLE: return t->text;
    case PLOT_ROLE_TICK: return t->tick;
    case PLOT_ROLE_AXIS: return t->axis;
    case PLOT_ROLE_SERIES: return series;
    case PLOT_ROLE_FAINT: return fade(series, t->ground, FAINT);
    case PLOT_ROLE_TINT: return fade(series, t->ground, TINT);
    case PLOT_ROLE_SHADE:
        return plot_colormap_at(PLOT_VIRIDIS,
                                t->map_low + (t->map_high - t->map_low) * ink.index / UINT8_MAX);
    case PLOT_ROLE_MIX:
        return fade(series, t->ground, MIX_LEAST + MIX_MORE * ink.rgb.r / UINT8_MAX);
    case PLOT_ROLE_RGB: return ink.rgb;
    }
    return t->text;
}

plot_rgb plot_theme_visible(plot_rgb color, plot_background background)
{
    const double apart = 0.15;
    const theme *t = theme_of(background);
    double own = plot_lightness(color), ground = plot_lightness(t->ground);
    double text = plot_lightness(t->text), wanted = ground < text ? ground + apart : ground - apart;
    if (ground < text ? own >= wanted : own <= wanted) return color;
    int percent = (int)(100 * (wanted - own) / (text - own) + 0.5);
    return fade(t->text, color, percent);
}

static int distance(plot_rgb a, plot_rgb b)
{
    int r = a.r - b.r, g = a.g - b.g, blue = a.b - b.b;
    return r * r + g * g + blue * blue;
}

static const uint8_t cube_level[] = { 0, 95, 135, 175, 215, 255 };

static int nearest_level(int value)
{
    int best = 0;
    for (int i = 1; i < 6; i++)
        if (abs(value - cube_level[i]) < abs(value - cube_level[best])) best = i;
    return best;
}

/* The nearest of the 6 × 6 × 6 cube and the 24 greys, as xterm has them. */
static unsigned nearest256(plot_rgb color)
{
    int r = nearest_level(color.r), g = nearest_level(color.g), b = nearest_level(color.b);
    plot_rgb cube = { cube_level[r], cube_level[g], cube_level[b] };
    int mean = (color.r + color.g + color.b + 1) / 3, step = (mean - 8 + 5) / 10;
    step = step < 0 ? 0 : step > 23 ? 23 : step;
    uint8_t level = (uint8_t)(8 + 10 * step);
    plot_rgb grey = { level, level, level };
    if (distance(color, grey) < distance(color, cube)) return (unsigned)(232 + step);
    return (unsigned)(16 + 36 * r + 6 * g + b);
}

/* The nearest of the 16 colours, as xterm has them. */
static unsigned nearest16(plot_rgb color)
{
    static const plot_rgb all[16] = { { 0, 0, 0 },      { 205, 0, 0 },     { 0, 205, 0 },
                                      { 205, 205, 0 },  { 0, 0, 238 },     { 205, 0, 205 },
                                      { 0, 205, 205 },  { 229, 229, 229 }, { 127, 127, 127 },
                                      { 255, 0, 0 },    { 0, 255, 0 },     { 255, 255, 0 },
                                      { 92, 92, 255 },  { 255, 0, 255 },   { 0, 255, 255 },
                                      { 255, 255, 255 } };
    unsigned best = 0;
    for (unsigned i = 1; i < 16; i++)
        if (distance(color, all[i]) < distance(color, all[best])) best = i;
    return best;
}

/* One of the 16 for an ink, or none, which is the terminal's own colour; dim as a second way to say it. */
static plot_color ink16(plot_ink ink, const plot_frame *frame, unsigned *value, bool *dim)
{
    const theme *t = theme_of(frame->background);
    plot_role role = (plot_role)ink.role;
    bool series = role == PLOT_ROLE_SERIES || role == PLOT_ROLE_FAINT || role == PLOT_ROLE_MIX;
    *dim = role == PLOT_ROLE_FAINT;
    if (role == PLOT_ROLE_AXIS || (series && ink.index >= PLOT_COLORS))
        *value = 8;
    else if (series)
        *value = t->palette16[ink.index];
    else if (role == PLOT_ROLE_SHADE)
        *value = t->map16[ink.index / 64];
    else if (role == PLOT_ROLE_RGB)
        *value = nearest16(ink.rgb);
    else
        return PLOT_NO_COLOR;
    return PLOT_COLOR_16;
}

static plot_color color_of(plot_ink ink, const plot_frame *frame, unsigned *value, bool *dim)
{
    if (ink.role == PLOT_ROLE_TEXT || ink.role == PLOT_ROLE_TITLE || frame->color == PLOT_NO_COLOR)
        return PLOT_NO_COLOR;
    if (frame->color == PLOT_COLOR_16) return ink16(ink, frame, value, dim);
    plot_rgb color = plot_theme_rgb(ink, frame->background);
    if (frame->color == PLOT_COLOR_RGB)
        *value = (unsigned)color.r << 16 | (unsigned)color.g << 8 | color.b;
    else if (ink.role == PLOT_ROLE_TINT && ink.index < PLOT_COLORS)
        *value = theme_of(frame->background)->tint256[ink.index];
    else
        *value = nearest256(color);
    return frame->color;
}

/* Text on a colour is black or white, whichever can be read. */
static plot_ink readable_on(plot_rgb back)
{
    uint8_t level = plot_lightness(back) > 0.5 ? 0 : UINT8_MAX;
    return (plot_ink){ .role = PLOT_ROLE_RGB, .rgb = { level, level, level } };
}

static bool is_filled(plot_ink back)
{
    return back.role == PLOT_ROLE_RGB || back.role == PLOT_ROLE_SERIES ||
           back.role == PLOT_ROLE_FAINT;
}

/* Has it no colour that says what it is? */
static bool is_plain(plot_ink ink)
{
    return ink.role <= PLOT_ROLE_TICK || (ink.role == PLOT_ROLE_SERIES && ink.index >= PLOT_COLORS);
}

plot_shown plot_theme_cell(const plot_cell *cell, const plot_frame *frame)
{
    bool unused = false;
    plot_ink ink = cell->ink;
    plot_shown shown = { .glyph = cell->glyph,
                         .mark = { cell->mark[0], cell->mark[1] },
                         .width = cell->width,
                         .bold = frame->color != PLOT_NO_COLOR && ink.role == PLOT_ROLE_TITLE };
    if (is_filled(cell->back) && is_plain(ink))
        ink = readable_on(plot_theme_rgb(cell->back, frame->background));
    shown.ink_tier = color_of(ink, frame, &shown.ink, &shown.dim);
    shown.back_tier = color_of(cell->back, frame, &shown.back, &unused);
    return shown;
}
