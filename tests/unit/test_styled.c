/* test_styled.c -- rows of styled characters, and what becomes of code and of outputs in them. */
#include "lua_api/lua_api.h"
#include "repl/code_rows.h"
#include "repl/output_rows.h"
#include "tests/unit/notebook_random.h"
#include "tests/unit/styled_dump.h"

static styled s; /* used again, as a screen does */

static void put(const char *text, int columns, styled_wrap wrap)
{
    styled_begin(&s, columns, PLOT_UTF8, wrap);
    styled_put(&s, text, strlen(text), (style){ 0 }, STYLED_NOWHERE);
    styled_end(&s);
    check_sound(&s);
}

TEST("rows are cut where they are full, before a word, or with dots")
{
    put("one two three\n\nfour", 7, STYLED_HARD);
    check_rows(&s, "one two\n three\n\nfour\n");
    CHECK(s.rows[0].goes_on && !s.rows[1].goes_on);
    put("one two three\n\nfour", 7, STYLED_WORDS);
    check_rows(&s, "one two\nthree\n\nfour\n");
    put("one  two three abcdefghijkl m", 7, STYLED_WORDS);
    check_rows(&s, "one\ntwo\nthree\nabcdefg\nhijkl m\n");
    put("one two three\nfour two", 7, STYLED_CLIP);
    check_rows(&s, "one tw…\nfour t…\n");
    put("exactly\n", 7, STYLED_CLIP);
    check_rows(&s, "exactly\n");
    put("exactly ", 7, STYLED_WORDS);
    check_rows(&s, "exactly\n");
    put("", 7, STYLED_HARD);
    CHECK_EQ_INT(s.n, 0);
}

