/* scene.h: what is to be drawn, free of how: a list of items over the frame, panel by panel, from the back
** to the front.
**
** Text in the margins stands in cells; everything in an area has places on it (plot_point), so that an
** output other than cells can draw the same scene.  Axes are drawn from the layout.  Texts are borrowed
** from figure and layout. */
#ifndef PLOT_SCENE_H
#define PLOT_SCENE_H

#include "plot/layout.h"
#include "plot/reduce.h"
#include "plot/style.h"

typedef enum {
    PLOT_ITEM_TEXT,   /* in cells: width columns from col */
    PLOT_ITEM_SAMPLE, /* a piece of line, a mark or a block in the legend, width columns from col */
    PLOT_ITEM_IMAGE,  /* data->matrix over the whole area */
    PLOT_ITEM_AREA, /* points in pairs, low and high ends: filled between neighbours, broken at gaps */
    PLOT_ITEM_RECTS, /* points in pairs, opposite corners: filled */
    PLOT_ITEM_LINE,  /* points joined, broken at gaps */
    PLOT_ITEM_CLOUD, /* points as dots */
    PLOT_ITEM_MARKS, /* points as style.mark */
    PLOT_ITEM_RULE,  /* one point: a line across the area through it, upright if is_upright */
    PLOT_ITEM_NOTE   /* one point: text there, by align */
} plot_item_kind;

typedef struct {
    plot_item_kind kind;
    int panel; /* its index; -1: the figure's title */
    plot_style style;
    size_t first, count; /* points */
    const char *text;
    char own_text[16];   /* used when text is NULL */
    int col, row, width; /* TEXT and SAMPLE */
    int align;           /* NOTE and TEXT: -1 left, 0 middle, 1 right */
    bool upright;
    const plot_data *data; /* IMAGE */
} plot_item;

typedef struct {
    const plot_layout *layout;
    plot_item *item;
    size_t count, capacity;
    plot_points points;
    int detail; /* so many times more dots than those of cells are told apart; 0: 1 */
    int panel;  /* the one that is being made */
} plot_scene;

/* Makes the scene of a figure in the memory that the scene has, at first all zero; layout and figure must
** outlive it.  Fails only for lack of memory; released by plot_scene_free either way. */
plot_status plot_scene_init(plot_scene *scene, const plot_memory *memory, const plot_figure *figure,
                            const plot_frame *frame, const plot_layout *layout);
/* For the files that make items: adds one to the scene, or the points that reduce leaves of a view as one.
** When memory is out scene->points.failed says so. */
void plot_scene_add(plot_scene *scene, plot_item item);
void plot_scene_add_points(plot_scene *scene, plot_item_kind kind, plot_style style,
                           const plot_view *view, void (*reduce)(plot_points *, const plot_view *));

/* The text of a TEXT or NOTE, NULL if it has none. */
static inline const char *plot_item_text(const plot_item *item)
{
    return item->text != NULL ? item->text : item->own_text;
}

void plot_scene_free(plot_scene *scene);

#endif
