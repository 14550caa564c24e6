/* test_view_layout.c -- what holds for the notebook's screen whatever is in it and however large it is: heights are what is drawn,
** scrolling there and back changes nothing, what is selected is seen. */
#include "tests/unit/view_rig.h"
#include "tests/unit/notebook_random.h"

/* ---- hostile sheets -------------------------------------------------------------------------- */

static const char *const pieces[] = { "x",
                                      " ",
                                      "\t",
                                      "\n",
                                      "日本",
                                      "e\xCC\x81",
                                      "\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86",
                                      "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
                                      "\xD7\xA9\xD7\x9C",
                                      "\x80\xff",
                                      "\033[2J",
                                      "word words ",
                                      "(\"",
                                      "|a|b|\n|-|-|\n|1|2|\n",
                                      "* ",
                                      "# ",
                                      "$x^2$",
                                      "0123456789012345678901234567890123456789" };

static void random_text(buffer *b, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buffer_puts(b, pieces[random_below(sizeof pieces / sizeof *pieces)]);
}

/* Cells of all types, with and without outputs. */
static void fill(int cells)
{
    buffer b = { 0 };
    for (int i = 0; i < cells; i++) {
        b.size = 0;
        buffer_puts(&b, "");
        random_text(&b, random_below(30));
        cell_type type = (cell_type)random_below(3);
        CHECK(notebook_insert(v.nb, i, type, b.data, b.size));
        if (type != CELL_CODE || random_below(2)) continue;
        outputs *o = notebook_outputs(v.nb, i);
        b.size = 0;
        random_text(&b, random_below(60));
        CHECK(o && outputs_print(o, random_below(2), b.data, b.size));
    }
    buffer_free(&b);
    notebook_delete(v.nb, cells, notebook_count(v.nb) - cells);
    for (int i = 0; i < cells; i++)
        view_state_at(&v, i)->whole = true; /* folding knows the screen */
    view_select(&v, 0);
}

static int total(void)
{
    int rows = 0;
    for (int i = 0; i < notebook_count(v.nb); i++) rows += view_block(&v, i)->height;
    return rows;
}

/* Rows above the screen. */
static int above(void)
{
    int rows = v.top_row;
    for (int i = 0; i < v.top; i++) rows += view_block(&v, i)->height;
    return rows;
}

static char *line_at(int y)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    put_line(&b, y);
    return buffer_take(&b, NULL);
}

TEST("the sum of the heights is what is drawn, wherever the screen is")
{
    for (int round = 0; round < 40; round++) {
        int columns = 1 + (int)random_below(round % 4 ? 60 : 300),
            rows = 11 + (int)random_below(20);
        open_rig("", rows, columns, round % 5 ? PLOT_UTF8 : PLOT_ASCII);
        fill(1 + (int)random_below(12));
        v.file.there = true;  /* a new notebook would say how to begin */
        resize(300, columns); /* as much as can be seen at once */
        int sum = total(), seen = sum < v.main_rows ? sum : v.main_rows;
        char **all = calloc((size_t)seen + 1, sizeof *all);
        for (int i = 0; i < seen; i++) all[i] = line_at(v.main_top + i);
        for (int y = v.main_top + sum; y < v.main_top + v.main_rows; y++) {
            char *rest = line_at(y);
            CHECK_EQ_STR(rest, "");
            free(rest);
        }
        resize(rows, columns);
        CHECK_EQ_INT(total(), sum);
        for (int at = 0; at < sum; at++) {
            CHECK_EQ_INT(above(), at);
            for (int y = 0; y < v.main_rows && at + y < seen && !test_failures; y++) {
                char *line = line_at(v.main_top + y);
                if (strcmp(line, all[at + y]) != 0)
                    TEST_FAIL("round %d, %d columns: row %d is '%s', and was '%s'", round, columns,
                              at + y, line, all[at + y]);
                free(line);
            }
            int before = above();
            view_scroll(&v, 1);
            draw();
            if (above() == before) break; /* the end */
        }
        for (int i = 0; i < seen; i++) free(all[i]);
        free(all);
    }
}

