/* png.h: a canvas as a PNG file. */
#ifndef PLOT_PNG_H
#define PLOT_PNG_H

#include "plot/bytes.h"
#include "plot/pixels.h"

/* Adds the file: 8 bits a channel, sRGB, with alpha only where a pixel is not opaque.  scale is how many
** pixels there are for one of a usual screen (96 to the inch).  Fails only for lack of memory. */
plot_status plot_png(plot_bytes *out, const plot_pixels *canvas, double scale) PLOT_MUST_CHECK;

#endif
