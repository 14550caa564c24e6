/* test_plot_form.c -- figures as text that holds all of them: what is read is drawn like what was written. */
#include <dirent.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "lua_api/lua_api.h"
#include "plot/abridge.h"
#include "plot/plot_memory.h"
#include "tests/test.h"
#include "tests/unit/plot_figures.h"

static plot_text written(const plot_figure *figure)
{
    plot_text out;
    if (plot_figure_write(figure, NULL, &out) != PLOT_OK) TEST_FAIL("%s", out.error);
    return out;
}

static plot_figure *read_again(const plot_text *text)
{
    plot_figure *figure;
    plot_wish wish;
    char error[120] = "";
    if (plot_figure_read(text->bytes, text->length, &figure, &wish, error, sizeof error) != PLOT_OK)
        TEST_FAIL("%s\n%.2000s", error, text->bytes);
    return figure;
}

static char *picture_of(const plot_figure *figure, plot_format format, plot_background background)
{
    plot_text out;
    plot_frame frame = { .cols = 80, .rows = 24, .background = background };
    plot_picture picture = { .format = format, .width = format == PLOT_PNG ? 400 : 0 };
    if (plot_render_picture(figure, &frame, &picture, &out) != PLOT_OK) exit(3);
    char *copy = malloc(2 * out.length + 1);
    for (size_t i = 0; i < out.length; i++)
        snprintf(copy + 2 * i, 3, "%02x", (unsigned char)out.bytes[i]);
    plot_text_free(&out);
    return copy;
}

/* In all sizes and colours, as SVG and as PNG. */
static void check_alike(const char *name, const plot_figure *figure, const plot_figure *again)
{
    static const plot_frame frames[] = { { .cols = 80, .rows = 24 },
                                         { .cols = 37, .rows = 11, .charset = PLOT_ASCII },
                                         { .cols = 150, .rows = 50, .color = PLOT_COLOR_RGB },
                                         { .cols = 100, .rows = 30, .color = PLOT_COLOR_16 },
                                         { 64, 20, PLOT_UTF8, PLOT_COLOR_256, PLOT_LIGHT },
                                         { .cols = 1, .rows = 1 },
                                         { .cols = 400, .rows = 90 } };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        char *a = drawn(figure, frames[i]), *b = drawn(again, frames[i]);
        if (strcmp(a, b) != 0) TEST_FAIL("%s, frame %zu", name, i);
        free(a);
        free(b);
    }
    for (int format = PLOT_SVG; format <= PLOT_PNG; format++) {
        char *a = picture_of(figure, (plot_format)format, (plot_background)(format % 2));
        char *b = picture_of(again, (plot_format)format, (plot_background)(format % 2));
        if (strcmp(a, b) != 0) TEST_FAIL("%s, format %d", name, format);
        free(a);
        free(b);
    }
    CHECK_EQ_INT(plot_figure_rows(figure, 77, 20, 40), plot_figure_rows(again, 77, 20, 40));
}

static char *data_of(const plot_figure *figure)
{
    plot_text out;
    if (plot_data_text(figure, &out) != PLOT_OK) exit(3);
    return out.bytes;
}

/* The figure, once it was written and read; its text and its data are the same. */
static plot_figure *through(const plot_figure *figure)
{
    plot_text first = written(figure);
    plot_figure *again = read_again(&first);
    plot_text second = written(again);
    char *data = data_of(figure), *same = data_of(again);
    if (strcmp(second.bytes, first.bytes) != 0) TEST_FAIL("%.200s", second.bytes);
    if (strcmp(same, data) != 0) TEST_FAIL("%.200s", same);
    free(data);
    free(same);
    plot_text_free(&first);
    plot_text_free(&second);
    return again;
}

TEST("every sample that is written and read is drawn alike, in cells, as SVG and as PNG")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i), *again = through(figure);
        check_alike(samples[i].name, figure, again);
        plot_figure_free(figure);
        plot_figure_free(again);
    }
}

