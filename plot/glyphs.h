/* glyphs.h: UTF-8 from outside, made safe to show and measured in columns.  Independent of any locale. */
#ifndef PLOT_GLYPHS_H
#define PLOT_GLYPHS_H

#include "plot/plot.h"

#include <stdint.h>

/* One character as it is shown.  width: 1 or 2 columns, or 0 for a mark that sits on the character
** before it. */
typedef struct {
    uint32_t code;
    int width;
} plot_glyph;

/* Takes the next character off *text; 0 at the end of the text.  What must not reach a terminal
** (control characters, bad UTF-8, direction overrides) comes out as a visible symbol; what would only
** confuse the width (joiners, variation selectors) is left out.  In ASCII whatever ASCII lacks
** comes out as '?'. */
int plot_glyph_next(const char **text, plot_charset charset, plot_glyph *glyph);

/* The same for the first character of size bytes, which need not end with a 0 and may hold any; returns
** how many bytes it takes, 0 of none.  A character that is left out has code 0. */
size_t plot_glyph_take(const char *text, size_t size, plot_charset charset, plot_glyph *glyph);

/* Columns that the text takes. */
int plot_text_width(const char *text, plot_charset charset);

/* Writes the character as UTF-8; returns the number of bytes, 1 … 4. */
int plot_glyph_encode(uint32_t code, char bytes[4]);

#endif
