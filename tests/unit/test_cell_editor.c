/* test_cell_editor.c -- keys in, text, cursor and undo out: the editor of cells, with emacs' and vi's keys. */
#include <locale.h>
#include <unistd.h>

#include "lua_api/lua_api.h"
#include "repl/cell_editor.h"
#include "tests/unit/notebook_random.h"

#include <readline/readline.h>

#ifdef __SANITIZE_ADDRESS__ /* what Readline loses when keys are given up in its middle */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libreadline";
}
#endif

static const char *const old[] = { "latest = 1", "for i = 1, 3 do\n  f(i)\nend", "first()" };
static char *words[4];
static size_t words_start;
static int asked;
static unsigned last_ticket;
static bool answers = true;

static void host_highlight(void *ctx, const char *text, size_t size, char *kinds)
{
    (void)ctx;
    session_highlight(NULL, text, size, kinds);
}

static void host_complete(void *ctx, unsigned ticket, const char *text, size_t size, size_t point)
{
    (void)ctx, (void)text, (void)size, (void)point;
    asked++, last_ticket = ticket;
    if (answers) cell_editor_offer(ticket, words, words_start);
}

static const char *host_history(void *ctx, int i)
{
    (void)ctx;
    return i < 3 ? old[i] : NULL;
}

static cell_text *text;

/* Begins with TEXT, in which | is the cursor, with keys of that kind. */
static void begin(const char *with_cursor, bool vi)
{
    static bool open;
    char error[100], bytes[1000];
    cell_editor_host host = { .highlight = host_highlight,
                              .complete = host_complete,
                              .history = host_history };
    if (!open) CHECK(cell_editor_open(&host, error, sizeof error));
    open = true;
    const char *cursor = strchr(with_cursor, '|');
    size_t point = cursor ? (size_t)(cursor - with_cursor) : strlen(with_cursor);
    snprintf(bytes, sizeof bytes, "%.*s%s", (int)point, with_cursor, cursor ? cursor + 1 : "");
    cell_editor_enter(NULL);
    if (vi)
        rl_vi_editing_mode(1, 0);
    else
        rl_emacs_editing_mode(1, 0);
    cell_text_free(text);
    text = cell_text_new(bytes, strlen(bytes));
    cell_text_set_point(text, point);
    cell_editor_enter(text);
}

/* The bytes of one key at S: a sequence, a character of UTF-8 or a control character.  "\033" is alone before NEXT. */
static size_t key_length(const char *s)
{
    size_t n = 1;
    if (s[0] == '\033' && (s[1] == '[' || s[1] == 'O')) {
        for (n = 2; s[n] && !(s[n] >= 0x40 && s[n] < 0x7f);) n++;
        return n + (s[n] != 0);
    }
    if (s[0] == '\033' && s[1] == '\\') return 1; /* "\033\\": Esc */
    if (s[0] == '\033' && s[1]) return 2;
    while (((unsigned char)s[n] & 0xC0) == 0x80) n++;
    return n;
}

/* Types KEYS; a backslash is skipped, so that "\033\\x" is Esc, then x.  What the last key did. */
static cell_editor_result type(const char *keys)
{
    cell_editor_result result = EDITOR_NOTHING;
    for (size_t n; *keys; keys += n) {
        n = key_length(keys);
        result = cell_editor_key(keys, n);
        if (*keys == '\033' && n == 1 && keys[1] == '\\') n++;
    }
    return result;
}

static char *shown(void)
{
    static char out[4000];
    cell_editor_view v = cell_editor_look();
    snprintf(out, sizeof out, "%.*s|%s", (int)v.point, v.text, v.text + v.point);
    return out;
}

static void check_keys(bool vi, const char *before, const char *keys, const char *after)
{
    begin(before, vi);
    type(keys);
    if (strcmp(shown(), after) != 0)
        TEST_FAIL("'%s' and '%s' give '%s', not '%s'", before, keys, shown(), after);
}

