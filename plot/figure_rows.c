/* figure_rows.c: how many rows a figure should have. */
#include "plot/layout.h"

#include "plot/legend.h"

#include <math.h>

enum { LEAST_AMONG = 6, USUAL_AMONG = 20 };
enum {
    COLS_OF_PAGE = 80,
    COLS_OF_MANY = 30,
    ROWS_OF_PAGE = 12,
    MORE_OF_PAGE = 15,
    MOST_OF_PAGE = 200
};
enum { ROWS_OF_PANEL = 7, LEAST_OF_PICTURE = 4, ROWS_FOR_TITLE = 6, BETWEEN = 2 };

/* The room for each picture. */
typedef struct {
    int cols, rows;
} room;

static const plot_matrix *picture_of(const plot_panel *panel)
{
    if (panel->axes || !panel->equal || panel->count == 0) return NULL;
    const plot_matrix *m = &panel->data[0].matrix;
    return panel->data[0].kind == PLOT_IMAGE && m->rows > 0 && m->cols > 0 ? m : NULL;
}

int plot_picture_times(int cols, int halves, size_t elements_across, size_t elements_down)
{
    size_t across = (size_t)cols / elements_across, down = (size_t)halves / elements_down;
    size_t times = across < down ? across : down;
    bool half = elements_down * times % 2 != 0; /* the last cell would be half empty */
    return (int)(times > 1 && half ? times - 1 : times);
}

static int rows_of_picture(const plot_matrix *m, const room *r)
{
    int times = plot_picture_times(r->cols, 2 * r->rows, m->cols, m->rows);
    double scale = fmin((double)r->cols / (double)m->cols, 2.0 * r->rows / (double)m->rows);
    double halves = (times > 0 ? times : scale) * (double)m->rows;
    int rows = (int)ceil(halves / 2 - 1e-9);
    return rows > 0 ? rows : 1;
}

bool plot_has_row_gaps(const plot_figure *figure)
{
    for (size_t i = 0; i < figure->count; i++)
        if (figure->panel[i]->axes || figure->panel[i]->title != NULL) return false;
    return figure->rows > 1;
}

static bool has_legend(const plot_panel *panel)
{
    for (size_t i = 0; panel->legend && i < panel->count; i++)
        if (panel->data[i].kind < PLOT_CONTOUR && panel->data[i].label != NULL) return true;
    return false;
}

/* What panels other than pictures ask for, when the usual rows are too few for them. */
static int rows_of_panels(const plot_figure *figure)
{
    if (figure->rows <= 2) return 0;
    int each = ROWS_OF_PANEL;
    for (size_t i = 0; i < figure->count; i++)
        if (has_legend(figure->panel[i])) each = PLOT_ROWS_FOR_LEGEND;
    return (figure->title != NULL) + each * figure->rows;
}

int plot_figure_rows(const plot_figure *figure, int cols, int usual, int most)
{
    room r = { .cols = (cols + BETWEEN) / figure->cols - BETWEEN };
    int title = figure->title != NULL, gap = plot_has_row_gaps(figure), around = gap, highest = 0;
    for (size_t i = 0; i < figure->count; i++)
        if (figure->panel[i]->title != NULL) around = 1;
    r.rows = (most - title + gap) / figure->rows - around;
    if (r.rows < LEAST_OF_PICTURE) r.rows = LEAST_OF_PICTURE;
    if (r.cols < 1) r.cols = 1;
    for (size_t i = 0; i < figure->count; i++) {
        const plot_matrix *m = picture_of(figure->panel[i]);
        int many = rows_of_panels(figure);
        if (m == NULL) return many > usual ? many : usual;
        int rows = rows_of_picture(m, &r);
        if (rows > highest) highest = rows;
    }
    int rows = title + figure->rows * (highest + around) - gap;
    return title && rows < ROWS_FOR_TITLE ? ROWS_FOR_TITLE : rows;
}

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

int plot_figure_rows_among(const plot_figure *figure, int cols, int in_sight)
{
    int usual = within(in_sight, LEAST_AMONG, USUAL_AMONG);
    return within(plot_figure_rows(figure, cols, usual, in_sight), 1, PLOT_FRAME_MAX);
}

plot_frame plot_figure_page(const plot_figure *figure, int cols, int rows)
{
    plot_frame frame = { .cols = cols, .rows = rows, .background = PLOT_LIGHT };
    if (cols == 0) frame.cols = figure->cols > 2 ? COLS_OF_MANY * figure->cols : COLS_OF_PAGE;
    /* Two thirds as high as wide; each further row of panels adds a half. */
    if (rows == 0)
        frame.rows = plot_figure_rows(figure, frame.cols,
                                      ROWS_OF_PAGE + MORE_OF_PAGE * figure->rows, MOST_OF_PAGE);
    return frame;
}
