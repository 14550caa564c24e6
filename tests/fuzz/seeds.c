/* seeds.c -- see seeds.h.  What the core can write it writes, the rest is put together here. */
#include "tests/fuzz/seeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/files/npz.h"
#include "plot/plot.h"

static void put(fuzz_seed *seed, const void *bytes, size_t n)
{
    if (n > sizeof seed->bytes - seed->n) n = sizeof seed->bytes - seed->n;
    memcpy(seed->bytes + seed->n, bytes, n);
    seed->n += n;
}

/* ---- what the core writes -------------------------------------------------------------------- */

static int write_npy(const char *path, int variant)
{
    static const ml_dtype dtypes[] = { ML_F32, ML_BF16, ML_BOOL, ML_I64 };
    static const int64_t shape[] = { 2, 3, 1 };
    ml_tensor *t = ml_zeros((ml_spec){ .dtype = dtypes[variant % 4] }, variant % 4, shape);
    return ml_npy_save(path, t) == ML_OK;
}

static ml_named some_tensors(void)
{
    ml_named named = { 0 };
    ml_tensor *a = ml_zeros((ml_spec){ .dtype = ML_F32 }, 2, (int64_t[]){ 2, 3 });
    ml_tensor *b = ml_zeros((ml_spec){ .dtype = ML_U8 }, 1, (int64_t[]){ 3 });
    if (ml_named_add(&named, "layer.weight", a) != ML_OK || ml_named_add(&named, "b", b) != ML_OK ||
        ml_named_add_text(&named, "note", "text") != ML_OK)
        ml_named_free(&named);
    return named;
}

static int write_npz(const char *path, int variant)
{
    ml_named named = some_tensors();
    ml_status status = ml_npz_save_from(path, &named, variant & 1, variant & 2 ? 0 : ML_ZIP64_FROM);
    ml_named_free(&named);
    return status == ML_OK;
}

static int write_safetensors(const char *path, int variant)
{
    ml_named named = some_tensors();
    if (variant == 1) ml_named_free(&named);
    ml_status status = ml_safetensors_save(path, &named);
    ml_named_free(&named);
    return status == ML_OK;
}

static int through_file(fuzz_seed *seed, int (*write)(const char *path, int variant), int variant)
{
    char path[] = "/tmp/moonlab-seed-XXXXXX";
    int fd = mkstemp(path), good = 0;
    if (fd < 0) return 0;
    ml_scope scope;
    ml_scope_open(&scope);
    FILE *f = write(path, variant) ? fopen(path, "rb") : NULL;
    ml_scope_close(&scope);
    if (f) {
        seed->n = fread(seed->bytes, 1, sizeof seed->bytes, f);
        good = 1;
        fclose(f);
    }
    unlink(path);
    close(fd);
    return good;
}

/* ---- the rest -------------------------------------------------------------------------------- */

static int make_idx(fuzz_seed *seed, int variant)
{
    static const uint8_t plain[] = { 0, 0, 0x0b, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 0xff, 0xfe };
    z_stream z = { .next_in = (Bytef *)(uintptr_t)plain, .avail_in = sizeof plain };
    if (variant == 0) return put(seed, plain, sizeof plain), 1;
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    z.next_out = seed->bytes, z.avail_out = sizeof seed->bytes;
    int good = deflate(&z, Z_FINISH) == Z_STREAM_END;
    seed->n = sizeof seed->bytes - z.avail_out;
    deflateEnd(&z);
    return good;
}

static int make_cifar(fuzz_seed *seed, int variant)
{
    (void)variant;
    for (int i = 0; i < 3073; i++) put(seed, &(uint8_t){ (uint8_t)(i % 10) }, 1);
    return 1;
}

