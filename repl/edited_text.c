/* edited_text.c -- see edited_text.h. */
#include "repl/edited_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"

#define MOST_STEPS 4096
#define MOST_BYTES ((size_t)16 << 20) /* of all steps together */

typedef struct step { /* `removed` at `at` was replaced by `added` */
    size_t at, nremoved, nadded;
    char *removed, *added;
    size_t before, after; /* where the cursor was, and went */
} step;

struct cell_text {
    char *text;
    size_t size, point;
    step *steps;
    int ndone, n, room; /* steps[0 … ndone) are done, those from there to n undone */
    size_t bytes;
    bool closed; /* the last step is finished */
};

static char *without_nuls(const char *text, size_t size, size_t *out)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    for (size_t i = 0; i <= size;) {
        const char *nul = memchr(text + i, '\0', size - i);
        size_t n = nul ? (size_t)(nul - text) - i : size - i;
        buffer_add(&b, text + i, n);
        if (nul) buffer_puts(&b, "\u2400");
        i += n + 1;
    }
    return buffer_take(&b, out);
}

cell_text *cell_text_new(const char *text, size_t size)
{
    cell_text *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->text = without_nuls(text, size, &t->size);
    t->closed = true;
    if (t->text) return t;
    free(t);
    return NULL;
}

static size_t weight(const step *s)
{
    return s->nremoved + s->nadded + sizeof *s;
}

static void drop_step(cell_text *t, step *s)
{
    t->bytes -= weight(s);
    free(s->removed);
    free(s->added);
}

static void drop_undone(cell_text *t)
{
    while (t->n > t->ndone) drop_step(t, &t->steps[--t->n]);
}

void cell_text_free(cell_text *t)
{
    if (!t) return;
    t->ndone = 0;
    drop_undone(t);
    free(t->steps);
    free(t->text);
    free(t);
}

const char *cell_text_bytes(const cell_text *t, size_t *size)
{
    *size = t->size;
    return t->text;
}

size_t cell_text_point(const cell_text *t)
{
    return t->point;
}

void cell_text_set_point(cell_text *t, size_t point)
{
    t->point = point < t->size ? point : t->size;
}

void cell_text_close_step(cell_text *t)
{
    t->closed = true;
}

