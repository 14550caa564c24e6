/* test_notebook.c -- the notebook's model: operations, undo, search; and the percent format. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "tests/unit/notebook_random.h"

static notebook *parsed(const char *text)
{
    notebook *nb = percent_parse(text, strlen(text));
    if (!nb) TEST_FAIL("out of memory");
    return nb;
}

static void check_file(const notebook *nb, const char *expected)
{
    size_t n;
    char *text = print_notebook(nb, &n);
    CHECK_EQ_STR(text, expected);
    free(text);
}

static void check_cells(const notebook *nb, const char *expected)
{
    size_t n;
    char *text = describe(nb, &n);
    CHECK_EQ_STR(text, expected);
    free(text);
}

static const char sample[] = "-- ---\n-- moonlab: {format: 1, seed: 42}\n-- title: XOR\n-- ---\n\n"
                             "-- %% [markdown]\n-- # XOR\n--\n-- text\n\n"
                             "-- %% tags=[\"parameters\"]\nlr = 0.5\n\n\n"
                             "-- %% train\nlocal net = 1\n\nnet";

/* ---- the file -------------------------------------------------------------------------------- */

TEST("a notebook file is read into titles, types, options and sources")
{
    notebook *nb = parsed(sample);
    check_cells(nb, "[markdown||]# XOR\n\ntext\n[||tags=[\"parameters\"]]lr = 0.5\n"
                    "[|train|]local net = 1\n\nnet\n");
    uint64_t seed = 0;
    size_t size, n;
    const char *header = notebook_header(nb, &size);
    CHECK(percent_seed(header, size, &seed));
    CHECK_EQ_INT(seed, 42);
    const char *title = percent_header_value(header, size, "title", &n);
    CHECK(title && n == 3 && memcmp(title, "XOR", 3) == 0);
    CHECK(cell_has_tag(notebook_at(nb, 1), "parameters"));
    CHECK(!cell_has_tag(notebook_at(nb, 1), "parameter"));
    check_file(nb, sample);
    notebook_free(nb);
}

TEST("any bytes, parsed and printed, are what they were")
{
    random_state = 7;
    for (int k = 0; k < 20000; k++) {
        size_t size, n;
        char *file = random_file(&size);
        notebook *nb = percent_parse(file, size);
        char *text = print_notebook(nb, &n);
        CHECK_EQ_BYTES(text, n, file, size);
        free(text);
        free(file);
        notebook_free(nb);
        if (test_failures) return;
    }
}

TEST("a script without markers is one cell, an empty file none")
{
    notebook *nb = parsed("local a = 1\n-- a comment\nprint(a)\n");
    CHECK_EQ_INT(notebook_count(nb), 1);
    CHECK_EQ_STR(notebook_at(nb, 0)->source, "local a = 1\n-- a comment\nprint(a)");
    notebook_free(nb);
    nb = parsed("");
    CHECK_EQ_INT(notebook_count(nb), 0);
    notebook_free(nb);
    nb = parsed("#!/usr/bin/env moonlab\n\n-- %% a\n");
    CHECK_EQ_INT(notebook_count(nb), 1);
    notebook_free(nb);
}

TEST("an edit touches the bytes of its cell only")
{
    notebook *nb = parsed(sample);
    CHECK(notebook_edit(nb, 1, "lr = 1", 6, false));
    check_file(nb, "-- ---\n-- moonlab: {format: 1, seed: 42}\n-- title: XOR\n-- ---\n\n"
                   "-- %% [markdown]\n-- # XOR\n--\n-- text\n\n"
                   "-- %% tags=[\"parameters\"]\nlr = 1\n\n\n"
                   "-- %% train\nlocal net = 1\n\nnet");
    notebook_free(nb);
    nb = parsed("-- %%   odd   title\r\na\r\n-- %% [md]\r\n--b\r\n");
    CHECK(notebook_edit(nb, 0, "x\ny", 3, false));
    check_file(nb, "-- %%   odd   title\r\nx\r\ny\r\n-- %% [md]\r\n--b\r\n");
    CHECK(notebook_edit(nb, 1, "%% c\n\n-- d", 10, false));
    check_file(nb, "-- %%   odd   title\r\nx\r\ny\r\n-- %% [md]\r\n--%% c\r\n--\r\n-- -- d\r\n");
    notebook_free(nb);
}

