/* screen.c -- see screen.h.
**
** A view is laid out into rows of cells, of which those that fit the terminal are kept: the window around the cursor.
** Then each row is compared with the one that is on the terminal.  Positions are relative: row 0 is where the entry
** begins. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "repl/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define TAB    4
#define MARKED 0x80 /* in a style */

typedef struct cell {
    char bytes[14]; /* a character and what combines with it */
    unsigned char n, width, style;
} cell;

typedef struct row {
    cell *cells;
    int n, room, columns;
    bool goes_on; /* the next row continues its line */
} row;

typedef struct frame {
    row *rows;
    int n, room;
    int row, column; /* of the cursor */
} frame;

static struct {
    const terminal *terminal;
    int fd;
    frame shown, next;
    int top;     /* the row of the layout that is the first of the window */
    int columns; /* for which `shown` was laid out */
    char *out;   /* bytes to be written */
    size_t size, room;
    int style; /* of the terminal now */
} screen;

/* ---- output ---------------------------------------------------------------------------------- */

static void put(const char *s, size_t n)
{
    if (screen.size + n > screen.room) {
        size_t room = 2 * (screen.size + n) + 256;
        char *out = realloc(screen.out, room);
        if (!out) return; /* a picture with a hole */
        screen.out = out, screen.room = room;
    }
    memcpy(screen.out + screen.size, s, n);
    screen.size += n;
}

static void put_text(const char *s)
{
    put(s, strlen(s));
}

static void put_number(const char *before, int n, char after)
{
    char s[24];
    put(s, (size_t)snprintf(s, sizeof s, "%s%d%c", before, n, after));
}

static void flush(void)
{
    for (size_t at = 0; at < screen.size;) {
        ssize_t n = write(screen.fd, screen.out + at, screen.size - at);
        if (n < 0) break;
        at += (size_t)n;
    }
    screen.size = 0;
}

/* Colours that can be read on black and on white. */
static const char *color_of(int style, bool many)
{
    switch (style) {
    case '>': return many ? "38;5;66" : "36";  /* prompt */
    case 'k': return many ? "38;5;133" : "35"; /* keyword */
    case 's': return many ? "38;5;71" : "32";  /* string */
    case '0': return many ? "38;5;67" : "36";  /* number */
    case 'c': return many ? "38;5;244" : "90"; /* comment */
    case 'g': return many ? "38;5;137" : "33"; /* known name */
    case '~': return many ? "38;5;244" : "90"; /* note */
    case '!': return "31";
    default: return "";
    }
}

static void set_style(int style)
{
    if (style == screen.style) return;
    const char *color =
        screen.terminal->color ? color_of(style & ~MARKED, screen.terminal->depth > 16) : "";
    put_text("\033[0");
    if (style & MARKED) put_text(";1;4");
    if (*color) put_text(";"), put_text(color);
    put_text("m");
    screen.style = style;
}

static int plain_style(int style) /* 0 if it looks like nothing */
{
    if (style & MARKED) return style;
    return screen.terminal->color && *color_of(style, false) ? style : 0;
}

/* ---- layout ---------------------------------------------------------------------------------- */

typedef struct layout {
    int columns, row, column;
    int top, end; /* rows that are kept */
    int cursor_row, cursor_column;
    frame *out; /* NULL: only counts */
} layout;

static row *row_at(frame *f, int i)
{
    if (i >= f->room) {
        int room = 2 * i + 8;
        row *rows = realloc(f->rows, (size_t)room * sizeof *rows);
        if (!rows) return NULL;
        memset(rows + f->room, 0, (size_t)(room - f->room) * sizeof *rows);
        f->rows = rows, f->room = room;
    }
    while (f->n <= i) {
        row *r = &f->rows[f->n++];
        r->n = r->columns = 0, r->goes_on = false;
    }
    return &f->rows[i];
}

static row *kept_row(layout *l)
{
    if (!l->out || l->row < l->top || l->row >= l->end) return NULL;
    return row_at(l->out, l->row - l->top);
}

static void add_cell(layout *l, const char *s, size_t n, int width, int style)
{
    row *r = kept_row(l);
    if (!r) return;
    if (r->n == r->room) {
        int room = 2 * r->room + 32;
        cell *cells = realloc(r->cells, (size_t)room * sizeof *cells);
        if (!cells) return;
        r->cells = cells, r->room = room;
    }
    cell *c = &r->cells[r->n++];
    *c = (cell){ .n = (unsigned char)n,
                 .width = (unsigned char)width,
                 .style = (unsigned char)plain_style(style) };
    memcpy(c->bytes, s, n);
    r->columns += width;
}