TEST("wide characters are never halved, marks stay with what they are on")
{
    put("日本語", 5, STYLED_HARD);
    check_rows(&s, "日本\n語\n");
    CHECK_EQ_INT(s.rows[0].columns, 4);
    put("日本語", 1, STYLED_HARD);
    check_rows(&s, "?\n?\n?\n");
    put("a日本語b", 4, STYLED_WORDS);
    check_rows(&s, "a日\n本語\nb\n");
    put("ae\u0301x", 2, STYLED_HARD);
    check_rows(&s, "ae\u0301\nx\n");
    put("\u0301", 2, STYLED_HARD);
    check_rows(&s, "\u25cc\u0301\n");
    put("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 9, STYLED_HARD);
    CHECK_EQ_INT(s.rows[0].n, 1 + STYLED_MARKS);
}

TEST("what would control a terminal is shown by a symbol")
{
    put("a\033[2Jb\a\x9b\x7f", 40, STYLED_HARD);
    check_rows(&s, "a\u241b[2Jb\u2407\ufffd\u2421\n");
    put("\u202eevil\u2066", 40, STYLED_HARD);
    check_rows(&s, "\ufffdevil\ufffd\n");
    styled_begin(&s, 40, PLOT_UTF8, STYLED_HARD);
    styled_put(&s, "a\0b\xe2\x82", 5, (style){ 0 }, STYLED_NOWHERE);
    styled_end(&s);
    check_rows(&s, "a\u2400b\ufffd\ufffd\n");
    styled_begin(&s, 40, PLOT_ASCII, STYLED_CLIP);
    styled_puts(&s, "h\u00e9llo \u65e5", STYLE_PLAIN);
    styled_end(&s);
    check_rows(&s, "h?llo ?\n");
}

TEST("a prefix begins each row, but takes no more than half of it")
{
    styled_begin(&s, 9, PLOT_UTF8, STYLED_WORDS);
    int outer = styled_push(&s, "> ", STYLE_RULE), inner = styled_push(&s, "> ", STYLE_RULE);
    styled_puts(&s, "one two\n", STYLE_PLAIN);
    styled_pop(&s, inner);
    styled_puts(&s, "three four", STYLE_PLAIN);
    styled_pop(&s, outer);
    styled_puts(&s, "\nfive", STYLE_PLAIN);
    styled_end(&s);
    check_rows(&s, "> > one\n> > two\n> three\n> four\nfive\n");
    styled_begin(&s, 3, PLOT_UTF8, STYLED_HARD);
    styled_push(&s, "> > > ", STYLE_RULE);
    styled_puts(&s, "ab日", STYLE_PLAIN);
    styled_end(&s);
    check_sound(&s);
    check_rows(&s, ">ab\n>日\n");
}

static void lay_out(const char *code, int columns)
{
    char kinds[512];
    session_highlight(NULL, code, strlen(code), kinds);
    code_rows(&s, code, strlen(code), kinds, columns, PLOT_UTF8);
    check_sound(&s);
}

TEST("code has the styles of its syntax, and an empty last line is a row")
{
    lay_out("if x then -- c\n\ty = '日' .. 1\n", 40);
    check_rows(&s, "if x then -- c\n    y = '日' .. 1\n\n");
    CHECK_EQ_INT(s.cells[0].style.role, STYLE_KEYWORD);
    CHECK_EQ_INT(s.cells[3].style.role, STYLE_NAME);
    CHECK_EQ_INT(s.cells[10].style.role, STYLE_COMMENT);
    lay_out("", 40);
    check_rows(&s, "\n");
    lay_out("\n", 40);
    check_rows(&s, "\n\n");
}

static void check_place(uint32_t at, int row, int column)
{
    int r, c;
    styled_find(&s, at, &r, &c);
    if (r != row || c != column)
        TEST_FAIL("byte %u is at %d, %d, not %d, %d", at, r, c, row, column);
    uint32_t back = styled_byte(&s, row, column);
    if (back != at) TEST_FAIL("at %d, %d is byte %u, not %u", row, column, back, at);
}

TEST("every byte of code has a place, and every place a byte")
{
    lay_out("ab日cd\n\n\tx", 4);
    check_rows(&s, "ab日\ncd\n\n    \nx\n");
    check_place(0, 0, 0);
    check_place(2, 0, 2);
    check_place(5, 1, 0);
    check_place(7, 1, 2);
    check_place(8, 2, 0);
    check_place(9, 3, 0);
    check_place(10, 4, 0);
    check_place(11, 4, 1);
    CHECK_EQ_INT(styled_byte(&s, 0, 3), 2);
    CHECK_EQ_INT(styled_byte(&s, 1, 30), 7);
    CHECK_EQ_INT(styled_byte(&s, 30, 0), 11);
    int row, column;
    styled_find(&s, 3, &row, &column); /* inside a character: after it */
    CHECK(row == 1 || column == 4 || column == 3);
    lay_out("abcd\nx", 4);
    styled_find(&s, 4, &row, &column);
    CHECK(row == 0 && column == 3);
}

TEST("a selection is laid over the characters of its bytes")
{
    lay_out("one\ntwo three\nfour", 5);
    styled_mark(&s, 2, 6, STYLE_SELECTED);
    for (int i = 0; i < s.ncells; i++) {
        bool inside = s.cells[i].at >= 2 && s.cells[i].at < 6;
        CHECK(inside == ((s.cells[i].style.flags & STYLE_SELECTED) != 0));
    }
    styled_mark(&s, 3, 3, STYLE_MATCH);
    for (int i = 0; i < s.ncells; i++) CHECK(!(s.cells[i].style.flags & STYLE_MATCH));
}

/* ---- outputs --------------------------------------------------------------------------------- */

static void show(const output *r, output_fold fold, int columns)
{
    outputs *o = outputs_new(OUTPUTS_LIMIT);
    CHECK(outputs_add(o, r));
    output_rows(&s, o, fold, &(figure_look){ .columns = columns, .rows = 24 });
    check_sound(&s);
    outputs_release(o);
}

static void show_text(output_kind kind, const char *text, output_fold fold, int columns)
{
    char none[] = "", *copy = copy_bytes(text, strlen(text));
    show(&(output){ .kind = kind, .text = copy, .size = strlen(text), .data = none, .mime = none },
         fold, columns);
    free(copy);
}

TEST("printed text is shown as a terminal would leave it, with its colours")
{
    show_text(OUTPUT_STREAM, "10%\r50%\r100%\nab\b\bc\n\033]0;title\a\033[Hx\033[31mred\033[0m\n",
              (output_fold){ 0, 0 }, 40);
    check_rows(&s, "100%\nc\nxred\n");
    const styled_row *r = &s.rows[2];
    CHECK_EQ_INT(s.cells[r->first].style.foreground, 0);
    CHECK_EQ_INT(s.cells[r->first + 1].style.foreground, COLOR_INDEX(1));
    show_text(
        OUTPUT_STREAM,
        "\033[1;38;5;200;48;2;1;2;3mA\033[22;39;49mB\033[38:2::9:8:7mC\033[94mD\033[m\033[7mE",
        (output_fold){ 0, 0 }, 40);
    check_rows(&s, "ABCDE\n");
    CHECK_EQ_INT(s.cells[0].style.foreground, COLOR_INDEX(200));
    CHECK_EQ_INT(s.cells[0].style.background, COLOR_RGB(0x010203));
    CHECK_EQ_INT(s.cells[0].style.flags, STYLE_BOLD);
    CHECK_EQ_INT(s.cells[1].style.foreground, 0);
    CHECK_EQ_INT(s.cells[1].style.flags, 0);
    CHECK_EQ_INT(s.cells[2].style.foreground, COLOR_RGB(0x090807));
    CHECK_EQ_INT(s.cells[3].style.foreground, COLOR_INDEX(12));
    CHECK_EQ_INT(s.cells[4].style.flags, STYLE_REVERSE);
    show_text(OUTPUT_STREAM, "\033[38;5;999;1mA\033[38;2;1mB\033[?25l\033[99999999999999mC\033[",
              (output_fold){ 0, 0 }, 40);
    check_rows(&s, "ABC\n");
}

TEST("long text is folded to its first and last lines")
{
    show_text(OUTPUT_STREAM, "1\n2\n3\n4\n5\n6\n", (output_fold){ 2, 1 }, 40);
    check_rows(&s, "1\n2\n… 3 lines; O shows all …\n6\n");
    show_text(OUTPUT_STREAM, "1\n2\n3\n4", (output_fold){ 2, 1 }, 40);
    check_rows(&s, "1\n2\n3\n4\n");
    show_text(OUTPUT_STREAM, "1\n2\n3\n4\n", (output_fold){ 1, 0 }, 40);
    check_rows(&s, "1\n… 3 lines; O shows all …\n");
    char text[] = "1\n2\n3\n7\n8\n9\n", none[] = "";
    output r = { .text = text, .size = 12, .data = none, .mime = none, .gap = 6, .left_out = 100 };
    show(&r, (output_fold){ 1, 1 }, 40);
    check_rows(&s, "1\n… 108 bytes left out …\n9\n");
    show(&r, (output_fold){ 0, 0 }, 40);
    check_rows(&s, "1\n2\n3\n… 100 bytes left out …\n7\n8\n9\n");
    char *line = malloc(100001);
    memset(line, 'x', 100000), line[100000] = '\0';
    show_text(OUTPUT_STREAM, line, (output_fold){ 5, 5 }, 80);
    CHECK(s.n <= 101);
    free(line);
}

TEST("the places that an error names lead there")
{
    show_text(OUTPUT_ERROR,
              "cell 3:2: attempt to call a nil value\n    2 | f(1)\ncalled from\n    cell 12:7: in "
              "the main part",
              (output_fold){ 0, 0 }, 24);
    check_rows(&s, "cell 3:2: attempt to\ncall a nil value\n    2 | f(1)\ncalled from\n    cell "
                   "12:7: in the\nmain part\n");
    int line = 0;
    const char *name = styled_target(&s, 0, &line);
    CHECK(name && line == 2);
    if (name) CHECK_EQ_STR(name, "cell 3");
    name = styled_target(&s, 5, &line);
    CHECK(name && line == 7);
    if (name) CHECK_EQ_STR(name, "cell 12");
    CHECK(!styled_target(&s, 2, &line) && !styled_target(&s, 3, &line));
    CHECK_EQ_INT(s.cells[0].style.role, STYLE_PLACE);
    CHECK_EQ_INT(s.cells[s.rows[0].first + 10].style.role, STYLE_ERROR);
}

TEST("figures and tables are cut at the right, values and Markdown wrapped")
{
    show_text(OUTPUT_FIGURE, "\033[35m⣀⣀⣀⣀\033[0m\n01234", (output_fold){ 1, 0 }, 3);
    check_rows(&s, "⣀⣀…\n01…\n");
    CHECK_EQ_INT(s.cells[0].style.foreground, COLOR_INDEX(5));
    show_text(OUTPUT_TABLE, "a  b\n1  2\n", (output_fold){ 0, 0 }, 3);
    check_rows(&s, "a …\n1 …\n");
    show_text(OUTPUT_VALUE, "12345", (output_fold){ 0, 0 }, 3);
    check_rows(&s, "123\n45\n");
    show_text(OUTPUT_MARKDOWN, "a **b** c", (output_fold){ 0, 0 }, 3);
    check_rows(&s, "a b\nc\n");
    show_text(OUTPUT_PROGRESS, "epoch 3", (output_fold){ 0, 0 }, 30);
    check_rows(&s, "epoch 3\n");
}

static void show_form(const char *wish, const char *y, int columns)
{
    char form[400], none[] = "", text[] = "as it was drawn\n";
    snprintf(
        form, sizeof form,
        "moonlab figure 1\nshow %s any\nfigure \"\" 1 1\nplaces 1\npanel \"\" 0 legend axes 1\n"
        "axis \"\" linear nan nan\naxis \"\" linear nan nan\naxis \"\" linear nan nan\n"
        "line 3 \"\" 1\ny f %s\n",
        wish, y);
    output r = { .kind = OUTPUT_FIGURE, .text = text, .size = sizeof text - 1, .data = form };
    r.data_size = strlen(form), r.mime = none;
    show(&r, (output_fold){ 1, 1 }, columns);
}

TEST("a figure that was kept by its data is drawn as wide as there is room, or as it was asked for")
{
    for (int columns = 200; columns > 0; columns = columns * 2 / 3) {
        show_form("0 0", "1 3 2", columns);
        CHECK_EQ_INT(s.n, 20);
        CHECK_EQ_INT(s.rows[3].columns, columns);
        show_form("50 9", "1 3 2", columns);
        CHECK_EQ_INT(s.n, 9);
        CHECK_EQ_INT(s.rows[3].columns, columns < 50 ? columns : 50);
    }
    show_form("0 0", "1 3", 80);
    check_rows(&s, "a figure that cannot be shown: figure, line 10: more numbers expected\n");
}

TEST("the table of variables is made to fit, the most important first")
{
    json_t *list =
        json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}, {s:s, s:s, s:s, s:s, s:s, s:s, s:s}]", "name",
                  "f", "type", "function", "value", "f(a)", "name", "net", "type", "Linear",
                  "value", "9 parameters", "name", "x", "type", "tensor", "shape", "100x3", "dtype",
                  "float32", "device", "cpu", "size", "1.2 kB", "value", "0.1 ± 1");
    CHECK(list != NULL);
    variable_rows(&s, list, 70, PLOT_UTF8);
    check_rows(&s, "name  type      shape  dtype    device  size    value\n"
                   "f     function                                  f(a)\n"
                   "net   Linear                                    9 parameters\n"
                   "x     tensor    100x3  float32  cpu     1.2 kB  0.1 ± 1\n");
    variable_rows(&s, list, 36, PLOT_UTF8);
    check_rows(&s, "name  shape  dtype    value\n"
                   "f                     f(a)\n"
                   "net                   9 parameters\n"
                   "x     100x3  float32  0.1 ± 1\n");
    variable_rows(&s, list, 22, PLOT_UTF8);
    check_rows(&s, "name  shape  value\n"
                   "f            f(a)\n"
                   "net          9 parame…\n"
                   "x     100x3  0.1 ± 1\n");
    for (int columns = 1; columns < 80; columns++) {
        variable_rows(&s, list, columns, PLOT_UTF8);
        check_sound(&s);
        CHECK_EQ_INT(s.n, 4);
    }
    json_decref(list);
    list = json_array();
    variable_rows(&s, list, 20, PLOT_UTF8);
    CHECK_EQ_INT(s.n, 0);
    json_decref(list);
    variable_rows(&s, NULL, 20, PLOT_UTF8);
    CHECK_EQ_INT(s.n, 0);
}

