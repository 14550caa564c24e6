/* cell_editor.c -- see cell_editor.h.
**
** Readline's callback interface is given the bytes of a key, one after the other, from a queue; when it has taken them, its
** buffer is compared with the cell's text (settle), and what differs becomes a step of undo there.  Commands that want what
** Readline does not know (undo, completion, leaving the cell) leave a request behind.  Readline reads and writes /dev/null,
** and shows nothing. */
#define _POSIX_C_SOURCE 200809L
#include "repl/cell_editor.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/cell_popup.h"
#include "repl/code_shape.h"
#include "repl/readline_lines.h"

#include <readline/history.h>

#define ABORT      '\007' /* C-g */
#define MOST_BYTES ((size_t)8 << 20)
#define MOST_OLD   2000 /* texts of the history */
#define NOWHERE    ((size_t)-1)

/* A key of our own that does nothing: what is killed after it is not joined with what was killed before. */
#define END_OF_KILLS "\033[7777~"

typedef enum request { NO_REQUEST, UNDO, REDO, REVERT, COMPLETE } request;

static struct {
    cell_editor_host host;
    FILE *null;
    cell_text *text; /* NULL: nothing is edited */
    char queue[256];
    int at, end;
    request request;
    cell_editor_result leave; /* EDITOR_NOTHING: stays */
    bool line_ended;          /* Readline gave back a line, and emptied its buffer */
    unsigned version, ticket; /* of the text; of the last key */
    size_t anchor;            /* where the selection begins; NOWHERE: none */
    bool shifted;             /* it was made with Shift, and ends with the next other key */
    int unindented;           /* what the last letter took away from its line */
    char *kinds;              /* of the text of kinds_version */
    unsigned kinds_version;
    size_t kinds_room;
    char status[256];
} editor;

/* ---- Readline's input and output ------------------------------------------------------------- */