static int make_csv(fuzz_seed *seed, int variant)
{
    static const char *const texts[] = {
        "\1x,y\n1,2\n3,-4.5e-3\n,NA\n",
        "\x80"
        "1;\"2\"\r\n\"3\"\"\n\";?\r",
        "\4"
        "1,2,3\n4,5,6",
        "\2sex,alone,\"a, b\"\nmale,True,\"say "
        "\"\"x\"\"\"\n,,\xc3\xa9\nfemale,False,\"two\nlines\"\n",
        "\x40zip,n\n01,1e400\n02,inf\n",
    };
    put(seed, texts[variant], strlen(texts[variant]));
    return 1;
}

static int make_percent(fuzz_seed *seed, int variant)
{
    static const char *const texts[] = {
        "-- ---\n-- moonlab: {format: 1, seed: 42}\n-- title: XOR\n-- ---\n\n-- %% [markdown]\n-- "
        "# XOR\n--\n"
        "-- text\n\n-- %% a title tags=[\"parameters\"]\nlr = 0.5\n",
        "\xEF\xBB\xBF#!/usr/bin/env moonlab\r\nlocal a = 1\r\n\r\n-- %%\r\n\ta\r",
    };
    put(seed, texts[variant], strlen(texts[variant]));
    return 1;
}

static int make_ipynb(fuzz_seed *seed, int variant)
{
    static const char *const texts[] = {
        "{\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{\"title\":\"T\",\"x "
        "y\":[1]},\"cells\":[{\"cell_type\":"
        "\"code\",\"id\":\"a\",\"metadata\":{\"tags\":[\"raises\"],\"k\":{\"a\":1.5}},\"source\":["
        "\"x\\n\",\"y\"],"
        "\"execution_count\":1,\"outputs\":[{\"output_type\":\"stream\",\"name\":\"stderr\","
        "\"text\":\"t\"},"
        "{\"output_type\":\"display_data\",\"metadata\":{},\"data\":{\"image/png\":\"AAEC\",\"text/"
        "plain\":[\"p\"]}},"
        "{\"output_type\":\"error\",\"ename\":\"E\",\"evalue\":\"v\",\"traceback\":[\"\\u001b["
        "31mt\"]}]},"
        "{\"cell_type\":\"markdown\",\"metadata\":{},\"source\":\"# "
        "h\",\"attachments\":{\"a.png\":{}}}]}",
        "{\"nbformat\":3,\"nbformat_minor\":0,\"metadata\":{},\"worksheets\":[{\"cells\":[{\"cell_"
        "type\":\"heading\","
        "\"level\":2,\"source\":\"h\"},{\"cell_type\":\"code\",\"input\":\"x\",\"language\":"
        "\"lua\",\"outputs\":["
        "{\"output_type\":\"pyout\",\"text\":\"1\"},{\"output_type\":\"stream\",\"stream\":"
        "\"stdout\",\"text\":\"s\"}]}]}]}",
    };
    put(seed, texts[variant], strlen(texts[variant]));
    return 1;
}

static int make_sidecar(fuzz_seed *seed, int variant)
{
    static const char text[] =
        "{\"moonlab\":\"sidecar\",\"format\":1,\"seed\":\"7\",\"environment\":{\"blas\":\"b\"}}\n"
        "{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"stream\",\"text\":\"a\\r0x b: "
        "0x12345678\\n\"},"
        "{\"kind\":\"value\",\"text\":\"0.1\\n\",\"data\":\"0.10000000000000001\"}]}\n"
        "{\"source\":\"af63f54c86021707\",\"outputs\":[{\"kind\":\"error\",\"text\":\"x:1: "
        "e\\n\"}]}\n"
        "{\"source\":\"af63f44c86021554\",\"outputs\":[{\"kind\":\"image\",\"data\":{\"bytes\":"
        "\"\xc3\xbf\"},"
        "\"mime\":\"image/png\"},{\"kind\":\"figure\",\"text\":\"~\"}]}\n";
    (void)variant;
    put(seed, text, sizeof text - 1);
    return 1;
}

