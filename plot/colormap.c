/* colormap.c: maps by their colours at equal distances, and between these by straight lines. */
#include "plot/colormap.h"

static const plot_rgb viridis[] = { { 68, 1, 84 },    { 71, 44, 122 },  { 59, 81, 139 },
                                    { 44, 113, 142 }, { 33, 144, 141 }, { 39, 173, 129 },
                                    { 92, 200, 99 },  { 170, 220, 50 }, { 253, 231, 37 } };
#define PIECES ((int)(sizeof viridis / sizeof *viridis) - 1)

static uint8_t between(uint8_t a, uint8_t b, double part)
{
    return (uint8_t)(a + (b - a) * part + 0.5);
}

plot_rgb plot_viridis(double at)
{
    double scaled = (at > 0 ? at < 1 ? at : 1 : 0) * PIECES;
    int piece = scaled < PIECES ? (int)scaled : PIECES - 1;
    plot_rgb a = viridis[piece], b = viridis[piece + 1];
    double part = scaled - piece;
    return (plot_rgb){ between(a.r, b.r, part), between(a.g, b.g, part), between(a.b, b.b, part) };
}
