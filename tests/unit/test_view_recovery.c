/* What was typed outlives the process, whatever is asked and answered in between: the screen with files in a folder of its own,
** whose journals are put back as a process that was killed would leave them. */
#include "tests/unit/view_rig.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "repl/save.h"

#define JOURNAL ".moonlab/a.lua.journal.jsonl"

/* ---- files ----------------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text)
{
    char error[200];
    CHECK(file_make_folder(path, error, sizeof error));
    CHECK(file_save(path, text, strlen(text), NULL, error, sizeof error) == SAVE_DONE);
}

static bool has(const char *path, const char *text)
{
    char error[200];
    size_t size;
    char *bytes = file_read(path, &size, NULL, error, sizeof error);
    bool found = bytes && strstr(bytes, text);
    free(bytes);
    return found;
}

/* A folder to work in, which is left empty. */
static void enter_folder(void)
{
    static char folder[40];
    if (*folder) return;
    snprintf(folder, sizeof folder, "/tmp/moonlab-recovery-XXXXXX");
    CHECK(mkdtemp(folder) && chdir(folder) == 0);
}

static void leave_folder(void)
{
    close_rig();
    unsetenv("XDG_STATE_HOME");
    CHECK(system("rm -rf -- \"$PWD\"/* \"$PWD\"/.moonlab") == 0);
}

/* ---- notebooks ------------------------------------------------------------------------------- */

static void open_file(const char *path)
{
    char error[200];
    open_rig(NULL, 24, 80, PLOT_UTF8);
    CHECK(view_open(&v, path, error, sizeof error) && !*error);
    view_ask_opened(&v);
    draw();
}

/* The work of a process that was killed: TYPED in a cell of a.lua. */
static void lose(const char *typed)
{
    char keys[100], error[200];
    size_t size;
    write_file("a.lua", "-- %% one\nx = 1\n");
    write_file("b.lua", "-- %% two\ny = 2\n");
    open_file("a.lua");
    snprintf(keys, sizeof keys, "b Enter '%s' Esc", typed);
    type(keys);
    CHECK(view_note_edits(&v, true));
    char *bytes = file_read(JOURNAL, &size, NULL, error, sizeof error);
    close_rig();
    CHECK(bytes);
    if (bytes) write_file(JOURNAL, bytes);
    free(bytes);
}

static bool is_there(const char *typed)
{
    for (int i = 0; i < notebook_count(v.nb); i++)
        if (strstr(notebook_at(v.nb, i)->source, typed)) return true;
    return false;
}

static bool is_asked(const char *word)
{
    return v.question.on && strstr(v.question.text, word);
}

static void check_is_offered(const char *typed)
{
    open_file("a.lua");
    CHECK(is_asked("there is work that was not saved"));
    pass(1);
    type("r");
    CHECK(is_there(typed));
    close_rig();
}

static void answer_at_once(char key)
{
    view_question_key(&v, &(key_event){ .key = (key_code)key });
    draw();
}

/* ---- what is lost ---------------------------------------------------------------------------- */

TEST("what is typed before the answer does not take the place of what is offered")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type("Enter 'w'");
    pass(0.5);
    for (int i = 0; i < 10; i++, pass(0.5)) type("'w'");
    CHECK(view_question_wait(&v) > 0 || v.question.on);
    CHECK(!view_note_edits(&v, true));
    close_rig();
    check_is_offered("lost = 1");
    leave_folder();
}

TEST("all cells that were typed before the answer stand below what is recovered, those of the file "
     "do not")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type("b Enter 'typed = 1' Esc b Enter 'typed = 2' Esc j");
    pass(1);
    type("r");
    CHECK(is_there("lost = 1") && is_there("typed = 1") && is_there("typed = 2"));
    CHECK_EQ_INT(notebook_count(v.nb), 4);
    CHECK(has(JOURNAL, "typed = 2"));
    leave_folder();
}

