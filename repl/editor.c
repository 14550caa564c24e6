/* editor.c -- see editor.h. */
#define _POSIX_C_SOURCE 200809L
#include "repl/editor.h"

#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#define INDENT 2

static const editor_host *host;

/* ---- the language ---------------------------------------------------------------------------- */

typedef struct word_depth {
    const char *word;
    int closes, opens;
} word_depth;

static const word_depth words[] = { { "do", 0, 1 },     { "then", 0, 1 },  { "function", 0, 1 },
                                    { "repeat", 0, 1 }, { "else", 1, 1 },  { "elseif", 1, 0 },
                                    { "end", 1, 0 },    { "until", 1, 0 }, { "(", 0, 1 },
                                    { "{", 0, 1 },      { "[", 0, 1 },     { ")", 1, 0 },
                                    { "}", 1, 0 },      { "]", 1, 0 },     { NULL, 0, 0 } };

/* What the word or operator at s does, its length in *n; NULL: nothing. */
static const word_depth *depth_at(const char *s, const char *end, char kind, size_t *n)
{
    *n = 1;
    if (kind == 'k')
        while (s + *n < end && isalpha((unsigned char)s[*n])) ++*n;
    else if (kind != 'o')
        return NULL;
    for (const word_depth *w = words; w->word; w++)
        if (strlen(w->word) == *n && memcmp(w->word, s, *n) == 0) return w;
    return NULL;
}

int editor_depth(const char *text, size_t size, const char *kinds)
{
    int depth = 0;
    size_t n;
    for (size_t i = 0; i < size; i += n) {
        const word_depth *w = depth_at(text + i, text + size, kinds[i], &n);
        if (w) depth += w->opens - w->closes;
    }
    return depth;
}

/* How many blocks and brackets the words at the start of a line close. */
static int closed_first(const char *line, const char *end, const char *kinds)
{
    int closed = 0;
    size_t n;
    for (const char *s = line; s < end && *s != '\n'; s += n) {
        const word_depth *w = depth_at(s, end, kinds[s - line], &n);
        if (*s == ' ' || *s == '\t') continue;
        if (!w || !w->closes) break;
        closed += w->closes;
    }
    return closed;
}

static bool is_bracket(char c)
{
    return c && strchr("()[]{}", c);
}

