/* test_notebook_memory.c -- the notebook's model and files when memory is out: the k-th allocation fails, for k = 1, 2, …, and
** nothing worse comes of it than an error; nothing is leaked, and a notebook stays what it was. */
#include "repl/ipynb.h"
#include "repl/markdown_html.h"
#include "repl/notebook_compare.h"
#include "repl/notebook_journal.h"
#include "repl/notebook_json.h"
#include "repl/notebook_sidecar.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/notebook_random.h"

static const char text[] =
    "-- ---\n-- moonlab: {format: 1, seed: 4}\n-- ---\n\n-- %% a tags=[\"x\"]\nx\ny\n\n"
    "-- %% [markdown]\n-- # T\n-- |a|b|\n-- |-|-|\n-- * [c](d)\n\n-- %%\nx\n";

static notebook *made(void)
{
    notebook *nb = percent_parse(text, sizeof text - 1);
    outputs *o = nb ? notebook_outputs(nb, 0) : NULL;
    static char figure[] = "~", data[] = "<svg>", mime[] = "image/svg+xml", none[] = "";
    static char form[] =
        "moonlab figure 1\nshow 30 6 any\nfigure \"\" 1 1\nplaces 1\npanel \"\" 0 legend axes 1\n"
        "axis \"\" linear nan nan\naxis \"\" linear nan nan\naxis \"\" linear nan nan\n"
        "line 2 \"\" 1\ny f 1 2\n";
    if (o && outputs_print(o, false, "printed\n", 8) &&
        outputs_add(o, &(output){ .kind = OUTPUT_FIGURE,
                                  .text = figure,
                                  .size = 1,
                                  .data = data,
                                  .data_size = 5,
                                  .mime = mime }) &&
        outputs_add(o, &(output){ .kind = OUTPUT_FIGURE,
                                  .text = none,
                                  .data = form,
                                  .data_size = sizeof form - 1,
                                  .mime = none }))
        return nb;
    notebook_free(nb);
    return NULL;
}

static void operate(void)
{
    size_t n, m;
    notebook *nb = made();
    buffer before = { 0 }, after = { 0 };
    if (!nb) return;
    percent_print(nb, &before);
    (void)(notebook_insert(nb, 1, CELL_NOTE, "n", 1) && notebook_split(nb, 0, 1) &&
           notebook_move(nb, 0, 2, 1) && notebook_cut(nb, 0, 2) && notebook_paste(nb, 1) > 0 &&
           notebook_merge(nb, 0, 2) && notebook_set_type(nb, 0, 2, CELL_MARKDOWN) &&
           notebook_set_title(nb, 0, "t") && notebook_set_options(nb, 0, "k=1") &&
           notebook_edit(nb, 0, "e", 1, true) && notebook_edit(nb, 0, "ee", 2, true));
    char error[80];
    notebook_pattern *p = notebook_pattern_new("e", false, false, error, sizeof error);
    if (p) (void)notebook_replace(nb, p, "f", 0, notebook_count(nb));
    notebook_pattern_free(p);
    fail_at = 0; /* whatever of it was done, undone it is what it was */
    while (notebook_undo(nb, NULL)) continue;
    percent_print(nb, &after);
    char *a = before.failed ? NULL : buffer_take(&before, &n), *b = buffer_take(&after, &m);
    if (a && b) CHECK_EQ_BYTES(b, m, a, n);
    free(a);
    free(b);
    buffer_free(&before);
    notebook_free(nb);
}

TEST("operations that run out of memory leave the notebook as it was")
{
    sweep(operate);
}

static void write_and_read_ipynb(void)
{
    char error[200];
    notebook *nb = made(), *again = NULL;
    buffer b = { 0 };
    if (nb) ipynb_print(nb, &b);
    if (b.data && !b.failed) again = ipynb_parse("x", b.data, b.size, error, sizeof error);
    notebook_free(again);
    buffer_free(&b);
    notebook_free(nb);
}

TEST("Jupyter's notebooks run out of memory as an error")
{
    sweep(write_and_read_ipynb);
}

static void read_sidecar(void)
{
    static const char lines[] =
        "{\"moonlab\":\"sidecar\",\"format\":1,\"environment\":{\"a\":\"b\"}}\n"
        "{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"value\","
        "\"text\":\"1\\n\",\"data\":{\"bytes\":\"\xc3\xbf\"}}]}\n";
    char error[200];
    sidecar_header h = { 0 };
    notebook *nb = made();
    if (nb) sidecar_parse("s", lines, sizeof lines - 1, nb, &h, error, sizeof error);
    outputs *o =
        nb && notebook_at(nb, 0)->outputs ? compare_canonical(notebook_at(nb, 0)->outputs) : NULL;
    buffer b = { 0 };
    if (o) compare_show(&b, o, notebook_at(nb, 0)->outputs, 3);
    buffer_free(&b);
    outputs_release(o);
    json_decref(h.environment);
    notebook_free(nb);
}

TEST("a sidecar is read, or memory is out")
{
    sweep(read_sidecar);
}

static void recover(void)
{
    static const char lines[] =
        "{\"do\":\"base\",\"file\":\"1\",\"cells\":1,\"text\":\"-- %%\\nx\\n\"}\n"
        "{\"do\":\"edit\",\"at\":0,\"remove\":1,\"cells\":[{\"source\":\"q\"},"
        "{\"type\":\"note\",\"title\":\"t\",\"source\":\"r\",\"parts\":[1,1,1,true,"
        "true],\"raw\":\"abc\"}]}\n";
    recovery r;
    journal_recover_bytes(lines, sizeof lines - 1, 0, &r);
    notebook_free(r.notebook);
    notebook *nb = made();
    journal *j = nb ? journal_open("/dev/null/j", nb, 1) : NULL;
    char error[100];
    if (j && notebook_edit(nb, 0, "z", 1, false)) CHECK(!journal_edits(j, nb, error, sizeof error));
    journal_close(j);
    notebook_free(nb);
}

TEST("recovery runs out of memory with less recovered")
{
    sweep(recover);
}

static void render(void)
{
    buffer b = { 0 };
    markdown_to_html(&b, text, sizeof text - 1);
    buffer_free(&b);
    size_t n;
    free(text_without_controls("a\rb\033[1m\1", 8, &n));
}

TEST("Markdown and plain text run out of memory with a mark that says so")
{
    sweep(render);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
