/* test_notebook_files.c -- a notebook's files: atomic saves, the sidecar of outputs, the journal and recovery from it. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/notebook_journal.h"
#include "repl/notebook_json.h"
#include "repl/notebook_load.h"
#include "repl/notebook_lock.h"
#include "repl/notebook_sidecar.h"
#include "repl/save.h"
#include "repl/sync_later.h"
#include "tests/unit/notebook_random.h"

static char folder[64], error[512];

static const char *in_folder(const char *name)
{
    static char path[4][128];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    if (f) fputs(text, f), fclose(f);
}

static void check_contents(const char *path, const char *expected)
{
    size_t n;
    char *text = file_read(path, &n, NULL, error, sizeof error);
    CHECK_EQ_STR(text ? text : error, expected);
    free(text);
}

/* ---- saving ---------------------------------------------------------------------------------- */

TEST("a save keeps the mode and the link, and leaves nothing beside the file")
{
    const char *real = in_folder("real.lua"), *name = in_folder("link.lua");
    put(real, "old");
    chmod(real, 0640);
    CHECK(symlink("real.lua", name) == 0);
    CHECK(file_save(name, "new", 3, NULL, error, sizeof error) == SAVE_DONE);
    struct stat s;
    CHECK(lstat(name, &s) == 0 && S_ISLNK(s.st_mode));
    CHECK(stat(real, &s) == 0 && (s.st_mode & 0777) == 0640);
    check_contents(real, "new");
    const char *hanging = in_folder("hanging.lua");
    CHECK(symlink("target.lua", hanging) == 0);
    CHECK(file_save(hanging, "x", 1, NULL, error, sizeof error) == SAVE_DONE);
    check_contents(in_folder("target.lua"), "x");
    char command[200];
    snprintf(command, sizeof command, "ls %s | grep -c new$ >/dev/null", folder);
    CHECK(system(command) != 0);
}

