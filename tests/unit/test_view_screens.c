/* test_view_screens.c -- keys played into the notebook, and its screen compared with stored ones: tests/expected/screen_*.txt,
** each scene at every size, in UTF-8 and in ASCII.  Those that differ are told; ACCEPT=1 build/tests/test_view_screens
** writes what is there now, and git diff shows what that is. */
#include "tests/unit/view_rig.h"

static const char fruit[] =
    "-- ---\n-- moonlab: {format: 1, seed: 4}\n-- ---\n\n"
    "-- %% [markdown]\n-- # Fruit\n-- Some **text** about $x^2$, and `code`:\n--\n"
    "-- * one\n-- * two, which is so long that it does not fit into a narrow line\n--\n"
    "-- | a | b |\n-- |---|--:|\n-- | 1 | 2.5 |\n\n"
    "-- %% parameters tags=[\"parameters\"]\nlr, epochs = 0.5, 200\n\n"
    "-- %%\nfor i = 1, epochs do\n  print(\"apples\", i) -- counts\nend\n\n"
    "-- %% [note]\n-- To be said.\n\n"
    "-- %%\nerror(\"told\")\n\n"
    "-- %% last\nlr * 2\n";

/* ---- scenes ---------------------------------------------------------------------------------- */

static const struct frame {
    int rows, columns;
    plot_charset charset;
    const char *name;
} frames[] = { { 30, 100, PLOT_UTF8, "100 x 30" },
               { 24, 80, PLOT_UTF8, "80 x 24" },
               { 12, 40, PLOT_UTF8, "40 x 12" },
               { 24, 80, PLOT_ASCII, "80 x 24, ASCII" },
               { 3, 20, PLOT_UTF8, "20 x 3" } };

static buffer shot;

/* Adds the screen as it is now, with a title. */
static void shoot(const char *title)
{
    char *text = screen_text();
    buffer_format(&shot, "---- %s\n%s", title, text);
    for (const char *s = text; v.charset == PLOT_ASCII && *s; s++)
        if ((unsigned char)*s >= 0x80) {
            TEST_FAIL("%s: not all of it is ASCII", title);
            break;
        }
    free(text);
}

/* Plays SCENE in TEXT on every frame. */
static void play(const char *name, const char *text, void (*scene)(void))
{
    char file[100];
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        buffer_format(&shot, "%s==== %s\n", i ? "\n" : "", frames[i].name);
        open_rig(text, frames[i].rows, frames[i].columns, frames[i].charset);
        scene();
    }
    snprintf(file, sizeof file, "screen_%s.txt", name);
    check_golden(file, shot.data);
    buffer_free(&shot);
}

static void begin_anew(void)
{
    shoot("opened");
    type("'x = 20 + 1'");
    shoot("typed");
    type("F5");
    shoot("runs");
    ends(SESSION_OK, 0.00012);
    type("'x * 2' C-j");
    value("42");
    ends(SESSION_OK, 1.24);
    shoot("has run");
    type("a Enter '日本 = \"ü\" -- wide, e\xCC\x81 too'");
    shoot("wide characters");
}

TEST("a new notebook says how to begin; what is typed and run is shown")
{
    play("new", NULL, begin_anew);
}

static void go_through(void)
{
    shoot("opened");
    type("j r");
    ends(SESSION_OK, 0.0001);
    type("r");
    prints("apples\t1\napples\t2\n\033[31mred\033[0m and plain\n");
    shoot("a cell runs");
    pass(2.5);
    prints("apples\t3\n");
    shoot("for a while");
    type("r r");
    shoot("others wait");
    ends(SESSION_OK, 3.25);
    fails("cell 5:1: told\n    1 | error(\"told\")\ncalled from:\n  cell 5:1: in a function\n");
    shoot("one fails, those after it are not run");
    type("e");
    shoot("e goes to the line");
    type("Esc k k Enter C-e ' + 1' Esc");
    shoot("an edited cell is stale");
    type("r");
    pass(1);
    prints("apples\t1\n");
    shoot("a cell that ran before");
    type("C-c C-c");
    shoot("does not stop");
    type("w");
    ends(SESSION_INTERRUPTED, 2);
    shoot("interrupted");
}

