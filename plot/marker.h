/* marker.h: the shapes of the characters that mark points, for outputs that draw. */
#ifndef PLOT_MARKER_H
#define PLOT_MARKER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    PLOT_MARKER_CIRCLE,
    PLOT_MARKER_POLYGON, /* its points joined and closed */
    PLOT_MARKER_STROKES  /* each two points a stroke */
} plot_marker_kind;

#define PLOT_MARKER_PEN    0.15 /* width of the lines of hollow shapes and strokes */
#define PLOT_MARKER_LETTER 1.3  /* size of a letter that marks */

/* In units of the mark's size; 0, 0 is the middle, y downwards. */
typedef struct {
    uint32_t code;
    plot_marker_kind kind;
    bool filled; /* else its outline is drawn */
    double radius;
    int points;
    double at[10][2];
} plot_marker;

/* The shape of a character; NULL: it is a letter, drawn as text. */
const plot_marker *plot_marker_find(uint32_t code);

#endif