TEST("the text is UTF-8 without control characters, whatever labels hold")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    const char *const names[] = { "", "\xff\"", "a\\" };
    double y[] = { 1, -0.0, 3 };
    CHECK(plot_figure_title(figure, "\033[31m \"quoted\" \\ \xc3 \xe2\x98\x85\n\x7f") == PLOT_OK);
    CHECK(plot_panel_label(p, PLOT_X, "×\x80") == PLOT_OK);
    CHECK(plot_panel_add(p, &(plot_series){ .y = y, .n = 3, .label = "\r\n", .marker = "\033" }) ==
          PLOT_OK);
    CHECK(plot_panel_names(p, PLOT_X, names, 3) == PLOT_OK);
    plot_text text = written(figure);
    CHECK(strstr(text.bytes, "figure \"\\x1b[31m \\\"quoted\\\" \\\\ \\xc3 ★\\x0a\\x7f\" 1 1\n"));
    CHECK(strstr(text.bytes, "axis \"×\\x80\" category nan nan names 3 \"\" \"\\xff\\\"\" "
                             "\"a\\\\\"\n"));
    CHECK(strstr(text.bytes, "\ny f 1 -0 3\n"));
    for (size_t i = 0; i < text.length; i++)
        CHECK((unsigned char)text.bytes[i] >= ' ' || text.bytes[i] == '\n');
    plot_figure *again = through(figure);
    check_alike("hostile labels", figure, again);
    plot_text_free(&text);
    plot_figure_free(figure);
    plot_figure_free(again);
}

TEST("how a figure was asked to be shown is read again")
{
    plot_figure *figure = plot_figure_new(), *again;
    const plot_wish wish = { .cols = 40, .rows = 7, .ascii = true, .background = 2 };
    plot_wish found;
    plot_text out;
    char error[120];
    CHECK(plot_figure_write(figure, &wish, &out) == PLOT_OK);
    CHECK(plot_is_written(out.bytes, out.length) && !plot_is_written(out.bytes, 5));
    CHECK(plot_figure_read(out.bytes, out.length, &again, &found, error, sizeof error) == PLOT_OK);
    CHECK(found.cols == 40 && found.rows == 7 && found.ascii && found.background == 2);
    plot_figure_free(again);
    plot_figure_free(figure);
    plot_text_free(&out);
}

/* ---- large data ------------------------------------------------------------------------------ */

typedef enum { RISING, FLOATS, AVERAGED, SPIRAL, CLOUD, BAND, LOST, HEATMAP, COLORS, LARGE } large;

static const char *const large_names[] = { "rising", "floats", "averaged", "spiral", "cloud",
                                           "band",   "lost",   "heatmap",  "colors" };

static plot_figure *large_figure(large what, size_t n)
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
    float *narrow = malloc(n * sizeof *narrow);
    uint32_t seed = 3;
    for (size_t i = 0; i < n; i++) {
        double t = (double)i / (double)n;
        x[i] = 100 * t + 1e-3;
        y[i] = wave(3 * t) + 0.1 * noise(&seed);
        if (what == SPIRAL) x[i] = t * wave(20 * t), y[i] = t * wave(20 * t + 0.25);
        if (what == CLOUD) x[i] = noise(&seed);
        if (what == LOST && i % (n / 5) < 40) y[i] = i % 2 ? PLOT_NAN : PLOT_INFINITY;
        if (what == HEATMAP) y[i] = wave((double)(i % 1000) / 300) * t;
        if (what == BAND) x[i] = y[i] + 0.5;
        narrow[i] = (float)y[i];
    }
    plot_series s = { .kind = what == CLOUD  ? PLOT_SCATTER
                              : what == BAND ? PLOT_BAND
                                             : PLOT_LINE,
                      .x = what == FLOATS || what == BAND ? NULL : x,
                      .y = what == FLOATS ? NULL : y,
                      .y_narrow = what == FLOATS ? narrow : NULL,
                      .y2 = what == BAND ? x : NULL,
                      .n = n,
                      .smooth = what == AVERAGED ? 0.99 : 0,
                      .label = "series" };
    plot_image image = { .rows = n / 1000, .cols = 1000, .map = PLOT_RDBU, .bar = true };
    if (what == HEATMAP) image.z = y;
    if (what == COLORS) image.rgb = (const unsigned char *)y;
    CHECK((what < HEATMAP ? plot_panel_add(p, &s) : plot_panel_image(p, &image)) == PLOT_OK);
    free(x);
    free(y);
    free(narrow);
    return figure;
}