TEST("random bytes as output and code make sound rows at every width")
{
    static const char *const pieces[] = {
        "\033[", "38;5;", "m", "\r", "\b",    "\n",          "a",  "日",     "\xff",  "\u0301",
        "\033]", "\a",    " ", "\t", "x:1: ", "48;2;1;2;3m", "\0", "\u200d", "-- [[", "'"
    };
    static const size_t sizes[] = { 2, 5, 1, 1, 1, 1, 1, 3, 1, 2, 2, 1, 1, 1, 5, 11, 1, 3, 5, 1 };
    random_state = 7;
    for (int k = 0; k < 2000; k++) {
        buffer text = { 0 };
        for (unsigned i = random_below(80); i > 0; i--) {
            unsigned which = random_below(20);
            buffer_add(&text, pieces[which], sizes[which]);
        }
        char none[] = "", kinds[1000], *data = text.data ? text.data : none;
        int columns = 1 + (int)random_below(12);
        output r = { .kind = (output_kind)random_below(OUTPUT_KINDS),
                     .text = data,
                     .size = text.size,
                     .data = none,
                     .mime = none };
        show(&r, (output_fold){ (int)random_below(3), (int)random_below(3) }, columns);
        session_highlight(NULL, data, text.size, kinds);
        code_rows(&s, data, text.size, kinds, columns, random_below(2) ? PLOT_UTF8 : PLOT_ASCII);
        check_sound(&s);
        for (size_t at = 0; at <= text.size; at++) {
            int row, column;
            styled_find(&s, (uint32_t)at, &row, &column);
            CHECK(row >= 0 && row < s.n && column >= 0 && column < columns);
        }
        buffer_free(&text);
    }
}

int main(int argc, char **argv)
{
    int status = test_main(argc, argv);
    styled_free(&s);
    return status;
}