TEST("scrolling goes as far as there are rows, and back")
{
    for (int round = 0; round < 100; round++) {
        open_rig("", 1 + (int)random_below(40), 1 + (int)random_below(300), PLOT_UTF8);
        fill(1 + (int)random_below(20));
        draw();
        view_scroll(&v, 1 << 20);
        int most = above();
        view_scroll(&v, -(1 << 20));
        CHECK_EQ_INT(above(), 0);
        for (int i = 0; i < 30 && !test_failures; i++) {
            int before = above(), by = (int)random_below(80) - 40, to = before + by;
            view_scroll(&v, by);
            CHECK_EQ_INT(above(), to < 0 ? 0 : to > most ? most : to);
            draw();
            CHECK_EQ_INT(above(), to < 0 ? 0 : to > most ? most : to);
            if (to < 0 || to > most) continue;
            view_scroll(&v, -by);
            CHECK_EQ_INT(above(), before);
        }
    }
}

/* Is a row of the selected cell on the screen, and while it is edited the cursor? */
static bool seen(void)
{
    int row, first = view_cell_at(&v, 0, &row), last = view_cell_at(&v, v.main_rows - 1, &row);
    if (v.main_rows < 1) return true;
    if (v.cell < first || (last >= 0 && v.cell > last)) return false;
    if (v.mode != MODE_EDIT) return true;
    int y, x;
    int shown = curs_set(0);
    curs_set(shown);
    getyx(stdscr, y, x);
    return shown && y >= v.main_top && y < v.main_top + v.main_rows && x < COLS;
}

TEST("the selected cell is always seen, and the cursor while it is edited")
{
    static const char *const keys[] = {
        "j",    "k",   "g g",   "G",    "J",     "K",       "Space", "PgUp", "a",      "b",
        "d d",  "x",   "v",     "c",    "z",     "Z",       "m",     "y",    "M",      "o",
        "[",    "]",   "Enter", "Esc",  "C-End", "C-Home",  "Up",    "Down", "'word'", "PgDn",
        "Left", "C-e", "C-a",   "C-\\", "r",     "M-Enter", "t",     "R",    "Tab",    "F2",
    };
    for (int round = 0; round < 25 && !test_failures; round++) {
        open_rig("", 24, 80, PLOT_UTF8);
        fill(1 + (int)random_below(15));
        for (int i = 0; i < 150 && !test_failures; i++) {
            const char *key = keys[random_below(sizeof keys / sizeof *keys)];
            bool scrolls = v.mode == MODE_COMMAND && strcmp(key, "C-e") == 0;
            if (random_below(8) == 0)
                resize(1 + (int)random_below(100), 1 + (int)random_below(300));
            else if (!scrolls)
                type(key);
            if (v.running && random_below(2)) prints("日本 printed\n");
            if (v.running && random_below(3) == 0)
                ends(random_below(4) ? SESSION_OK : SESSION_ERROR, 0.1);
            if (v.before || v.question.on || v.overlay.on) type("Esc");
            v.follow = true;
            draw();
            if (!seen())
                TEST_FAIL("round %d, after %d keys, %s the last, on %d x %d: cell %d is not seen",
                          round, i, key, v.columns, v.rows, v.cell);
        }
    }
}

TEST("a notebook without cells is shown, and takes every key")
{
    open_rig("", 24, 80, PLOT_UTF8);
    for (int i = 0; i < view_command_count; i++) {
        if (!view_commands[i].name) continue;
        notebook_delete(v.nb, 0, notebook_count(v.nb));
        draw();
        if (strcmp(view_commands[i].name, "editor") == 0) continue; /* another program */
        view_do(&v, i, *view_commands[i].argument ? "1" : "");
        draw();
        view_question_free(&v);
        v.ends = v.line.on = false;
        view_overlay_close(&v);
        view_edit_end(&v);
    }
}

/* Any sizes from 1 × 1 to 300 × 100, while a cell prints, then one to stay with. */
static void storm(int rows, int columns)
{
    for (int i = 0; i < 40; i++) {
        resize(1 + (int)random_below(100), 1 + (int)random_below(300));
        if (v.running && i % 4 == 0) prints("日本 printed, and more of it\n");
    }
    resize(1, 1);
    resize(rows, columns);
}