/* Is the dot of a braille cell inked? */
static bool has_dot(const plot_renderer *r, int x, int y)
{
    static const unsigned char bit[4][2] = {
        { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
    };
    if (x < 0 || y < 0) return false;
    unsigned glyph = plot_drawn_cell(r, x / 2, y / 4).glyph;
    return glyph >= 0x2800 && glyph < 0x2900 && (glyph & bit[y % 4][x % 2]);
}

/* Dots of a that have none of b near them. */
static int lonely_dots(const plot_renderer *a, const plot_renderer *b, const plot_frame *frame)
{
    int lonely = 0;
    for (int y = 0; y < 4 * frame->rows; y++)
        for (int x = 0; x < 2 * frame->cols; x++) {
            bool near = !has_dot(a, x, y);
            for (int k = 0; k < 9 && !near; k++) near = has_dot(b, x + k % 3 - 1, y + k / 3 - 1);
            lonely += !near;
        }
    return lonely;
}

/* Cells that are not the same, but for braille. */
static int other_cells(const plot_renderer *a, const plot_renderer *b, const plot_frame *frame)
{
    int other = 0;
    for (int i = 0; i < frame->cols * frame->rows; i++) {
        unsigned glyph[2] = { plot_drawn_cell(a, i % frame->cols, i / frame->cols).glyph,
                              plot_drawn_cell(b, i % frame->cols, i / frame->cols).glyph };
        bool braille = glyph[0] >> 8 == 0x28 || glyph[1] >> 8 == 0x28;
        other += !braille && glyph[0] != glyph[1];
    }
    return other;
}

TEST("large data is abridged: every dot has one near it, what is told of all of it is")
{
    for (int what = 0; what < LARGE; what++) {
        plot_figure *figure = large_figure((large)what, 400000);
        plot_text text = written(figure);
        if (text.length > 1 << 20) TEST_FAIL("%s: %zu bytes", large_names[what], text.length);
        plot_figure *again = through(figure);
        const plot_data *all = &plot_figure_panel(figure, 0)->data[0],
                        *part = &plot_figure_panel(again, 0)->data[0];
        CHECK(part->whole != NULL);
        CHECK_EQ_INT(plot_data_count(part), 400000);
        CHECK(part->nan == all->nan && part->infinite == all->infinite);
        CHECK(memcmp(part->extent, all->extent, sizeof part->extent) == 0);
        for (int cols = 30; cols <= 200; cols += 43) {
            plot_frame frame = { .cols = cols, .rows = 20 };
            plot_renderer *a = draw_cells(figure, &frame), *b = draw_cells(again, &frame);
            int lonely = lonely_dots(a, b, &frame) + lonely_dots(b, a, &frame);
            int other = other_cells(a, b, &frame), most = what < HEATMAP ? 2 : cols * 20 / 12;
            if (lonely > 4 || other > most)
                TEST_FAIL("%s, %d columns: %d dots, %d cells", large_names[what], cols, lonely,
                          other);
            plot_renderer_free(a);
            plot_renderer_free(b);
        }
        plot_text_free(&text);
        plot_figure_free(figure);
        plot_figure_free(again);
    }
}

TEST("a figure that is too large as text is refused, and says so")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    enum { N = 100000 };
    double *z = calloc(N, sizeof *z);
    plot_text out;
    for (int i = 0; i < N; i++) z[i] = sqrt(i);
    CHECK(plot_panel_add(
              p, &(plot_series){ .kind = PLOT_RECTS, .x = z, .y = z, .x2 = z, .y2 = z, .n = N }) ==
          PLOT_OK);
    CHECK(plot_figure_write(figure, NULL, &out) == PLOT_INVALID);
    CHECK(out.bytes == NULL && strstr(out.error, "more than 1048576 bytes") != NULL);
    plot_figure_free(figure);
    free(z);
}

TEST("many series that are large together are abridged further")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    enum { N = 8000, SERIES = 20 };
    double *y = calloc(N, sizeof *y);
    uint32_t seed = 9;
    for (int k = 0; k < SERIES; k++) {
        for (int i = 0; i < N; i++) y[i] = k + noise(&seed);
        CHECK(plot_panel_add(p, &(plot_series){ .y = y, .n = N }) == PLOT_OK);
    }
    plot_text text = written(figure);
    CHECK(text.length <= PLOT_FORM_MOST);
    plot_figure *again = through(figure);
    plot_text_free(&text);
    plot_figure_free(again);
    plot_figure_free(figure);
    free(y);
}

/* ---- scripts --------------------------------------------------------------------------------- */

static char *told, *shown; /* of the last figure */

static char *copied(const char *text, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy == NULL) exit(3);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static void take_told(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    free(told);
    told = copied(text, size);
}

static void ignore(void *ctx, const char *text, size_t size)
{
    (void)ctx, (void)text, (void)size;
}