TEST("a file that has changed since it was read is not overwritten unasked")
{
    const char *path = in_folder("conflict.lua");
    put(path, "one");
    file_state state;
    size_t n;
    char *text = file_read(path, &n, &state, error, sizeof error);
    CHECK_EQ_STR(text, "one");
    free(text);
    CHECK(!file_changed(path, &state));
    CHECK(utimensat(AT_FDCWD, path, (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0) == 0);
    CHECK(!file_changed(path, &state)); /* only touched */
    put(path, "two!");
    save_options options = { .expected = &state, .state = &state };
    CHECK(file_save(path, "mine", 4, &options, error, sizeof error) == SAVE_CHANGED);
    CHECK(strstr(error, "conflict.lua: the file has been changed by another program") != NULL);
    check_contents(path, "two!");
    options.expected = NULL;
    CHECK(file_save(path, "mine", 4, &options, error, sizeof error) == SAVE_DONE);
    options.expected = &state;
    CHECK(file_save(path, "more", 4, &options, error, sizeof error) == SAVE_DONE);
    unlink(path);
    CHECK(file_save(path, "anew", 4, &options, error, sizeof error) == SAVE_DONE);
    options.new = true;
    CHECK(file_save(path, "x", 1, &options, error, sizeof error) == SAVE_EXISTS);
}

TEST("what cannot be written is an error with the path and the reason")
{
    CHECK(file_save(in_folder("no/such/x.lua"), "x", 1, NULL, error, sizeof error) == SAVE_FAILED);
    CHECK(strstr(error, "no/such/x.lua: No such file or directory") != NULL);
    CHECK(file_save(folder, "x", 1, NULL, error, sizeof error) == SAVE_FAILED);
    CHECK(strstr(error, "Is a directory") != NULL);
    CHECK(file_save("/dev/full", "x", 1, NULL, error, sizeof error) == SAVE_FAILED);
    CHECK_EQ_STR(error, "/dev/full: No space left on device");
    size_t n;
    CHECK(file_read(folder, &n, NULL, error, sizeof error) == NULL);
    CHECK(strstr(error, "Is a directory") != NULL);
    const char *loop = in_folder("loop");
    CHECK(symlink("loop", loop) == 0);
    CHECK(file_save(loop, "x", 1, NULL, error, sizeof error) == SAVE_FAILED);
}

TEST("what is synced later is there at once, with a thread and without")
{
    save_options later = { .later = true };
    for (int i = 0; i < 2; i++) {
        if (i) sync_start();
        for (int k = 0; k < 200; k++) {
            const char *path = in_folder("later.lua");
            CHECK(file_save(path, "one\n", 4, &later, error, sizeof error) == SAVE_DONE);
            CHECK(file_append(path, "two\n", 4, error, sizeof error));
            check_contents(path, "one\ntwo\n");
        }
        sync_finish();
    }
    int fd = open("/dev/null", O_RDONLY); /* no file was left open */
    CHECK(fd >= 0 && fd < 10);
    close(fd);
}

/* ---- locks ----------------------------------------------------------------------------------- */

TEST("a lock names the process that has it, and goes with it, killed or not")
{
    const char *path = in_folder("locks/.moonlab/a.lua.lock");
    int ready[2];
    char byte;
    notebook_lock l, mine;
    long holder;
    mkdir(in_folder("locks"), 0777);
    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        bool good = lock_take(&l, path, &holder) == LOCK_TAKEN && write(ready[1], "!", 1) == 1;
        for (; good;) pause();
        _exit(1);
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    CHECK(lock_take(&mine, path, &holder) == LOCK_OTHER);
    CHECK_EQ_INT(holder, pid);
    lock_release(&mine); /* which was not had */
    CHECK(access(path, F_OK) == 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CHECK(access(path, F_OK) == 0);
    CHECK(lock_take(&mine, path, &holder) == LOCK_TAKEN);
    lock_release(&mine);
    CHECK(access(in_folder("locks/.moonlab"), F_OK) != 0);
    CHECK(lock_take(&mine, "/proc/none/a.lock", &holder) == LOCK_IMPOSSIBLE && holder == 0);
    close(ready[0]), close(ready[1]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

TEST("JSON is printed as Jansson prints it")
{
    static const char *const texts[] = {
        "{\"a\":[],\"b\":{},\"\":[[1,-2],{\"x\":null}],\"t\":true,\"f\":false}",
        "[0.1,1e300,-0.0,3.0,9223372036854775807,\"\\\\\",\"\\\"\",\"/\"]",
        "[\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001b\\u001f\\u007f\\u00e9\\ud83d\\ude00 plain\"]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *value = json_loads(texts[i], JSON_ALLOW_NUL, NULL);
        char *expected = json_dumps(value, JSON_COMPACT);
        buffer b = { 0 };
        json_print(&b, value, JSON_COMPACT);
        CHECK(expected && !b.failed);
        CHECK_EQ_STR(b.data, expected);
        free(expected);
        buffer_free(&b);
    }
}

/* ---- sidecar --------------------------------------------------------------------------------- */

static notebook *with_outputs(void)
{
    notebook *nb = percent_parse("-- %%\nx\n-- %%\nx\n-- %%\ny\n-- %% [markdown]\n-- y\n", 46);
    static char stream[] = "a\r10 %\r\033[1mb\033[0m table: 0x55d0c8a3f2b0\n", value[] = "0.1\n";
    static char digits[] = "0.10000000000000001", none[] = "", bytes[] = "\x89PNG\xff";
    outputs *o = notebook_outputs(nb, 0);
    CHECK(outputs_print(o, false, stream, sizeof stream - 1) && outputs_print(o, true, "!", 1));
    CHECK(outputs_add(o, &(output){ .kind = OUTPUT_VALUE,
                                    .text = value,
                                    .size = 4,
                                    .data = digits,
                                    .data_size = sizeof digits - 1 }));
    o = notebook_outputs(nb, 1);
    CHECK(outputs_add(o, &(output){ .kind = OUTPUT_IMAGE,
                                    .text = none,
                                    .data = bytes,
                                    .data_size = 5,
                                    .mime = (char[]){ "image/png" } }));
    notebook_outputs(nb, 2)->seconds = 1;
    return nb;
}

TEST("a sidecar has the outputs in canonical form, and gives each cell its own")
{
    notebook *nb = with_outputs();
    const char *file = in_folder("side.lua");
    sidecar_header h = { .seed = 18446744073709551615u };
    h.environment = json_pack("{s:s}", "instructions", "avx2");
    CHECK(sidecar_write(file, nb, &h, error, sizeof error));
    json_decref(h.environment);
    check_contents(
        in_folder(".moonlab/side.lua.out.jsonl"),
        "{\"moonlab\":\"sidecar\",\"format\":1,\"source\":\"7f989920d5bbfe55\",\"seed\":"
        "\"18446744073709551615\",\"environment\":{\"instructions\":\"avx2\"}}\n"
        "{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"stream\",\"text\":\"b "
        "table: 0x\u2026\\n!\"},{\"kind\":\"value\",\"text\":\"0.1\\n\",\"data\":"
        "\"0.10000000000000001\"}]}\n"
        "{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"image\",\"data\":{"
        "\"bytes\":\"\xc2\x89PNG\xc3\xbf\"},\"mime\":\"image/png\"}]}\n"
        "{\"source\":\"af63f44c86021554\",\"outputs\":[]}\n");
    notebook *other = percent_parse("-- %%\ny\n-- %%\nz\n-- %%\nx\n-- %%\nx\n", 32);
    CHECK(sidecar_read(file, other, &h, error, sizeof error) == SIDECAR_READ);
    CHECK(h.seed == 18446744073709551615u && h.source == sidecar_source(nb));
    json_decref(h.environment);
    CHECK(notebook_at(other, 0)->outputs != NULL && notebook_at(other, 1)->outputs == NULL);
    CHECK_EQ_STR(notebook_at(other, 2)->outputs->list[1].data, "0.10000000000000001");
    const output *image = &notebook_at(other, 3)->outputs->list[0];
    CHECK(image->data_size == 5 && memcmp(image->data, "\x89PNG\xff", 5) == 0);
    notebook_free(other);
    notebook_free(nb);
}

TEST("a sidecar that is not there is none, one that is broken says where")
{
    static const struct {
        const char *text, *message;
    } broken[] = {
        { "{\"moonlab\":\"sidecar\",\"format\":2}\n", ":1: no header of a sidecar of format 1" },
        { "[]\n", ":1: no header" },
        { "{\"moonlab\":\"sidecar\",\"format\":1}\n{\"source\":\"a\"}\n", ":2: no outputs" },
        { "{\"moonlab\":\"sidecar\",\"format\":1}\n{\"source\":", ":2: " },
        { "{\"moonlab\":\"sidecar\",\"format\":1}\n{\"source\":\"af63f54c86021707\",\"outputs\":"
          "[{\"kind\":\"poem\"}]}\n",
          ":2: an output that is none" },
    };
    notebook *nb = percent_parse("x\n", 2);
    sidecar_header h;
    CHECK(sidecar_read(in_folder("none.lua"), nb, &h, error, sizeof error) == SIDECAR_NONE);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const char *text = broken[i].text;
        CHECK(sidecar_parse("s", text, strlen(text), nb, &h, error, sizeof error) ==
              SIDECAR_BROKEN);
        json_decref(h.environment);
        if (!strstr(error, broken[i].message)) TEST_FAIL("case %zu says: %s", i, error);
    }
    notebook_free(nb);
}

/* ---- the notebook's own file ------------------------------------------------------------------ */

TEST("a notebook is loaded with its outputs, edited, and stored unless somebody else has written")
{
    const char *path = in_folder("nb.lua");
    put(path, "-- %%\nx\n");
    put(in_folder(".moonlab/nb.lua.out.jsonl"),
        "{\"moonlab\":\"sidecar\",\"format\":1}\n{\"source\":\"af63f54c86021707\",\"outputs\":["
        "{\"kind\":\"value\",\"text\":\"1\\n\"}]}\n");
    notebook_file f;
    CHECK(notebook_load(path, true, &f, error, sizeof error));
    CHECK(!f.is_script && !f.is_ipynb && f.sidecar == SIDECAR_READ);
    CHECK_EQ_STR(notebook_outputs(f.notebook, 0)->list[0].text, "1\n");
    CHECK(notebook_edit(f.notebook, 0, "y", 1, false) && notebook_modified(f.notebook));
    save_options o = { .expected = &f.state, .state = &f.state };
    CHECK(notebook_store(f.notebook, path, &o, &f.header, error, sizeof error) == SAVE_DONE);
    CHECK(!notebook_modified(f.notebook));
    check_contents(path, "-- %%\ny\n");
    CHECK(notebook_edit(f.notebook, 0, "x", 1, false));
    CHECK(notebook_store(f.notebook, path, &o, &f.header, error, sizeof error) == SAVE_DONE);
    check_contents(in_folder(".moonlab/nb.lua.out.jsonl"),
                   "{\"moonlab\":\"sidecar\",\"format\":1,\"source\":\"ab94e7c5c7b32b5e\",\"seed\":"
                   "\"0\"}\n{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"value\","
                   "\"text\":\"1\\n\"}]}\n");
    put(path, "-- %%\nother\n");
    CHECK(notebook_edit(f.notebook, 0, "mine", 4, false));
    CHECK(notebook_store(f.notebook, path, &o, NULL, error, sizeof error) == SAVE_CHANGED);
    CHECK(notebook_modified(f.notebook));
    o = (save_options){ 0 };
    CHECK(notebook_store(f.notebook, path, &o, NULL, error, sizeof error) == SAVE_DONE);
    const char *jupyter = in_folder("nb.ipynb");
    CHECK(notebook_store(f.notebook, jupyter, &o, &f.header, error, sizeof error) == SAVE_DONE);
    notebook_unload(&f);
    CHECK(notebook_load(jupyter, true, &f, error, sizeof error));
    CHECK(f.is_ipynb);
    CHECK_EQ_STR(notebook_at(f.notebook, 0)->source, "mine");
    CHECK_EQ_STR(notebook_at(f.notebook, 0)->outputs->list[0].text, "1\n");
    notebook_unload(&f);
    put(in_folder("outputs.lua"), "x\n");
    CHECK(notebook_load(in_folder("outputs.lua"), true, &f, error, sizeof error));
    notebook_outputs(f.notebook, 0);
    mkdir(in_folder("blocked"), 0777);
    put(in_folder("blocked/.moonlab"), "no folder");
    CHECK(notebook_store(f.notebook, in_folder("blocked/x.lua"), &o, &f.header, error,
                         sizeof error) == SAVE_PARTLY);
    CHECK(strstr(error, "blocked/.moonlab") != NULL);
    check_contents(in_folder("blocked/x.lua"), "x\n");
    notebook_unload(&f);
    CHECK(mkfifo(in_folder("pipe.lua"), 0600) == 0);
    CHECK(!notebook_load(in_folder("pipe.lua"), true, &f, error, sizeof error));
    CHECK(strstr(error, "a notebook is an ordinary file") != NULL);
    put(path, "\033Lua");
    CHECK(!notebook_load(path, true, &f, error, sizeof error));
    CHECK(strstr(error, "compiled Lua code is never loaded") != NULL);
    put(path, "print(1)\n");
    CHECK(notebook_load(path, false, &f, error, sizeof error) && f.is_script);
    notebook_unload(&f);
}

/* ---- journal --------------------------------------------------------------------------------- */

static const char start[] = "-- %% a\r\nx = 1\r\n\r\n-- %%  b\r\ny \xff\r\n";
enum { START = sizeof start - 1 };

static void check_recovered(const char *bytes, size_t size, const char *expected)
{
    recovery r;
    CHECK(journal_recover_bytes(bytes, size, hash_bytes(start, START), &r));
    size_t n = 0;
    char *text = r.notebook ? print_notebook(r.notebook, &n) : copy_bytes("nothing", 7);
    CHECK_EQ_STR(text, expected);
    if (r.notebook) CHECK(!r.file_changed && r.time > 1600000000);
    free(text);
    notebook_free(r.notebook);
}

TEST("what was edited is recovered from the journal, wherever it was cut off")
{
    const char *path = in_folder(".moonlab/j.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, hash_bytes(start, START));
    CHECK(journal_edits(j, nb, error, sizeof error));
    CHECK(access(path, F_OK) != 0); /* nothing was done yet */
    char *texts[4];
    size_t ends[4], n;
    texts[0] = copy_bytes("nothing", 7), ends[0] = 0;
    for (int i = 1; i < 4; i++) {
        if (i == 1) CHECK(notebook_edit(nb, 0, "x = 2\xfe", 6, false));
        if (i == 2) CHECK(notebook_move(nb, 0, 1, 1) && notebook_insert(nb, 0, CELL_NOTE, "n", 1));
        if (i == 3) CHECK(notebook_delete(nb, 1, 1));
        CHECK(journal_edits(j, nb, error, sizeof error));
        CHECK(journal_run(j, 7, 0.5, "ok", error, sizeof error));
        texts[i] = print_notebook(nb, &n);
        char *all = file_read(path, &ends[i], NULL, error, sizeof error);
        free(all);
    }
    size_t size;
    char *all = file_read(path, &size, NULL, error, sizeof error);
    for (size_t cut = 0; cut <= size; cut++) {
        int known = 0;
        for (size_t at = 0, lines = 0; at < cut; at++)
            if (all[at] == '\n') known = (int)(++lines) / 2; /* base, edit, run, edit, run, … */
        check_recovered(all, cut, texts[known > 3 ? 3 : known]);
        if (test_failures) break;
    }
    free(all);
    journal_close(j);
    j = journal_open(path, nb, 0);
    CHECK_NEAR(journal_duration(j, 7), 0.5, 0);
    CHECK(journal_duration(j, 8) < 0);
    journal_close(j);
    for (int i = 0; i < 4; i++) free(texts[i]);
    notebook_free(nb);
}

TEST("a journal does not grow without end, and nothing is lost when it begins anew")
{
    enum { SIZE = 1 << 20, EDITS = 150 };
    const char *path = in_folder(".moonlab/g.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, 1);
    char *text = malloc(SIZE);
    struct stat s;
    recovery r;
    off_t most = 0;
    memset(text, 'x', SIZE);
    CHECK(journal_run(j, 7, 0.5, "ok", error, sizeof error));
    for (int i = 0; i < EDITS; i++) {
        text[snprintf(text, 20, "n = %d --", i)] = ' '; /* in the place of the NUL */
        CHECK(notebook_edit(nb, 0, text, SIZE, false) && journal_edits(j, nb, error, sizeof error));
        if (stat(path, &s) == 0 && s.st_size > most) most = s.st_size;
    }
    CHECK(most < 70 << 20);
    CHECK(notebook_edit(nb, 1, "y = 5", 5, false) && journal_edits(j, nb, error, sizeof error));
    CHECK(journal_recover(path, 1, &r, error, sizeof error) && r.notebook && !r.file_changed);
    CHECK_EQ_INT(notebook_count(r.notebook), notebook_count(nb));
    for (int i = 0; i < notebook_count(nb); i++)
        CHECK_EQ_STR(notebook_at(r.notebook, i)->source, notebook_at(nb, i)->source);
    notebook_free(r.notebook);
    journal_close(j);
    j = journal_open(path, nb, 1);
    CHECK_NEAR(journal_duration(j, 7), 0.5, 0);
    journal_close(j);
    unlink(path);
    free(text);
    notebook_free(nb);
}

TEST("after a save nothing is unsaved, and what is edited then is recovered on top of it")
{
    const char *path = in_folder(".moonlab/s.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, hash_bytes(start, START));
    recovery r;
    CHECK(notebook_edit(nb, 0, "x = 3", 5, false) && journal_edits(j, nb, error, sizeof error));
    CHECK(journal_recover(path, hash_bytes("other", 5), &r, error, sizeof error));
    CHECK(r.notebook != NULL && r.file_changed && r.edits == 1);
    notebook_free(r.notebook);
    size_t n;
    char *text = print_notebook(nb, &n);
    CHECK(journal_recover(path, hash_bytes(text, n), &r, error, sizeof error) && !r.notebook);
    CHECK(journal_saved(j, nb, hash_bytes(text, n), error, sizeof error));
    CHECK(journal_recover(path, 0, &r, error, sizeof error) && !r.notebook);
    CHECK(notebook_edit(nb, 1, "z", 1, false) && journal_edits(j, nb, error, sizeof error));
    CHECK(journal_recover(path, hash_bytes(text, n), &r, error, sizeof error) && r.notebook);
    CHECK_EQ_STR(notebook_at(r.notebook, 1)->source, "z");
    CHECK_EQ_STR(notebook_at(r.notebook, 0)->source, "x = 3");
    notebook_free(r.notebook);
    CHECK(journal_discarded(j, error, sizeof error));
    CHECK(journal_recover(path, 0, &r, error, sizeof error) && !r.notebook);
    CHECK(journal_recover(in_folder("none"), 0, &r, error, sizeof error) && !r.notebook);
    free(text);
    journal_close(j);
    notebook_free(nb);
}

TEST("an edit that was torn by a full disk is noted again as soon as there is room")
{
    const char *path = in_folder(".moonlab/f.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, 1);
    struct rlimit before, full;
    struct stat s;
    signal(SIGXFSZ, SIG_IGN);
    CHECK(notebook_edit(nb, 0, "x = 3", 5, false) && journal_edits(j, nb, error, sizeof error));
    CHECK(stat(path, &s) == 0 && getrlimit(RLIMIT_FSIZE, &before) == 0);
    full = (struct rlimit){ .rlim_cur = (rlim_t)s.st_size + 20, .rlim_max = before.rlim_max };
    CHECK(setrlimit(RLIMIT_FSIZE, &full) == 0);
    CHECK(notebook_edit(nb, 0, "x = 4", 5, false));
    CHECK(!journal_edits(j, nb, error, sizeof error));
    CHECK(strstr(error, "f.lua.journal.jsonl: File too large") != NULL);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(notebook_edit(nb, 1, "y = 5", 5, false) && journal_edits(j, nb, error, sizeof error));
    recovery r;
    CHECK(journal_recover(path, 1, &r, error, sizeof error) && r.notebook);
    CHECK_EQ_STR(notebook_at(r.notebook, 0)->source, "x = 4");
    CHECK_EQ_STR(notebook_at(r.notebook, 1)->source, "y = 5");
    notebook_free(r.notebook);
    journal_close(j);
    notebook_free(nb);
}

TEST("work that was offered and dropped is not offered again")
{
    const char *path = in_folder(".moonlab/d.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, 1);
    CHECK(notebook_edit(nb, 0, "x = 3", 5, false) && journal_edits(j, nb, error, sizeof error));
    journal_close(j);
    j = journal_open(path, nb, 1);
    recovery r;
    CHECK(journal_recover(path, 1, &r, error, sizeof error) && r.notebook);
    notebook_free(r.notebook);
    CHECK(journal_discarded(j, error, sizeof error));
    CHECK(journal_recover(path, 1, &r, error, sizeof error) && !r.notebook);
    journal_close(j);
    notebook_free(nb);
}

TEST("a save begins a journal anew that has become large, and keeps what is known of runs")
{
    const char *path = in_folder(".moonlab/l.lua.journal.jsonl");
    notebook *nb = percent_parse(start, START);
    journal *j = journal_open(path, nb, 1);
    char *large = malloc(600000);
    memset(large, 'x', 600000);
    CHECK(journal_run(j, 42, 2.5, "ok", error, sizeof error));
    for (size_t i = 0; i < 3; i++)
        CHECK(notebook_edit(nb, 0, large, 600000 - i, false) &&
              journal_edits(j, nb, error, sizeof error));
    free(large);
    CHECK(journal_saved(j, nb, 2, error, sizeof error));
    struct stat s;
    CHECK(stat(path, &s) == 0 && s.st_size < 200);
    CHECK(notebook_undo(nb, NULL) && journal_edits(j, nb, error, sizeof error));
    journal_close(j);
    recovery r;
    CHECK(journal_recover(path, 2, &r, error, sizeof error) && r.notebook && !r.file_changed);
    CHECK_EQ_INT(notebook_at(r.notebook, 0)->size, 599999);
    j = journal_open(path, r.notebook, 2);
    CHECK_NEAR(journal_duration(j, 42), 2.5, 0);
    journal_close(j);
    notebook_free(r.notebook);
    notebook_free(nb);
}

TEST("a journal of random bytes is nothing, or something, but never worse")
{
    random_state = 5;
    static const char *const pieces[] = {
        "{\"do\":\"base\",\"text\":\"-- %%\\nx\\n\",\"cells\":1}",
        "\n",
        "{\"do\":\"edit\"",
        ",\"at\":0",
        ",\"at\":-1",
        ",\"remove\":1",
        ",\"remove\":9",
        ",\"cells\":[",
        "{\"source\":\"q\"}",
        ",{\"type\":\"poem\"}",
        "]}",
        "}",
        "{\"do\":\"save\"}\n",
        "[[",
        "\xff",
        "{\"parts\":[1,1,1,true,true],\"raw\":\"abc\"}",
        "{\"parts\":[9,1,-7,true,true],\"raw\":\"abc\"}",
    };
    for (int k = 0; k < 5000; k++) {
        buffer b = { 0 };
        for (unsigned i = random_below(25); i > 0; i--)
            buffer_puts(&b, pieces[random_below(sizeof pieces / sizeof *pieces)]);
        size_t n;
        char *bytes = buffer_take(&b, &n);
        recovery r;
        CHECK(journal_recover_bytes(bytes, n, 0, &r));
        notebook_free(r.notebook);
        free(bytes);
    }
}

int main(int argc, char **argv)
{
    strcpy(folder, "/tmp/moonlab-notebook-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    int status = test_main(argc, argv);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? status : 1;
}
