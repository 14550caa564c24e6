/* live.h: what a live drawing keeps, for the tests that watch its memory. */
#ifndef PLOT_LIVE_H
#define PLOT_LIVE_H

#include "plot/encode.h"

struct plot_live {
    plot_memory memory;
    plot_cells sent;  /* what the terminal shows; no rows: nothing */
    plot_frame frame; /* of it */
    plot_writer text;
    plot_shown pen; /* the colours that the terminal writes with now */
    int col, row;   /* where its cursor is, from the figure's first cell; col -1: not known */
};

/* A live drawing that allocates from this memory. */
plot_live *plot_live_new_in(plot_memory memory);

#endif