/* The figure was shown as what was told of it is drawn. */
static void take_shown(void *ctx, session_output kind, const char *text, size_t size)
{
    if (kind != SESSION_FIGURE) return;
    const plot_text form = { .bytes = told, .length = told != NULL ? strlen(told) : 0 };
    plot_figure *figure = read_again(&form);
    if (figure == NULL) return;
    free(shown);
    shown = copied(text, size);
    int rows = 0;
    for (size_t i = 0; i < size; i++) rows += text[i] == '\n';
    char *again = drawn(figure, (plot_frame){ .cols = 80, .rows = rows });
    if (strcmp(again, shown) != 0) TEST_FAIL("%s is drawn otherwise", (const char *)ctx);
    free(again);
    plot_figure *twice = through(figure);
    check_alike(ctx, figure, twice);
    plot_figure_free(twice);
    plot_figure_free(figure);
}

TEST("every figure of samples/plots is told as it is shown")
{
    char error[200];
    int figures = 0;
    DIR *folder = opendir("samples/plots");
    CHECK(folder != NULL);
    for (struct dirent *e; folder != NULL && (e = readdir(folder)) != NULL;) {
        char path[300];
        if (strstr(e->d_name, ".lua") == NULL) continue;
        snprintf(path, sizeof path, "samples/plots/%s", e->d_name);
        session *s = session_open(&(session_options){ .columns = 80,
                                                      .rows = 24,
                                                      .utf8 = true,
                                                      .write = ignore,
                                                      .emit = take_shown,
                                                      .digits = take_told,
                                                      .write_ctx = e->d_name },
                                  error, sizeof error);
        CHECK(s != NULL);
        if (s == NULL) break;
        free(shown);
        shown = NULL;
        if (session_script(s, path, 0, NULL, 0, NULL) != SESSION_OK)
            TEST_FAIL("%s: %s", path, session_error(s));
        session_close(s);
        if (shown == NULL) TEST_FAIL("%s shows no figure", path);
        figures++;
    }
    CHECK(figures > 30);
    if (folder != NULL) closedir(folder);
    free(told);
    free(shown);
}

/* ---- what is wrong --------------------------------------------------------------------------- */

TEST("what is no figure is refused with the line")
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        { "", "line 1: 'moonlab figure 1' expected" },
        { "moonlab figure 2\n", "line 1: 'moonlab figure 1' expected" },
        { "moonlab figure 1\n", "line 2: 'show' expected" },
        { "moonlab figure 1\nshow 0 5000 any\n", "line 2: rows is out of range" },
        { "moonlab figure 1\nshow 0 0 any\nfigure \"\\x00\" 1 1\n",
          "line 3: a text's character or end expected" },
        { "moonlab figure 1\nshow 0 0 any\nfigure \"\" 2 1\nplaces 2 2\n", "panel 1" },
        { "moonlab figure 1\nshow 0 0 any\nfigure \"\" 1 1\nplaces 1\npanel \"\" 0 9999999\n",
          "line 5: a count is out of range" },
    };
    static const char head[] =
        "moonlab figure 1\nshow 0 0 any\nfigure \"\" 1 1\nplaces 1\npanel \"\" 0 legend axes 1\n"
        "axis \"\" linear nan nan\naxis \"\" linear nan nan\naxis \"\" linear nan nan\n";
    static const struct {
        const char *text, *error;
    } things[] = {
        { "circle", "line 9: 'line' or the like expected" },
        { "line 3 \"\" 1\ny f 1 22222\n", "line 10: a number expected" },
        { "line 900719925474099 \"\" 1\ny f 1 2\n", "line 10: more numbers expected" },
        { "line 900719925474099 \"\" 1\n", "without y" },
        { "line 1 \"\" 10\n", "line 9: a color is out of range" },
        { "line 1 \"\" 1\ny f 0x1\n", "line 10: a number expected" },
        { "line 1 \"\" 1\ny d 1e999\n", "line 10: a number expected" },
        { "line 1 \"\" 1\ny d 1 \n", "line 10: the end of the line expected" },
        { "scatter 1 \"\" 1 smooth 0.5\ny f 1\n", "line 9: a line with a weight" },
        { "scatter 5 \"\" 1\ndots 4 4\nacross f 1 2 3 4\ndown f 1 2 3 4\nbits AAA=\n",
          "dots of 5 points" },
        { "scatter 5 \"\" 1\ndots 4 4\nacross f 1 2 3 4\ndown f 1 2 3 4\nbits A*A=\n",
          "line 13: base64 expected" },
        { "image 1000000 1000000 \"\" grey linear nan nan 0 1 0 1\nz f 1\n", "more numbers" },
        { "image 1 1 \"\" grey linear 2 1 0 1 0 1\nz f 1\n", "line 9: ends of the colors" },
        { "image 1 1 \"\" grey linear nan nan 0 1 0 1\n", "either z or rgb" },
        { "contour 2 \"\" 1\nlevel 1 3\nx f 1 2 3 4\n", "line 11: a level of so many" },
        { "rule x inf 0 \"\" 0 1\n", "not finite" },
        { "line 1 \"\" 1\ntold 0 0 1 nan 1 1 1\n", "line 10: an extent" },
        { "line 1 \"\" 1\ny f 1\nline 1 \"\" 1\n", "line 11: the end expected" },
    };
    char text[1000], error[120];
    plot_figure *figure;
    plot_wish wish;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong + sizeof things / sizeof *things; i++) {
        bool inner = i >= sizeof wrong / sizeof *wrong;
        size_t k = i - sizeof wrong / sizeof *wrong;
        snprintf(text, sizeof text, "%s%s", inner ? head : "",
                 inner ? things[k].text : wrong[i].text);
        const char *expected = inner ? things[k].error : wrong[i].error;
        CHECK(plot_figure_read(text, strlen(text), &figure, &wish, error, sizeof error) ==
              PLOT_INVALID);
        CHECK(figure == NULL);
        if (strstr(error, expected) == NULL) TEST_FAIL("%s\n'%s' for '%s'", text, error, expected);
    }
}

