/* test_keys.c -- keys from the bytes of a terminal, their names, the table of the notebook's keys, a user's file of them. */
#include "repl/keys.h"

#include "repl/view_bindings.h"
#include "tests/test.h"

static const struct {
    const char *bytes, *name;
} sequences[] = {
    { "a", "a" },
    { "\xC3\xA9", "\xC3\xA9" },
    { "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80" },
    { " ", "Space" },
    { "\r", "Enter" },
    { "\n", "C-j" },
    { "\x03", "C-c" },
    { "\x1c", "C-\\" },
    { "\x7f", "Backspace" },
    { "\t", "Tab" },
    { "\033[Z", "S-Tab" },
    { "\033[A", "Up" },
    { "\033OA", "Up" },
    { "\033[1;2A", "S-Up" },
    { "\033[1;3B", "M-Down" },
    { "\033[1;5C", "C-Right" },
    { "\033[1;133C", "C-Right" }, /* kitty with Num Lock */
    { "\033[H", "Home" },
    { "\033[1~", "Home" },
    { "\033[7~", "Home" }, /* rxvt */
    { "\033[4~", "End" },
    { "\033[5~", "PgUp" },
    { "\033[6~", "PgDn" },
    { "\033[3~", "Delete" },
    { "\033OP", "F1" },
    { "\033[[A", "F1" }, /* the Linux console */
    { "\033[[E", "F5" },
    { "\033[15~", "F5" },
    { "\033[15;2~", "S-F5" },
    { "\033[24~", "F12" },
    { "\033\r", "M-Enter" },
    { "\033x", "M-x" },
    { "\033OM", "S-Enter" }, /* Konsole */
    { "\033[13;2u", "S-Enter" },
    { "\033[27;2;13~", "S-Enter" },
    { "\033[13;5u", "C-Enter" },
    { "\033[27;5;13~", "C-Enter" },
    { "\033[13;3u", "M-Enter" },
    { "\033[99;5u", "C-c" },
    { "\033[99;133u", "C-c" },
    { "\033[97;2u", "A" },
    { "\033[27u", "Esc" },
    { "\033[57414u", "Enter" },
    { "\033[32;2u", "S-Space" },
};
#define LATER     9 /* seconds, more than anything is waited for */
#define SEQUENCES (int)(sizeof sequences / sizeof *sequences)

static void check_name(key_code key, const char *expected)
{
    char name[KEY_NAME_ROOM];
    key_name(key, name);
    CHECK_EQ_STR(name, expected);
}

TEST("what terminals send becomes keys with names, whole or byte by byte")
{
    for (int i = 0; i < SEQUENCES; i++) {
        key_reader r = { 0 };
        key_event e;
        size_t n = strlen(sequences[i].bytes);
        key_reader_add(&r, sequences[i].bytes, n, 0);
        CHECK(key_reader_next(&r, 0, &e));
        check_name(e.key, sequences[i].name);
        CHECK_EQ_INT(e.size, n);
        CHECK(!e.resumed);
        CHECK(!key_reader_next(&r, LATER, &e));
        for (size_t k = 0; k < n; k++) {
            CHECK(!key_reader_next(&r, 0, &e));
            key_reader_add(&r, sequences[i].bytes + k, 1, 0);
        }
        CHECK(key_reader_next(&r, 0, &e));
        check_name(e.key, sequences[i].name);
        key_reader_free(&r);
    }
}

TEST("the name of a key is read as the key")
{
    for (int i = 0; i < SEQUENCES; i++) {
        key_code key = key_parse(sequences[i].name, strlen(sequences[i].name));
        check_name(key, sequences[i].name);
    }
    CHECK_EQ_INT(key_parse("F13", 3), 0);
    CHECK_EQ_INT(key_parse("X-a", 3), 0);
    CHECK_EQ_INT(key_parse("", 0), 0);
    CHECK_EQ_INT(key_parse("-", 1), '-');
    CHECK_EQ_INT(key_parse("C--", 3), PRESS_CONTROL | '-');
}

