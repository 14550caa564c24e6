/* legend.c: packs the entries into rows, first come first served. */
#include "plot/legend.h"

#include "plot/shared_axis.h"
#include "plot/style.h"

#include <stdio.h>
#include <string.h>

enum { BETWEEN = 3 };

/* A place to put entries, in one row after the other. */
typedef struct {
    int left_col;  /* where rows start … */
    int first_col; /* … but the first */
    int end_col;
    int rows;
    int row, col;
} shelf;

static int label_width(const plot_panel *panel, plot_axis axis, const plot_frame *frame)
{
    const plot_data *bar = axis == PLOT_RIGHT ? plot_bar_image(panel) : NULL;
    const char *label = panel->axes ? panel->axis[axis].label : NULL;
    if (label == NULL && bar != NULL && panel->axes) label = bar->label;
    return label != NULL ? plot_text_width(label, frame->charset) + BETWEEN : 0;
}

static shelf shelf_of(const plot_panel *panel, const plot_rect *outer, const plot_frame *frame,
                      int rows)
{
    int taken = label_width(panel, PLOT_Y, frame), right = label_width(panel, PLOT_RIGHT, frame);
    int width = outer->cols - plot_margin(outer);
    if (taken > width / 2) taken = width / 2;
    if (right > width / 4) right = width / 4;
    return (shelf){ .left_col = outer->col,
                    .first_col = outer->col + taken,
                    .end_col = outer->col + width - right,
                    .rows = rows,
                    .col = outer->col + taken };
}

/* Finds room for width columns; false when the rows are full. */
static bool shelf_take(shelf *s, int width, int reserve, int *row, int *col)
{
    int end = s->end_col - (s->row == s->rows - 1 ? reserve : 0);
    int start = s->row == 0 ? s->first_col : s->left_col;
    if (s->col + width > end && s->col > start) {
        if (s->row + 1 >= s->rows) return false;
        s->row++;
        s->col = s->left_col;
        end = s->end_col - (s->row == s->rows - 1 ? reserve : 0);
    }
    if (s->row >= s->rows || s->col + width > end) return false;
    *row = s->row;
    *col = s->col;
    s->col += width + BETWEEN;
    return true;
}

static void append(char *text, size_t size, size_t count, const char *what)
{
    size_t length = strlen(text);
    if (count == 0) return;
    snprintf(text + length, size - length, "%s%zu %s", length > 0 ? ", " : "", count, what);
}

/* Points that are not shown. */
typedef struct {
    size_t nan, infinite, hidden;
} lost;

static void count_lost(lost *count, const plot_panel *panel, const plot_data *data)
{
    count->nan += data->nan;
    count->infinite += data->infinite;
    if (data->kind != PLOT_RECTS) /* bars begin at the edge */
        count->hidden += data->extent[0][0].count - plot_shown_extent(panel, data)->count;
}

/* Those of the series at index; the first of a colour map has those of all. */
static lost lost_of(const plot_panel *panel, size_t index)
{
    const plot_data *data = panel->data;
    lost count = { 0 };
    for (size_t i = 0; data[index].mapped && i < index; i++)
        if (data[i].mapped) return count;
    count_lost(&count, panel, &data[index]);
    for (size_t i = index + 1; data[index].mapped && i < panel->count; i++)
        if (data[i].mapped) count_lost(&count, panel, &data[i]);
    return count;
}

/* What the reader must know about the series: the points it does not show. */
static void write_note(plot_entry *entry, const plot_panel *panel, plot_charset charset)
{
    lost count = lost_of(panel, entry->series);
    char *text = entry->note_text;
    size_t size = sizeof entry->note_text;
    append(text, size, count.nan, "NaN");
    append(text, size, count.infinite, "Inf");
    if (count.hidden == 0) return;
    append(text, size, count.hidden, count.hidden == 1 ? "point" : "points");
    size_t length = strlen(text);
    snprintf(text + length, size - length, charset == PLOT_UTF8 ? " ≤ 0" : " <= 0");
}

static bool is_listed(const plot_entry *entry, const plot_data *data)
{
    bool named = data->label != NULL && data->kind < PLOT_IMAGE;
    return named || entry->note_text[0] != '\0';
}

