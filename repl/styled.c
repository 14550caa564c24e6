/* styled.c -- see styled.h. */
#include "repl/styled.h"

#include <stdlib.h>
#include <string.h>

#include "plot/glyphs.h"
#include "repl/buffer.h"

#define DOTTED_CIRCLE 0x25ccu /* what carries a mark that has nothing to sit on */

/* ---- memory ---------------------------------------------------------------------------------- */

/* Makes room for N more elements of SIZE bytes behind USED in *LIST. */
static bool reserve(styled *s, void *list, int *room, int used, int n, size_t size)
{
    void *old;
    if (used + n <= *room) return true;
    int more = used + n + *room + 16;
    memcpy(&old, list, sizeof old);
    void *larger = used > 1 << 28 ? NULL : realloc(old, (size_t)more * size);
    if (!larger) {
        s->failed = true;
        return false;
    }
    memcpy(list, &larger, sizeof larger);
    *room = more;
    return true;
}

static void drop_targets(styled *s)
{
    for (int i = 0; i < s->ntargets; i++) free(s->targets[i].name);
    s->ntargets = 0;
}

void styled_begin(styled *s, int columns, plot_charset charset, styled_wrap wrap)
{
    drop_targets(s);
    s->n = s->ncells = s->nprefix = s->lead = s->target = 0;
    s->columns = columns < 1 ? 1 : columns;
    s->tab = 8;
    s->charset = charset;
    s->wrap = wrap;
    s->failed = s->open = s->full = s->clipped = false;
    s->end = 0;
}

void styled_free(styled *s)
{
    drop_targets(s);
    free(s->targets);
    free(s->rows);
    free(s->cells);
    free(s->prefix);
    *s = (styled){ 0 };
}

/* ---- rows ------------------------------------------------------------------------------------ */

static styled_row *last_row(styled *s)
{
    return &s->rows[s->n - 1];
}

/* How much of the prefix a row can take: not more than half of it. */
static int prefix_that_fits(const styled *s, int *columns)
{
    int n = 0;
    *columns = 0;
    while (n < s->nprefix && *columns + s->prefix[n].width <= s->columns / 2)
        *columns += s->prefix[n++].width;
    return n;
}

/* Begins a row at cell FIRST, whose N cells from there on move behind the prefix. */
static bool begin_row_at(styled *s, int first, uint32_t at)
{
    int columns, n = prefix_that_fits(s, &columns), moved = s->ncells - first;
    if (!reserve(s, &s->rows, &s->rows_room, s->n, 1, sizeof *s->rows) ||
        !reserve(s, &s->cells, &s->cells_room, s->ncells, n + 1, sizeof *s->cells))
        return false;
    styled_cell *cells = s->cells + first;
    memmove(cells + n, cells, (size_t)moved * sizeof *cells);
    if (n > 0) memcpy(cells, s->prefix, (size_t)n * sizeof *cells);
    s->ncells += n;
    for (int i = 0; i < moved; i++) columns += cells[n + i].width;
    s->rows[s->n++] = (styled_row){
        .first = first, .n = n + moved, .columns = columns, .at = at, .target = s->target
    };
    s->lead = n;
    s->open = true, s->full = s->clipped = false;
    return true;
}

static bool begin_row(styled *s)
{
    return s->open || begin_row_at(s, s->ncells, s->end);
}

void styled_end_row(styled *s)
{
    begin_row(s);
    s->open = false;
    s->target = 0;
}

void styled_fresh_row(styled *s)
{
    if (s->open && last_row(s)->n > s->lead) styled_end_row(s);
}

void styled_end(styled *s)
{
    if (s->open) styled_end_row(s);
}

/* ---- wrapping -------------------------------------------------------------------------------- */

static bool is_blank(const styled_cell *c)
{
    return c->code == ' ' && c->width == 1;
}

/* The cell of the last row before which it can be broken so that C comes after it; 0: nowhere. */
static int break_of(const styled *s, const styled_cell *c)
{
    const styled_row *r = &s->rows[s->n - 1];
    for (int i = r->first + r->n; i > r->first + s->lead; c = &s->cells[--i]) {
        if (c->width == 0 || is_blank(c)) continue;
        int before = i - 1;
        while (before > r->first && s->cells[before].width == 0) before--;
        if (is_blank(&s->cells[before]) || c->width == 2 || s->cells[before].width == 2) return i;
    }
    return 0;
}

/* Continues the line in a new row, which the cells from FROM on move to. */
static bool continue_at(styled *s, int from)
{
    styled_row *r = last_row(s);
    int lead = r->first + s->lead, end = from;
    for (int i = from; i < s->ncells; i++) r->columns -= s->cells[i].width;
    while (s->wrap == STYLED_WORDS && end > lead && is_blank(&s->cells[end - 1]))
        r->columns--, end--;
    int moved = s->ncells - from;
    memmove(s->cells + end, s->cells + from, (size_t)moved * sizeof *s->cells);
    s->ncells = end + moved;
    r->n = end - r->first;
    r->goes_on = true;
    return begin_row_at(s, end, moved > 0 ? s->cells[end].at : s->end);
}

