/* view_overlay.c -- a text that is read in place of the cells: help, the list of keys, lists that something is chosen from. */
#include <stdlib.h>
#include <string.h>

#include "repl/output_rows.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"

void view_overlay_close(view *v)
{
    overlay *o = &v->overlay;
    free(o->title);
    free(o->text);
    styled_free(&o->rows);
    *o = (overlay){ 0 };
    v->dirty = v->hurry = true;
}

void view_overlay_open(view *v, const char *title, char *text, styled_wrap wrap)
{
    view_overlay_close(v);
    if (!text) {
        view_complain(v, "out of memory");
        return;
    }
    v->overlay = (overlay){ .on = true, .text = text, .wrap = wrap };
    v->overlay.title = copy_bytes(title, strlen(title));
}

void view_overlay_choose(view *v, const char *title, char *text, void (*chosen)(view *v, int row))
{
    view_overlay_open(v, title, text, STYLED_CLIP);
    v->overlay.choose = v->overlay.on;
    v->overlay.chosen = chosen;
}

static int room_for_rows(const view *v)
{
    return v->main_rows > 2 ? v->main_rows - 2 : 1;
}

static void keep_in_range(view *v)
{
    overlay *o = &v->overlay;
    int room = room_for_rows(v);
    if (o->row >= o->rows.n) o->row = o->rows.n - 1;
    if (o->row < 0) o->row = 0;
    if (o->choose && o->row < o->top) o->top = o->row;
    if (o->choose && o->row >= o->top + room) o->top = o->row - room + 1;
    if (o->top > o->rows.n - room) o->top = o->rows.n - room;
    if (o->top < 0) o->top = 0;
}

void view_draw_overlay(view *v)
{
    overlay *o = &v->overlay;
    int columns = v->columns - 4 > 1 ? v->columns - 4 : 1;
    if (columns != o->columns) {
        terminal_rows(&o->rows, o->text, strlen(o->text), o->wrap, columns, v->charset);
        o->columns = columns;
    }
    keep_in_range(v);
    canvas_text(v->main_top, 2, columns, o->title ? o->title : "", PART_TITLE);
    int room = room_for_rows(v);
    for (int i = 0; i < room && o->top + i < o->rows.n; i++) {
        int y = v->main_top + 2 + i;
        canvas_row(y, 2, columns, &o->rows, o->top + i);
        if (o->choose && o->top + i == o->row) canvas_glyph(y, 0, "▶", '>', PART_BAR);
    }
}

void view_overlay_key(view *v, const key_event *e)
{
    overlay *o = &v->overlay;
    int room = room_for_rows(v), *moved = o->choose ? &o->row : &o->top;
    *v->message = '\0';
    switch (e->key) {
    case PRESS_ESCAPE:
    case 'q':
    case '?': view_overlay_close(v); return;
    case PRESS_ENTER:
        if (o->choose) {
            void (*chosen)(view * on, int row) = o->chosen;
            int row = o->row;
            view_overlay_close(v);
            chosen(v, row);
        } else
            ++*moved;
        return;
    case PRESS_DOWN:
    case 'j': ++*moved; break;
    case PRESS_UP:
    case 'k': --*moved; break;
    case PRESS_PAGE_DOWN:
    case ' ': *moved += room; break;
    case PRESS_PAGE_UP:
    case 'b': *moved -= room; break;
    case PRESS_HOME:
    case 'g': *moved = 0; break;
    case PRESS_END:
    case 'G': *moved = o->rows.n; break;
    default: break;
    }
    keep_in_range(v);
}