static plot_entry entry_of(const plot_panel *panel, size_t index, const plot_frame *frame, int room)
{
    const plot_data *data = &panel->data[index];
    plot_entry entry = { .series = index };
    write_note(&entry, panel, frame->charset);
    entry.sample = plot_style_of(panel, index, frame, 1).sample;
    entry.note = plot_text_width(entry.note_text, frame->charset);
    if (data->label == NULL || data->kind == PLOT_IMAGE) return entry;
    if (entry.note > 0) entry.note += 2; /* its parentheses */
    entry.name = plot_text_width(data->label, frame->charset);
    int rest = room - entry.sample - 1 - (entry.note > 0 ? entry.note + 1 : 0);
    if (entry.name > rest) entry.name = rest > 1 ? rest : 1;
    return entry;
}

static int entry_width(const plot_entry *entry)
{
    return entry->sample + (entry->name > 0 ? entry->name + 1 : 0) +
           (entry->note > 0 ? entry->note + 1 : 0);
}

int plot_unlisted_text(int count, char *text, size_t size)
{
    return snprintf(text, size, "+%d more", count);
}

int plot_legend_rows(const plot_panel *panel, const plot_rect *outer, const plot_frame *frame)
{
    shelf s = shelf_of(panel, outer, frame, (int)panel->count + 2);
    int row = -1, col;
    for (size_t i = 0; panel->legend && i < panel->count; i++) {
        plot_entry entry = entry_of(panel, i, frame, s.end_col - s.first_col);
        if (!is_listed(&entry, &panel->data[i])) continue;
        if (!shelf_take(&s, entry_width(&entry), 0, &row, &col)) break;
        if (row >= frame->rows) break;
    }
    return row + 1;
}

/* Lists what finds room when the last row keeps reserve columns free. */
static void list(plot_panel_layout *layout, const plot_frame *frame, shelf *s, int reserve)
{
    const plot_panel *panel = layout->panel;
    layout->entries = 0;
    layout->unlisted = 0;
    for (size_t i = 0; i < panel->count; i++) {
        plot_entry entry = entry_of(panel, i, frame, s->end_col - s->first_col - reserve);
        if (!is_listed(&entry, &panel->data[i])) continue;
        if (layout->unlisted > 0 ||
            !shelf_take(s, entry_width(&entry), reserve, &entry.row, &entry.col))
            layout->unlisted++;
        else
            layout->entry[layout->entries++] = entry;
    }
}

/* Moves every row's entries to the right edge, and all down to where the legend starts. */
static void align_right(plot_panel_layout *layout, const shelf *s, int reserve)
{
    int row = -1, shift = 0;
    for (size_t i = layout->entries; i-- > 0;) {
        plot_entry *entry = &layout->entry[i];
        if (entry->row != row) {
            row = entry->row;
            shift =
                s->end_col - (row == s->rows - 1 ? reserve : 0) - entry->col - entry_width(entry);
        }
        entry->col += shift;
        entry->row += layout->header_row;
    }
    layout->unlisted_row = layout->header_row + s->rows - 1;
    layout->unlisted_col = s->end_col - reserve + BETWEEN;
}

static void place(plot_panel_layout *layout, const plot_frame *frame, int rows)
{
    const plot_panel *panel = layout->panel;
    int reserve = 0;
    shelf s = shelf_of(panel, &layout->outer, frame, rows);
    list(layout, frame, &s, reserve);
    for (int before = 0; layout->unlisted > before;) {
        before = layout->unlisted;
        reserve = BETWEEN + plot_unlisted_text(layout->unlisted, NULL, 0);
        s = shelf_of(panel, &layout->outer, frame, rows);
        list(layout, frame, &s, reserve);
    }
    align_right(layout, &s, reserve);
}

plot_status plot_legends_place(plot_layout *layout, const plot_memory *memory,
                               const plot_frame *frame, const int rows[])
{
    size_t count = 0;
    void *entries = layout->entry;
    for (size_t i = 0; i < layout->panels; i++) count += layout->panel[i].panel->count + 1;
    if (!plot_grow(memory, &entries, &layout->entry_capacity, 0, count, sizeof *layout->entry))
        return PLOT_NO_MEMORY;
    layout->entry = entries;
    plot_entry *next = layout->entry;
    for (size_t i = 0; i < layout->panels; i++) {
        plot_panel_layout *p = &layout->panel[i];
        p->entry = next;
        if (rows[i] > 0 && p->panel->legend && p->area.rows > 0) place(p, frame, rows[i]);
        next += p->entries;
    }
    return PLOT_OK;
}