TEST("emacs' keys edit a text of several lines")
{
    check_keys(false, "", "ab\x02x", "ax|b");
    check_keys(false, "one\ntwo|\nthree", "\x01x", "one\nx|two\nthree");
    check_keys(false, "one\nt|wo\nthree", "\x05x", "one\ntwox|\nthree");
    check_keys(false, "one\nt|wo\nthree", "\x0b", "one\nt|\nthree");
    check_keys(false, "one\nt|wo\nthree", "\x0b\x0b\x19", "one\ntwo\n|three");
    check_keys(false, "one\ntw|o", "\x15", "one\n|o");
    check_keys(false, "abc|\nd\nefgh", "\033[B\033[Bx", "abc\nd\nefgx|h");
    check_keys(false, "abc\nd\nefg|h", "\x10\x10x", "abcx|\nd\nefgh");
    check_keys(false, "日本|", "\x02x", "日x|本");
    check_keys(false, "日本|", "\x7f", "日|");
    check_keys(false, "e\u0301|x", "\x04", "e\u0301|");
    check_keys(false, "one two| three", "\033b\033d", "one | three");
    check_keys(false, "one| two", "\033u", "one TWO|");
    check_keys(false, "ab|", "\x14", "ba|");
    check_keys(false, "a\nb|\nc", "\033<x", "x|a\nb\nc");
    check_keys(false, "a|\nb\nc", "\033>x", "a\nb\ncx|");
    check_keys(false, "|x", "\033[3~", "|");
    check_keys(false, "ab|c", "\033[Hx\033[Fy", "xabcy|");
    check_keys(false, "x = |1", "\033#", "-- x = |1");
    check_keys(false, "-- x = |1", "\033#", "x = |1");
    check_keys(false, "|", "\0334x", "xxxx|");
    check_keys(false, "|",
               "\x18(ab\x18)\x18"
               "e",
               "abab|");
    check_keys(false, "|",
               "a\x16\x01"
               "b",
               "a\x01"
               "b|");
}

TEST("a new line is indented, and the words that end a block step back")
{
    check_keys(false, "", "for i = 1, 3 do\rf(i)\rend\rx", "for i = 1, 3 do\n  f(i)\nend\nx|");
    check_keys(false, "", "if a then\rb()\relse\rc()\rend", "if a then\n  b()\nelse\n  c()\nend|");
    check_keys(false, "", "if a then\rendpoint = 1", "if a then\n  endpoint = 1|");
    check_keys(false, "", "if a then\relseif b then\rc", "if a then\nelseif b then\n  c|");
    check_keys(false, "", "f {\r1,\r}", "f {\n  1,\n}|");
    check_keys(false, "", "repeat\rx()\runtil y", "repeat\n  x()\nuntil y|");
    check_keys(false, "if a then\n  b()|", "\r\r", "if a then\n  b()\n\n  |");
    check_keys(false, "  x|", "\r", "  x\n  |");
    check_keys(false, "    |x", "\x7f", "  |x");
    check_keys(false, "   |x", "\x7f", "  |x");
    check_keys(false, "|", "\t", "  |");
    check_keys(false, "s = [[|", "\rend", "s = [[\nend|");
}

TEST("undo and redo go by words, pastes and commands, and each cell keeps its own")
{
    begin("", false);
    type("one two");
    CHECK_EQ_INT(cell_text_steps(text), 2);
    type("\x1f");
    CHECK_EQ_STR(shown(), "one |");
    type("\x1f");
    CHECK_EQ_STR(shown(), "|");
    type("\x1f");
    CHECK_EQ_STR(shown(), "|");
    type("\x18\x1f");
    type("\x18\x1f");
    CHECK_EQ_STR(shown(), "one two|");
    type("\x18\x1f");
    CHECK_EQ_STR(shown(), "one two|");
    CHECK_EQ_INT(cell_editor_paste("(a\r\nb\rc\033[31m)", 13), EDITOR_CHANGED);
    CHECK_EQ_STR(shown(), "one two(a\nb\nc\u241b[31m)|");
    CHECK_EQ_INT(cell_text_steps(text), 3);
    type("\x1f");
    CHECK_EQ_STR(shown(), "one two|");
    type("\x17\x17");
    CHECK_EQ_STR(shown(), "|");
    type("\033r");
    CHECK_EQ_STR(shown(), "|");
    cell_text *other = cell_text_new("x", 1);
    cell_text_set_point(other, 1);
    cell_editor_enter(other);
    type("yz");
    CHECK_EQ_STR(shown(), "xyz|");
    type("\x1f\x1f\x1f");
    CHECK_EQ_STR(shown(), "x|");
    cell_editor_enter(text);
    type("\x18\x1f");
    CHECK_EQ_STR(shown(), "one |");
    type("\x19"); /* the kill ring is everybody's */
    CHECK_EQ_STR(shown(), "one one two|");
    cell_text_free(other);
}