static void combine(layout *l, const char *s, size_t n)
{
    row *r = kept_row(l);
    cell *c = r && r->n ? &r->cells[r->n - 1] : NULL;
    if (!c || c->n + n > sizeof c->bytes) return;
    memcpy(c->bytes + c->n, s, n);
    c->n = (unsigned char)(c->n + n);
}

static void next_row(layout *l, bool goes_on)
{
    row *r = kept_row(l);
    if (r) r->goes_on = goes_on;
    l->row++, l->column = 0;
    kept_row(l);
}

static void place(layout *l, const char *s, size_t n, int width, int style)
{
    if (width > l->columns) s = "?", n = 1, width = 1;
    if (l->column + width > l->columns) next_row(l, l->column == l->columns);
    add_cell(l, s, n, width, style);
    l->column += width;
}

/* Places the character at s; returns its length. */
static size_t place_character(layout *l, const char *s, size_t n, int style)
{
    unsigned char c = (unsigned char)*s;
    wchar_t wide;
    mbstate_t state = { 0 };
    if (c == '\t') {
        for (int k = TAB - l->column % TAB; k > 0; k--) place(l, " ", 1, 1, style);
        return 1;
    }
    if (c < 0x20 || c == 0x7F) {
        char shown[2] = { '^', (char)(c ^ 0x40) };
        place(l, shown, 1, 1, style);
        place(l, shown + 1, 1, 1, style);
        return 1;
    }
    if (c < 0x80) return place(l, s, 1, 1, style), 1;
    size_t length = mbrtowc(&wide, s, n, &state);
    int width = length == 0 || length > n ? -1 : wcwidth(wide);
    if (length == 0 || length > n) length = 1;
    if (width < 0 || length > 4)
        place(l, "?", 1, 1, '!');
    else if (width == 0)
        combine(l, s, length);
    else
        place(l, s, length, width, style);
    return length;
}

static void place_string(layout *l, const char *s, int style)
{
    for (size_t n = strlen(s); n > 0;) {
        size_t length = 1;
        if (*s == '\n')
            next_row(l, false);
        else
            length = place_character(l, s, n, style);
        s += length, n -= length;
    }
}

static void place_cursor(layout *l, bool line_ends)
{
    bool full = l->column >= l->columns;
    if (full && !line_ends) next_row(l, true);
    l->cursor_row = l->row;
    l->cursor_column = full && line_ends ? l->columns - 1 : l->column;
}

static void place_text(layout *l, const screen_view *v)
{
    bool tiny = l->columns < 8; /* no room for prompts */
    if (!tiny) place_string(l, v->prompt, '>');
    for (size_t i = 0; i <= v->size;) {
        bool at_end = i == v->size, line_ends = !at_end && v->text[i] == '\n';
        if (i == v->point) place_cursor(l, line_ends);
        if (at_end) break;
        if (line_ends) {
            next_row(l, false);
            if (!tiny) place_string(l, v->more, '>');
            i++;
            continue;
        }
        int style = (v->kinds ? v->kinds[i] : ' ') | (i == v->mark ? MARKED : 0);
        size_t before = i;
        i += place_character(l, v->text + i, v->size - i, style);
        if (v->point > before && v->point < i) place_cursor(l, false);
    }
}

/* How many rows of COLUMNS the note takes, at most MOST. */
static int note_rows(const char *note, int columns, int most)
{
    layout l = { .columns = columns };
    place_string(&l, note, '~');
    return l.row + 1 < most ? l.row + 1 : most;
}

static void lay_out(const screen_view *v, int columns, int height)
{
    layout count = { .columns = columns };
    place_text(&count, v);
    int total = count.row + 1, room = height;
    int notes = v->note && height > 1 ? note_rows(v->note, columns, (height + 1) / 2) : 0;
    if (notes && total + notes > height)
        room = height - notes;
    else if (notes)
        notes = note_rows(v->note, columns, height - total);
    int rows = total < room ? total : room;
    if (screen.top > count.cursor_row) screen.top = count.cursor_row;
    if (screen.top < count.cursor_row - rows + 1) screen.top = count.cursor_row - rows + 1;
    if (screen.top > total - rows) screen.top = total - rows;
    frame *f = &screen.next;
    f->n = 0;
    layout l = { .columns = columns, .top = screen.top, .end = screen.top + rows, .out = f };
    kept_row(&l);
    place_text(&l, v);
    f->row = count.cursor_row - screen.top, f->column = count.cursor_column;
    if (!notes) return;
    layout note = { .columns = columns, .row = rows, .end = rows + notes, .out = f };
    kept_row(&note);
    place_string(&note, v->note, '~');
}

/* ---- differences ----------------------------------------------------------------------------- */