TEST("what is dropped is dropped, and what was typed is noted")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type("b Enter 'typed = 1' Esc");
    pass(1);
    type("D");
    CHECK(!is_there("lost = 1") && is_there("typed = 1"));
    type("b Enter 'later = 1' Esc");
    CHECK(view_note_edits(&v, true));
    recovery r;
    char error[200];
    CHECK(journal_recover(JOURNAL, 0, &r, error, sizeof error) && r.notebook);
    CHECK_EQ_INT(notebook_count(r.notebook), 3);
    notebook_free(r.notebook);
    leave_folder();
}

TEST("a process that is ended before the answer leaves both")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type("b Enter 'typed = 1'");
    view_keep_found(&v);
    CHECK(view_note_edits(&v, true));
    CHECK(has(JOURNAL, "lost = 1") && has(JOURNAL, "typed = 1"));
    leave_folder();
}

TEST("another notebook, or :q!, before the answer: it is offered again")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type(": 'e b.lua' Enter");
    CHECK(!v.question.on && is_there("y = 2"));
    pass(1);
    type("r");
    CHECK(is_there("y = 2"));
    open_file("a.lua");
    type("b Enter 'dropped' Esc");
    type(": 'q!' Enter");
    CHECK(v.ends);
    check_is_offered("lost = 1");
    leave_folder();
}

TEST("saved under another name before the answer, the other file is not asked about it")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type(": 'w c.lua' Enter");
    CHECK(!v.question.on && strcmp(v.path, "c.lua") == 0);
    check_is_offered("lost = 1");
    leave_folder();
}

TEST("a question that comes between does not take the place of that about recovery")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type(": 'w b.lua' Enter");
    CHECK(is_asked("there is a file b.lua"));
    answer_at_once('c');
    CHECK(is_asked("there is work that was not saved"));
    pass(1);
    type("r");
    CHECK(is_there("lost = 1") && !v.question.on);
    leave_folder();
}

TEST("cells that wait, or have run, are not those of the notebook that is recovered")
{
    enter_folder();
    lose("lost = 1");
    open_file("a.lua");
    type("C-j b Enter 'typed = 1' F5");
    pass(1);
    answer_at_once('r');
    CHECK(is_there("lost = 1") && !v.running && v.nqueue == 0);
    for (int i = 0; i < notebook_count(v.nb); i++) CHECK(view_state_at(&v, i)->run == RUN_NEVER);
    leave_folder();
}

static const char ipynb[] =
    "{\"cells\": [{\"cell_type\": \"code\", \"execution_count\": null, \"metadata\": {}, "
    "\"outputs\": ["
    "{\"name\": \"stdout\", \"output_type\": \"stream\", \"text\": [\"precious\\n\"]}], "
    "\"source\": [\"f()\"]}],"
    " \"metadata\": {\"kept\": 1}, \"nbformat\": 4, \"nbformat_minor\": 5}\n";

TEST("what is recovered has the outputs of the cells that are as in the file")
{
    char error[200];
    size_t size;
    enter_folder();
    write_file("a.ipynb", ipynb);
    open_file("a.ipynb");
    type("b Enter 'lost = 1' Esc");
    CHECK(view_note_edits(&v, true));
    char *bytes = file_read(".moonlab/a.ipynb.journal.jsonl", &size, NULL, error, sizeof error);
    close_rig();
    if (bytes) write_file(".moonlab/a.ipynb.journal.jsonl", bytes);
    free(bytes);
    open_file("a.ipynb");
    pass(1);
    type("r");
    CHECK(is_there("lost = 1"));
    do_save(&v, "");
    CHECK(has("a.ipynb", "lost = 1") && has("a.ipynb", "precious") && has("a.ipynb", "kept"));
    leave_folder();
}

/* ---- where journals are ---------------------------------------------------------------------- */

TEST("by whatever name a file is opened, its journal is beside the file itself")
{
    enter_folder();
    lose("lost = 1");
    CHECK(mkdir("far", 0700) == 0 && symlink("../a.lua", "far/link.lua") == 0);
    open_file("far/link.lua");
    CHECK(is_asked("there is work that was not saved"));
    close_rig();
    CHECK(access("far/.moonlab", F_OK) < 0);
    leave_folder();
}