TEST("the cursor leaves at the first and the last line, and by Esc")
{
    begin("a|b\nc", false);
    CHECK_EQ_INT(type("\033[A"), EDITOR_UPWARDS);
    CHECK_EQ_INT(type("\033[B"), EDITOR_MOVED);
    CHECK_EQ_INT(type("\033[B"), EDITOR_DOWNWARDS);
    CHECK_EQ_INT(type("x"), EDITOR_CHANGED);
    CHECK_EQ_INT(type("\033"), EDITOR_LEAVE);
    CHECK_EQ_INT(type("\033[25~"), EDITOR_NOTHING);
    CHECK_EQ_INT(type("\033[999;999u"), EDITOR_NOTHING);
    CHECK_EQ_STR(shown(), "ab\ncx|");
    begin("", false);
    CHECK(type("\x04") != EDITOR_CHANGED); /* no end of input */
    type("a\x0f"
         "b");
    CHECK_EQ_STR(shown(), "ab|");
    begin("x|", true);
    CHECK_EQ_INT(type("\033"), EDITOR_MOVED);
    CHECK_EQ_INT(type("k"), EDITOR_UPWARDS);
    CHECK_EQ_INT(type("j"), EDITOR_DOWNWARDS);
    CHECK_EQ_INT(type("\033"), EDITOR_LEAVE);
}

TEST("vi's keys work by lines")
{
    check_keys(true, "one\ntwo|\nthree", "x\033\\", "one\ntwo|x\nthree");
    check_keys(true, "one\nt|wo\nthree", "\033\\0ix", "one\nx|two\nthree");
    check_keys(true, "one\nt|wo\nthree", "\033\\Ax", "one\ntwox|\nthree");
    check_keys(true, "one\n  t|wo\nthree", "\033\\Ix", "one\n  x|two\nthree");
    check_keys(true, "one\nt|wo\nthree", "\033\\dd", "one\n|three");
    check_keys(true, "one\nt|wo", "\033\\dd", "|one");
    check_keys(true, "on|e", "\033\\dd", "|");
    check_keys(true, "o|ne\ntwo\nthree", "\033\\2dd", "|three");
    check_keys(true, "o|ne\ntwo\nthree", "\033\\ddp", "two\n|one\nthree");
    check_keys(true, "one\nt|wo", "\033\\yyp", "one\ntwo\n|two");
    check_keys(true, "one\nt|wo", "\033\\yyP", "one\n|two\ntwo");
    check_keys(true, "one\nt|wo\nx", "\033\\ccy", "one\ny|\nx");
    check_keys(true, "one\n  t|wo\nx", "\033\\oy", "one\n  two\n  y|\nx");
    check_keys(true, "one\n  t|wo\nx", "\033\\Oy", "one\n  y|\n  two\nx");
    check_keys(true, "a\nb\nc|", "\033\\ggix", "x|a\nb\nc");
    check_keys(true, "|a\nb\nc", "\033\\Gix", "a\nb\nx|c");
    check_keys(true, "|a\nb\nc", "\033\\2Gix", "a\nx|b\nc");
    check_keys(true, "one\nt|wo\nthree", "\033\\D", "one\n|\nthree");
    check_keys(true, "|one two three", "\033\\dwx", "|wo three");
    check_keys(true, "|one two", "\033\\cwab\033\\", "a|b two");
    check_keys(true, "|one two", "\033\\wdwu", "one |two");
    check_keys(true, "|one two", "\033\\xxu", "|ne two");
    check_keys(true, "|aaa", "\033\\rb", "|baa");
    check_keys(true, "|f(a)", "\033\\f(%", "f(a|)");
    check_keys(true, "|one\ntwo", "\033\\jx", "one\n|wo");
    check_keys(true, "a|", "\033i", "|a"); /* Esc, typed fast */
}

