/* image.h: matrices as colours. */
#ifndef PLOT_IMAGE_H
#define PLOT_IMAGE_H

#include "plot/colormap.h"
#include "plot/figure.h"
#include "plot/grid.h"
#include "plot/scale.h"

/* What one dot of a drawing shows of a matrix: nothing, where it is outside or has no number; or a place in
** its map, 0 to 1 (of rgb images: how light it is), and its colour.  Of classes the place is how strong the colour of the palette is. */
typedef struct {
    bool shown, outside;
    double place;
    plot_rgb color;
    int entry; /* of the palette, from 0; -1: color counts */
} plot_sample;

/* The ink that shows the sample. */
static inline plot_ink plot_sample_ink(const plot_sample *sample)
{
    if (sample->entry < 0) return (plot_ink){ .role = PLOT_ROLE_RGB, .rgb = sample->color };
    return (plot_ink){ .role = PLOT_ROLE_MIX,
                       .index = (uint8_t)sample->entry,
                       .rgb.r = (uint8_t)(sample->place * UINT8_MAX) };
}

/* The area on which a matrix is drawn, as columns × rows of dots. */
typedef struct {
    const plot_matrix *matrix;
    plot_map x_map, y_map;
    int columns, rows;
} plot_sampling;

/* The dot at this column and row, counted from the area's upper left.  A dot that covers several elements
** shows the mean of those that are finite, each weighed by how much of it the dot covers; for matrices with
** peak the one farthest from 0; of classes the one that has most of the dot. */
plot_sample plot_image_at(const plot_sampling *sampling, int column, int row);

/* The colour of a place, 0 to 1, in the matrix' map. */
plot_rgb plot_matrix_color(const plot_matrix *matrix, double place);

#endif