TEST("Escape alone is a key once nothing follows it")
{
    key_reader r = { 0 };
    key_event e;
    key_reader_add(&r, "\033", 1, 0);
    CHECK(!key_reader_next(&r, 0, &e));
    CHECK(key_reader_wait(&r) > 0 && key_reader_wait(&r) < 0.05); /* people wait for it */
    CHECK(!key_reader_next(&r, key_reader_wait(&r) / 2, &e));
    CHECK(key_reader_next(&r, LATER, &e));
    CHECK_EQ_INT(e.key, PRESS_ESCAPE);
    key_reader_add(&r, "\033\033[A", 4, 0);
    CHECK(key_reader_next(&r, 0, &e));
    CHECK_EQ_INT(e.key, PRESS_ESCAPE);
    CHECK(key_reader_next(&r, 0, &e));
    CHECK_EQ_INT(e.key, PRESS_UP);
    key_reader_free(&r);
}

TEST("a marked paste comes as one, however it is cut, and may hold escape sequences")
{
    static const char text[] = "\033[200~one\r\033[A\033two\033[201~x";
    for (size_t cut = 0; cut < sizeof text; cut++) {
        key_reader r = { 0 };
        key_event e;
        key_reader_add(&r, text, cut, 0);
        bool whole = key_reader_next(&r, 0, &e);
        key_reader_add(&r, text + cut, sizeof text - 1 - cut, 0);
        if (!whole) CHECK(key_reader_next(&r, 0, &e));
        CHECK_EQ_INT(e.key, PRESS_PASTE);
        CHECK_EQ_INT(e.size, 11);
        CHECK(memcmp(e.bytes, "one\r\033[A\033two", 11) == 0);
        while (key_reader_next(&r, 0, &e)) continue;
        CHECK_EQ_INT(e.key, 'x');
        key_reader_free(&r);
    }
}

TEST("mouse reports tell button and place; releases and moves are nothing")
{
    key_reader r = { 0 };
    key_event e;
    static const char reports[] = "\033[<0;12;3M\033[<0;12;3m\033[<35;1;1M\033[<65;1;1M";
    key_reader_add(&r, reports, sizeof reports - 1, 0);
    CHECK(key_reader_next(&r, 0, &e));
    CHECK_EQ_INT(e.key, PRESS_MOUSE);
    CHECK_EQ_INT(e.button, 0);
    CHECK_EQ_INT(e.x, 11);
    CHECK_EQ_INT(e.y, 2);
    CHECK(key_reader_next(&r, 0, &e));
    CHECK_EQ_INT(e.button, 65);
    CHECK(!key_reader_next(&r, LATER, &e));
    key_reader_free(&r);
}

TEST("any bytes are taken, and what is unknown is passed over whole")
{
    unsigned state = 7;
    for (int round = 0; round < 2000; round++) {
        key_reader r = { 0 };
        key_event e;
        char bytes[64];
        for (int i = 0; i < 64; i++) {
            state = state * 1664525u + 1013904223u;
            static const char often[] = "\033[<;0123456789~uMOA:?";
            bytes[i] =
                state >> 30 ? often[(state >> 16) % (sizeof often - 1)] : (char)(state >> 16);
        }
        key_reader_add(&r, bytes, 64, 0);
        int n = 0;
        while (key_reader_next(&r, LATER, &e) && n < 100) n++;
        CHECK(n < 100);
        key_reader_free(&r);
    }
    key_reader r = { 0 };
    key_event e;
    key_reader_add(&r, "\033[>1;2c\033[12;34Rx", 17, 0);
    CHECK(key_reader_next(&r, 0, &e));
    CHECK_EQ_INT(e.key, 'x');
    key_reader_free(&r);
}

static const char answers[] = "\033]11;rgb:1e1e/1e1e/2e2e\033\\\033[?62;22c";