TEST("C-r searches the texts of the history; what is taken can be undone")
{
    begin("mine|", false);
    type("\x12"
         "f(");
    cell_editor_view v = cell_editor_look();
    CHECK(strstr(v.status, "reverse-i-search") && strstr(v.status, "f("));
    CHECK(strstr(v.text, "for i = 1"));
    CHECK_EQ_INT(type("\033"), EDITOR_CHANGED);
    CHECK_EQ_STR(shown(), "for i = 1, 3 do\n  |f(i)\nend");
    CHECK_EQ_STR(cell_editor_look().status, "");
    type("\x1f");
    CHECK_EQ_STR(shown(), "mine|");
    type("\x12"
         "first\x07");
    CHECK_EQ_STR(shown(), "mine|");
    type("\x12"
         "latest\033[D");
    CHECK(strstr(shown(), "latest"));
    type("\x1f");
    type("\x12"
         "nothing like it\x07x");
    CHECK_EQ_STR(shown(), "minex|");
    begin("mine|", true);
    type("\033\\/first\r");
    CHECK(strstr(shown(), "first()"));
    type("u");
    CHECK_EQ_STR(shown(), "min|e");
}

TEST("Shift and moves select; what is typed takes the place of the selection")
{
    begin("one t|wo", false);
    type("\033[1;2C\033[1;2C");
    cell_editor_view v = cell_editor_look();
    CHECK(v.selected == 5 && v.selected_to == 7);
    type("x");
    CHECK_EQ_STR(shown(), "one tx|");
    type("\x1f");
    type("\x1f");
    CHECK_EQ_STR(shown(), "one two|");
    type("\033[1;2D\033[1;2D\x7f");
    CHECK_EQ_STR(shown(), "one t|");
    type("\033[1;2D\033[D");
    v = cell_editor_look();
    CHECK(v.selected == v.selected_to);
    cell_editor_go(1, false);
    cell_editor_go(3, true);
    v = cell_editor_look();
    CHECK(v.selected == 1 && v.selected_to == 3);
    CHECK_EQ_INT(cell_editor_paste("日", 3), EDITOR_CHANGED);
    CHECK_EQ_STR(shown(), "o日| t");
    cell_editor_go(2, false); /* inside a character */
    CHECK_EQ_STR(shown(), "o|日 t");
    cell_editor_go_line(7, 2);
    CHECK_EQ_STR(shown(), "o日| t");
}

TEST("a region from the mark is killed and copied")
{
    begin("one| two three", false);
    cell_editor_key("", 1); /* C-Space */
    type("\033f\x17");
    CHECK_EQ_STR(shown(), "one| three");
    type("\x05\x19");
    CHECK_EQ_STR(shown(), "one three two|");
    cell_editor_go(0, false);
    cell_editor_go(3, true);
    type("\033w\x05\x19");
    CHECK_EQ_STR(shown(), "one three twoone|");
    cell_editor_go(0, false);
    cell_editor_go(3, true);
    type("\033");
    CHECK(cell_editor_look().selected == cell_editor_look().selected_to);
    CHECK_EQ_STR(shown(), "one| three twoone");
}