TEST("cells that are added get a marker, a blank line before it, and the cell before an end")
{
    notebook *nb = parsed("a = 1");
    CHECK(notebook_insert(nb, 1, CELL_CODE, "b = 2", 5));
    CHECK(notebook_set_title(nb, 1, "second"));
    check_file(nb, "a = 1\n\n-- %% second\nb = 2\n");
    CHECK(notebook_insert(nb, 0, CELL_MARKDOWN, "text", 4));
    check_file(nb, "-- %% [markdown]\n-- text\n\n-- %%\na = 1\n\n-- %% second\nb = 2\n");
    CHECK(notebook_undo(nb, NULL));
    CHECK(notebook_edit(nb, 0, "-- %% x\n-- ---", 14, false));
    check_file(nb, " -- %% x\n-- ---\n\n-- %% second\nb = 2\n");
    CHECK(notebook_edit(nb, 0, "#!x", 3, false));
    check_file(nb, "-- %%\n#!x\n\n-- %% second\nb = 2\n");
    notebook_free(nb);
}

/* ---- operations ------------------------------------------------------------------------------ */

TEST("split, merge, move and change of type do what they say")
{
    notebook *nb = parsed("-- %% one\na\nb\n\n-- %% two\nc\n");
    CHECK(notebook_split(nb, 0, 2));
    check_cells(nb, "[|one|]a\n[||]b\n[|two|]c\n");
    check_file(nb, "-- %% one\na\n\n-- %%\nb\n\n-- %% two\nc\n");
    CHECK(notebook_move(nb, 0, 2, 1));
    check_cells(nb, "[|two|]c\n[|one|]a\n[||]b\n");
    CHECK(notebook_merge(nb, 0, 3));
    check_cells(nb, "[|two|]c\na\nb\n");
    CHECK(notebook_set_type(nb, 0, 1, CELL_MARKDOWN));
    check_file(nb, "-- %% two [markdown]\n-- c\n-- a\n-- b\n");
    for (int i = 0; i < 4; i++) CHECK(notebook_undo(nb, NULL));
    CHECK(!notebook_undo(nb, NULL));
    check_file(nb, "-- %% one\na\nb\n\n-- %% two\nc\n");
    CHECK(!notebook_move(nb, 0, 2, 1));
    CHECK(!notebook_delete(nb, 1, 2));
    CHECK(!notebook_split(nb, 0, 9));
    notebook_free(nb);
}

TEST("what was cut can be pasted, many times")
{
    notebook *nb = parsed("-- %% one\na\n-- %% two\nb\n-- %% three\nc\n");
    CHECK(notebook_cut(nb, 0, 2));
    CHECK_EQ_INT(notebook_clipboard(nb), 2);
    CHECK_EQ_INT(notebook_paste(nb, 1), 2);
    CHECK_EQ_INT(notebook_paste(nb, 0), 2);
    check_cells(nb, "[|one|]a\n[|two|]b\n[|three|]c\n[|one|]a\n[|two|]b\n");
    CHECK(notebook_at(nb, 0)->id != notebook_at(nb, 3)->id);
    notebook_free(nb);
}

TEST("edits of a cell may be joined to one step")
{
    notebook *nb = parsed("-- %%\na\n-- %%\nb\n");
    notebook_edit(nb, 0, "ab", 2, true);
    notebook_edit(nb, 0, "abc", 3, true);
    notebook_edit(nb, 1, "x", 1, true);
    notebook_edit(nb, 1, "xy", 2, false);
    check_cells(nb, "[||]abc\n[||]xy\n");
    CHECK(notebook_modified(nb));
    notebook_undo(nb, NULL);
    check_cells(nb, "[||]abc\n[||]x\n");
    notebook_undo(nb, NULL);
    int at = -1;
    CHECK(notebook_undo(nb, &at));
    CHECK_EQ_INT(at, 0);
    check_cells(nb, "[||]a\n[||]b\n");
    CHECK(!notebook_modified(nb));
    CHECK(notebook_redo(nb, NULL));
    check_cells(nb, "[||]abc\n[||]b\n");
    notebook_saved(nb);
    notebook_edit(nb, 0, "abcd", 4, true); /* what was saved stays a state of its own */
    notebook_undo(nb, NULL);
    CHECK(!notebook_modified(nb));
    check_cells(nb, "[||]abc\n[||]b\n");
    notebook_free(nb);
}