TEST("what the terminal answers is no key, whole or cut anywhere, and keys may come before and "
     "after")
{
    for (size_t cut = 0; cut < sizeof answers; cut++) {
        key_reader r = { .asked = true };
        key_event e;
        key_reader_add(&r, "a", 1, 1);
        key_reader_add(&r, answers, cut, 1);
        CHECK(key_reader_next(&r, 1, &e));
        CHECK_EQ_INT(e.key, 'a');
        int n = 0;
        while (key_reader_next(&r, 1.1, &e) && e.key == PRESS_ANSWER) n++;
        key_reader_add(&r, answers + cut, sizeof answers - 1 - cut, 1.1);
        key_reader_add(&r, "b", 1, 1.1);
        while (key_reader_next(&r, 1.1, &e) && e.key == PRESS_ANSWER) n++;
        CHECK_EQ_INT(e.key, 'b');
        CHECK_EQ_INT(n, 2);
        CHECK(!r.asked);
        key_reader_free(&r);
    }
}

TEST("a terminal that was not asked has Alt-], and so has one that was, by itself")
{
    for (int asked = 0; asked < 2; asked++) {
        key_reader r = { .asked = asked };
        key_event e;
        key_reader_add(&r, "\033]", 2, 1);
        if (asked) CHECK(!key_reader_next(&r, 1.2, &e));
        CHECK(key_reader_next(&r, 1 + LATER, &e));
        check_name(e.key, "M-]");
        key_reader_add(&r, "\033]x", 3, 20);
        CHECK(key_reader_next(&r, 20, &e));
        check_name(e.key, "M-]");
        key_reader_free(&r);
    }
}

TEST("a key that comes in pieces over a slow line is one key, even after Escape was taken for "
     "another")
{
    static const char *const keys[] = { "\033[A", "\033[1;5C", "\033[15~", "\033OP", "\033[13;2u" };
    static const char *const names[] = { "Up", "C-Right", "F5", "F1", "S-Enter" };
    for (int i = 0; i < 5; i++) {
        size_t n = strlen(keys[i]);
        for (size_t cut = 1; cut < n; cut++) {
            key_reader r = { 0 };
            key_event e;
            key_reader_add(&r, keys[i], cut, 5);
            bool early = key_reader_next(&r, 5.09, &e);
            CHECK(early == (cut == 1));
            if (early) CHECK_EQ_INT(e.key, PRESS_ESCAPE);
            key_reader_add(&r, keys[i] + cut, n - cut, 5.1);
            CHECK(key_reader_next(&r, 5.1, &e));
            check_name(e.key, names[i]);
            CHECK(e.resumed == early);
            key_reader_add(&r, "x", 1, 5.11);
            CHECK(key_reader_next(&r, 5.11, &e));
            CHECK(e.key == 'x' && !e.resumed);
            key_reader_free(&r);
        }
    }
}

TEST("Escape and then a bracket are two keys, typed slowly or with nothing after it")
{
    for (int slowly = 0; slowly < 2; slowly++) {
        key_reader r = { 0 };
        key_event e;
        double now = 5 + (slowly ? 0.5 : 0.1);
        key_reader_add(&r, "\033", 1, 5);
        CHECK(key_reader_next(&r, 5.05, &e));
        key_reader_add(&r, "[", 1, now);
        CHECK(key_reader_next(&r, now, &e) == slowly);
        if (!slowly) CHECK(key_reader_next(&r, now + 0.15, &e));
        CHECK(e.key == '[' && !e.resumed);
        key_reader_free(&r);
    }
}

TEST("what Readline is given for a key is what xterm sends")
{
    static const struct {
        const char *name, *bytes;
    } keys[] = { { "a", "a" },          { "C-a", "\x01" },         { "M-b", "\033b" },
                 { "Up", "\033[A" },    { "C-Left", "\033[1;5D" }, { "Delete", "\033[3~" },
                 { "Enter", "\r" },     { "S-Enter", "\r" },       { "M-Backspace", "\033\x7f" },
                 { "S-Tab", "\033[Z" }, { "S-Space", " " },        { "\xC3\xA9", "\xC3\xA9" } };
    char bytes[16];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t n = key_bytes(key_parse(keys[i].name, strlen(keys[i].name)), bytes);
        CHECK_EQ_INT(n, strlen(keys[i].bytes));
        CHECK(memcmp(bytes, keys[i].bytes, n) == 0);
    }
    CHECK_EQ_INT(key_bytes(PRESS_F + 5, bytes), 0);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* How many alternatives there are in KEYS. */