TEST("Tab offers words; keys choose one, what is typed makes them fewer")
{
    words[0] = (char *)(uintptr_t) "sum(", words[1] = NULL, words_start = 4;
    check_keys(false, "lab.s|", "\t", "lab.sum(|");
    check_keys(false, "lab.s|(1)", "\t", "lab.sum|(1)");
    words[0] = (char *)(uintptr_t) "sum", words[1] = (char *)(uintptr_t) "sun",
    words[2] = (char *)(uintptr_t) "sunny", words[3] = NULL;
    begin("lab.s|", false);
    CHECK_EQ_INT(type("\t"), EDITOR_CHANGED);
    CHECK_EQ_STR(shown(), "lab.su|");
    const cell_editor_popup *p = cell_editor_popup_now();
    CHECK(p && p->n == 3 && p->chosen == -1 && p->start == 4);
    type("\t\t");
    CHECK(p->chosen == 1);
    type("\033[A\033[A");
    CHECK(p->chosen == 2);
    type("n");
    p = cell_editor_popup_now();
    CHECK(p && p->n == 2 && p->chosen == 1);
    CHECK_EQ_INT(type("\r"), EDITOR_CHANGED);
    CHECK_EQ_STR(shown(), "lab.sunny|");
    CHECK(!cell_editor_popup_now());
    type("\x1f");
    CHECK_EQ_STR(shown(), "lab.sun|");
    begin("lab.s|", false);
    type("\t\033");
    CHECK(!cell_editor_popup_now());
    type("\tx");
    CHECK(!cell_editor_popup_now());
    CHECK_EQ_STR(shown(), "lab.sux|");
    answers = false;
    begin("lab.s|", false);
    type("\t");
    unsigned ticket = last_ticket;
    type("x");
    CHECK(!cell_editor_offer(ticket, words, 4)); /* too late */
    CHECK_EQ_STR(shown(), "lab.sx|");
    answers = true;
    CHECK_EQ_STR(completion_kind("sum("), "function");
    CHECK_EQ_STR(completion_kind("dim ="), "option");
    CHECK_EQ_STR(completion_kind("end"), "keyword");
}

TEST("options and names come before functions, and what changes its object after all else")
{
    static const char *const sorted[] = { "_hid",  "abs(", "abs_(", "act", "add(",
                                          "add_(", "and",  "at =",  NULL };
    static const char *const shown_as[] = { "at =", "act",   "abs(",  "add(",
                                            "and",  "abs_(", "add_(", "_hid" };
    begin("x.|", false);
    answers = false;
    type("\t");
    answers = true;
    CHECK(cell_editor_offer(last_ticket, (char *const *)(uintptr_t)sorted, 2));
    const cell_editor_popup *p = cell_editor_popup_now();
    CHECK(p && p->n == 8);
    for (int i = 0; i < p->n; i++) CHECK_EQ_STR(p->words[i], shown_as[i]);
}

TEST("bracket, call, line and column at the cursor are told")
{
    begin("x = 1\nlab.sum(日, |{1}", false);
    cell_editor_view v = cell_editor_look();
    CHECK(v.line == 1 && v.column == 11);
    CHECK_EQ_INT(v.partner, 21);
    size_t name, length;
    int argument;
    CHECK(cell_editor_call(&name, &length, &argument));
    CHECK(name == 6 && length == 7 && argument == 1);
    begin("x|", false);
    v = cell_editor_look();
    CHECK_EQ_INT(v.partner, v.size);
    CHECK(!cell_editor_call(&name, &length, &argument));
}

/* clang-format off */
static const char *const keys[] = {
    "a", "(", "日", "\r", "\t", "\x7f", "\033", "\033[A", "\033[B", "\033[C", "\033[D", "\x12", "\x18", "\x0b", "\x19", "\033b",
    "\033d", "\x1f", "\x07", "\xff", "d", "y", "c", "p", "w", "x", "$", "0", "3", "u", "j", "k", "i", "A", "o", "f", ".", "/",
    "\033y", "\x16", "\x18(", "\x18)", "\x18" "e", "\033[1;2C", "\x11", "\x15", "\x17", "\033\x7f", "\033[3~", "r", "~", "\x14", "",
    "\033.", "\x04", "\033>", "e", "n", "\033[25~", "G", "%", "m", "`", "s", "S", "R", "C", "D", "Y", "P", "I", "\x0f", "\x13",
    "\x1d", "\033\x1d", "\033\\", "#", "@", "*", "=", "_", ",", ";", "|", "&", "\033OP", "\x18p",
};
/* clang-format on */