static int next_byte(FILE *input)
{
    (void)input;
    return editor.at < editor.end ? (unsigned char)editor.queue[editor.at++] : ABORT;
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

static void feed(const char *bytes, size_t n)
{
    if (n > sizeof editor.queue) return;
    memcpy(editor.queue, bytes, n);
    editor.at = 0, editor.end = (int)n;
    while (editor.at < editor.end) rl_callback_read_char();
}

/* ---- text ------------------------------------------------------------------------------------ */

static bool searching(void)
{
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

static bool is_vi(void)
{
    return rl_editing_mode == 0;
}

static bool in_vi_commands(void)
{
    return is_vi() && rl_get_keymap() == vi_movement_keymap;
}

static const char *kinds_of(const char *text, size_t size)
{
    if (size + 1 > editor.kinds_room) {
        char *larger = realloc(editor.kinds, 2 * size + 256);
        if (!larger) return NULL;
        editor.kinds = larger, editor.kinds_room = 2 * size + 256;
    }
    editor.host.highlight(editor.host.ctx, text, size, editor.kinds);
    editor.kinds[size] = ' ';
    return editor.kinds;
}

/* The kinds of Readline's buffer; NULL out of memory. */
static const char *kinds_now(void)
{
    editor.kinds_version = editor.version - 1; /* the cell's text may be another */
    return kinds_of(rl_line_buffer, (size_t)rl_end);
}

/* The cell's text into Readline. */
static void load(void)
{
    size_t size;
    const char *bytes = cell_text_bytes(editor.text, &size);
    rl_replace_line(bytes, 1);
    rl_point = (int)cell_text_point(editor.text);
    if (rl_mark > rl_end) rl_mark = 0;
}

/* Readline's buffer into the cell's text. */
static void store(void)
{
    size_t size;
    const char *bytes = cell_text_bytes(editor.text, &size);
    if (size == (size_t)rl_end && memcmp(bytes, rl_line_buffer, size) == 0) {
        if (cell_text_point(editor.text) != (size_t)rl_point) cell_text_close_step(editor.text);
        cell_text_set_point(editor.text, (size_t)rl_point);
        return;
    }
    if ((size_t)rl_end < size && !searching()) lines_forget_yank();
    if (!cell_text_set(editor.text, rl_line_buffer, (size_t)rl_end, (size_t)rl_point, false)) {
        load(); /* no memory for another */
        return;
    }
    editor.version++;
    editor.anchor = NOWHERE;
}

/* A text found in the history takes the place of the cell's, and Readline is back at the end of the history. */
static void leave_history(void)
{
    if (where_history() >= history_length) return;
    char *found = copy_bytes(rl_line_buffer, (size_t)rl_end);
    int point = rl_point;
    if (rl_maybe_unsave_line() != 0) rl_free_undo_list();
    using_history();
    rl_replace_line(found ? found : "", 1);
    rl_point = point < rl_end ? point : rl_end;
    free(found);
    cell_text_close_step(editor.text);
}

static void revert(void)
{
    while (cell_text_undo(editor.text)) editor.version++;
}

static void grant(request wanted)
{
    bool done = true;
    switch (wanted) {
    case NO_REQUEST: return;
    case UNDO: done = cell_text_undo(editor.text); break;
    case REDO: done = cell_text_redo(editor.text); break;
    case REVERT: revert(); break;
    case COMPLETE: {
        size_t size;
        const char *bytes = cell_text_bytes(editor.text, &size);
        editor.host.complete(editor.host.ctx, editor.ticket, bytes, size,
                             cell_text_point(editor.text));
        return;
    }
    }
    if (done) editor.version++;
    editor.anchor = NOWHERE;
    load();
}

static void filter_popup(void)
{
    const cell_editor_popup *p = cell_editor_popup_now();
    size_t size, point = cell_text_point(editor.text);
    const char *bytes = cell_text_bytes(editor.text, &size);
    if (!p) return;
    if (point < p->start)
        popup_close();
    else
        popup_filter(bytes + p->start, point - p->start);
}

/* After Readline has had a key: makes text and requests of what it did. */
static cell_editor_result settle(unsigned version)
{
    request wanted = editor.request;
    editor.request = NO_REQUEST;
    if (editor.line_ended) load(); /* no line is ever given back */
    editor.line_ended = false;
    if (searching()) return EDITOR_MOVED;
    leave_history();
    store();
    grant(wanted);
    if (wanted != COMPLETE) filter_popup();
    if (in_vi_commands()) cell_text_close_step(editor.text);
    if (editor.version != version) return EDITOR_CHANGED;
    return editor.leave != EDITOR_NOTHING ? editor.leave : EDITOR_MOVED;
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
    editor.request = UNDO;
    return 0;
}

static int redo(int count, int key)
{
    (void)count, (void)key;
    editor.request = REDO;
    return 0;
}

static int undo_all(int count, int key)
{
    (void)count, (void)key;
    editor.request = REVERT;
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
    if (in_vi_commands()) {
        if (!lines_down()) editor.leave = EDITOR_DOWNWARDS;
        return 0;
    }
    const char *kinds = kinds_now();
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
        editor.request = COMPLETE;
    return 0;
}

static int complete(int count, int key)
{
    (void)count, (void)key;
    editor.request = COMPLETE;
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
};

/* The user's inputrc has been read: takes over what it binds, and makes Readline silent. */
static void take_over(void)
{
    static const struct {
        const char *name, *value;
    } variables[] = { { "bell-style", "none" },          { "enable-bracketed-paste", "off" },
                      { "blink-matching-paren", "off" }, { "show-mode-in-prompt", "off" },
                      { "comment-begin", "-- " },        { "echo-control-characters", "off" },
                      { "isearch-terminators", "\\C-j" } };
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
    for (int k = 0; k < 3; k++) rl_bind_keyseq_in_map(END_OF_KILLS, do_nothing, maps[k]);
    lines_replace(replaced, sizeof replaced / sizeof *replaced);
    lines_take_over();
}

static int read_again(int count, int key)
{
    int result = rl_re_read_init_file(count, key);
    take_over();
    return result;
}

bool cell_editor_open(const cell_editor_host *host, char *error, size_t size)
{
    editor.host = *host;
    editor.anchor = NOWHERE;
    editor.null = fopen("/dev/null", "r+e");
    if (!editor.null) {
        snprintf(error, size, "/dev/null cannot be opened: %s", strerror(errno));
        return false;
    }
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

void cell_editor_close(void)
{
    cell_editor_enter(NULL);
    rl_callback_handler_remove();
    clear_history();
    if (editor.null) fclose(editor.null);
    rl_instream = rl_outstream = NULL;
    free(editor.kinds);
    memset(&editor, 0, sizeof editor);
}

/* Ends what waits for more keys. */
static void drop_pending(void)
{
    if (RL_ISSTATE(RL_STATE_NSEARCH))
        feed(&(char){ ABORT }, 1);
    else if (RL_ISSTATE(RL_STATE_ISEARCH))
        feed("\n", 1);
    if (RL_ISSTATE(RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_VIMOTION |
                   RL_STATE_CHARSEARCH))
        rl_callback_sigcleanup();
    rl_clear_message();
}

void cell_editor_enter(cell_text *t)
{
    if (editor.text) {
        drop_pending();
        settle(editor.version);
        cell_text_close_step(editor.text);
    }
    popup_close();
    editor.text = t;
    editor.version++, editor.ticket++;
    editor.anchor = NOWHERE;
    editor.leave = EDITOR_NOTHING;
    editor.unindented = 0;
    if (!t) {
        if (editor.null) rl_replace_line("", 1);
        return;
    }
    load();
    feed(END_OF_KILLS, sizeof END_OF_KILLS - 1);
    if (is_vi()) rl_vi_insertion_mode(1, 'i');
}

cell_text *cell_editor_current(void)
{
    return editor.text;
}

/* ---- selection ------------------------------------------------------------------------------- */

static bool selection(size_t *from, size_t *to)
{
    size_t point = (size_t)rl_point;
    if (editor.anchor == NOWHERE || editor.anchor > (size_t)rl_end) return false;
    *from = editor.anchor < point ? editor.anchor : point;
    *to = editor.anchor < point ? point : editor.anchor;
    return *from < *to;
}

/* Deletes what is selected; false if nothing is. */
static bool delete_selection(void)
{
    size_t from, to;
    if (!selection(&from, &to)) return false;
    cell_text_close_step(editor.text);
    rl_delete_text((int)from, (int)to);
    rl_point = (int)from;
    editor.anchor = NOWHERE;
    return true;
}

/* "\033[1;2A" and the like, Shift and a key that moves: the sequence without Shift into OUT; 0: it is another key. */
static size_t without_shift(const char *bytes, size_t n, char out[8])
{
    if (n != 6 || memcmp(bytes, "\033[1;", 4) != 0 || !strchr("ABCDHF", bytes[5])) return 0;
    if (bytes[4] == '2') {
        memcpy(out, "\033[", 2), out[2] = bytes[5];
        return 3;
    }
    memcpy(out, "\033[1;5", 5), out[5] = bytes[5];
    return bytes[4] == '6' ? 6 : 0;
}

/* ---- one key --------------------------------------------------------------------------------- */

static cell_editor_result escape(void)
{
    bool pending = RL_ISSTATE(RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_VIMOTION |
                              RL_STATE_CHARSEARCH | RL_STATE_ISEARCH | RL_STATE_NSEARCH);
    if (pending || editor.anchor != NOWHERE) {
        unsigned version = editor.version;
        drop_pending();
        editor.anchor = NOWHERE;
        return settle(version);
    }
    if (!is_vi() || in_vi_commands()) {
        cell_text_close_step(editor.text);
        return EDITOR_LEAVE;
    }
    bool at_start = rl_point == 0 || rl_line_buffer[rl_point - 1] == '\n';
    int point = rl_point;
    rl_vi_movement_mode(1, ESC);
    if (at_start) rl_point = point;
    cell_text_close_step(editor.text);
    return settle(editor.version);
}

/* A letter may have made the first word of its line one that ends a block, or may have gone on after such a word. */
static void indent_again(char c)
{
    int start = lines_start(rl_point), taken = editor.unindented;
    editor.unindented = 0;
    if (!isalpha((unsigned char)c) && !strchr(")]}", c)) return;
    int first = start + code_indent(rl_line_buffer, (size_t)rl_end, (size_t)start);
    for (int i = first; i < rl_point; i++)
        if (!isalpha((unsigned char)rl_line_buffer[i]) && i + 1 < rl_point) return;
    const char *kinds = kinds_now();
    if (!kinds || first >= rl_end || !strchr("kon", kinds[first])) return;
    if (taken > 0 && kinds[first] == 'n') {
        int point = rl_point;
        rl_point = start;
        for (int i = 0; i < taken; i++) rl_insert_text(" ");
        rl_point = point + taken;
        kinds = kinds_now();
    }
    int own = kinds ? code_own_indent(rl_line_buffer, (size_t)rl_end, (size_t)rl_point, kinds) : 0;
    int now = code_indent(rl_line_buffer, (size_t)rl_end, (size_t)start);
    if (!kinds || own >= now) return;
    lines_unindent(own);
    editor.unindented = now - own;
}

static bool is_text(const char *bytes, size_t n)
{
    unsigned char c = (unsigned char)bytes[0];
    return n > 0 && c >= 0x20 && c != 0x7f;
}

/* Is there a command for the sequence?  Others would be taken for text after their first bytes. */
static bool is_bound(const char *bytes, size_t n)
{
    int type;
    return rl_function_of_keyseq_len(bytes, n, rl_get_keymap(), &type) != NULL;
}

/* Keys of the pop-up; false: it is none. */
static bool popup_key(const char *bytes, size_t n, cell_editor_result *result)
{
    *result = EDITOR_MOVED;
    if (!popup_is_open()) return false;
    if (popup_move(bytes, n)) return true;
    bool takes = (n == 1 && *bytes == '\r') || (n == 3 && memcmp(bytes, "\033[C", 3) == 0);
    const char *word = popup_chosen();
    if (n == 1 && *bytes == ESC) {
        popup_close();
        return true;
    }
    if (!takes || !word) return false;
    unsigned version = editor.version;
    int start = (int)cell_editor_popup_now()->start;
    cell_text_close_step(editor.text);
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(word);
    popup_close();
    *result = settle(version);
    cell_text_close_step(editor.text);
    return true;
}

/* Keys that begin with ESC, and the second of "dd"; true: it is done with. */
static bool special_key(const char *bytes, size_t n, unsigned version, cell_editor_result *result)
{
    int count, waiting = lines_operator(&count);
    if (n == 1 && waiting && *bytes == waiting) {
        rl_callback_sigcleanup();
        lines_operate(waiting, count);
        *result = settle(version);
        return true;
    }
    if (*bytes != ESC || n == 1) return false;
    if (searching() || RL_ISSTATE(RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY))
        drop_pending(), settle(version);
    if (is_bound(bytes, n)) return false;
    *result = EDITOR_NOTHING;
    if (is_vi() && !in_vi_commands() && bytes[1] != '[' && bytes[1] != 'O') { /* Esc, typed fast */
        escape();
        *result = cell_editor_key(bytes + 1, n - 1);
    }
    return true;
}

cell_editor_result cell_editor_key(const char *bytes, size_t n)
{
    cell_editor_result result;
    unsigned version = editor.version;
    char plain[8];
    if (!editor.text || n == 0 || n > sizeof editor.queue) return EDITOR_NOTHING;
    if (popup_key(bytes, n, &result)) return result;
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    if (n == 1 && *bytes == ESC) return escape();
    size_t shifted = without_shift(bytes, n, plain);
    if (shifted > 0) {
        if (editor.anchor == NOWHERE) editor.anchor = (size_t)rl_point;
        editor.shifted = true;
        bytes = plain, n = shifted;
    }
    bool replaces = editor.shifted && shifted == 0 && !searching() && !in_vi_commands();
    bool deletes =
        n == 1 ? *bytes == 0x7f || *bytes == '\b' : n == 4 && memcmp(bytes, "\033[3~", 4) == 0;
    if (replaces && (is_text(bytes, n) || deletes) && delete_selection() && deletes)
        return settle(version);
    if (shifted == 0 && editor.shifted && (*bytes != '\027' && !(n == 2 && bytes[1] == 'w')))
        editor.anchor = NOWHERE, editor.shifted = false;
    if (editor.anchor != NOWHERE) rl_mark = (int)editor.anchor;
    if (special_key(bytes, n, version, &result)) return result;
    if (RL_ISSTATE(RL_STATE_ISEARCH) && n == 1 && *bytes == '\r') bytes = "\n";
    int end = rl_end;
    bool types = is_text(bytes, n) && !in_vi_commands() && !searching();
    feed(bytes, n);
    if (types && n == 1 && rl_end == end + 1) indent_again(*bytes);
    if (!types) editor.unindented = 0;
    return settle(version);
}

/* ---- what is not typed ----------------------------------------------------------------------- */

/* The paste as it can be put in; freed by the caller. */
static char *clean_paste(const char *text, size_t size)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\r' && i + 1 < size && text[i + 1] == '\n') continue;
        if (c == '\r') c = '\n';
        char symbol[] = { '\xe2', '\x90', (char)(c == 0x7f ? 0xa1 : 0x80 + c) }; /* U+2400 … */
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            buffer_add(&b, symbol, sizeof symbol);
        else
            buffer_add(&b, (char *)&c, 1);
    }
    return buffer_take(&b, NULL);
}

cell_editor_result cell_editor_paste(const char *text, size_t size)
{
    if (!editor.text || size > MOST_BYTES || (size_t)rl_end + size > MOST_BYTES)
        return EDITOR_NOTHING;
    unsigned version = editor.version;
    char *clean = clean_paste(text, size);
    if (!clean) return EDITOR_NOTHING;
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    drop_pending();
    settle(version);
    popup_close();
    delete_selection();
    cell_text_close_step(editor.text);
    rl_insert_text(clean);
    free(clean);
    cell_editor_result result = settle(version);
    cell_text_close_step(editor.text);
    return result;
}

static cell_editor_result ask(request wanted)
{
    if (!editor.text) return EDITOR_NOTHING;
    unsigned version = editor.version;
    drop_pending();
    settle(version);
    popup_close();
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    editor.request = wanted;
    return settle(version);
}

cell_editor_result cell_editor_undo(void)
{
    return ask(UNDO);
}

cell_editor_result cell_editor_redo(void)
{
    return ask(REDO);
}

cell_editor_result cell_editor_go(size_t point, bool select)
{
    if (!editor.text) return EDITOR_NOTHING;
    cell_editor_result result = ask(NO_REQUEST);
    if (select && editor.anchor == NOWHERE) editor.anchor = (size_t)rl_point;
    if (!select) editor.anchor = NOWHERE;
    editor.shifted = select;
    rl_point = point < (size_t)rl_end ? (int)point : rl_end;
    while (rl_point > 0 && ((unsigned char)rl_line_buffer[rl_point] & 0xC0) == 0x80) rl_point--;
    store();
    return result;
}

cell_editor_result cell_editor_go_line(size_t line, size_t column)
{
    if (!editor.text) return EDITOR_NOTHING;
    int at = 0;
    for (; line > 0 && lines_end(at) < rl_end; line--) at = lines_end(at) + 1;
    int end = lines_end(at);
    for (; column > 0 && at < end; column--) {
        at++;
        while (at < end && ((unsigned char)rl_line_buffer[at] & 0xC0) == 0x80) at++;
    }
    return cell_editor_go((size_t)at, false);
}

bool cell_editor_offer(unsigned ticket, char *const words[], size_t start)
{
    if (!editor.text || ticket != editor.ticket || start > (size_t)rl_point || searching())
        return false;
    const char *word;
    char next = rl_line_buffer[rl_point];
    if (!words || !words[0] || !popup_open(words, start)) return true;
    size_t n = popup_common(&word), typed = (size_t)rl_point - start;
    bool single = !words[1];
    /* What would be put there is there already. */
    if (single && n > typed && next && word[n - 1] == next && strchr("\"'(", next)) n--;
    if (n > typed && strncmp(word, rl_line_buffer + start, typed) == 0) {
        char *more = copy_bytes(word + typed, n - typed);
        cell_text_close_step(editor.text);
        if (more) rl_insert_text(more);
        free(more);
        store();
        cell_text_close_step(editor.text);
    }
    if (single)
        popup_close();
    else
        filter_popup();
    return true;
}

/* ---- looking --------------------------------------------------------------------------------- */

static const char *text_kinds(const char *text, size_t size)
{
    if (editor.kinds_version == editor.version && editor.kinds) return editor.kinds;
    const char *kinds = kinds_of(text, size);
    if (kinds) editor.kinds_version = editor.version;
    return kinds;
}

static void find_line(cell_editor_view *v)
{
    for (size_t i = 0; i < v->point; i++) {
        bool ends = v->text[i] == '\n', tail = ((unsigned char)v->text[i] & 0xC0) == 0x80;
        v->line += ends;
        v->column = ends ? 0 : v->column + !tail;
    }
}

cell_editor_view cell_editor_look(void)
{
    cell_editor_view v = { .text = "", .status = "" };
    if (!editor.text) return v;
    v.text = cell_text_bytes(editor.text, &v.size);
    v.point = cell_text_point(editor.text);
    v.partner = v.size;
    v.vi = is_vi();
    v.inserting = !in_vi_commands();
    v.recording = RL_ISSTATE(RL_STATE_MACRODEF);
    bool types = RL_ISSTATE(RL_STATE_NSEARCH); /* what is looked for, into Readline's buffer */
    snprintf(editor.status, sizeof editor.status, "%.100s%.100s",
             rl_display_prompt ? rl_display_prompt : "", types ? rl_line_buffer : "");
    v.status = editor.status;
    if (RL_ISSTATE(RL_STATE_ISEARCH)) {
        v.text = rl_line_buffer, v.size = v.partner = (size_t)rl_end, v.point = (size_t)rl_point;
    } else {
        const char *kinds = text_kinds(v.text, v.size);
        if (kinds) v.partner = code_partner(v.text, v.size, kinds, v.point);
    }
    find_line(&v);
    if (searching() || !selection(&v.selected, &v.selected_to))
        v.selected = v.selected_to = v.point;
    return v;
}

bool cell_editor_call(size_t *name, size_t *length, int *argument)
{
    if (!editor.text) return false;
    size_t size, point = cell_text_point(editor.text);
    const char *text = cell_text_bytes(editor.text, &size);
    const char *kinds = text_kinds(text, size);
    return kinds && code_call(text, size, point, kinds, name, length, argument);
}