TEST("a link in the place of the lock or the journal is not followed")
{
    enter_folder();
    write_file("a.lua", "x = 1\n");
    write_file("precious", "precious\n");
    CHECK(mkdir(".moonlab", 0700) == 0);
    CHECK(symlink("../nowhere", ".moonlab/a.lua.lock") == 0);
    open_file("a.lua");
    CHECK(v.apart && access("nowhere", F_OK) < 0);
    close_rig();
    CHECK(unlink(".moonlab/a.lua.lock") == 0);
    CHECK(symlink("../precious", JOURNAL) == 0);
    open_file("a.lua");
    type("b Enter 'typed = 1' Esc");
    CHECK(!view_note_edits(&v, true) && v.message_is_error);
    CHECK(!has("precious", "typed"));
    CHECK(symlink("../precious", ".moonlab/a.lua.out.jsonl") == 0);
    do_save(&v, "");
    CHECK(has("a.lua", "typed") && has("precious", "precious\n"));
    leave_folder();
}

static void open_untitled(void)
{
    char here[200], error[200];
    CHECK(getcwd(here, sizeof here));
    open_rig(NULL, 24, 80, PLOT_UTF8);
    setenv("XDG_STATE_HOME", here, 1);
    CHECK(view_open(&v, NULL, error, sizeof error));
    view_ask_opened(&v);
    draw();
}

TEST("a journal that cannot be read stays")
{
    struct stat s;
    enter_folder();
    CHECK(mkdir("moonlab", 0700) == 0);
    CHECK(symlink("untitled-2.journal.jsonl", "moonlab/untitled-2.journal.jsonl") == 0);
    open_untitled();
    CHECK(!v.question.on);
    CHECK(lstat("moonlab/untitled-2.journal.jsonl", &s) == 0);
    leave_folder();
}

TEST("what is recovered stays in its journal until it is in another")
{
    struct rlimit usual, none = { 0, 0 };
    enter_folder();
    lose("lost = 1");
    CHECK(mkdir("moonlab", 0700) == 0);
    CHECK(rename(JOURNAL, "moonlab/untitled-1.journal.jsonl") == 0);
    open_untitled();
    CHECK(is_asked("untitled notebook"));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &usual);
    none.rlim_max = usual.rlim_max;
    setrlimit(RLIMIT_FSIZE, &none);
    view_question_key(&v, &(key_event){ .key = 'r' });
    setrlimit(RLIMIT_FSIZE, &usual);
    CHECK(is_there("lost = 1") && v.message_is_error);
    CHECK(has("moonlab/untitled-1.journal.jsonl", "lost = 1"));
    leave_folder();
}

TEST("where no journal can be written, that is said")
{
    enter_folder();
    write_file("a.lua", "x = 1\n");
    write_file(".moonlab", "in the way of a folder\n");
    open_file("a.lua");
    CHECK(!v.journal && strstr(v.message, "no journal can be written here"));
    leave_folder();
}

TEST("a file that others have changed is read again while a cell of it is edited")
{
    enter_folder();
    write_file("a.lua", "x = 1\n");
    open_file("a.lua");
    type("Enter 'y'");
    write_file("a.lua", "-- %%\nx = 22\n");
    do_save(&v, "");
    CHECK(is_asked("has been changed by another program"));
    type("r");
    CHECK(v.mode == MODE_COMMAND && is_there("x = 22"));
    type("Enter 'z'");
    CHECK(is_there("zx = 22"));
    leave_folder();
}

/* ---- questions ------------------------------------------------------------------------------- */

TEST("a question with a long path shows its answers")
{
    char path[1200] = "";
    while (strlen(path) < 1000) strcat(path, "0123456789/");
    open_rig(NULL, 24, 80, PLOT_UTF8);
    view_ask(&v, "oc", NULL, "there is a file %s: o overwrites it, c cancels", path);
    CHECK(is_asked("c cancels "));
    close_rig();
}

TEST("Tab after a command shows names, and no empty one")
{
    open_rig("-- %%\nx = 1\n", 24, 80, PLOT_UTF8);
    type(": 'help ' Tab");
    CHECK(*v.message && *v.message != ' ');
    close_rig();
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
