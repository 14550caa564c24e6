/* view_rig.h -- the notebook's screen without a terminal and without a kernel, for tests.
**
**     type("j r")  ──►  view_key … view_draw ──►  view_canvas, curses on /dev/null ──►  screen_text()
**     prints("x\n"), value("42"), fails("…"), finishes(1.5): what a kernel would tell
**
** All of view_*.c is the program's own, but for the loop, whose clock stands here until `pass` moves it, and the terminal
** (view_terminal.c), in whose place is one that takes what is written and has any size. */
#ifndef VIEW_RIG_H
#define VIEW_RIG_H

#define _XOPEN_SOURCE          700
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_NOMACROS
#define overlay  curses_overlay /* not ours */
#define key_name curses_key_name
#include <curses.h>
#undef overlay
#undef key_name

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "repl/percent.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"
#include "repl/view_programs.h"
#include "repl/view_terminal.h"
#include "tests/unit/styled_dump.h"

#ifdef __SANITIZE_ADDRESS__ /* what Readline and curses keep */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libreadline\nleak:libncursesw\nleak:libtinfo";
}
#endif

/* ---- a clock --------------------------------------------------------------------------------- */

static double rig_now = 1000;

double view_now(void)
{
    return rig_now;
}

static inline void pass(double seconds)
{
    rig_now += seconds;
}

/* ---- a kernel that does what it is told ------------------------------------------------------ */

struct kernel {
    kernel_state state;
    long long id, asked; /* of the cell that runs; of the question that is open */
    long long ran[64];   /* which can be taken back */
    int nran, interrupts;
};

static kernel rig_kernel;

kernel *kernel_start(const kernel_options *options, char *error, size_t size)
{
    (void)options, (void)error, (void)size;
    rig_kernel = (kernel){ .state = KERNEL_IDLE };
    return &rig_kernel;
}

void kernel_stop(kernel *k)
{
    *k = (kernel){ .state = KERNEL_DEAD };
}

bool kernel_restart(kernel *k)
{
    *k = (kernel){ .state = KERNEL_IDLE };
    return true;
}

int kernel_fd(const kernel *k)
{
    (void)k;
    return -1;
}

int kernel_timeout(const kernel *k)
{
    (void)k;
    return -1;
}

bool kernel_poll(kernel *k, kernel_event *out)
{
    (void)k, (void)out;
    return false;
}

kernel_state kernel_state_of(const kernel *k)
{
    return k->state;
}

pid_t kernel_pid(const kernel *k)
{
    (void)k;
    return 0;
}

bool kernel_run(kernel *k, long long id, const char *name, const char *code, size_t size)
{
    (void)name, (void)code, (void)size;
    if (k->state != KERNEL_IDLE) return false;
    k->state = KERNEL_BUSY, k->id = id;
    if (k->nran < 64) k->ran[k->nran++] = id;
    return true;
}

bool kernel_ask(kernel *k, long long id, const char *what, const char *text, size_t size,
                size_t point)
{
    (void)what, (void)text, (void)size, (void)point;
    if (k->state != KERNEL_IDLE) return false;
    k->state = KERNEL_BUSY, k->asked = id;
    return true;
}

void kernel_resize(kernel *k, int columns, int rows, bool light)
{
    (void)k, (void)columns, (void)rows, (void)light;
}

void kernel_interrupt(kernel *k)
{
    k->interrupts++;
}

void kernel_kill(kernel *k)
{
    k->state = KERNEL_DEAD;
}

bool kernel_can_rewind(const kernel *k, long long id)
{
    for (int i = 0; i < k->nran; i++)
        if (k->ran[i] == id) return true;
    return false;
}

bool kernel_rewind(kernel *k, long long id)
{
    for (int i = 0; i < k->nran; i++)
        if (k->ran[i] == id) {
            k->nran = i, k->state = KERNEL_IDLE;
            return true;
        }
    return false;
}

size_t kernel_snapshot_size(const kernel *k, long long id)
{
    return kernel_can_rewind(k, id) ? 12000000 : 0;
}