TEST("every beginning of a text is refused")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i), *again;
        plot_text text = written(figure);
        size_t step = 1 + text.length / 300;
        plot_wish wish;
        char error[120];
        for (size_t n = 0; n < text.length; n += step)
            CHECK(plot_figure_read(text.bytes, n, &again, &wish, error, sizeof error) ==
                  PLOT_INVALID);
        plot_text_free(&text);
        plot_figure_free(figure);
    }
}

static void *failing_resize(void *user, void *old, size_t n)
{
    int *left = user;
    return (*left)-- == 0 ? NULL : realloc(old, n);
}

TEST("memory that is out while a figure is written or read is an error, and nothing is lost")
{
    for (int i = 0; i < SAMPLES + LARGE; i++) {
        int left = 1 << 30;
        const plot_memory memory = { failing_resize, &left };
        plot_figure *figure =
            i < SAMPLES ? plot_figure_new_in(memory) : large_figure((large)(i - SAMPLES), 70000);
        if (i < SAMPLES) CHECK(samples[i].make(figure) == PLOT_OK);
        if (i >= SAMPLES) figure->memory = memory;
        plot_text whole = written(figure), out;
        plot_status status = PLOT_NO_MEMORY;
        for (int k = 0; k < 20000 && status == PLOT_NO_MEMORY; k++) {
            left = k;
            status = plot_figure_write(figure, NULL, &out);
            CHECK((status == PLOT_OK) == (out.bytes != NULL));
            plot_text_free(&out);
        }
        CHECK(status == PLOT_OK);
        status = PLOT_NO_MEMORY;
        for (int k = 0; k < 20000 && status == PLOT_NO_MEMORY; k++) {
            plot_figure *again;
            plot_wish wish;
            char error[120];
            left = k;
            status = plot_figure_read_in(memory, whole.bytes, whole.length, &again, &wish, error,
                                         sizeof error);
            CHECK((status == PLOT_OK) == (again != NULL));
            plot_figure_free(again);
        }
        CHECK(status == PLOT_OK);
        plot_text_free(&whole);
        plot_figure_free(figure);
    }
}

TEST("a locale with decimal commas changes nothing")
{
    bool found =
        setlocale(LC_ALL, "de_DE.UTF-8") != NULL || setlocale(LC_ALL, "fr_FR.UTF-8") != NULL;
    if (!found) {
        SKIP("no locale with decimal commas is installed");
        return;
    }
    plot_figure *figure = sample(0), *again = through(figure);
    plot_text foreign = written(again);
    setlocale(LC_ALL, "C");
    plot_text plain = written(figure);
    CHECK_EQ_STR(foreign.bytes, plain.bytes);
    plot_text_free(&foreign);
    plot_text_free(&plain);
    plot_figure_free(figure);
    plot_figure_free(again);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