static void random_operation(notebook *nb)
{
    static const char *const texts[] = { "", "x = 1", "a\nb\n\nc", "-- %% z", "%% y", " -- ---" };
    int n = notebook_count(nb), i = (int)random_below((unsigned)n + 1);
    int count = (int)random_below((unsigned)(n - i) + 1);
    const char *text = texts[random_below(6)];
    char error[64];
    notebook_pattern *p;
    switch (random_below(12)) {
    case 0: notebook_insert(nb, i, (cell_type)random_below(CELL_TYPES), text, strlen(text)); break;
    case 1: notebook_delete(nb, i, count > 2 ? 2 : count); break;
    case 2: notebook_move(nb, i, count, (int)random_below((unsigned)(n - count) + 1)); break;
    case 3: notebook_split(nb, i, random_below(6)); break;
    case 4: notebook_merge(nb, i, count > 3 ? 3 : count); break;
    case 5: notebook_set_type(nb, i, count, (cell_type)random_below(CELL_TYPES)); break;
    case 6: notebook_set_title(nb, i, random_below(2) ? "a title" : ""); break;
    case 7: notebook_set_options(nb, i, random_below(2) ? "id=a tags=[\"b\"]" : ""); break;
    case 8: notebook_copy(nb, i, count > 3 ? 3 : count); break;
    case 9: notebook_paste(nb, i); break;
    case 10: notebook_edit(nb, i, text, strlen(text), random_below(2)); break;
    default:
        p = notebook_pattern_new("[ab]|x", true, false, error, sizeof error);
        notebook_replace(nb, p, "<\\0>", i, count);
        notebook_pattern_free(p);
    }
}

TEST("any sequence of operations, undone, is the identity; so is redoing it")
{
    random_state = 3;
    for (int k = 0; k < 400; k++) {
        size_t before_size, n, after_size;
        char *file = random_file(&n);
        notebook *nb = percent_parse(file, n);
        char *before = print_notebook(nb, &before_size);
        for (unsigned i = random_below(40); i > 0; i--) random_operation(nb);
        char *after = print_notebook(nb, &after_size);
        for (int round = 0; round < 2; round++) {
            while (notebook_undo(nb, NULL)) continue;
            char *undone = print_notebook(nb, &n);
            CHECK_EQ_BYTES(undone, n, before, before_size);
            CHECK(!notebook_modified(nb));
            free(undone);
            while (notebook_redo(nb, NULL)) continue;
            char *redone = print_notebook(nb, &n);
            CHECK_EQ_BYTES(redone, n, after, after_size);
            free(redone);
        }
        free(file), free(before), free(after);
        notebook_free(nb);
        if (test_failures) return;
    }
}

TEST("what was edited, printed and parsed has the same cells")
{
    random_state = 11;
    for (int k = 0; k < 2000; k++) {
        size_t n, m;
        notebook *nb = notebook_new();
        for (unsigned i = random_below(30); i > 0; i--) random_operation(nb);
        char *file = print_notebook(nb, &n);
        notebook *again = percent_parse(file, n);
        CHECK_EQ_INT(notebook_count(again), notebook_count(nb));
        char *file_again = print_notebook(again, &m);
        CHECK_EQ_BYTES(file_again, m, file, n);
        for (int i = 0; i < notebook_count(nb) && !test_failures; i++) {
            const notebook_cell *a = notebook_at(nb, i), *b = notebook_at(again, i);
            CHECK(a->type == b->type);
            CHECK_EQ_STR(b->title, a->title);
            CHECK_EQ_STR(b->options, a->options);
            size_t size = a->size; /* lines at the end without text are lost */
            while (size > 0 && a->source[size - 1] == '\n') size--;
            if (!strstr(a->source, "-- %%") && !cell_is_code(a))
                CHECK(strncmp(b->source, a->source, size) == 0 && b->size <= a->size);
        }
        free(file), free(file_again);
        notebook_free(nb), notebook_free(again);
        if (test_failures) return;
    }
}