size_t kernel_snapshot_memory(const kernel *k)
{
    return (size_t)k->nran * 12000000;
}

/* ---- a terminal of any size ------------------------------------------------------------------ */

static int rig_rows = 24, rig_columns = 80;
static FILE *rig_sent; /* what is written to it */
static SCREEN *rig_screen;

bool view_terminal_open(bool with_mouse, bool direct, char *error, size_t room)
{
    (void)with_mouse, (void)direct, (void)error, (void)room;
    return true;
}

bool view_terminal_ask(void)
{
    return false;
}

void view_terminal_close(void)
{
}

int view_terminal_fd(void)
{
    return -1;
}

void view_terminal_leave(void)
{
}

void view_terminal_enter(void)
{
}

void view_terminal_redraw(void)
{
    clearok(stdscr, TRUE);
}

void view_terminal_suspend(void)
{
}

const char *view_terminal_wishes(bool on, bool with_mouse)
{
    (void)on, (void)with_mouse;
    return "";
}

void view_terminal_resize(int *height, int *width)
{
    if (rig_rows != LINES || rig_columns != COLS) resize_term(rig_rows, rig_columns);
    *height = LINES, *width = COLS;
}

/* ---- the rig --------------------------------------------------------------------------------- */

static view v;
static invocation rig_invocation;

static inline void draw(void)
{
    view_pump(&v);
    view_ask_again(&v);
    view_draw(&v);
}

static inline void resize(int rows, int columns)
{
    rig_rows = rows, rig_columns = columns;
    view_terminal_resize(&v.rows, &v.columns);
    v.follow = true;
    view_tell_size(&v);
    draw();
}

static inline void close_rig(void)
{
    view_edit_end(&v);
    view_free(&v);
    memset(&v, 0, sizeof v);
}

/* Opens a notebook with TEXT, which has no file; NULL: a new one. */
static inline void open_rig(const char *text, int rows, int columns, plot_charset charset)
{
    static bool is_open;
    char error[200];
    close_rig();
    if (!is_open) {
        unsetenv("HOME"), unsetenv("XDG_STATE_HOME"), unsetenv("XDG_CONFIG_HOME");
        setenv("INPUTRC", "/dev/null", 1);
        CHECK(setlocale(LC_ALL, "C.UTF-8") && setlocale(LC_NUMERIC, "C"));
        rig_sent = tmpfile();
        FILE *in = fopen("/dev/null", "r");
        if (!rig_sent || !in || !(rig_screen = newterm("xterm-256color", rig_sent, in))) {
            printf("curses does not open\n");
            exit(1);
        }
        CHECK(view_editor_open(&v, error, sizeof error));
        is_open = true;
    }
    v.in = &rig_invocation;
    v.charset = charset;
    canvas_open(256, charset);
    CHECK(view_open(&v, NULL, error, sizeof error));
    if (text) {
        notebook_free(v.nb);
        v.nb = percent_parse(text, strlen(text));
        CHECK(v.nb);
        if (notebook_count(v.nb) == 0) notebook_insert(v.nb, 0, CELL_CODE, "", 0);
        v.path = copy_bytes("sheet.lua", 9);
    }
    CHECK(view_kernel_start(&v));
    view_read_bindings(&v);
    if (!text) view_edit_begin(&v, false);
    resize(rows, columns);
}

static inline void press(key_code key)
{
    char bytes[16];
    key_event e = { .key = key };
    e.size = key_bytes(key, bytes), e.bytes = bytes;
    view_key(&v, &e);
    draw();
}

/* Plays KEYS, apart by spaces, as they are called in commands.def; what is in '…' is typed letter by letter. */
static inline void type(const char *keys)
{
    while (*keys) {
        if (*keys == '\'') {
            for (keys++; *keys && *keys != '\'';) {
                size_t n = 1;
                while (((unsigned char)keys[n] & 0xC0) == 0x80) n++;
                press(*keys == ' ' ? ' ' : key_parse(keys, n));
                keys += n;
            }
            keys += *keys == '\'';
        } else if (*keys == ' ') {
            keys++;
        } else {
            size_t n = strcspn(keys, " ");
            key_code key = key_parse(keys, n);
            if (!key) TEST_FAIL("'%.*s' is no key", (int)n, keys);
            press(key);
            keys += n;
        }
    }
}

