/* view_status.c -- the line at the top (file, kernel, memory, seed), and the one at the bottom (mode, place, what can be done; or
** a message, a question, the line that is typed). */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "repl/view_canvas.h"
#include "repl/view_private.h"

#define NARROW        60      /* columns, with less of which places are written short */
#define WORTH_TELLING 1000000 /* bytes of snapshots */
#define WIDE          100     /* columns, enough to say what they are */

/* ---- the top --------------------------------------------------------------------------------- */

static size_t resident(pid_t pid)
{
    char path[48];
    unsigned long long all = 0, pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = pid > 0 ? fopen(path, "r") : NULL;
    if (!f) return 0;
    int n =
        fscanf(f, "%llu %llu", &all, &pages); /* NOLINT(cert-err34-c): numbers of the system's */
    fclose(f);
    return n == 2 ? (size_t)pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static void write_bytes(char *out, size_t room, double n)
{
    if (n < 1e9)
        snprintf(out, room, "%.0f MB", n / 1e6);
    else
        snprintf(out, room, "%.1f GB", n / 1e9);
}

/* "running cell 3": it may be off the screen. */
static const char *running_word(const view *v)
{
    static char word[40];
    int i = notebook_find_id(v->nb, v->running);
    if (i < 0) return "running";
    snprintf(word, sizeof word, "running cell %d", i + 1);
    return word;
}

static const char *kernel_word(const view *v)
{
    if (!v->kernel) return "no kernel";
    switch (kernel_state_of(v->kernel)) {
    case KERNEL_STARTING: return "starting";
    case KERNEL_IDLE:
    case KERNEL_BUSY: return v->running ? running_word(v) : "idle";
    case KERNEL_DEAD: return "no kernel";
    }
    return "";
}

/* " + 12 MB snapshots", if that is worth telling. */
static void describe_snapshots(const view *v, char *out, size_t room)
{
    char bytes[24];
    size_t held = v->kernel ? kernel_snapshot_memory(v->kernel) : 0;
    write_bytes(bytes, sizeof bytes, (double)held);
    if (held >= WORTH_TELLING)
        snprintf(out, room, " + %s%s", bytes, v->columns < WIDE ? "" : " snapshots");
    else
        *out = '\0';
}

/* The memory is looked up twice a second at most: a number that runs would be a line drawn with every frame. */
static void describe_kernel(view *v, char *out, size_t room)
{
    static double looked;
    static pid_t of;
    static char memory[24] = "0 MB";
    char snapshots[48];
    double now = view_now();
    pid_t pid = v->kernel ? kernel_pid(v->kernel) : 0;
    if (pid > 0 && (now - looked > 0.5 || pid != of)) {
        looked = now, of = pid;
        write_bytes(memory, sizeof memory, (double)resident(pid));
    }
    describe_snapshots(v, snapshots, sizeof snapshots);
    const char *dot = v->charset == PLOT_ASCII ? "-" : "·";
    int n = snprintf(out, room, "%s %s %s%s %s %s", kernel_word(v), dot, memory, snapshots, dot,
                     v->in->options.device ? v->in->options.device : "cpu");
    if (v->nqueue > 0) n += snprintf(out + n, room - (size_t)n, " %s %d wait", dot, v->nqueue);
    n += snprintf(out + n, room - (size_t)n, " %s seed %llu", dot, (unsigned long long)v->seed);
    if (v->log.n > 0)
        snprintf(out + n, room - (size_t)n, " %s %s", dot,
                 view_reproducible(v) ? "reproducible" : "not reproducible");
}

void view_draw_status(view *v)
{
    char right[200];
    if (v->main_top == 0) return;
    const char *slash = v->path ? strrchr(v->path, '/') : NULL;
    int n = 1 + canvas_text(0, 1, v->columns - 1,
                            !v->path ? "untitled"
                            : slash  ? slash + 1
                                     : v->path,
                            PART_TITLE);
    if (v->looks) n += 1 + canvas_text(0, n + 1, v->columns, "(only looked at)", PART_DIM);
    if (view_modified(v)) {
        canvas_glyph(0, n + 1, "●", '+', PART_STALE);
        n += 2;
    }
    describe_kernel(v, right, sizeof right);
    int width = canvas_width(right), left = v->columns - width - 1;
    if (left < n + 2) left = n + 2;
    canvas_text(0, left, v->columns - left, right, v->running ? PART_RUNNING : PART_DIM);
    canvas_fill(1, 0, v->columns, "─", '-', PART_LINE);
    canvas_fill(v->rows - 2, 0, v->columns, "─", '-', PART_LINE);
    if (v->main_columns < v->columns && !v->overlay.on) {
        canvas_glyph(1, v->main_columns, "┬", '+', PART_LINE);
        canvas_glyph(v->rows - 2, v->main_columns, "┴", '+', PART_LINE);
    }
}

/* ---- the bottom ------------------------------------------------------------------------------ */

typedef struct hint {
    const char *command, *word;
} hint;

/* Puts the hints that fit at column X of line Y. */
static void draw_hints(const view *v, int y, int x, const hint *hints)
{
    for (; hints->word; hints++) {
        char keys[96];
        if (!hints->command) continue;
        int which = view_command_find(hints->command, strlen(hints->command));
        view_bindings_show(&v->bindings, v->mode, which, keys, sizeof keys);
        char *first = strstr(keys, "  ");
        if (first) *first = '\0';
        if (!*keys) snprintf(keys, sizeof keys, ":%s", hints->command);
        int width = canvas_width(keys) + 1 + canvas_width(hints->word) + 3;
        if (x + width - 3 > v->columns) return;
        int at = x + canvas_text(y, x, v->columns - x, keys, PART_KEY) + 1;
        canvas_text(y, at, v->columns - at, hints->word, PART_DIM);
        x += width;
    }
}

/* Is Escape vi's, and leads from typing to its commands? */
static bool inserts(const view *v)
{
    cell_editor_view e = v->mode == MODE_EDIT ? cell_editor_look() : (cell_editor_view){ 0 };
    return e.vi && e.inserting;
}

/* In the place of the hints stands what the call that is typed takes. */
static bool tells_of_call(const view *v)
{
    return v->mode == MODE_EDIT && *v->about && !v->overlay.on;
}

static int draw_mode(const view *v, int y)
{
    char place[96];
    cell_editor_view e = v->mode == MODE_EDIT ? cell_editor_look() : (cell_editor_view){ 0 };
    const char *word = v->overlay.on          ? " READ "
                       : v->mode != MODE_EDIT ? " CELLS "
                       : e.vi && !e.inserting ? " EDIT vi "
                                              : " EDIT ";
    int x = 1 + canvas_text(y, 0, v->columns, word, PART_MODE);
    if (v->mode == MODE_EDIT && e.status && *e.status)
        return x + canvas_text(y, x, v->columns - x, e.status, PART_TEXT) + 2;
    if (v->mode == MODE_EDIT)
        snprintf(place, sizeof place,
                 v->columns < NARROW ? "%d/%d %zu:%-2zu" : "cell %d/%d  ln %zu col %-3zu",
                 v->cell + 1, notebook_count(v->nb), e.line + 1, e.column + 1);
    else
        snprintf(place, sizeof place, v->columns < NARROW ? "%d/%d" : "cell %d/%d", v->cell + 1,
                 notebook_count(v->nb));
    if (v->overlay.on || (tells_of_call(v) && canvas_width(v->about) > v->columns - x - 40))
        *place = '\0';
    return x + canvas_text(y, x, v->columns - x, place, PART_TEXT) + (*place ? 2 : 0);
}

/* The line that a search has found, with the cursor where it matches. */
static void draw_found(const view *v, int y, int x, int *cursor_y, int *cursor_x)
{
    cell_editor_view e = cell_editor_look();
    size_t from = e.point, to = e.point;
    while (from > 0 && e.text[from - 1] != '\n') from--;
    while (to < e.size && e.text[to] != '\n') to++;
    if (to - from > (size_t)(v->columns > x ? v->columns - x : 0)) from = e.point;
    int before = canvas_text_n(y, x, v->columns - x, e.text + from, e.point - from, PART_TEXT);
    canvas_text_n(y, x, v->columns - x, e.text + from, to - from, PART_TEXT);
    *cursor_y = y, *cursor_x = x + before < v->columns ? x + before : v->columns - 1;
}

/* What going back to before the selected cell is called, and the memory that is kept for it; false if that cannot be. */
static bool write_back(const view *v, char *out, size_t room)
{
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (!c || !v->kernel || !kernel_can_rewind(v->kernel, (long long)c->id)) return false;
    char bytes[24];
    size_t held = kernel_snapshot_size(v->kernel, (long long)c->id);
    write_bytes(bytes, sizeof bytes, (double)held);
    snprintf(out, room, held < WORTH_TELLING ? "take back" : "take back (%s)", bytes);
    return true;
}

static void draw_hints_of_now(const view *v, int y, int x)
{
    static const hint busy[] = { { "interrupt", "interrupt" }, { "keys", "all keys" }, { 0 } };
    char back[48];
    bool ran = write_back(v, back, sizeof back);
    const hint cells[] = { { "edit", "edit" },
                           { "run", "run" },
                           { ran ? "rewind" : NULL, back },
                           { ran ? "keys" : NULL, "all keys" }, /* that is never pushed off */
                           { "insert-below", "new cell" },
                           { "save", "save" },
                           { ran ? NULL : "keys", "all keys" },
                           { "command", "command" },
                           { "q", "quit" },
                           { 0 } };
    static const hint edit[] = {
        { "run", "run" }, { "leave", "leave" }, { "help", "help" }, { "save", "save" }, { 0 }
    };
    static const hint edit_vi[] = { { "run", "run" },
                                    { "leave", "vi's commands" },
                                    { "help", "help" },
                                    { "save", "save" },
                                    { 0 } };
    static const hint edit_busy[] = { { "interrupt", "interrupt" }, { "run", "run" }, { 0 } };
    if (tells_of_call(v))
        canvas_text(y, x, v->columns - x, v->about, PART_TEXT);
    else if (v->mode == MODE_EDIT)
        draw_hints(v, y, x, v->running ? edit_busy : inserts(v) ? edit_vi : edit);
    else
        draw_hints(v, y, x, v->running ? busy : cells);
}

static void draw_line(view *v, int y, int *cursor_y, int *cursor_x)
{
    char start[64];
    const entry_line *l = &v->line;
    snprintf(start, sizeof start, "%c", l->kind);
    const char *name = view_commands[l->command].name;
    bool writes = l->kind == '=' && (strcmp(name, "w") == 0 || strcmp(name, "wq") == 0);
    if (l->kind == '=') snprintf(start, sizeof start, "%s: ", writes ? "save as" : name);
    int x = canvas_text(y, 0, v->columns, start, PART_KEY), room = v->columns - x - 1;
    const char *text = l->text.data ? l->text.data : "", *from = text;
    char before[512];
    for (;;) { /* what is left of the cursor is cut so that the cursor is seen */
        size_t n = (size_t)(text + l->point - from);
        if (n >= sizeof before) n = sizeof before - 1, from = text + l->point - n;
        memcpy(before, from, n);
        before[n] = '\0';
        if (canvas_width(before) <= room || n == 0) break;
        from++;
        while ((*from & 0xC0) == 0x80) from++;
    }
    canvas_text(y, x, v->columns - x, from, PART_TEXT);
    *cursor_y = y, *cursor_x = x + canvas_width(before);
    if (*cursor_x >= v->columns) *cursor_x = v->columns - 1;
}

/* A text that must be read whole takes the lines that it needs, down to line BOTTOM; the column where it ends. */
static int draw_whole(const view *v, int bottom, const char *text, style_role role)
{
    styled s = { 0 };
    styled_begin(&s, v->columns, v->charset, STYLED_WORDS);
    styled_puts(&s, text, role);
    styled_end(&s);
    int top = bottom + 1 - s.n, end = 0;
    for (int i = top < 0 ? -top : 0; i < s.n; i++) {
        canvas_fill(top + i, 0, v->columns, " ", ' ', PART_TEXT);
        canvas_row(top + i, 0, v->columns, &s, i);
        end = s.rows[i].columns;
    }
    styled_free(&s);
    return end;
}

void view_draw_bottom(view *v, int *cursor_y, int *cursor_x)
{
    int y = v->rows - 1;
    if (v->question.on && !(v->line.on && v->question.unasked > 0)) {
        question q = v->question;
        bool early = view_question_wait(v) > 0;
        if (early) q.text[q.asked] = '\0';
        char text[sizeof v->message + sizeof q.text]; /* what was said before, too */
        snprintf(text, sizeof text, "%s%s%s", v->message, *v->message ? "\n" : "", q.text);
        int x = draw_whole(v, y, text, STYLE_TABLE_HEAD);
        if (!early) *cursor_y = y, *cursor_x = x < v->columns ? x : v->columns - 1;
        return;
    }
    if (v->line.on) {
        if (*v->message && y > 0) draw_whole(v, y - 1, v->message, STYLE_PLAIN);
        draw_line(v, y, cursor_y, cursor_x);
        return;
    }
    int x = draw_mode(v, y);
    if (view_edit_searches(v)) {
        draw_found(v, y, x - 2, cursor_y, cursor_x);
    } else if (*v->message && canvas_width(v->message) > v->columns - x) {
        draw_whole(v, y, v->message, v->message_is_error ? STYLE_ERROR : STYLE_PLAIN);
    } else if (*v->message) {
        canvas_text(y, x, v->columns - x, v->message,
                    v->message_is_error ? PART_FAILED : PART_TEXT);
    } else if (v->before) {
        char name[KEY_NAME_ROOM];
        key_name(v->before, name);
        int n = canvas_text(y, x, v->columns - x, name, PART_KEY);
        canvas_text(y, x + n + 1, v->columns - x - n - 1, v->charset == PLOT_ASCII ? "..." : "…",
                    PART_DIM);
    } else if (v->overlay.on)
        canvas_text(y, x, v->columns - x,
                    v->overlay.choose ? "Up Down choose   Enter open   Esc back"
                                      : "Up Down Space scroll   Esc back",
                    PART_DIM);
    else
        draw_hints_of_now(v, y, x);
}