TEST("after a storm of sizes the screen is what it is when begun at that size")
{
    static const char sheet[] =
        "-- %% [markdown]\n-- # Title\n-- Text with **words** 日本 and a table\n--\n-- "
        "|a|b|\n-- |-|-|\n-- |1|2|\n\n-- %% one\nfor i = 1, 3 do print(i) end -- long "
        "enough to be wrapped\n\n-- %%\nnn.\n";
    static const struct {
        const char *name, *before, *after;
    } cases[] = { { "cells", "j", "" },
                  { "a cell that runs", "j r", "" },
                  { "editing", "j Enter C-e", "" },
                  { "words to choose from", "G Enter C-e Tab", "Esc" },
                  { "a question", ": 'title x' Enter : 'q' Enter", "c" },
                  { "an overlay", "?", "q" },
                  { "a search", "/ 'a'", "Enter" },
                  { "the variables", "F2", "" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int round = 0; round < 6; round++) {
            int rows = 1 + (int)random_below(60), columns = 1 + (int)random_below(150);
            char *shots[2];
            for (int fresh = 0; fresh < 2; fresh++) {
                open_rig(sheet, fresh ? rows : 24, fresh ? columns : 80, PLOT_UTF8);
                type(cases[i].before);
                if (v.running) prints("first\n");
                if (strstr(cases[i].before, "Tab"))
                    answers(
                        json_pack("{s:[s,s],s:i}", "words", "nn.Linear(", "nn.Tanh(", "start", 0));
                if (!fresh) storm(rows, columns);
                if (v.running && fresh)
                    for (int n = 0; n < 10; n++) prints("日本 printed, and more of it\n");
                type(cases[i].after);
                if (v.running) ends(SESSION_OK, 1);
                bool edits = v.mode == MODE_EDIT;
                if (edits) type("Esc");
                type("g g");
                CHECK_EQ_INT(view_modified(&v), strstr(cases[i].before, "title") != NULL);
                shots[fresh] = screen_text();
            }
            if (strcmp(shots[0], shots[1]) != 0)
                TEST_FAIL("%s on %d x %d:\n%sfresh:\n%s", cases[i].name, columns, rows, shots[0],
                          shots[1]);
            free(shots[0]);
            free(shots[1]);
        }
    }
}

/* ---- large ----------------------------------------------------------------------------------- */

static char *many(const char *piece, size_t size)
{
    size_t n = strlen(piece);
    char *text = malloc(size + 1);
    for (size_t i = 0; text && i < size; i++) text[i] = piece[i % n];
    if (text) text[size] = '\0';
    return text;
}

static void print_large(const char *piece, size_t size)
{
    char *text = many(piece, size);
    CHECK(text);
    open_rig("-- %%\nx\n\n-- %%\ny\n", 24, 80, PLOT_UTF8);
    type("r");
    for (size_t at = 0; text && at < size; at += 1 << 16) {
        kernel_event e = { .kind = KERNEL_OUTPUT, .id = rig_kernel.id, .text = text + at };
        e.size = size - at < 1 << 16 ? size - at : 1 << 16;
        view_hear(&v, &e);
        if (at % (1 << 23) == 0) draw();
    }
    ends(SESSION_OK, 1);
    free(text);
    const outputs *o = notebook_at(v.nb, 0)->outputs;
    CHECK(o && o->total <= OUTPUTS_LIMIT + OUTPUTS_LIMIT / 4);
    if (view_block(&v, 0)->height > 250)
        TEST_FAIL("%zu bytes of '%s' take %d rows", size, piece, view_block(&v, 0)->height);
    type("k C-e C-e C-e Space Space PgUp g g j");
    CHECK(seen());
}

TEST("an output of 10 MB, and one of 100 MB in a line, take few rows and little time")
{
    print_large("a line of text\n", (size_t)10 << 20);
    print_large("a line without an end ", (size_t)100 << 20);
    print_large("\033[31m日本\033[0m\r", (size_t)10 << 20);
}

TEST("a source of 30 MB is shown as far as it is seen, and left to $EDITOR; so is a paste that "
     "makes one")
{
    for (int type_of = 0; type_of < 2; type_of++) {
        char *text = many(type_of ? "日本語 " : "x = \"long ", (size_t)30 << 20);
        CHECK(text);
        open_rig("-- %%\nx\n", 24, 80, PLOT_UTF8);
        cell_type kind = type_of ? CELL_MARKDOWN : CELL_CODE;
        CHECK(notebook_insert(v.nb, 0, kind, text, (size_t)30 << 20));
        view_select(&v, 0);
        draw();
        CHECK(view_block(&v, 0)->source.ncells <= (int)VIEW_SOURCE_MOST + 200);
        type("Enter");
        CHECK_EQ_INT(v.mode, MODE_COMMAND);
        CHECK(strstr(v.message, "E edits it in $EDITOR"));
        type("j Enter");
        CHECK_EQ_INT(v.mode, MODE_EDIT);
        paste(text);
        CHECK(strstr(v.message, "not pasted"));
        CHECK_EQ_INT(notebook_at(v.nb, 1)->size, 1);
        free(text);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
