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

#include "repl/code_shape.h"
#include "repl/readline_lines.h"

static const editor_host *host;

/* ---- keys ------------------------------------------------------------------------------------ */

static char ahead[4096]; /* what has been read already */
static size_t ahead_at, ahead_end;

void editor_type(const char *bytes, size_t n)
{
    if (ahead_at == ahead_end) ahead_at = ahead_end = 0;
    if (n > sizeof ahead - ahead_end) n = sizeof ahead - ahead_end;
    memcpy(ahead + ahead_end, bytes, n);
    ahead_end += n;
}

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

/* ---- commands ------------------------------------------------------------------------------- */

static char *kinds_now(void)
{
    char *kinds = malloc((size_t)rl_end + 1);
    if (kinds) host->highlight(host->ctx, rl_line_buffer, (size_t)rl_end, kinds);
    return kinds;
}

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
    int own = 0, next = 0;
    if (kinds)
        next = code_next_indent(rl_line_buffer, (size_t)rl_end, (size_t)rl_point, kinds, &own);
    rl_begin_undo_group();
    if (kinds) lines_unindent(own);
    free(kinds);
    if (!whole) {
        rl_insert_text("\n");
        for (int i = 0; i < next; i++) rl_insert_text(" ");
    }
    rl_end_undo_group();
    return whole ? rl_newline(count, key) : 0;
}

static int up(int count, int key)
{
    return count == 1 && lines_up() ? 0 : rl_get_previous_history(count, key);
}

static int down(int count, int key)
{
    return count == 1 && lines_down() ? 0 : rl_get_next_history(count, key);
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
    int start = lines_start(rl_point);
    if (start + code_indent(rl_line_buffer, (size_t)rl_end, (size_t)start) < rl_point)
        return rl_complete(count, key);
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

static const lines_command replaced[] = {
    { rl_newline, enter },
    { rl_get_previous_history, up },
    { rl_get_next_history, down },
    { rl_clear_screen, clear },
    { rl_clear_display, clear },
    { rl_complete, tab },
    { rl_bracketed_paste_begin, paste },
};

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
    if (!many_lines) return;
    rl_bind_keyseq_in_map("\\e\\C-m", new_line, emacs_standard_keymap);
    rl_bind_keyseq_in_map("\\e\\C-m", new_line, vi_insertion_keymap);
    lines_replace(replaced, sizeof replaced / sizeof *replaced);
    lines_take_over();
}
