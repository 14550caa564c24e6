/* cell_readline.c -- Readline for the editor of cells: silent, reading from a queue, with commands that know lines, undo of our own
** and leaving the cell.  Commands that want what Readline does not know leave a request behind. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>

#include "repl/cell_editor_private.h"
#include "repl/code_shape.h"

#define MOST_OLD 2000 /* texts of the history */

/* A key of our own that does nothing. */
#define NO_KEY "\033[7777~"

/* ---- Readline's input and output ------------------------------------------------------------- */

static int next_byte(FILE *input)
{
    (void)input;
    return editor.at < editor.end ? (unsigned char)editor.queue[editor.at++] : EDITOR_ABORT;
}

static int bytes_wait(void)
{
    return editor.at < editor.end;
}

static void show_nothing(void)
{
}

static void prepare_nothing(int meta)
{
    (void)meta;
}

static void show_no_matches(char **matches, int n, int longest)
{
    (void)matches, (void)n, (void)longest;
}

static char **complete_nothing(const char *word, int start, int end)
{
    (void)word, (void)start, (void)end;
    rl_attempted_completion_over = 1;
    return NULL;
}

static void on_line(char *line)
{
    if (line) rl_replace_line(line, 1);
    editor.line_ended = true;
    free(line);
}

void cell_readline_feed(const char *bytes, size_t n)
{
    if (n > sizeof editor.queue) return;
    memcpy(editor.queue, bytes, n);
    editor.at = 0, editor.end = (int)n;
    while (editor.at < editor.end) rl_callback_read_char();
}

/* ---- commands -------------------------------------------------------------------------------- */

static int do_nothing(int count, int key)
{
    (void)count, (void)key;
    return 0;
}

static int undo(int count, int key)
{
    (void)count, (void)key;
    editor.request = WANT_UNDO;
    return 0;
}

static int redo(int count, int key)
{
    (void)count, (void)key;
    editor.request = WANT_REDO;
    return 0;
}

static int undo_all(int count, int key)
{
    (void)count, (void)key;
    editor.request = WANT_REVERT;
    return 0;
}

static int up(int count, int key)
{
    (void)key;
    for (int i = 0; i < count; i++)
        if (!lines_up()) editor.leave = i == 0 ? EDITOR_UPWARDS : EDITOR_NOTHING;
    return 0;
}

static int down(int count, int key)
{
    (void)key;
    for (int i = 0; i < count; i++)
        if (!lines_down()) editor.leave = i == 0 ? EDITOR_DOWNWARDS : EDITOR_NOTHING;
    return 0;
}

static int to_top(int count, int key)
{
    (void)count, (void)key;
    rl_point = 0;
    return 0;
}

static int to_bottom(int count, int key)
{
    (void)count, (void)key;
    rl_point = rl_end;
    return 0;
}

/* Is there nothing but blanks between the start of the line and the cursor? */
static bool in_indentation(void)
{
    int at = lines_start(rl_point);
    while (at < rl_point && rl_line_buffer[at] == ' ') at++;
    return at == rl_point;
}

static int new_line(int count, int key)
{
    (void)count, (void)key;
    if (editor_in_vi_commands()) {
        if (!lines_down()) editor.leave = EDITOR_DOWNWARDS;
        return 0;
    }
    const char *kinds = cell_editor_kinds();
    int own = 0, next = 0;
    if (kinds)
        next = code_next_indent(rl_line_buffer, (size_t)rl_end, (size_t)rl_point, kinds, &own);
    rl_begin_undo_group();
    if (in_indentation()) own = rl_point == lines_end(rl_point) ? 0 : own;
    if (kinds) lines_unindent(own);
    rl_insert_text("\n");
    for (int i = 0; i < next && rl_line_buffer[rl_point] != ' '; i++) rl_insert_text(" ");
    rl_end_undo_group();
    return 0;
}

static int tab(int count, int key)
{
    (void)count, (void)key;
    if (in_indentation())
        for (int i = 0; i < CODE_INDENT; i++) rl_insert_text(" ");
    else
        editor.request = WANT_COMPLETION;
    return 0;
}

static int complete(int count, int key)
{
    (void)count, (void)key;
    editor.request = WANT_COMPLETION;
    return 0;
}

/* In the indentation, back to where a block may begin. */
static int rubout(int count, int key)
{
    int column = rl_point - lines_start(rl_point);
    if (count != 1 || column == 0 || !in_indentation()) return rl_rubout(count, key);
    int n = (column - 1) % CODE_INDENT + 1;
    rl_delete_text(rl_point - n, rl_point);
    rl_point -= n;
    return 0;
}

static int set_mark(int count, int key)
{
    editor.anchor = (size_t)rl_point, editor.shifted = false;
    return rl_set_mark(count, key);
}

static int start_macro(int count, int key)
{
    (void)count, (void)key;
    if (editor.replaying) return 0;
    buffer_free(&editor.macro);
    editor.recording = true;
    return 0;
}

static int end_macro(int count, int key)
{
    (void)count, (void)key;
    if (editor.replaying || !editor.recording) return 0;
    editor.recording = false;
    editor.macro.size = editor.macro_end;
    return 0;
}

static int call_macro(int count, int key)
{
    (void)count, (void)key;
    editor.calls = !editor.recording && !editor.replaying;
    return 0;
}

/* ---- history --------------------------------------------------------------------------------- */

