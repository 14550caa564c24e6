/* graphics.h: pictures as sequences that terminals draw.
**
** Each adds to out what draws the canvas with its top left corner at the cursor, which is left wherever the
** protocol leaves it: save and restore it around.  Transparent pixels show what is behind.  They fail for
** lack of memory (PLOT_NO_MEMORY) and when the sequence would be longer than max_bytes (PLOT_INVALID), with
** out as it was. */
#ifndef PLOT_GRAPHICS_H
#define PLOT_GRAPHICS_H

#include "plot/bytes.h"
#include "plot/pixels.h"

typedef struct {
    int cols, rows;   /* cells to fill; kitty and iTerm2 scale the picture to them */
    plot_rgba ground; /* what is behind, where the protocol has no half transparent pixels */
    uint32_t id;      /* kitty: the picture that this one replaces; 0: none */
    bool tmux;        /* kitty: see plot_kitty_row */
    size_t max_bytes; /* 0: PLOT_GRAPHICS_BYTES */
} plot_placement;

#define PLOT_GRAPHICS_BYTES 16777216
#define PLOT_SIXEL_BYTES    1000000 /* of more tmux shows nothing */

/* The kitty graphics protocol: PNG in base64, in chunks of at most 4096 bytes, without answers; the cursor
** stays. */
plot_status plot_kitty(plot_bytes *out, const plot_pixels *canvas,
                       const plot_placement *placement) PLOT_MUST_CHECK;

/* For tmux, which would not know of a picture: plot_kitty sends it on to the terminal (tmux needs
** allow-passthrough), where it stands for the characters of this row of its cells, which tmux keeps and moves like
** any others (Unicode placeholders).  They are the id's lowest byte, which must not be 0, as their colour, and its
** highest; those between must be 0.  PLOT_INVALID for pictures of more than 297 rows or columns. */
plot_status plot_kitty_row(plot_bytes *out, const plot_placement *placement,
                           int row) PLOT_MUST_CHECK;

/* iTerm2's inline images: PNG in base64 in one OSC 1337. */
plot_status plot_iterm(plot_bytes *out, const plot_pixels *canvas,
                       const plot_placement *placement) PLOT_MUST_CHECK;

/* Sixel, at the canvas's own size.  Pixels less than half covered are left as they are, others are mixed with
** the ground.  As exact as sixel's colours (hundredths) allow up to 256 colours; more are reduced by median
** cut, and further when the sequence would be too long. */
plot_status plot_sixel(plot_bytes *out, const plot_pixels *canvas,
                       const plot_placement *placement) PLOT_MUST_CHECK;

#endif
