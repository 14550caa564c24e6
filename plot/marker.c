/* marker.c: the table of shapes.  Their areas look alike, not their widths. */
#include "plot/marker.h"

#include <stddef.h>

#define UP_TRIANGLE                                                                                \
    {                                                                                              \
        { 0, -0.52 }, { 0.5, 0.34 },                                                               \
        {                                                                                          \
            -0.5, 0.34                                                                             \
        }                                                                                          \
    }
#define DOWN_TRIANGLE                                                                              \
    {                                                                                              \
        { 0, 0.52 }, { 0.5, -0.34 },                                                               \
        {                                                                                          \
            -0.5, -0.34                                                                            \
        }                                                                                          \
    }
#define DIAMOND                                                                                    \
    {                                                                                              \
        { 0, -0.54 }, { 0.54, 0 }, { 0, 0.54 },                                                    \
        {                                                                                          \
            -0.54, 0                                                                               \
        }                                                                                          \
    }
#define SQUARE                                                                                     \
    {                                                                                              \
        { -0.39, -0.39 }, { 0.39, -0.39 }, { 0.39, 0.39 },                                         \
        {                                                                                          \
            -0.39, 0.39                                                                            \
        }                                                                                          \
    }

/* The outer corners lie on a circle of 0.56, the inner ones where the lines between them cross. */
#define STAR                                                                                       \
    {                                                                                              \
        { 0, -0.56 }, { 0.1257, -0.173 }, { 0.5326, -0.173 }, { 0.2034, 0.0661 },                  \
            { 0.3292, 0.453 }, { 0, 0.2139 }, { -0.3292, 0.453 }, { -0.2034, 0.0661 },             \
            { -0.5326, -0.173 },                                                                   \
        {                                                                                          \
            -0.1257, -0.173                                                                        \
        }                                                                                          \
    }

#define CROSS                                                                                      \
    {                                                                                              \
        { -0.36, -0.36 }, { 0.36, 0.36 }, { -0.36, 0.36 },                                         \
        {                                                                                          \
            0.36, -0.36                                                                            \
        }                                                                                          \
    }
#define PLUS                                                                                       \
    {                                                                                              \
        { -0.46, 0 }, { 0.46, 0 }, { 0, -0.46 },                                                   \
        {                                                                                          \
            0, 0.46                                                                                \
        }                                                                                          \
    }

static const plot_marker markers[] = {
    { '.', PLOT_MARKER_CIRCLE, true, 0.2, 0, { { 0 } } },
    { 0xb7, PLOT_MARKER_CIRCLE, true, 0.2, 0, { { 0 } } },    /* · */
    { 0x2022, PLOT_MARKER_CIRCLE, true, 0.4, 0, { { 0 } } },  /* • */
    { 0x25cf, PLOT_MARKER_CIRCLE, true, 0.46, 0, { { 0 } } }, /* ● */
    { 'o', PLOT_MARKER_CIRCLE, false, 0.4, 0, { { 0 } } },
    { 0x25cb, PLOT_MARKER_CIRCLE, false, 0.4, 0, { { 0 } } }, /* ○ */
    { 'x', PLOT_MARKER_STROKES, false, 0, 4, CROSS },
    { 0xd7, PLOT_MARKER_STROKES, false, 0, 4, CROSS }, /* × */
    { '+', PLOT_MARKER_STROKES, false, 0, 4, PLUS },
    { 0x25c6, PLOT_MARKER_POLYGON, true, 0, 4, DIAMOND },        /* ◆ */
    { 0x25c7, PLOT_MARKER_POLYGON, false, 0, 4, DIAMOND },       /* ◇ */
    { 0x25a0, PLOT_MARKER_POLYGON, true, 0, 4, SQUARE },         /* ■ */
    { 0x25a1, PLOT_MARKER_POLYGON, false, 0, 4, SQUARE },        /* □ */
    { 0x25b2, PLOT_MARKER_POLYGON, true, 0, 3, UP_TRIANGLE },    /* ▲ */
    { 0x25b3, PLOT_MARKER_POLYGON, false, 0, 3, UP_TRIANGLE },   /* △ */
    { 0x25bc, PLOT_MARKER_POLYGON, true, 0, 3, DOWN_TRIANGLE },  /* ▼ */
    { 0x25bd, PLOT_MARKER_POLYGON, false, 0, 3, DOWN_TRIANGLE }, /* ▽ */
    { 0x2605, PLOT_MARKER_POLYGON, true, 0, 10, STAR },          /* ★ */
    { 0x2606, PLOT_MARKER_POLYGON, false, 0, 10, STAR },         /* ☆ */
};

const plot_marker *plot_marker_find(uint32_t code)
{
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (markers[i].code == code) return &markers[i];
    return NULL;
}
