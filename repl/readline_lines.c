/* readline_lines.c -- see readline_lines.h. */
#include "repl/readline_lines.h"

#include <string.h>

/* ---- lines ----------------------------------------------------------------------------------- */

int lines_start(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n') at--;
    return at;
}

int lines_end(int at)
{
    while (at < rl_end && rl_line_buffer[at] != '\n') at++;
    return at;
}

static bool is_tail(int at)
{
    return ((unsigned char)rl_line_buffer[at] & 0xC0) == 0x80;
}

/* The position in the line from START to END that is COLUMN characters from its start. */
static int position(int start, int end, int column)
{
    int at = start;
    for (; at < end && column > 0; column--) {
        at++;
        while (at < end && is_tail(at)) at++;
    }
    return at;
}

/* The column to move to: of the cursor, or the one it had before it went through shorter lines. */
static int goal_column(int *point, int *goal)
{
    if (*point != rl_point) {
        *goal = 0;
        for (int i = lines_start(rl_point); i < rl_point; i++) *goal += !is_tail(i);
    }
    return *goal;
}

static bool go_to_line(int start)
{
    static int point = -1, goal;
    int column = goal_column(&point, &goal);
    rl_point = point = position(start, lines_end(start), column);
    return true;
}

bool lines_up(void)
{
    int start = lines_start(rl_point);
    return start > 0 && go_to_line(lines_start(start - 1));
}

bool lines_down(void)
{
    int end = lines_end(rl_point);
    return end < rl_end && go_to_line(end + 1);
}

static int first_print(int start)
{
    while (start < rl_end && (rl_line_buffer[start] == ' ' || rl_line_buffer[start] == '\t'))
        start++;
    return start;
}

void lines_unindent(int own)
{
    int start = lines_start(rl_point), n = 0;
    while (start + n < rl_end && rl_line_buffer[start + n] == ' ') n++;
    if (n <= own) return;
    int point = rl_point - (n - own);
    rl_delete_text(start, start + n - own);
    rl_point = point < start ? start : point;
}

/* ---- commands -------------------------------------------------------------------------------- */

static int to_start(int count, int key)
{
    (void)count, (void)key;
    rl_point = lines_start(rl_point);
    return 0;
}

/* As a motion of vi's operators it ends on the last character, which they take with them. */
static int to_end(int count, int key)
{
    (void)count, (void)key;
    int start = rl_point;
    rl_point = lines_end(rl_point);
    if (!RL_ISSTATE(RL_STATE_VIMOTION) || rl_point == rl_end || rl_point == start) return 0;
    do rl_point--;
    while (rl_point > start && is_tail(rl_point));
    return 0;
}

static int to_print(int count, int key)
{
    (void)count, (void)key;
    rl_point = first_print(lines_start(rl_point));
    return 0;
}

static int kill_to_end(int count, int key)
{
    (void)count, (void)key;
    int end = lines_end(rl_point);
    return rl_kill_text(rl_point, end == rl_point && end < rl_end ? end + 1 : end);
}

static int kill_to_start(int count, int key)
{
    (void)count, (void)key;
    int start = lines_start(rl_point), end = rl_point;
    rl_point = start;
    return rl_kill_text(start, end);
}

static int kill_whole(int count, int key)
{
    (void)count, (void)key;
    int start = lines_start(rl_point), end = lines_end(rl_point);
    rl_point = start;
    return rl_kill_text(start, end);
}

/* Makes the lines of the cursor comments, or code again if the first is a comment. */
static int comment(int count, int key)
{
    (void)count, (void)key;
    int at = first_print(lines_start(rl_point)), point = rl_point;
    rl_begin_undo_group();
    rl_point = at;
    if (strncmp(rl_line_buffer + at, "-- ", 3) == 0) {
        rl_delete_text(at, at + 3);
        rl_point = point > at + 3 ? point - 3 : at;
    } else {
        rl_insert_text("-- ");
        rl_point = point >= at ? point + 3 : point;
    }
    rl_end_undo_group();
    return 0;
}

/* ---- vi -------------------------------------------------------------------------------------- */

static int operator, operator_count;
static bool yanked_lines, yanked_now; /* what was killed or yanked last; by the present key */

static int vi_append(int count, int key)
{
    (void)count;
    rl_point = lines_end(rl_point);
    rl_vi_start_inserting(key, 1, 1);
    return 0;
}

static int vi_insert(int count, int key)
{
    (void)count;
    to_print(1, key);
    return rl_vi_insert_mode(1, key);
}

/* G: the last line, or the one whose number was typed. */
static int vi_go_to_line(int count, int key)
{
    (void)key;
    rl_point = rl_explicit_arg ? 0 : lines_start(rl_end);
    for (; rl_explicit_arg && count > 1 && lines_end(rl_point) < rl_end; count--)
        rl_point = lines_end(rl_point) + 1;
    return to_print(1, 0);
}

static int vi_go_to_top(int count, int key)
{
    (void)count, (void)key;
    rl_point = 0;
    return to_print(1, 0);
}

static int vi_delete(int count, int key)
{
    int end = lines_end(rl_point);
    if (end == rl_point) return 0;
    return rl_vi_delete(count > end - rl_point ? end - rl_point : count, key);
}

static int vi_delete_to(int count, int key)
{
    if (key == 'D') return rl_kill_text(rl_point, lines_end(rl_point));
    operator= key, operator_count = count;
    return rl_vi_delete_to(count, key);
}