static int count_keys(const char *keys)
{
    int n = 0;
    for (; *keys; keys += strcspn(keys, " ")) {
        keys += strspn(keys, " ");
        n++;
    }
    return n;
}

TEST("every key of the table is a key, and none has two meanings")
{
    view_bindings b;
    CHECK(view_bindings_start(&b));
    int n = 0;
    for (int i = 0; i < view_command_count; i++)
        n += count_keys(view_commands[i].command_keys) + count_keys(view_commands[i].edit_keys);
    CHECK_EQ_INT(b.n, n);
    for (int i = 0; i < b.n; i++)
        for (int k = 0; k < i; k++)
            if (b.list[i].mode == b.list[k].mode && b.list[i].keys[0] == b.list[k].keys[0])
                CHECK(b.list[i].keys[1] && b.list[k].keys[1]);
    view_bindings_free(&b);
}

TEST("every command has a name of its own, and help that fits its column")
{
    for (int i = 0; i < view_command_count; i++) {
        if (!view_commands[i].name) continue;
        CHECK_EQ_INT(view_command_find(view_commands[i].name, strlen(view_commands[i].name)), i);
        CHECK(*view_commands[i].help && strlen(view_commands[i].help) <= 44);
    }
}

static int command_of(const view_bindings *b, view_mode mode, const char *first, const char *second)
{
    int which = -2;
    const key_code keys[BINDING_KEYS] = { key_parse(first, strlen(first)),
                                          key_parse(second, strlen(second)) };
    view_found found = view_bindings_find(b, mode, keys, &which);
    return found == FOUND_COMMAND ? which : found == FOUND_BEGINNING ? -3 : -4;
}

TEST("a user's file gives keys and takes them, and its first mistake is told with its line")
{
    view_bindings b;
    char error[200] = "", shown[100];
    CHECK(view_bindings_start(&b));
    int quit = view_command_find("q", 1), run = view_command_find("run", 3);
    CHECK_EQ_INT(command_of(&b, MODE_COMMAND, "d", ""), -3);
    CHECK(view_bindings_read(&b, "keys",
                             "# mine\n\n command  Q  q # ends\nedit C-r run\ncommand d,d none\n"
                             "command r none\r\n",
                             error, sizeof error));
    CHECK_EQ_STR(error, "");
    CHECK_EQ_INT(command_of(&b, MODE_COMMAND, "Q", ""), quit);
    CHECK_EQ_INT(command_of(&b, MODE_EDIT, "C-r", ""), run);
    CHECK_EQ_INT(command_of(&b, MODE_COMMAND, "d", ""), -4);
    CHECK_EQ_INT(command_of(&b, MODE_COMMAND, "r", ""), -4);
    view_bindings_show(&b, MODE_COMMAND, run, shown, sizeof shown);
    CHECK_EQ_STR(shown, "F5  S-Enter");
    view_bindings_show(&b, MODE_COMMAND, run, shown, 9);
    CHECK_EQ_STR(shown, "F5");
    CHECK(!view_bindings_read(&b, "keys", "command X q\ncommand Y qq\nnormal Z q\n", error,
                              sizeof error));
    CHECK_EQ_STR(error, "keys:2: no such command; ? in the notebook lists them");
    CHECK_EQ_INT(command_of(&b, MODE_COMMAND, "X", ""), quit);
    CHECK(!view_bindings_read(&b, "keys", "normal Z q", error, sizeof error));
    CHECK_EQ_STR(error, "keys:1: the mode is command or edit");
    CHECK(!view_bindings_read(&b, "keys", "edit C-Z-q q", error, sizeof error));
    CHECK_EQ_STR(error, "keys:1: no such key; moonlab keys shows their names");
    CHECK(!view_bindings_read(&b, "keys", "edit q", error, sizeof error));
    CHECK_EQ_STR(error, "keys:1: three words are expected: MODE KEYS COMMAND");
    view_bindings_free(&b);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