/* Moves the cursor; row r is made if it is not there.  WRITING: something will be put there, so a full row may run over
** into the next by itself, and the terminal knows that both are one line. */
static void move_to(int r, int column, bool writing)
{
    frame *f = &screen.shown;
    bool full = f->column >= screen.columns;
    if (full && writing && r == f->row + 1 && column == 0 && f->rows[f->row].goes_on) {
        f->row++, f->column = 0;
        row_at(f, f->row);
        return;
    }
    if (full && (r != f->row || column != f->column)) put_text("\r"), f->column = 0;
    if (r < f->row) put_number("\033[", f->row - r, 'A');
    for (int i = f->row; i < r; i++) {
        put_text("\r\n");
        f->column = 0;
    }
    f->row = r;
    row_at(f, r);
    if (column == f->column) return;
    if (column == 0)
        put_text("\r");
    else if (column < f->column && f->column - column < 4)
        put("\b\b\b", (size_t)(f->column - column));
    else if (column < f->column)
        put_number("\033[", f->column - column, 'D');
    else
        put_number("\033[", column - f->column, 'C');
    f->column = column;
}

static bool same_cell(const cell *a, const cell *b)
{
    return a->n == b->n && a->style == b->style && memcmp(a->bytes, b->bytes, a->n) == 0;
}

static void draw_row(int i)
{
    row *new = &screen.next.rows[i], *old = row_at(&screen.shown, i);
    if (!old) return;
    int first = 0, column = 0, last = new->n;
    while (first < new->n && first < old->n &&same_cell(&new->cells[first], &old->cells[first]))
        column += new->cells[first++].width;
    if (first == new->n && first == old->n) {
        old->goes_on = new->goes_on;
        return;
    }
    while (new->n == old->n &&
           last > first &&same_cell(&new->cells[last - 1], &old->cells[last - 1]) &&
           new->cells[last - 1].width == old->cells[last - 1].width &&new->columns == old->columns)
        last--;
    move_to(i, column, first < last);
    old = &screen.shown.rows[i]; /* the rows may have moved */
    for (int k = first; k < last; k++) {
        set_style(new->cells[k].style);
        put(new->cells[k].bytes, new->cells[k].n);
        screen.shown.column += new->cells[k].width;
    }
    set_style(0);
    if (old->columns > new->columns) put_text("\033[K");
    row swap = *old;
    *old = *new, *new = swap;
}

static void draw_frame(void)
{
    int n = screen.next.n;
    for (int i = 0; i < n; i++) draw_row(i);
    if (screen.shown.n > n) {
        move_to(n, 0, false);
        put_text("\033[J");
        screen.shown.n = n;
        if (screen.shown.row >= n) { /* move_to must see a row */
            put_number("\033[", screen.shown.row - n + 1, 'A');
            screen.shown.row = n - 1;
        }
    }
    move_to(screen.next.row, screen.next.column, false);
}

/* ---- for the editor -------------------------------------------------------------------------- */

void screen_open(const terminal *t, int fd)
{
    screen.terminal = t;
    screen.fd = fd;
    screen_forget();
}

void screen_draw(const screen_view *view)
{
    int columns = screen.terminal->columns > 0 ? screen.terminal->columns : 80;
    int height = screen.terminal->rows > 0 ? screen.terminal->rows : 24;
    if (screen.shown.n == 0) screen.columns = columns, row_at(&screen.shown, 0);
    lay_out(view, screen.columns, height);
    draw_frame();
    flush();
}

void screen_forget(void)
{
    screen.shown.n = screen.shown.row = screen.shown.column = 0;
    screen.top = 0;
}

void screen_leave(void)
{
    if (screen.shown.n > 0) move_to(screen.shown.n - 1, 0, false);
    put_text("\r\n");
    flush();
    screen_forget();
}

void screen_clear(void)
{
    put_text("\033[H\033[2J");
    flush();
    screen_forget();
}

void screen_clear_line(void)
{
    put_text("\r\033[K");
    flush();
}

/* Terminals cut the rows that have become too long into several, and join those that are parts of one line. */
void screen_resized(void)
{
    frame *f = &screen.shown;
    int columns = screen.terminal->columns > 0 ? screen.terminal->columns : 80, up = 0;
    for (int i = 0, length = 0; i <= f->row && i < f->n; i++) {
        length += i == f->row ? f->column : f->rows[i].columns;
        if (i < f->row && f->rows[i].goes_on) continue;
        up += i == f->row ? length / columns : length > 0 ? (length - 1) / columns + 1 : 1;
        length = 0;
    }
    put_text("\r");
    if (up > 0) put_number("\033[", up, 'A');
    put_text("\033[J");
    flush();
    screen_forget();
}