int cell_text_steps(const cell_text *t)
{
    return t->ndone;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* What differs between the present text and another, in whole characters; of texts that agree in several ways, at the cursor. */
static step difference(const cell_text *t, const char *text, size_t size, size_t point)
{
    size_t least = size < t->size ? size : t->size, from = 0, end = 0;
    size_t cursor = point < t->point ? point : t->point;
    while (from < least && from < cursor && text[from] == t->text[from]) from++;
    while (from > 0 && (is_tail(text[from]) || is_tail(t->text[from]))) from--;
    while (end < least - from && text[size - end - 1] == t->text[t->size - end - 1]) end++;
    while (end > 0 && is_tail(text[size - end])) end--;
    return (step){ .at = from, .nremoved = t->size - end - from, .nadded = size - end - from };
}

static bool is_one_character(const char *s, size_t n)
{
    return n > 0 && !is_tail(s[0]) && (n == 1 || (unsigned char)s[0] >= 0xC0) && n <= 4 &&
           (n == 1 || is_tail(s[n - 1]));
}

static bool is_blank(char c)
{
    return isspace((unsigned char)c) != 0;
}

/* Does S, a letter typed or deleted, go on with the last step? */
static bool goes_on(const cell_text *t, const step *s, const char *added)
{
    const step *last = t->ndone > 0 ? &t->steps[t->ndone - 1] : NULL;
    if (!last || t->closed || t->n > t->ndone || last->after != t->point) return false;
    if (s->nremoved == 0 && last->nremoved == 0 && is_one_character(added, s->nadded)) {
        if (last->nadded == 0 || s->at != last->at + last->nadded || *added == '\n') return false;
        char before = last->added[last->nadded - 1];
        return before != '\n' && (is_blank(*added) || !is_blank(before));
    }
    bool deleted = s->nadded == 0 && last->nadded == 0 && s->nremoved <= 4 &&
                   !memchr(t->text + s->at, '\n', s->nremoved);
    return deleted && (s->at + s->nremoved == last->at || s->at == last->at);
}

/* Makes room for one more step, the oldest go if there are too many. */
static bool reserve(cell_text *t)
{
    while (t->ndone > 0 && (t->ndone >= MOST_STEPS || t->bytes > MOST_BYTES)) {
        drop_step(t, t->steps);
        memmove(t->steps, t->steps + 1, (size_t)(--t->n) * sizeof *t->steps);
        t->ndone--;
    }
    if (t->ndone < t->room) return true;
    int room = 2 * t->room + 16;
    step *larger = realloc(t->steps, (size_t)room * sizeof *larger);
    if (!larger) return false;
    t->steps = larger, t->room = room;
    return true;
}

/* The last step and S, which follows it, as one, in place of the last.  False out of memory. */
static bool join_steps(cell_text *t, const step *s, const char *added)
{
    step *last = &t->steps[t->ndone - 1];
    size_t from = s->at < last->at ? s->at : last->at;
    size_t s_end = s->at + s->nremoved, last_end = last->at + last->nadded;
    size_t end = s_end > last_end ? s_end : last_end; /* of what both touch, in the text between */
    buffer removed = { 0 }, now = { 0 };
    buffer_add(&removed, t->text + from, last->at - from);
    buffer_add(&removed, last->removed, last->nremoved);
    buffer_add(&removed, t->text + last_end, end - last_end);
    buffer_add(&now, t->text + from, s->at - from);
    buffer_add(&now, added, s->nadded);
    buffer_add(&now, t->text + s_end, end - s_end);
    if (removed.failed || now.failed) {
        buffer_free(&removed);
        buffer_free(&now);
        return false;
    }
    step both = {
        .at = from, .nremoved = removed.size, .nadded = now.size, .before = last->before
    };
    both.removed = buffer_take(&removed, NULL), both.added = buffer_take(&now, NULL);
    drop_step(t, last);
    *last = both;
    t->bytes += weight(&both);
    return true;
}

static bool push_step(cell_text *t, const step *s, const char *added)
{
    if (!reserve(t)) return false;
    step copy = *s;
    copy.before = t->point;
    copy.removed = copy_bytes(t->text + s->at, s->nremoved);
    copy.added = copy_bytes(added, s->nadded);
    if (!copy.removed || !copy.added) {
        free(copy.removed);
        free(copy.added);
        return false;
    }
    drop_undone(t);
    t->steps[t->ndone++] = copy;
    t->n = t->ndone;
    t->bytes += weight(&copy);
    return true;
}

bool cell_text_set(cell_text *t, const char *text, size_t size, size_t point, bool join)
{
    step s = difference(t, text, size, point);
    if (s.nremoved == 0 && s.nadded == 0) {
        cell_text_set_point(t, point);
        return true;
    }
    char *copy = copy_bytes(text, size);
    if (!copy) return false;
    bool joined = (join && t->ndone > 0 && t->n == t->ndone) || goes_on(t, &s, text + s.at);
    if (joined ? !join_steps(t, &s, text + s.at) : !push_step(t, &s, text + s.at)) {
        free(copy);
        return false;
    }
    free(t->text);
    t->text = copy, t->size = size;
    cell_text_set_point(t, point);
    t->steps[t->ndone - 1].after = t->point;
    t->closed = false;
    return true;
}

/* ---- undo ------------------------------------------------------------------------------------ */

/* Puts ADDED in the place of NREMOVED bytes at AT. */
static bool replace(cell_text *t, size_t at, size_t nremoved, const char *added, size_t nadded)
{
    size_t size = t->size - nremoved + nadded;
    char *text = malloc(size + 1);
    if (!text) return false;
    memcpy(text, t->text, at);
    memcpy(text + at, added, nadded);
    memcpy(text + at + nadded, t->text + at + nremoved, t->size - at - nremoved);
    text[size] = '\0';
    free(t->text);
    t->text = text, t->size = size;
    t->closed = true;
    return true;
}

bool cell_text_undo(cell_text *t)
{
    if (t->ndone == 0) return false;
    const step *s = &t->steps[t->ndone - 1];
    if (!replace(t, s->at, s->nadded, s->removed, s->nremoved)) return false;
    t->ndone--;
    cell_text_set_point(t, s->before);
    return true;
}

bool cell_text_redo(cell_text *t)
{
    if (t->ndone == t->n) return false;
    const step *s = &t->steps[t->ndone];
    if (!replace(t, s->at, s->nremoved, s->added, s->nadded)) return false;
    t->ndone++;
    cell_text_set_point(t, s->after);
    return true;
}