static int make_journal(fuzz_seed *seed, int variant)
{
    static const char text[] = "{\"do\":\"base\",\"time\":1,\"file\":\"2\",\"cells\":2,\"text\":\"-"
                               "- %%\\nx\\n-- %%\\ny\\n\"}\n"
                               "{\"do\":\"edit\",\"time\":2,\"at\":1,\"remove\":1,\"cells\":[{"
                               "\"source\":\"q\"},{\"type\":\"note\","
                               "\"title\":\"t\",\"options\":\"a=1\",\"source\":{\"bytes\":"
                               "\"\xc3\xbf\"},\"parts\":[1,1,1,true,false],\"raw\":"
                               "\"abc\"}]}\n{\"do\":\"run\",\"source\":\"1\",\"seconds\":1.5}\n"
                               "{\"do\":\"edit\",\"at\":0,\"remove\":0,\"cells\":[{}]}\n";
    (void)variant;
    put(seed, text, sizeof text - 1);
    return 1;
}

static int make_shown(fuzz_seed *seed, int variant)
{
    static const char *const texts[] = {
        "\1\50# a *b*\n\n- [x] c `d` [e](f)\n  1. g\n\n> h $\\frac{1}{2} x_i^{2}$\n\n$$\n\\sum "
        "a\n$$\n"
        "|a|b|\n|-|:-:|\n|c|**d**|\n\n```lua\nlocal x\n```\n---\n~~x~~ ![i](j) https://k.l\n",
        "\140\50\33[1;31mred\33[0m 10%\r100%\nab\bc\33]0;t\7\tx\n",
        "\143\12cell 1:2: bad\n    2 | x = 'y'\ncalled from\n    cell 3:4: in the main part\n",
        "\100\5local function f() return [[\n]] end -- c\n",
    };
    put(seed, texts[variant], strlen(texts[variant]));
    return 1;
}

static int make_protocol(fuzz_seed *seed, int variant)
{
    static const char *const messages[] = {
        "{\"event\":\"ready\",\"pid\":12,\"n\":1}",
        "{\"event\":\"value\",\"text\":{\"bytes\":\"\\u00ff\"}}",
        "{\"event\":\"value\",\"text\":\"a\\u0000b\"}"
    };
    const uint8_t piece = (uint8_t)(variant * 7);
    put(seed, &piece, 1);
    for (int i = 0; i <= variant; i++) {
        const uint8_t head[4] = { (uint8_t)strlen(messages[i]) };
        put(seed, head, sizeof head);
        put(seed, messages[i], strlen(messages[i]));
    }
    return 1;
}

static int make_answers(fuzz_seed *seed, int variant)
{
    static const char *const texts[] = {
        "\x40ls\r\033_Gi=31;OK\033\\\033[A\033P>|kitty(0.32.2)\033\\\033[?1;0;256S\033[6;18;9t"
        "\033]11;rgb:1e1e/1e1e/2e2e\033\\\033[?2026;2$y\033[?62;4;22c\033OP",
        "\1\033[200~paste\033[201~\033]11;rgba:f/8/0/f\a\033_Gcut\033[?6c\033",
    };
    put(seed, texts[variant], strlen(texts[variant]));
    return 1;
}