static int vi_change_to(int count, int key)
{
    if (key == 'C') {
        rl_vi_start_inserting(key, 1, 1);
        return rl_kill_text(rl_point, lines_end(rl_point));
    }
    operator= key, operator_count = count;
    return rl_vi_change_to(count, key);
}

static int vi_yank_to(int count, int key)
{
    if (key == 'Y') {
        lines_operate('y', count);
        return 0;
    }
    operator= key, operator_count = count;
    yanked_lines = false;
    return rl_vi_yank_to(count, key);
}

static int vi_subst(int count, int key)
{
    if (key != 'S') return rl_vi_subst(count, key);
    lines_operate('c', count);
    return 0;
}

static int vi_put(int count, int key)
{
    if (!yanked_lines) return rl_vi_put(count, key);
    rl_begin_undo_group();
    if (key == 'P')
        rl_point = lines_start(rl_point);
    else {
        rl_point = lines_end(rl_point);
        if (rl_point == rl_end)
            rl_insert_text("\n");
        else
            rl_point++;
    }
    int at = rl_point;
    rl_vi_put(count, 'P');
    if (rl_end > 0 && rl_line_buffer[rl_end - 1] == '\n' && at < rl_end && key != 'P' &&
        lines_end(at) == rl_end - 1)
        rl_delete_text(rl_end - 1, rl_end); /* of a last line that had no end */
    rl_point = first_print(at);
    rl_end_undo_group();
    return 0;
}

/* o and O: a line below or above, as far indented. */
static int vi_open(int count, int key)
{
    (void)count;
    int start = lines_start(rl_point), indent = first_print(start) - start;
    rl_point = key == 'O' ? start : lines_end(rl_point);
    rl_vi_start_inserting(key, 1, 1);
    rl_insert_text("\n");
    if (key == 'O') rl_point = start;
    for (int i = 0; i < indent; i++) rl_insert_text(" ");
    return 0;
}

int lines_operator(int *count)
{
    *count = operator_count;
    return RL_ISSTATE(RL_STATE_VIMOTION) ? operator: 0;
}

void lines_key_ends(bool shorter)
{
    if (shorter && !yanked_now) yanked_lines = false;
    yanked_now = false;
}

void lines_operate(int which, int count)
{
    int start = lines_start(rl_point), end = lines_end(rl_point);
    for (; count > 1 && end < rl_end; count--) end = lines_end(end + 1);
    if (which == 'c') {
        rl_point = first_print(start);
        rl_vi_start_inserting('c', 1, 1);
        if (end > rl_point) rl_kill_text(rl_point, end);
        yanked_lines = false;
        return;
    }
    int point = rl_point;
    bool last = end == rl_end; /* it has no end: it gets one, and is given the one before it */
    rl_begin_undo_group();
    if (last) rl_point = rl_end, rl_insert_text("\n");
    end++;
    if (which == 'd') {
        rl_kill_text(start, end);
        if (last && start > 0) rl_delete_text(start - 1, start);
        rl_point = first_print(lines_start(start < rl_end ? start : rl_end));
    } else {
        int mark = rl_mark;
        rl_point = start, rl_mark = end;
        rl_copy_region_to_kill(1, 0);
        if (last) rl_delete_text(end - 1, end);
        rl_point = point, rl_mark = mark < rl_end ? mark : rl_end;
    }
    rl_end_undo_group();
    yanked_lines = yanked_now = true;
}

/* ---- taking over ----------------------------------------------------------------------------- */

static void replace_in(Keymap map, const lines_command *list, size_t n, int depth)
{
    for (int key = 0; key < KEYMAP_SIZE; key++) {
        KEYMAP_ENTRY *entry = &map[key];
        if (entry->type == ISKMAP && depth < 8)
            replace_in((Keymap)(void *)entry->function, list, n, depth + 1);
        for (size_t i = 0; entry->type == ISFUNC && i < n; i++)
            if (entry->function == list[i].one) {
                entry->function = list[i].many;
                break;
            }
    }
}

void lines_replace(const lines_command *list, size_t n)
{
    Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };
    for (int i = 0; i < 3; i++) replace_in(maps[i], list, n, 0);
}

void lines_take_over(void)
{
    static const lines_command list[] = {
        { rl_beg_of_line, to_start },
        { rl_end_of_line, to_end },
        { rl_kill_line, kill_to_end },
        { rl_backward_kill_line, kill_to_start },
        { rl_unix_line_discard, kill_to_start },
        { rl_kill_full_line, kill_whole },
        { rl_insert_comment, comment },
        { rl_vi_append_eol, vi_append },
        { rl_vi_insert_beg, vi_insert },
        { rl_vi_first_print, to_print },
        { rl_vi_back_to_indent, to_print },
        { rl_vi_fetch_history, vi_go_to_line },
        { rl_vi_delete, vi_delete },
        { rl_vi_delete_to, vi_delete_to },
        { rl_vi_change_to, vi_change_to },
        { rl_vi_yank_to, vi_yank_to },
        { rl_vi_subst, vi_subst },
        { rl_vi_put, vi_put },
    };
    lines_replace(list, sizeof list / sizeof *list);
    rl_bind_keyseq_if_unbound_in_map("o", vi_open, vi_movement_keymap);
    rl_bind_keyseq_if_unbound_in_map("O", vi_open, vi_movement_keymap);
    rl_bind_keyseq_if_unbound_in_map("gg", vi_go_to_top, vi_movement_keymap);
}