static void fill_history(void)
{
    int n = 0;
    clear_history();
    while (n < MOST_OLD && editor.host.history && editor.host.history(editor.host.ctx, n)) n++;
    while (n-- > 0) {
        const char *old = editor.host.history(editor.host.ctx, n);
        if (*old) add_history(old);
    }
    using_history();
}

static int search_back(int count, int key)
{
    fill_history();
    return rl_reverse_search_history(count, key);
}

static int search_forward(int count, int key)
{
    fill_history();
    return rl_forward_search_history(count, key);
}

static int find_back(int count, int key)
{
    fill_history();
    return rl_noninc_reverse_search(count, key);
}

static int find_forward(int count, int key)
{
    fill_history();
    return rl_noninc_forward_search(count, key);
}

static int vi_search(int count, int key)
{
    fill_history();
    return rl_vi_search(count, key);
}

static int vi_search_again(int count, int key)
{
    fill_history();
    return rl_vi_search_again(count, key);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int read_again(int count, int key);

static const lines_command replaced[] = {
    { rl_newline, new_line },
    { rl_get_previous_history, up },
    { rl_get_next_history, down },
    { rl_history_search_backward, up },
    { rl_history_search_forward, down },
    { rl_history_substr_search_backward, up },
    { rl_history_substr_search_forward, down },
    { rl_beginning_of_history, to_top },
    { rl_end_of_history, to_bottom },
    { rl_undo_command, undo },
    { rl_vi_undo, undo },
    { rl_revert_line, undo_all },
    { rl_complete, tab },
    { rl_vi_complete, complete },
    { rl_possible_completions, complete },
    { rl_insert_completions, complete },
    { rl_menu_complete, tab },
    { rl_backward_menu_complete, complete },
    { rl_rubout, rubout },
    { rl_set_mark, set_mark },
    { rl_reverse_search_history, search_back },
    { rl_forward_search_history, search_forward },
    { rl_noninc_reverse_search, find_back },
    { rl_noninc_forward_search, find_forward },
    { rl_vi_search, vi_search },
    { rl_vi_search_again, vi_search_again },
    { rl_re_read_init_file, read_again },
    { rl_start_kbd_macro, start_macro },
    { rl_end_kbd_macro, end_macro },
    { rl_call_last_kbd_macro, call_macro },
};

/* The user's inputrc has been read: takes over what it binds, and makes Readline silent. */
static void take_over(void)
{
    static const struct {
        const char *name, *value;
    } variables[] = { { "bell-style", "none" },           { "enable-bracketed-paste", "off" },
                      { "blink-matching-paren", "off" },  { "show-mode-in-prompt", "off" },
                      { "comment-begin", "-- " },         { "echo-control-characters", "off" },
                      { "isearch-terminators", "\\C-j" }, /* Alt comes as Escape: bytes are text */
                      { "convert-meta", "off" },          { "input-meta", "on" } };
    static const struct {
        const char *keys;
        rl_command_func_t *command;
    } bound[] = { { "\\e[3~", rl_delete },
                  { "\\e[H", rl_beg_of_line },
                  { "\\e[F", rl_end_of_line },
                  { "\\eOH", rl_beg_of_line },
                  { "\\eOF", rl_end_of_line },
                  { "\\e[1~", rl_beg_of_line },
                  { "\\e[4~", rl_end_of_line },
                  { "\\e[1;5C", rl_forward_word },
                  { "\\e[1;5D", rl_backward_word },
                  { "\\e[1;5H", to_top },
                  { "\\e[1;5F", to_bottom },
                  { "\\e\\C-_", redo },
                  { "\\C-x\\C-_", redo } };
    Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        rl_variable_bind(variables[i].name, variables[i].value);
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++)
        for (int k = 0; k < 3; k++)
            rl_bind_keyseq_if_unbound_in_map(bound[i].keys, bound[i].command, maps[k]);
    for (int k = 0; k < 3; k++) rl_bind_keyseq_in_map(NO_KEY, do_nothing, maps[k]);
    lines_replace(replaced, sizeof replaced / sizeof *replaced);
    lines_take_over();
}

/* Readline tells of mistakes in the file on standard error, where there is a screen now. */
static int read_again(int count, int key)
{
    fflush(stderr);
    int errors = dup(STDERR_FILENO);
    if (errors < 0 || dup2(fileno(editor.null), STDERR_FILENO) < 0) return 1;
    int result = rl_re_read_init_file(count, key);
    fflush(stderr);
    dup2(errors, STDERR_FILENO);
    close(errors);
    take_over();
    return result;
}

bool cell_readline_open(void)
{
    editor.null = fopen("/dev/null", "r+e");
    if (!editor.null) return false;
    rl_readline_name = "moonlab";
    rl_catch_signals = rl_catch_sigwinch = rl_change_environment = 0;
    rl_instream = rl_outstream = editor.null;
    rl_prep_term_function = prepare_nothing;
    rl_deprep_term_function = show_nothing;
    rl_redisplay_function = show_nothing;
    rl_getc_function = next_byte;
    rl_input_available_hook = bytes_wait;
    rl_completion_display_matches_hook = show_no_matches;
    rl_attempted_completion_function = complete_nothing;
    rl_add_defun("redo", redo, -1);
    rl_initialize();
    take_over();
    rl_callback_handler_install("", on_line);
    return true;
}

void cell_readline_close(void)
{
    rl_callback_handler_remove();
    clear_history();
    if (editor.null) fclose(editor.null);
    rl_instream = rl_outstream = editor.null = NULL;
}

void cell_readline_begin(void)
{
    cell_readline_feed(NO_KEY, sizeof NO_KEY - 1);
}
