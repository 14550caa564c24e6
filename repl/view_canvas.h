/* view_canvas.h -- the cells of the terminal: styled text put at places, in the colours that there are. */
#ifndef REPL_VIEW_CANVAS_H
#define REPL_VIEW_CANVAS_H

#include "repl/view_theme.h"

/* DEPTH is 0 (no colours), 16, 256 or 24. */
void canvas_open(int depth, plot_charset charset);
/* From the next frame on; a terminal with less than 256 colours has the plain one. */
void canvas_theme(view_theme theme);
bool canvas_has_themes(void);
/* An empty frame, and its size; canvas_end shows it, with the cursor at a place, or with none if Y < 0. */
void canvas_begin(int *rows, int *columns);
void canvas_end(int y, int x);
/* Puts text, cut at COLUMNS, and gives how many it took.  Control characters become symbols. */
int canvas_text(int y, int x, int columns, const char *text, canvas_part part);
int canvas_text_n(int y, int x, int columns, const char *text, size_t size, canvas_part part);
/* Puts row ROW of S, cut at COLUMNS. */
void canvas_row(int y, int x, int columns, const styled *s, int row);
/* GLYPH is a character, ASCII what stands for it where there are no others. */
void canvas_glyph(int y, int x, const char *glyph, char ascii, canvas_part part);
void canvas_fill(int y, int x, int columns, const char *glyph, char ascii, canvas_part part);
int canvas_width(const char *text);

#endif