TEST("cells are shown with what they are: Markdown, notes, running, waiting, failed, stale")
{
    play("cells", fruit, go_through);
}

static void print_much(void)
{
    char line[64];
    type("j j r");
    for (int i = 1; i <= 100; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        view_hear(&v, &(kernel_event){ .kind = KERNEL_OUTPUT, .text = line, .size = strlen(line) });
    }
    tell(KERNEL_PROGRESS, "50/100 ━━━━━━━━━━          50 %", NULL);
    shoot("long output is folded, with a line of progress");
    tell(KERNEL_PROGRESS, "", NULL);
    tell(KERNEL_FIGURE, "  1 ┤⢄⣀\n  0 ┤  ⠉⠒⠤\n    └┬─────\n     0", NULL);
    ends(SESSION_OK, 75);
    shoot("a figure");
    type("k o");
    shoot("hidden");
    type("o C-e C-e C-e");
    shoot("scrolled");
    type("Space");
    shoot("a screen on");
    type("G");
    shoot("at the end");
}

TEST("long output is folded, hidden, scrolled through")
{
    play("output", fruit, print_much);
}

static void search(void)
{
    type("/ 'apples'");
    shoot("typed");
    type("Enter");
    shoot("found");
    type("n");
    shoot("the next");
    type(": 's'");
    type("Tab Tab");
    shoot("completion of commands");
    type("C-u 'sampels' Enter");
    shoot("unknown");
    type(": 'title' Enter");
    shoot("asks");
    type("C-u 'a title that is so long that it does not fit on a line of this terminal, whatever "
         "its width'");
    shoot("a long line");
    type("Enter G J K K");
    shoot("selected");
    type("d d");
    shoot("deleted");
    type(": 'q' Enter");
    shoot("unsaved");
}

TEST("search, the line of commands, the selection, questions")
{
    play("search", fruit, search);
}

static void panels(void)
{
    type("F2");
    shoot("none yet");
    json_t *list = json_array();
    static const char *const names[] = { "X", "Y", "net", "epochs", "名前", "lr" };
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s%d", names[i % 6], i);
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "name", i < 6 ? names[i] : name,
                            "type", "tensor", "shape", "4×2", "dtype", "float32", "device", "cpu",
                            "grad", i % 2 ? "∇" : "", "size", "32 B", "value", "0.50 ± 0.58"));
    }
    answers(json_pack("{s:o}", "variables", list));
    shoot("variables");
    type("?");
    shoot("all keys");
    type("Space j j");
    shoot("further down");
    type("End");
    shoot("to the end");
    type("q F2 : 'samples' Enter j j");
    shoot("samples");
}

TEST("panels and overlays: variables, keys, samples")
{
    play("panels", fruit, panels);
}

static void edit(void)
{
    type("j j Enter");
    shoot("at the first character");
    type("Down Down C-e Enter 'local s = {1, 2, (3'");
    shoot("brackets");
    type("')}' S-Left S-Left S-Left S-Left S-Left S-Left");
    shoot("a selection");
    type("C-e Enter 'nn.' Tab");
    answers(json_pack("{s:[s,s,s,s,s,s,s,s,s,s,s],s:i}", "words", "nn.Linear(", "nn.LayerNorm(",
                      "nn.L1Loss(", "nn.Lstm(", "nn.a", "nn.b", "nn.c", "nn.d", "nn.e", "nn.f",
                      "nn.g", "start", (int)cell_editor_look().point - 3));
    shoot("what can stand here");
    type("Down Down");
    shoot("one is chosen");
    type("C-g 'LA'");
    shoot("none is");
    type("C-r 'arame'");
    shoot("nothing found");
    type("C-g C-r 'told'");
    shoot("a text is found");
    type("C-g Enter 'this = \"is a line that is longer than any terminal is wide: ' "
         "'one two three four five six seven eight nine ten eleven twelve\"'");
    shoot("a long line");
    type("C-c");
    shoot("nothing runs");
}

TEST("a cell is edited: brackets, selection, words to choose from, long lines")
{
    play("edit", fruit, edit);
}

