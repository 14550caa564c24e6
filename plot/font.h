/* font.h: the letters of DejaVu Sans as outlines, for every output that draws in pixels.
**
** The outlines are compiled in: plot/font/make_font.c writes them at build time.  Distances in the
** tables are the font's own, units to an em, y upwards from the baseline; the functions scale them to a
** size, the em in pixels.
**
**     ascent ─┬─────────  ┌─┐        ink: what is drawn          left … right, bottom … top
**    capitals ┤ █   █     │ │        advance: to the next letter
**           x ┤ █▄▄▄█  ▄▄▄│ │
**    baseline ┴─█───█──█▄▄└─┘──      descent: below
**
** The bytes of an outline are numbers of seven bits a byte, the lowest first: the number of contours; for
** each its number of points, then for each point twice its folded distance in x from the one before, plus
** 1 if it is on the curve, and its folded distance in y.  Folding makes 0 -1 1 -2 … into 0 1 2 3 ….  A
** contour begins on the curve at its first point; between two points off it lies one halfway (as TrueType
** has it). */
#ifndef PLOT_FONT_H
#define PLOT_FONT_H

#include "plot/glyphs.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint16_t code;
    uint16_t advance;
    uint32_t start; /* of its outline among the face's */
} plot_font_entry;

typedef struct {
    uint16_t left, right;
    int16_t by;
} plot_font_pair;

typedef struct {
    int em, ascent, descent, x_height, cap_height;
    const plot_font_entry
        *entry; /* by rising code; the first, of code 0, is shown for what is missing */
    size_t entries;
    const plot_font_pair *pair; /* letters that stand closer (or wider), by rising left, right */
    size_t pairs;
    const uint8_t *outline;
} plot_font_face;

typedef enum { PLOT_FONT_REGULAR, PLOT_FONT_BOLD } plot_font_weight;

extern const plot_font_face plot_font_faces[2]; /* by plot_font_weight */

/* The entry of a character, or the box for one that the face lacks. */
const plot_font_entry *plot_font_find(const plot_font_face *face, uint32_t code);

/* What an outline is made of.  A curve is a quadratic Bézier; contours are closed. */
typedef enum {
    PLOT_OUTLINE_END,
    PLOT_OUTLINE_MOVE,
    PLOT_OUTLINE_LINE,
    PLOT_OUTLINE_CURVE
} plot_outline_step;

typedef struct {
    plot_outline_step step;
    int x, y;                 /* where it leads */
    int control_x, control_y; /* CURVE only */
} plot_outline_part;

/* Reads an outline part by part. */
typedef struct {
    const uint8_t *at;
    int contours, points; /* still to come; points of this contour */
    int x, y;             /* the point read last */
    int first_x, first_y; /* of this contour */
    int off_x, off_y;     /* a point off the curve that waits for its end */
    int waiting, inside;
} plot_outline_reader;

plot_outline_reader plot_outline_read(const plot_font_face *face, const plot_font_entry *entry);
plot_outline_part plot_outline_next(plot_outline_reader *reader);

/* A text's letters one by one: as plot_glyph_next, with the place where each begins. */
typedef struct {
    const plot_font_face
        *face; /* of the letter read last: the regular one where bold lacks a letter */
    plot_font_weight weight;
    const char *text;
    uint32_t before;               /* the letter before, 0 at the start */
    double x;                      /* after the letter read last, in font units */
    const plot_font_entry *letter; /* the letter read last, and where it begins */
    double at;
} plot_font_line;

plot_font_line plot_font_begin(plot_font_weight weight, const char *text);
int plot_font_next(plot_font_line *line); /* 0 at the end */

/* How wide the text is at this size: the sum of its advances. */
double plot_font_width(const char *text, double size, plot_font_weight weight);

/* The part of the plane that the text's ink lies in when it begins at 0, 0; y upwards.  All zero for a text
** without ink. */
typedef struct {
    double left, right, bottom, top;
} plot_font_box;
plot_font_box plot_font_ink(const char *text, double size, plot_font_weight weight);

#endif
