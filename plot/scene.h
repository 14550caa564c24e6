/* scene.h: what is to be drawn, free of how: a list of items over the frame, from the back to the front.
**
** Text and axes stand in cells; lines, clouds and marks have places on the panel (plot_point), so that
** an output other than cells can draw the same scene.  Texts are borrowed from figure and layout. */
#ifndef PLOT_SCENE_H
#define PLOT_SCENE_H

#include "plot/layout.h"
#include "plot/reduce.h"
#include "plot/style.h"

typedef enum {
    PLOT_ITEM_TEXT,
    PLOT_ITEM_SAMPLE, /* a piece of line or a mark in the legend, width columns from col */
    PLOT_ITEM_LINE,   /* points joined, broken at gaps */
    PLOT_ITEM_CLOUD,  /* points as dots */
    PLOT_ITEM_MARKS   /* points as style.mark */
} plot_item_kind;

typedef struct {
    plot_item_kind kind;
    plot_style style;
    size_t first, count; /* points, of LINE, CLOUD and MARKS */
    const char *text;
    char own_text[16];   /* used when text is NULL */
    int col, row, width; /* TEXT and SAMPLE */
} plot_item;

typedef struct {
    const plot_layout *layout;
    plot_item *item;
    size_t count, capacity;
    plot_points points;
} plot_scene;

/* The scene of a figure; layout and figure must outlive it.  Fails only for lack of memory; released
** by plot_scene_free either way. */
plot_status plot_scene_init(plot_scene *scene, const plot_figure *figure, const plot_frame *frame,
                            const plot_layout *layout);
/* For the files that make items: adds one to the scene, or the points that reduce leaves of a view as one.
** When memory is out scene->points.failed says so. */
void plot_scene_add(plot_scene *scene, plot_item item);
void plot_scene_add_points(plot_scene *scene, plot_item_kind kind, plot_style style,
                           const plot_view *view, void (*reduce)(plot_points *, const plot_view *));

void plot_scene_free(plot_scene *scene);

#endif