/* ---- search ---------------------------------------------------------------------------------- */

TEST("search goes through the cells, forwards and backwards, plain or by regular expression")
{
    notebook *nb = parsed("-- %%\nfoo(bar)\n-- %%\nBar = foo\n");
    char error[120];
    notebook_pattern *p = notebook_pattern_new("bar", false, true, error, sizeof error);
    notebook_match m = { 0 };
    CHECK(notebook_find(nb, p, &m, false) && m.cell == 0 && m.at == 4 && m.size == 3);
    m.at++;
    CHECK(notebook_find(nb, p, &m, false) && m.cell == 1 && m.at == 0);
    CHECK(notebook_find(nb, p, &m, true) && m.cell == 0 && m.at == 4);
    CHECK(!notebook_find(nb, p, &m, true));
    CHECK_EQ_INT(notebook_replace(nb, p, "\\0", 0, 2), 2);
    CHECK_EQ_STR(notebook_at(nb, 1)->source, "\\0 = foo");
    notebook_undo(nb, NULL);
    notebook_pattern_free(p);
    p = notebook_pattern_new("(^[a-z]+)\\(", true, false, error, sizeof error);
    CHECK_EQ_INT(notebook_replace(nb, p, "\\1.\\1(\\n", 0, 2), 1);
    CHECK_EQ_STR(notebook_at(nb, 0)->source, "foo.foo(\nbar)");
    notebook_pattern_free(p);
    p = notebook_pattern_new("x*", true, false, error, sizeof error);
    CHECK_EQ_INT(notebook_replace(nb, p, "-", 1, 1), 10);
    CHECK_EQ_STR(notebook_at(nb, 1)->source, "-B-a-r- -=- -f-o-o-");
    notebook_pattern_free(p);
    CHECK(notebook_pattern_new("(", true, false, error, sizeof error) == NULL);
    CHECK(strstr(error, "search (: ") != NULL);
    CHECK(notebook_pattern_new("", false, false, error, sizeof error) == NULL);
    notebook_free(nb);
}

/* ---- outputs --------------------------------------------------------------------------------- */

TEST("outputs belong to the cell through edits and undo, and copies have their own")
{
    notebook *nb = parsed("-- %%\na\n");
    CHECK(outputs_print(notebook_outputs(nb, 0), false, "one\n", 4));
    CHECK(notebook_edit(nb, 0, "b", 1, false));
    CHECK(outputs_print(notebook_outputs(nb, 0), false, "two\n", 4));
    notebook_undo(nb, NULL);
    CHECK_EQ_STR(notebook_outputs(nb, 0)->list[0].text, "one\ntwo\n");
    CHECK(notebook_copy(nb, 0, 1) && notebook_paste(nb, 1) == 1);
    outputs_clear(notebook_outputs(nb, 1));
    CHECK_EQ_INT(notebook_outputs(nb, 0)->n, 1);
    notebook_free(nb);
}