/* Ends a line that is too long with "…". */
static void clip(styled *s)
{
    styled_row *r = last_row(s);
    while (r->n > 0 && (r->columns >= s->columns || s->cells[s->ncells - 1].width == 0)) {
        r->columns -= s->cells[--s->ncells].width;
        r->n--;
    }
    if (!reserve(s, &s->cells, &s->cells_room, s->ncells, 1, sizeof *s->cells)) return;
    s->cells[s->ncells++] = (styled_cell){ .code = s->charset == PLOT_UTF8 ? 0x2026 : '>',
                                           .width = 1,
                                           .at = STYLED_NOWHERE,
                                           .style = { .role = STYLE_NOTE } };
    r->n++, r->columns++;
    s->clipped = true;
}

/* Makes the last row have room for *C; false: it is dropped. */
static bool make_room(styled *s, styled_cell *c)
{
    bool words = s->wrap == STYLED_WORDS;
    while (s->full || last_row(s)->columns + c->width > s->columns) {
        if (s->wrap == STYLED_CLIP) return clip(s), false;
        if (words && is_blank(c)) return s->full = true, false;
        bool fresh = last_row(s)->n == s->lead;
        int from = words && !s->full ? break_of(s, c) : 0;
        if (fresh)
            c->code = '?', c->width = 1, s->full = false; /* too wide for any row */
        else if (!continue_at(s, from ? from : s->ncells))
            return false;
        if (fresh && last_row(s)->columns + 1 > s->columns) return false;
    }
    return true;
}

static void add_mark(styled *s, styled_cell c)
{
    const styled_row *r = last_row(s);
    int marks = 0;
    while (marks < r->n && s->cells[s->ncells - 1 - marks].width == 0) marks++;
    if (marks >= STYLED_MARKS || s->full) return;
    if (r->n == s->lead) {
        styled_cell carrier = c;
        carrier.code = DOTTED_CIRCLE, carrier.width = 1;
        if (!make_room(s, &carrier) ||
            !reserve(s, &s->cells, &s->cells_room, s->ncells, 1, sizeof *s->cells))
            return;
        s->cells[s->ncells++] = carrier;
        last_row(s)->n++, last_row(s)->columns++;
    }
    if (!reserve(s, &s->cells, &s->cells_room, s->ncells, 1, sizeof *s->cells)) return;
    s->cells[s->ncells++] = c;
    last_row(s)->n++;
}

static void add_cell(styled *s, styled_cell c)
{
    if (!begin_row(s) || s->clipped) return;
    if (c.width == 0) {
        add_mark(s, c);
        return;
    }
    if (!make_room(s, &c)) return;
    if (!reserve(s, &s->cells, &s->cells_room, s->ncells, 1, sizeof *s->cells)) return;
    s->cells[s->ncells++] = c;
    styled_row *r = last_row(s);
    r->n++, r->columns += c.width;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void add_tab(styled *s, styled_cell c)
{
    int taken = 0;
    if (!begin_row(s)) return;
    const styled_row *r = last_row(s);
    for (int i = s->lead; i < r->n; i++) taken += s->cells[r->first + i].width;
    c.code = ' ', c.width = 1;
    for (int k = s->tab - taken % s->tab; k > 0; k--) add_cell(s, c);
}

/* How many of N bytes are plain ASCII. */
static size_t plain_run(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && text[i] >= 0x20 && text[i] <= 0x7e) i++;
    return i;
}

/* Appends as much of the plain ASCII at TEXT as has room in the row, all at once; how much it was. */
static size_t put_plain(styled *s, const char *text, size_t size, style st, uint32_t at)
{
    if (!begin_row(s) || s->full || s->clipped) return 0;
    size_t room = (size_t)(s->columns - last_row(s)->columns),
           n = plain_run(text, size < room ? size : room);
    if (!reserve(s, &s->cells, &s->cells_room, s->ncells, (int)n, sizeof *s->cells)) return 0;
    styled_cell *c = s->cells + s->ncells;
    for (size_t i = 0; i < n; i++)
        c[i] = (styled_cell){ .code = (unsigned char)text[i],
                              .width = 1,
                              .at = at == STYLED_NOWHERE ? at : at + (uint32_t)i,
                              .style = st };
    s->ncells += (int)n;
    last_row(s)->n += (int)n, last_row(s)->columns += (int)n;
    return n;
}

void styled_put(styled *s, const char *text, size_t size, style st, uint32_t at)
{
    bool placed = at != STYLED_NOWHERE;
    size_t n;
    if (placed) s->end = at;
    for (size_t i = 0; i < size && !s->failed; i += n) {
        uint32_t here = placed ? at + (uint32_t)i : STYLED_NOWHERE;
        n = text[i] == '\n' ? 0 : put_plain(s, text + i, size - i, st, here);
        if (placed && n > 0) s->end = here + (uint32_t)n;
        if (n > 0) continue;
        styled_cell c = { .at = here, .style = st };
        plot_glyph glyph = { (unsigned char)text[i], 1 };
        n = 1;
        if (text[i] < 0x20 || text[i] > 0x7e)
            n = plot_glyph_take(text + i, size - i, s->charset, &glyph);
        c.code = glyph.code, c.width = (uint8_t)glyph.width;
        if (text[i] == '\n')
            styled_end_row(s);
        else if (text[i] == '\t')
            add_tab(s, c);
        else if (c.code != 0)
            add_cell(s, c);
        if (placed) s->end = at + (uint32_t)(i + n);
    }
}