/* What is on the panel of variant K. */
static plot_status fill_panel(plot_panel *p, int k)
{
    static const double x[] = { 1, 2, 4, 8, 16, 32 }, y[] = { 3, 1, 0.1, 2.5, -1, 7 };
    static const char *const text[] = { "a", NULL, "c", "d", "", "f" };
    static const char *const names[] = { "one", "two \xe2\x98\x85" };
    plot_series s = { .x = x, .y = y, .x2 = y, .y2 = x, .n = 6, .label = "s", .marker = "*" };
    switch (k) {
    case 0: s.smooth = 0.5; return plot_panel_add(p, &s);
    case 1: s.kind = PLOT_SCATTER, s.mapped = true; return plot_panel_add(p, &s);
    case 2: s.kind = PLOT_BAND, s.solid = true; return plot_panel_add(p, &s);
    case 3: s.kind = PLOT_SEGMENTS, s.capped = true; return plot_panel_add(p, &s);
    case 4:
        s.kind = PLOT_RECTS, s.based = s.valued = true;
        return plot_panel_add(p, &s) == PLOT_OK ? plot_panel_names(p, PLOT_X, names, 2)
                                                : PLOT_INVALID;
    case 5: return plot_panel_contour(p, &(plot_grid){ .z = y, .rows = 2, .cols = 3 });
    case 6:
        return plot_panel_image(
            p, &(plot_image){ .z = y, .rows = 3, .cols = 2, .bar = true, .text = text });
    case 7:
        return plot_panel_image(
            p, &(plot_image){ .rgb = (const unsigned char *)text[0], .rows = 1, .cols = 0 });
    default:
        return plot_panel_note(
            p, &(plot_note){ .kind = PLOT_SPAN, .axis = PLOT_X, .at = 1, .to = 2, .text = "t" });
    }
}

/* Figures, and two that are abridged. */
static int make_form(fuzz_seed *seed, int variant)
{
    static const char head[] =
        "moonlab figure 1\nshow 40 9 dark\nfigure \"\" 1 1\nplaces 1\npanel \"t\" 1 legend axes 1\n"
        "axis \"\" log nan nan\naxis \"\" linear -1 2 reversed unit percent\n"
        "axis \"\" symlog nan nan threshold 2\n";
    static const char *const abridged[] = {
        "scatter 3 \"\" 1\ntold 1 0 whole_x 9 1 4 1 4 9 1 4 1 4 9 1 4 1 4 9 1 4 1 4\nwhole 9\n"
        "all_y #0123456789abcdef 2\nsome f 1 2\ndots 4 4\nacross f 1 2 3 4\ndown d 1 2 3 4\n"
        "bits gAE=\n",
        "image 1 2 \"\" grey linear 0 1 0.5 2.5 0.5 1.5 peak\nrgb AAECAwQF\n",
    };
    plot_text out = { 0 };
    if (variant >= 9) {
        put(seed, head, sizeof head - 1);
        put(seed, abridged[variant - 9], strlen(abridged[variant - 9]));
        return 1;
    }
    plot_figure *figure = plot_figure_new();
    int good = figure && fill_panel(plot_figure_panel(figure, 0), variant) == PLOT_OK &&
               plot_figure_write(figure, NULL, &out) == PLOT_OK;
    if (good) put(seed, out.bytes, out.length);
    plot_text_free(&out);
    plot_figure_free(figure);
    return good;
}

/* ---- all ------------------------------------------------------------------------------------- */

static const struct {
    const char *target;
    int variants;
    int (*write)(const char *path, int variant);
    int (*make)(fuzz_seed *seed, int variant);
} kinds[] = {
    { "npy", 4, write_npy, NULL },          { "npz", 4, write_npz, NULL },
    { "idx", 2, NULL, make_idx },           { "safetensors", 2, write_safetensors, NULL },
    { "cifar", 1, NULL, make_cifar },       { "csv", 5, NULL, make_csv },
    { "percent", 2, NULL, make_percent },   { "ipynb", 2, NULL, make_ipynb },
    { "sidecar", 1, NULL, make_sidecar },   { "journal", 1, NULL, make_journal },
    { "shown", 4, NULL, make_shown },       { "answers", 2, NULL, make_answers },
    { "protocol", 3, NULL, make_protocol }, { "form", 11, NULL, make_form },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

int fuzz_seed_count(void)
{
    int n = 0;
    for (int k = 0; k < KINDS; k++) n += kinds[k].variants;
    return n;
}

int fuzz_seed_make(int i, fuzz_seed *seed)
{
    int k = 0;
    while (i >= kinds[k].variants) i -= kinds[k++].variants;
    memset(seed, 0, sizeof *seed);
    seed->target = kinds[k].target;
    return kinds[k].write ? through_file(seed, kinds[k].write, i) : kinds[k].make(seed, i);
}
