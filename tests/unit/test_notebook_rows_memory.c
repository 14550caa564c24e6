/* test_notebook_rows_memory.c -- what is shown of a notebook, and the text that is edited, when memory is out: the k-th allocation
** fails, for k = 1, 2, …, and nothing worse comes of it than less being shown; nothing is lost. */
#include "repl/code_rows.h"
#include "repl/edited_text.h"
#include "repl/markdown_rows.h"
#include "repl/output_rows.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/styled_dump.h"

static const char wild[] =
    "日本 e\xCC\x81\xCC\x82 \t word \033[31mred\033[0m\r|over\n\n\x80\xff long long long line";

/* Rows with all that they were given are sound; of others, what there is can be looked at. */
static void look(const styled *s)
{
    if (!s->failed) {
        check_sound(s);
        return;
    }
    for (int i = 0; i < s->n; i++)
        CHECK(s->rows[i].first >= 0 && s->rows[i].first + s->rows[i].n <= s->ncells);
}

static void put_rows(void)
{
    styled s = { 0 }, other = { 0 };
    for (int wrap = STYLED_HARD; wrap <= STYLED_CLIP; wrap++) {
        styled_begin(&s, 9, PLOT_UTF8, (styled_wrap)wrap);
        int before = styled_push(&s, "> ", STYLE_QUOTE);
        styled_set_target(&s, "cell 3", 6, 4);
        styled_put(&s, wild, sizeof wild - 1, (style){ 0 }, 0);
        styled_pop(&s, before);
        styled_repeat(&s, "─", 20, STYLE_RULE);
        styled_fresh_row(&s);
        styled_puts(&s, "end", STYLE_NOTE);
        styled_end(&s);
        styled_begin(&other, 20, PLOT_ASCII, STYLED_WORDS);
        for (int i = 0; i < s.n; i++) styled_copy(&other, &s, i);
        styled_end(&other);
        styled_mark(&s, 2, 9, STYLE_SELECTED);
        int row, column, line;
        styled_find(&s, 5, &row, &column);
        (void)styled_byte(&s, 1, 3);
        for (int i = 0; i < s.n; i++) {
            (void)styled_target(&s, i, &line);
            free(styled_row_text(&s, i));
        }
        look(&s);
        look(&other);
    }
    styled_free(&s);
    styled_free(&other);
}

TEST("rows that run out of memory are fewer, and say so")
{
    sweep(put_rows);
}

static void put_markdown(void)
{
    static const char text[] =
        "# T **b**\n\nwords `c` [l](a) $\\frac{1}{x^2}$\n\n* one\n  * two\n\n1. x\n\n> q\n\n"
        "| a | b |\n|---|--:|\n| 1 | long long long |\n\n```lua\nx = 1\n```\n\n---\n";
    styled s = { 0 };
    for (int columns = 1; columns < 40; columns += 13) {
        markdown_rows(&s, text, sizeof text - 1, columns, PLOT_UTF8);
        look(&s);
        markdown_rows(&s, wild, sizeof wild - 1, columns, PLOT_ASCII);
        look(&s);
    }
    styled_free(&s);
}

TEST("Markdown that runs out of memory has fewer rows")
{
    sweep(put_markdown);
}

static void put_code(void)
{
    static const char source[] = "for i = 1, 3 do\n\tprint('日本')\nend -- c\n";
    char kinds[sizeof source];
    memset(kinds, 's', sizeof kinds);
    styled s = { 0 };
    code_rows(&s, source, sizeof source - 1, kinds, 8, PLOT_UTF8);
    look(&s);
    code_rows(&s, wild, sizeof wild - 1, NULL, 3, PLOT_ASCII);
    look(&s);
    styled_free(&s);
}

TEST("code that runs out of memory has fewer rows")
{
    sweep(put_code);
}

static char error_text[] = "cell 3:2: told\n    2 | x = 1\ncalled from:\n  cell 1:1: in f\n";
static char wild_text[sizeof wild];

static void keep_outputs(void)
{
    outputs *o = outputs_new(600), *shared;
    memcpy(wild_text, wild, sizeof wild);
    if (!o) return;
    shared = outputs_hold(o);
    for (int i = 0; i < 12; i++) (void)outputs_print(o, i % 3 == 0, "a line that is printed\n", 23);
    for (int kind = OUTPUT_VALUE; kind < OUTPUT_KINDS; kind++) {
        output record = { .kind = (output_kind)kind,
                          .text = kind == OUTPUT_ERROR ? error_text : wild_text,
                          .size = kind == OUTPUT_ERROR ? sizeof error_text - 1 : sizeof wild - 1,
                          .data = (char *)(uintptr_t) "data",
                          .data_size = 4,
                          .mime = (char *)(uintptr_t) "image/png",
                          .key = kind == OUTPUT_PROGRESS };
        (void)outputs_add(o, &record);
        (void)outputs_add(o, &record);
    }
    styled s = { 0 };
    output_rows(&s, o, (output_fold){ .head = 3, .tail = 2 },
                &(figure_look){ .columns = 20, .rows = 24 });
    look(&s);
    output_rows(&s, o, (output_fold){ 0, 0 },
                &(figure_look){ .columns = 7, .rows = 24, .charset = PLOT_ASCII });
    look(&s);
    styled_free(&s);
    for (int i = 0; i < o->n; i++) {
        size_t size;
        free(output_plain(&o->list[i], &size));
    }
    CHECK(o->total <= 600 + 600 / 4 + 200);
    outputs_clear(o);
    outputs_release(shared);
    outputs_release(o);
}

TEST("outputs that run out of memory are fewer, and in their bounds")
{
    sweep(keep_outputs);
}

static void edit_text(void)
{
    size_t size;
    cell_text *t = cell_text_new("one\ntwo", 7);
    if (!t) return;
    char text[40] = "one\ntwo";
    for (int i = 0; i < 12; i++) {
        size_t n = strlen(text);
        text[n] = i % 4 ? 'x' : ' ';
        text[n + 1] = '\0';
        bool set = cell_text_set(t, text, n + 1, n + 1, i % 2);
        const char *now = cell_text_bytes(t, &size);
        if (!set) { /* nothing is changed */
            text[n] = '\0';
            CHECK_EQ_STR(now, text);
        } else
            CHECK_EQ_INT(size, n + 1);
    }
    (void)cell_text_undo(t);
    (void)cell_text_redo(t);
    cell_text_close_step(t);
    fail_at = 0;
    while (cell_text_undo(t)) continue;
    CHECK_EQ_STR(cell_text_bytes(t, &size), "one\ntwo");
    cell_text_free(t);
}

TEST("a text that is edited when memory is out stays what it was, and undo leads back")
{
    sweep(edit_text);
}

static void show_variables(void)
{
    static json_t *list;
    long at = fail_at;
    fail_at = 0; /* the library of JSON is not tried here */
    if (!list)
        list = json_pack("[{s:s,s:s,s:s,s:s},{s:s,s:s}]", "name", "X", "type", "tensor", "shape",
                         "4×2", "value", "0.5 ± 0.1", "name", "日本", "type", "number");
    fail_at = at;
    styled s = { 0 };
    for (int columns = 1; columns < 40; columns += 12) {
        variable_rows(&s, list, columns, PLOT_UTF8);
        look(&s);
    }
    styled_free(&s);
}

TEST("the table of variables runs out of memory with fewer rows")
{
    sweep(show_variables);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
