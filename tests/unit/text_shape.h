/* text_shape.h: what holds for every figure on every frame: rows are equally wide, nothing unsafe is in them,
** and no ink is where it should not be.  The including file defines _XOPEN_SOURCE for wcwidth. */
#ifndef TEXT_SHAPE_H
#define TEXT_SHAPE_H

#include "tests/test.h"
#include "tests/unit/plot_figures.h"

#include <wchar.h>

/* Skips a sequence of ours, ESC [ digits and semicolons m; anything else is not let through. */
static inline const char *skip_color(const char *s, bool *bad)
{
    if (s[0] != '\033') return s;
    const char *end = s + 2;
    while ((*end >= '0' && *end <= '9') || *end == ';') end++;
    *bad = *bad || s[1] != '[' || *end != 'm';
    return *bad ? s + 1 : end + 1;
}

/* Checks that the text has rows lines of cols columns, by the C library's measure. */
static inline void check_shape(const char *text, plot_frame frame, const char *name)
{
    int rows = 0, cols = 0;
    bool bad = false;
    mbstate_t state = { 0 };
    for (const char *s = text; *s != '\0' && !bad;) {
        if (*s == '\033') {
            bad = frame.color == PLOT_NO_COLOR;
            s = skip_color(s, &bad);
            continue;
        }
        if (*s == '\n') {
            bad = cols != frame.cols;
            cols = 0;
            rows++;
            s++;
            continue;
        }
        wchar_t c;
        size_t used = mbrtowc(&c, s, 8, &state);
        bad = used > 4 || wcwidth(c) < 0 || (frame.charset == PLOT_ASCII && c > 0x7e);
        if (bad) break;
        cols += wcwidth(c);
        s += used;
    }
    if (bad || rows != frame.rows || cols != 0)
        TEST_FAIL("%s on %d by %d: row %d is not what it should be", name, frame.cols, frame.rows,
                  rows);
}

static inline const plot_cell *cell_at(const plot_cells *cells, int col, int row)
{
    return &cells->cell[row * cells->cols + col];
}

static inline bool has_ink(const plot_cell *cell)
{
    return (cell->ink.role == PLOT_ROLE_SERIES || cell->ink.role == PLOT_ROLE_FAINT) &&
           cell->glyph != PLOT_BLANK_BRAILLE;
}

static inline bool is_in(const plot_rect *r, int col, int row)
{
    return row >= r->row && row < r->row + r->rows && col >= r->col && col < r->col + r->cols;
}

/* Checks that series have ink on their panels and in legends and titles alone. */
static inline void check_ink(const plot_renderer *r, const char *name)
{
    for (int i = 0; i < r->cells.rows * r->cells.cols; i++) {
        int row = i / r->cells.cols, col = i % r->cells.cols;
        bool allowed = !has_ink(&r->cells.cell[i]);
        for (size_t k = 0; k < r->layout.panels && !allowed; k++) {
            const plot_panel_layout *p = &r->layout.panel[k];
            bool head = (row >= p->header_row || row == p->title_row) && row < p->area.row;
            allowed = is_in(&p->area, col, row) || (head && is_in(&p->outer, col, row));
        }
        if (allowed) continue;
        TEST_FAIL("%s on %d by %d: ink at column %d, row %d", name, r->cells.cols, r->cells.rows,
                  col, row);
        return;
    }
}

#endif