static const char hostile[] =
    "-- %% ti\033[31mtle\033]0;x\007 tags=[\"\033[2J\"]\n"
    "x = \"\033[?1049l\x9b"
    "31m\"\n\n"
    "-- %% [markdown]\n-- # \033[7m \xE2\x80\xAEright to left\n-- `\033c` \x80\xff\n\n"
    "-- %% \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\ny\n";

static void attack(void)
{
    type("r");
    prints("a\033[31mred\033[0m\033]0;title\007b\rc\n\033[2J\033[?1049l\x9b"
           "2J\xc2\x9b"
           "2J\n");
    prints("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D "
           "e\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86\xCC\x87 \xE2\x80\xAE\xE2\x81\xA6 "
           "\xff\xfe\xc0\x80 \xed\xa0\x80\n");
    value("\033[2J\033]52;c;eA==\007");
    fails("cell 1:1: \033[2J\033Pq\033\\ \nboom");
    shoot("in outputs, title, source");
    json_t *list = json_pack("[{s:s,s:s,s:s}]", "name", "\033[2J", "type", "\033]0;x\007", "value",
                             "\033[31m\n\033[2J");
    type("F2");
    answers(json_pack("{s:o}", "variables", list));
    shoot("in variables");
    type("F2 :");
    paste("\033[2Jcommand\033[31m");
    shoot("in the line of commands");
    type("Enter : 'w /tmp/'");
    paste("a\x7f\x9b"
          "31mb");
    shoot("in a name");
    type("Esc : 'title x'");
    paste("\xc2\x9b"
          "31m\xE2\x80\xAE");
    type("Enter");
    shoot("in a command");
    type("k Enter");
    paste("\033[2J\033]0;x\007\n\x80\xff");
    shoot("in a paste");
}

TEST("what would control the terminal is shown by symbols, wherever it comes from")
{
    play("hostile", hostile, attack);
}

/* ---- what it looks like ---------------------------------------------------------------------- */

/* Of each character of the screen, how it looks: its colour as a digit or letter of base 36, "." the terminal's own, then
** `*` bold, `_` underlined, `#` reverse. */
static void shoot_looks(const char *title)
{
    buffer_format(&shot, "---- %s\n", title);
    for (int y = 0; y < LINES; y++) {
        buffer line = { 0 };
        size_t end = 0;
        for (int x = 0; x < COLS; x++) {
            cchar_t c;
            wchar_t text[CCHARW_MAX + 1];
            attr_t a;
            short pair, front = -1, back = -1;
            if (mvin_wch(y, x, &c) != OK || getcchar(&c, text, &a, &pair, NULL) != OK) continue;
            if (pair > 0) pair_content(pair, &front, &back);
            char look = text[0] == L' ' && !(a & A_REVERSE) ? ' '
                        : a & A_REVERSE                     ? '#'
                        : a & A_UNDERLINE                   ? '_'
                        : front >= 0 && front < 36 ? "0123456789abcdefghijklmnopqrstuvwxyz"[front]
                        : front >= 0               ? '+'
                        : a & A_BOLD               ? '*'
                                                   : '.';
            buffer_add(&line, &look, 1);
            if (look != ' ') end = line.size;
        }
        buffer_add(&shot, line.data, end);
        buffer_puts(&shot, "\n");
        buffer_free(&line);
    }
}

TEST("colours and attributes are as stored")
{
    open_rig(fruit, 24, 80, PLOT_UTF8);
    type("j r");
    ends(SESSION_OK, 0.0001);
    type("r");
    prints("\033[31mred\033[0m \033[1;38;5;20mblue\033[0m \033[48;2;1;200;3mgreen\033[m plain\n");
    fails("cell 3:1: told\nmore");
    shoot_looks("cells");
    type("/ 'epochs' Enter");
    shoot_looks("found");
    type("j j Enter C-e S-Left S-Left '('");
    shoot_looks("edited");
    type("Esc Esc g g j Enter C-e ' + (1)' F5");
    ends(SESSION_OK, 0.0001);
    shoot_looks("run, and left");
    type("Esc ?");
    shoot_looks("keys");
    check_golden("screen_looks.txt", shot.data);
    buffer_free(&shot);
    close_rig();
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