TEST("outputs are bounded: head and tail stay, and what is left out is counted")
{
    outputs *o = outputs_new(1000);
    size_t given = 0;
    char line[40];
    for (int i = 0; i < 5000; i++) {
        int n = snprintf(line, sizeof line, "line %d\n", i);
        given += (size_t)n;
        CHECK(outputs_print(o, false, line, (size_t)n));
        CHECK(o->total <= 1250);
    }
    CHECK_EQ_INT(o->n, 1);
    CHECK_EQ_INT(o->list[0].size + o->list[0].left_out, given);
    size_t n;
    char *text = output_plain(&o->list[0], &n);
    CHECK(strncmp(text, "line 0\nline 1\n", 14) == 0);
    CHECK(strstr(text, "line 4999\n") != NULL && strstr(text, "bytes left out \u2026\n") != NULL);
    free(text);
    char *large = calloc(1, 100000);
    memset(large, 'x', 100000);
    CHECK(outputs_print(o, true, large, 100000));
    CHECK(outputs_add(o, &(output){ .kind = OUTPUT_FIGURE,
                                    .text = large,
                                    .size = 10,
                                    .data = large,
                                    .data_size = 100000 }));
    CHECK(o->total <= 1250);
    free(large);
    for (int i = 0; i < 3 * OUTPUTS_MOST; i++)
        CHECK(outputs_add(
            o, &(output){ .kind = OUTPUT_VALUE, .text = line, .size = 0, .data = line }));
    CHECK(o->n <= OUTPUTS_MOST && o->dropped > 0);
    outputs_release(o);
}

TEST("an output with a key takes the place of the one before")
{
    outputs *o = outputs_new(OUTPUTS_LIMIT);
    static char first[] = "1 of 2", second[] = "2 of 2", none[] = "";
    for (int i = 0; i < 2; i++)
        CHECK(outputs_add(o, &(output){ .kind = OUTPUT_PROGRESS,
                                        .key = 5,
                                        .size = 6,
                                        .data = none,
                                        .text = i ? second : first }));
    CHECK_EQ_INT(o->n, 1);
    CHECK_EQ_STR(o->list[0].text, "2 of 2");
    CHECK_EQ_INT(o->total, 6);
    outputs_release(o);
}

TEST("text is made plain: what was drawn again appears once, sequences go, controls are symbols")
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "a\rb\n", "b\n" },
        { "10 %\r20 %\r100 %\n", "100 %\n" },
        { "a\r\nb", "a\nb" },
        { "\033[31mred\033[0m", "red" },
        { "\033]0;title\ax\033]8;;u\033\\y", "xy" },
        { "caf\xc3\xa9\b\be", "cae" },
        { "\033", "" },
        { "a\001\x7f", "a\u2401\u2421" },
        { "\033[", "" },
        { "\r\rx", "x" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        char *text = text_without_controls(cases[i].from, strlen(cases[i].from), &n);
        CHECK_EQ_STR(text, cases[i].to);
        free(text);
    }
    size_t n;
    char *text = text_without_controls("a\0b", 3, &n);
    CHECK_EQ_STR(text, "a\u2400b");
    free(text);
}

TEST("the places of an error are found")
{
    static char text[] =
        "cell 2:3: wrong: 5\n    3 | x\ncalled from\n    cell 1:12: in function 'f'\n";
    output r = { .kind = OUTPUT_ERROR, .text = text, .size = sizeof text - 1 };
    const char *name;
    size_t n;
    int line;
    CHECK(output_place(&r, 0, &name, &n, &line) && line == 3 && n == 6);
    CHECK(output_place(&r, 1, &name, &n, &line) && line == 12 && memcmp(name, "cell 1", n) == 0);
    CHECK(!output_place(&r, 2, &name, &n, &line));
}

/* ---- size ------------------------------------------------------------------------------------ */

TEST("ten thousand cells stay usable")
{
    notebook *nb = notebook_new();
    for (int i = 0; i < 10000; i++) CHECK(notebook_insert(nb, i / 2, CELL_CODE, "x = 1\ny", 7));
    char error[80];
    notebook_pattern *p = notebook_pattern_new("y", false, false, error, sizeof error);
    CHECK_EQ_INT(notebook_replace(nb, p, "z", 0, 10000), 10000);
    notebook_pattern_free(p);
    size_t n;
    char *text = print_notebook(nb, &n);
    notebook *again = percent_parse(text, n);
    CHECK_EQ_INT(notebook_count(again), 10000);
    free(text);
    notebook_free(again);
    while (notebook_undo(nb, NULL)) continue;
    CHECK_EQ_INT(notebook_count(nb), 0);
    notebook_free(nb);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