void styled_puts(styled *s, const char *text, style_role role)
{
    styled_put(s, text, strlen(text), (style){ .role = (uint8_t)role }, STYLED_NOWHERE);
}

void styled_repeat(styled *s, const char *text, int n, style_role role)
{
    for (int i = 0; i < n; i++) styled_puts(s, text, role);
}

void styled_lead(styled *s)
{
    if (begin_row(s)) s->lead = last_row(s)->n;
}

void styled_copy(styled *s, const styled *from, int row)
{
    const styled_row *r = &from->rows[row];
    for (int i = 0; i < r->n; i++) add_cell(s, from->cells[r->first + i]);
}

int styled_width(const char *text, size_t size, plot_charset charset)
{
    plot_glyph glyph;
    int width = 0;
    for (size_t i = 0, n; i < size && width < 1 << 20; i += n) {
        n = plot_glyph_take(text + i, size - i, charset, &glyph);
        width += glyph.width;
    }
    return width;
}

/* ---- prefixes, targets ----------------------------------------------------------------------- */

int styled_push(styled *s, const char *prefix, style_role role)
{
    int before = s->nprefix;
    plot_glyph glyph;
    size_t size = strlen(prefix);
    for (size_t i = 0, n; i < size; i += n) {
        n = plot_glyph_take(prefix + i, size - i, s->charset, &glyph);
        if (!reserve(s, &s->prefix, &s->prefix_room, s->nprefix, 1, sizeof *s->prefix)) break;
        s->prefix[s->nprefix++] = (styled_cell){ .code = glyph.code,
                                                 .width = (uint8_t)glyph.width,
                                                 .at = STYLED_NOWHERE,
                                                 .style = { .role = (uint8_t)role } };
    }
    return before;
}

void styled_pop(styled *s, int before)
{
    s->nprefix = before;
}

void styled_set_target(styled *s, const char *name, size_t size, int line)
{
    if (!reserve(s, &s->targets, &s->targets_room, s->ntargets, 1, sizeof *s->targets)) return;
    char *copy = copy_bytes(name, size);
    if (!copy) {
        s->failed = true;
        return;
    }
    s->targets[s->ntargets++] = (struct styled_target){ copy, line };
    s->target = s->ntargets;
    if (s->open) last_row(s)->target = s->target;
}

const char *styled_target(const styled *s, int row, int *line)
{
    if (row < 0 || row >= s->n || s->rows[row].target == 0) return NULL;
    const struct styled_target *t = &s->targets[s->rows[row].target - 1];
    *line = t->line;
    return t->name;
}

/* ---- places ---------------------------------------------------------------------------------- */

static int row_of(const styled *s, uint32_t at)
{
    int low = 0, high = s->n;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (s->rows[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void styled_find(const styled *s, uint32_t at, int *row, int *column)
{
    *row = row_of(s, at), *column = 0;
    if (s->n == 0) return;
    const styled_row *r = &s->rows[*row];
    for (int i = 0; i < r->n; i++) {
        const styled_cell *c = &s->cells[r->first + i];
        if (c->at >= at && c->at != STYLED_NOWHERE) break;
        *column += c->width;
    }
    if (*column >= s->columns) *column = s->columns - 1;
}

uint32_t styled_byte(const styled *s, int row, int column)
{
    if (row < 0 || s->n == 0) return 0;
    if (row >= s->n) return s->end;
    const styled_row *r = &s->rows[row];
    uint32_t last = r->at;
    int at = 0;
    for (int i = 0; i < r->n; i++) {
        const styled_cell *c = &s->cells[r->first + i];
        if (c->at != STYLED_NOWHERE) last = c->at;
        at += c->width;
        if (at > column && c->at != STYLED_NOWHERE) return c->at;
    }
    if (r->goes_on) return last;
    return row + 1 < s->n ? s->rows[row + 1].at - 1 : s->end;
}

void styled_mark(styled *s, uint32_t from, uint32_t to, uint16_t flags)
{
    for (int row = row_of(s, from); row < s->n && s->rows[row].at < to; row++) {
        const styled_row *r = &s->rows[row];
        for (int i = r->first; i < r->first + r->n; i++) {
            styled_cell *c = &s->cells[i];
            if (c->at >= from && c->at < to) c->style.flags |= flags;
        }
    }
}

char *styled_row_text(const styled *s, int row)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    for (int i = 0; i < s->rows[row].n; i++) {
        char bytes[4];
        buffer_add(&b, bytes,
                   (size_t)plot_glyph_encode(s->cells[s->rows[row].first + i].code, bytes));
    }
    return buffer_take(&b, NULL);
}