size_t editor_partner(const char *text, size_t size, const char *kinds, size_t point)
{
    static const char brackets[] = "()[]{}";
    size_t at = point;
    if (at >= size || kinds[at] != 'o' || !is_bracket(text[at])) at = point - 1;
    if (at >= size || kinds[at] != 'o' || !is_bracket(text[at])) return size;
    long which = strchr(brackets, text[at]) - brackets, depth = 0;
    char other = brackets[which ^ 1];
    for (size_t i = at; i < size; i += which & 1 ? (size_t)-1 : 1) {
        if (kinds[i] != 'o') continue;
        if (text[i] == text[at]) depth++;
        if (text[i] == other && --depth == 0) return i;
    }
    return size;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static char ahead[4096]; /* what has been read already */
static size_t ahead_at, ahead_end;

bool editor_keys_wait(void)
{
    struct pollfd input = { .fd = fileno(rl_instream), .events = POLLIN };
    return ahead_at < ahead_end || poll(&input, 1, 0) > 0;
}

/* Readline 8.2 crashes when a search is ended by the beginning of a key sequence that is not bound (C-r F12): the search
** is told to end first. */
static int get_key(FILE *input)
{
    int key = ahead_at < ahead_end ? (unsigned char)ahead[ahead_at++] : rl_getc(input);
    if (key < 0 || key >= KEYMAP_SIZE || rl_get_keymap()[key].type != ISKMAP) return key;
    if (!RL_ISSTATE(RL_STATE_ISEARCH)) return key;
    if (ahead_at == 0) ahead_at = ahead_end = 1;
    ahead[--ahead_at] = (char)key;
    return '\n';
}

/* The next byte of a paste; -1 if it will not come. */
static int get_pasted(void)
{
    if (ahead_at == ahead_end) {
        ssize_t n = host->wait(host->ctx) ? read(fileno(rl_instream), ahead, sizeof ahead) : 0;
        ahead_at = 0, ahead_end = n > 0 ? (size_t)n : 0;
    }
    return ahead_at < ahead_end ? (unsigned char)ahead[ahead_at++] : -1;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int line_start(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n') at--;
    return at;
}

static int line_end(int at)
{
    while (at < rl_end && rl_line_buffer[at] != '\n') at++;
    return at;
}

static int indentation(int start)
{
    int n = 0;
    while (start + n < rl_end && rl_line_buffer[start + n] == ' ') n++;
    return n;
}

static char *kinds_now(void)
{
    char *kinds = malloc((size_t)rl_end + 1);
    if (kinds) host->highlight(host->ctx, rl_line_buffer, (size_t)rl_end, kinds);
    return kinds;
}

/* How the line after this one, cut at point, is indented; *own is how this one should be. */
static int next_indentation(const char *kinds, int *own)
{
    int start = line_start(rl_point), now = indentation(start);
    int closed = closed_first(rl_line_buffer + start, rl_line_buffer + rl_end, kinds + start);
    int before = editor_depth(rl_line_buffer, (size_t)start, kinds);
    bool in_string = start > 0 && kinds[start - 1] == 's' && kinds[start] == 's';
    if (in_string) now = INDENT * before;
    int after = editor_depth(rl_line_buffer, (size_t)rl_point, kinds);
    *own = now;
    if (in_string)
        *own = indentation(start);
    else if (closed > 0 && start > 0 && now > INDENT * (before - closed))
        *own = before > closed ? INDENT * (before - closed) : 0;
    int more = after - (before - closed);
    int next = (in_string ? now : *own) + INDENT * (more > 1 ? 1 : more);
    char kind = rl_point > 0 ? kinds[rl_point - 1] : ' ';
    bool inside = (kind == 's' || kind == 'c') && rl_point < rl_end && kinds[rl_point] == kind;
    if (kind == 's' && rl_point == rl_end && !strchr("'\"]", rl_line_buffer[rl_point - 1]))
        inside = true; /* of a long string */
    return inside || next < 0 ? 0 : next;
}

/* Gives the line at point the indentation OWN, which is not more than it has. */
static void indent_line(int own)
{
    int start = line_start(rl_point), extra = indentation(start) - own;
    if (extra <= 0) return;
    int point = rl_point - extra;
    rl_delete_text(start, start + extra);
    rl_point = point < start ? start : point;
}

/* ---- commands -------------------------------------------------------------------------------- */

static int new_line(int count, int key)
{
    (void)count, (void)key;
    rl_insert_text("\n");
    return 0;
}

static int enter(int count, int key)
{
    bool pasted = editor_keys_wait(),
         whole = host->complete(host->ctx, rl_line_buffer, (size_t)rl_end);
    char *kinds = pasted ? NULL : kinds_now();
    if (!kinds && !whole) return new_line(count, key);
    int own = 0, next = kinds ? next_indentation(kinds, &own) : 0;
    rl_begin_undo_group();
    if (kinds) indent_line(own);
    free(kinds);
    if (!whole) {
        rl_insert_text("\n");
        for (int i = 0; i < next; i++) rl_insert_text(" ");
    }
    rl_end_undo_group();
    return whole ? rl_newline(count, key) : 0;
}

/* The position in the line from START to END that is COLUMN characters from its start. */
static int position(int start, int end, int column)
{
    int at = start;
    for (; at < end && column > 0; column--) {
        at++;
        while (at < end && ((unsigned char)rl_line_buffer[at] & 0xC0) == 0x80) at++;
    }
    return at;
}

static int column_of(int at)
{
    int column = 0;
    for (int i = line_start(at); i < at; i++)
        column += ((unsigned char)rl_line_buffer[i] & 0xC0) != 0x80;
    return column;
}

static int up(int count, int key)
{
    int start = line_start(rl_point);
    if (start == 0 || count != 1) return rl_get_previous_history(count, key);
    rl_point = position(line_start(start - 1), start - 1, column_of(rl_point));
    return 0;
}

static int down(int count, int key)
{
    int end = line_end(rl_point);
    if (end == rl_end || count != 1) return rl_get_next_history(count, key);
    rl_point = position(end + 1, line_end(end + 1), column_of(rl_point));
    return 0;
}

static int to_line_start(int count, int key)
{
    (void)count, (void)key;
    rl_point = line_start(rl_point);
    return 0;
}

static int to_line_end(int count, int key)
{
    (void)count, (void)key;
    rl_point = line_end(rl_point);
    return 0;
}

static int kill_to_line_end(int count, int key)
{
    (void)count, (void)key;
    int end = line_end(rl_point);
    return rl_kill_text(rl_point, end == rl_point && end < rl_end ? end + 1 : end);
}

static int clear(int count, int key)
{
    (void)count, (void)key;
    host->clear(host->ctx);
    rl_forced_update_display();
    return 0;
}

static int tab(int count, int key)
{
    int start = line_start(rl_point);
    if (start + indentation(start) < rl_point) return rl_complete(count, key);
    rl_insert_text("  ");
    return 0;
}

/* Reads to the mark that ends a paste; the text is freed by the caller. */
static char *read_paste(void)
{
    static const char mark[] = "\033[201~";
    size_t n = 0, room = 256, m = sizeof mark - 1;
    char *text = malloc(room);
    for (int c; text && (c = get_pasted()) >= 0;) {
        if (n + 1 == room) {
            char *larger = realloc(text, room *= 2);
            if (!larger) free(text);
            text = larger;
            if (!text) return NULL;
        }
        if (c) text[n++] = c == '\r' ? '\n' : (char)c;
        if (c == '~' && n >= m && memcmp(text + n - m, mark, m) == 0) {
            n -= m;
            break;
        }
    }
    if (text) text[n] = '\0';
    return text;
}

/* A paste is one entry: what ends it is left to the user. */
static int paste(int count, int key)
{
    (void)count, (void)key;
    char *text = read_paste();
    if (!text) return 1;
    size_t n = strlen(text);
    while (rl_point == rl_end && n > 0 && text[n - 1] == '\n') text[--n] = '\0';
    rl_insert_text(text);
    free(text);
    return 0;
}

static const struct {
    rl_command_func_t *one, *many; /* what Readline has for one line, what stands for it here */
} replaced[] = {
    { rl_newline, enter },
    { rl_get_previous_history, up },
    { rl_get_next_history, down },
    { rl_beg_of_line, to_line_start },
    { rl_end_of_line, to_line_end },
    { rl_kill_line, kill_to_line_end },
    { rl_clear_screen, clear },
    { rl_clear_display, clear },
    { rl_complete, tab },
    { rl_bracketed_paste_begin, paste },
};

static void replace(Keymap map, int depth)
{
    for (int key = 0; key < KEYMAP_SIZE; key++) {
        KEYMAP_ENTRY *entry = &map[key];
        if (entry->type == ISKMAP && depth < 8) replace((Keymap)(void *)entry->function, depth + 1);
        for (size_t i = 0; entry->type == ISFUNC && i < sizeof replaced / sizeof *replaced; i++)
            if (entry->function == replaced[i].one) {
                entry->function = replaced[i].many;
                break;
            }
    }
}

/* ---- completion ------------------------------------------------------------------------------ */

static char **found;

static void drop_found(void)
{
    for (int i = 0; found && found[i]; i++) free(found[i]);
    free(found);
    found = NULL;
}

/* Readline asks which characters break words.  Ours depend on where point is: the word begins where the host says. */
static char *word_break(void)
{
    static char before[2];
    size_t start = (size_t)rl_point;
    drop_found();
    found = host->completions(host->ctx, rl_line_buffer, (size_t)rl_end, (size_t)rl_point, &start);
    before[0] = start > 0 ? rl_line_buffer[start - 1] : '\0';
    return before;
}

static char *next_found(const char *word, int state)
{
    static int i;
    (void)word;
    if (state == 0) i = 0;
    return found && found[i] ? strdup(found[i++]) : NULL;
}

static char **attempt(const char *word, int start, int end)
{
    (void)start, (void)end;
    rl_attempted_completion_over = 1;
    rl_completion_append_character = '\0';
    char **matches = found ? rl_completion_matches(word, next_found) : NULL;
    drop_found();
    if (matches) return matches;
    char *note = host->about(host->ctx, rl_line_buffer, (size_t)rl_end, (size_t)rl_point);
    if (note) host->show_note(host->ctx, note);
    free(note);
    return NULL;
}

static void show_matches(char **matches, int n, int longest)
{
    (void)longest;
    host->show_words(host->ctx, matches + 1, n);
}

void editor_open(const editor_host *h, bool many_lines)
{
    static char none[] = "";
    host = h;
    rl_readline_name = "moonlab";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_attempted_completion_function = attempt;
    rl_completion_word_break_hook = word_break;
    if (many_lines) rl_completion_display_matches_hook = show_matches;
    rl_basic_quote_characters = none;
    rl_variable_bind("show-all-if-ambiguous", "on");
    rl_initialize(); /* reads inputrc, which may say otherwise */
    rl_variable_bind("isearch-terminators", "\\e\\C-j");
    rl_getc_function = get_key;
    rl_add_defun("insert-newline", new_line, -1);
    Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };
    for (int i = 0; many_lines && i < 3; i++) {
        if (i < 2) rl_bind_keyseq_in_map("\\e\\C-m", new_line, maps[i]);
        replace(maps[i], 0);
    }
}