static inline void paste(const char *text)
{
    const key_event e = { .key = PRESS_PASTE, .bytes = text, .size = strlen(text) };
    view_key(&v, &e);
    draw();
}

static inline void tell(kernel_event_kind kind, const char *text, const json_t *data)
{
    view_hear(&v, &(kernel_event){ .kind = kind,
                                   .id = rig_kernel.id,
                                   .text = text,
                                   .size = text ? strlen(text) : 0,
                                   .data = data });
    draw();
}

static inline void prints(const char *text)
{
    tell(KERNEL_OUTPUT, text, NULL);
}

static inline void value(const char *text)
{
    tell(KERNEL_VALUE, text, NULL);
}

/* The cell that runs ends, after so many seconds. */
static inline void ends(session_status status, double seconds)
{
    pass(seconds);
    rig_kernel.state = KERNEL_IDLE;
    json_t *data = json_pack("{s:[],s:[]}", "reads", "writes");
    view_hear(&v, &(kernel_event){ .kind = KERNEL_DONE,
                                   .id = rig_kernel.id,
                                   .status = status,
                                   .seconds = seconds,
                                   .data = data });
    json_decref(data);
    draw();
}

static inline void fails(const char *message)
{
    tell(KERNEL_ERROR, message, NULL);
    ends(SESSION_ERROR, 0.0012);
}

/* The question that is open has this answer, which it takes. */
static inline void answers(json_t *data)
{
    rig_kernel.state = KERNEL_IDLE;
    view_hear(&v, &(kernel_event){ .kind = KERNEL_ANSWER, .id = rig_kernel.asked, .data = data });
    json_decref(data);
    draw();
}

/* ---- what is on the screen ------------------------------------------------------------------- */

static inline void put_code(buffer *b, uint32_t c)
{
    char s[5] = "";
    if (c < 0x80)
        s[0] = (char)c;
    else if (c < 0x800)
        s[0] = (char)(0xC0 | c >> 6), s[1] = (char)(0x80 | (c & 63));
    else if (c < 0x10000)
        s[0] = (char)(0xE0 | c >> 12), s[1] = (char)(0x80 | (c >> 6 & 63)),
        s[2] = (char)(0x80 | (c & 63));
    else
        s[0] = (char)(0xF0 | c >> 18), s[1] = (char)(0x80 | (c >> 12 & 63)),
        s[2] = (char)(0x80 | (c >> 6 & 63)), s[3] = (char)(0x80 | (c & 63));
    buffer_puts(b, s);
}

/* Line Y of the screen without the blanks at its end. */
static inline void put_line(buffer *b, int y)
{
    size_t end = b->size;
    for (int x = 0; x < COLS; x++) {
        cchar_t c;
        wchar_t text[CCHARW_MAX + 1];
        attr_t attributes;
        short pair;
        if (mvin_wch(y, x, &c) != OK || getcchar(&c, text, &attributes, &pair, NULL) != OK)
            continue;
        size_t before = b->size;
        for (int i = 0; text[i]; i++) put_code(b, (uint32_t)text[i]);
        if (text[0] != L' ' && b->size > before) end = b->size;
        int width = wcwidth(text[0]);
        if (width == 2) x++;
    }
    b->size = end;
    if (b->data) b->data[end] = '\0';
}

/* The screen's lines, then where its cursor is; freed by the caller.  Asking leaves the cursor where it is. */
static inline char *screen_text(void)
{
    buffer b = { 0 };
    int y, x, shown = curs_set(0);
    curs_set(shown);
    getyx(stdscr, y, x);
    for (int i = 0; i < LINES; i++) {
        put_line(&b, i);
        buffer_puts(&b, "\n");
    }
    if (shown)
        buffer_format(&b, "cursor at line %d, column %d\n", y, x);
    else
        buffer_puts(&b, "no cursor\n");
    wmove(stdscr, y, x);
    return buffer_take(&b, NULL);
}

#endif
