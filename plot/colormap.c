/* colormap.c: maps by their colours at equal distances, and between these by straight lines. */
#include "plot/colormap.h"

enum { STOPS = 17, PIECES = STOPS - 1 };

static const plot_rgb maps[PLOT_COLORMAPS][STOPS] = {
    [PLOT_VIRIDIS] = { { 68, 1, 84 },
                       { 72, 24, 106 },
                       { 71, 45, 123 },
                       { 66, 64, 134 },
                       { 59, 82, 139 },
                       { 51, 99, 141 },
                       { 44, 114, 142 },
                       { 38, 130, 142 },
                       { 33, 145, 140 },
                       { 31, 160, 136 },
                       { 40, 174, 128 },
                       { 63, 188, 115 },
                       { 94, 201, 98 },
                       { 132, 212, 75 },
                       { 173, 220, 48 },
                       { 216, 226, 25 },
                       { 253, 231, 37 } },
    [PLOT_MAGMA] = { { 0, 0, 4 },
                     { 10, 8, 34 },
                     { 29, 17, 71 },
                     { 54, 16, 107 },
                     { 81, 18, 124 },
                     { 106, 28, 129 },
                     { 131, 38, 129 },
                     { 156, 46, 127 },
                     { 183, 55, 121 },
                     { 208, 65, 111 },
                     { 231, 82, 99 },
                     { 245, 107, 92 },
                     { 252, 137, 97 },
                     { 254, 167, 114 },
                     { 254, 196, 136 },
                     { 253, 226, 163 },
                     { 252, 253, 191 } },
    [PLOT_RDBU] = { { 103, 0, 31 },
                    { 150, 15, 39 },
                    { 187, 42, 52 },
                    { 210, 88, 73 },
                    { 229, 131, 104 },
                    { 245, 172, 139 },
                    { 251, 206, 183 },
                    { 251, 230, 218 },
                    { 246, 247, 247 },
                    { 222, 235, 242 },
                    { 192, 220, 235 },
                    { 152, 200, 224 },
                    { 104, 171, 208 },
                    { 62, 140, 191 },
                    { 40, 112, 177 },
                    { 21, 80, 141 },
                    { 5, 48, 97 } },
    [PLOT_GREY] = { { 0, 0, 0 },
                    { 16, 16, 16 },
                    { 32, 32, 32 },
                    { 48, 48, 48 },
                    { 64, 64, 64 },
                    { 80, 80, 80 },
                    { 96, 96, 96 },
                    { 112, 112, 112 },
                    { 128, 128, 128 },
                    { 144, 144, 144 },
                    { 160, 160, 160 },
                    { 176, 176, 176 },
                    { 192, 192, 192 },
                    { 208, 208, 208 },
                    { 224, 224, 224 },
                    { 240, 240, 240 },
                    { 255, 255, 255 } },
};

static uint8_t between(uint8_t a, uint8_t b, double part)
{
    return (uint8_t)(a + (b - a) * part + 0.5);
}

plot_rgb plot_colormap_at(plot_colormap map, double at)
{
    double scaled = (at > 0 ? at < 1 ? at : 1 : 0) * PIECES;
    int piece = scaled < PIECES ? (int)scaled : PIECES - 1;
    plot_rgb a = maps[map][piece], b = maps[map][piece + 1];
    double part = scaled - piece;
    return (plot_rgb){ between(a.r, b.r, part), between(a.g, b.g, part), between(a.b, b.b, part) };
}

double plot_lightness(plot_rgb color)
{
    return (0.299 * color.r + 0.587 * color.g + 0.114 * color.b) / UINT8_MAX;
}