/* After any keys: text is NUL-terminated, the cursor in it, undo leads back to the beginning and redo forth again. */
static void check_random(bool vi)
{
    begin("for i = 1, 3 do\n  f|(i)\nend", vi);
    for (unsigned i = random_below(60); i > 0; i--) {
        unsigned which = random_below(sizeof keys / sizeof *keys);
        size_t n = keys[which][0] ? strlen(keys[which]) : 1;
        if (random_below(40) == 0)
            cell_editor_paste("p\r\n\x01q", 5);
        else if (random_below(40) == 0)
            cell_editor_key("\x1f", 1);
        else
            cell_editor_key(keys[which], n);
        cell_editor_view v = cell_editor_look();
        CHECK(v.point <= v.size && v.text[v.size] == '\0' && strlen(v.text) == v.size);
    }
    cell_editor_enter(NULL);
    size_t size;
    const char *bytes = cell_text_bytes(text, &size);
    char *end = copy_bytes(bytes, size);
    int steps = 0;
    while (cell_text_undo(text)) steps++;
    CHECK_EQ_STR(cell_text_bytes(text, &size), "for i = 1, 3 do\n  f(i)\nend");
    while (steps-- > 0) CHECK(cell_text_redo(text));
    CHECK_EQ_STR(cell_text_bytes(text, &size), end);
    free(end);
}

TEST("any keys leave a sound text, all of which can be undone")
{
    words[0] = (char *)(uintptr_t) "aa", words[1] = (char *)(uintptr_t) "ab(", words[2] = NULL,
    words_start = 0;
    random_state = 5;
    for (int i = 0; i < 3000; i++) check_random(i % 2);
}

TEST("text that is no UTF-8, or has NUL bytes, is edited all the same")
{
    begin("", false);
    cell_editor_enter(NULL);
    cell_text_free(text);
    text = cell_text_new("a\0b\xff\xc3", 5);
    cell_editor_enter(text);
    type("\x05x");
    CHECK_EQ_STR(shown(), "a\u2400b\xff\xc3x|");
    type("\x02\x02\x7f");
    cell_editor_view v = cell_editor_look();
    CHECK(v.point <= v.size);
    type("\x1f\x1f\x1f");
    CHECK(cell_editor_key("", 0) == EDITOR_NOTHING);
}

TEST("steps are found at the cursor, and old ones go when there are too many")
{
    cell_text *t = cell_text_new("aaaa", 4);
    cell_text_set_point(t, 1);
    CHECK(cell_text_set(t, "aaaaa", 5, 2, false));
    CHECK(cell_text_undo(t));
    CHECK_EQ_INT(cell_text_point(t), 1);
    CHECK(cell_text_redo(t));
    CHECK_EQ_INT(cell_text_point(t), 2);
    char bytes[16];
    for (int i = 0; i < 5000; i++) {
        snprintf(bytes, sizeof bytes, "%d", i);
        CHECK(cell_text_set(t, bytes, strlen(bytes), 0, false));
        cell_text_close_step(t);
    }
    CHECK_EQ_INT(cell_text_steps(t), 4096);
    CHECK(cell_text_set(t, "joined", 6, 0, true));
    CHECK(cell_text_undo(t));
    size_t size;
    CHECK_EQ_STR(cell_text_bytes(t, &size), "4998");
    cell_text_free(t);
}

static const char inputrc[] =
    "\"\\C-xp\": \"print()\\C-b\"\n\"\\eOP\": \"one\\C-xp\"\n\"\\C-x=\": end-of-line\n"
    "\"\\eOQ\": history-search-backward\n\"\\C-z\": redo\nset bell-style audible\n";

TEST("what inputrc binds is honoured, macros as well")
{
    begin("", false);
    type("\x18pa");
    CHECK_EQ_STR(shown(), "print(a|)");
    begin("", false);
    type("\033OPb");
    CHECK_EQ_STR(shown(), "oneprint(b|)");
    type("\x01\x18=x\x1f\x1a");
    CHECK_EQ_STR(shown(), "oneprint(b)x|");
    CHECK_EQ_INT(type("\033OQ"), EDITOR_UPWARDS);
    type("\x18\x12"); /* read again */
    CHECK_EQ_INT(type("\033OQ"), EDITOR_UPWARDS);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    char path[] = "/tmp/moonlab-inputrc-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, inputrc, sizeof inputrc - 1) < 0) perror(path);
    setenv("INPUTRC", path, 1);
    int status = test_main(argc, argv);
    close(fd);
    unlink(path);
    cell_editor_close();
    cell_text_free(text);
    return status;
}
