/* test_plot_parts.c: the layers of plot/ one by one: glyphs, smoothing, reduction, maps. */
#define _XOPEN_SOURCE 700
#include "tests/test.h"

#include "plot/grid.h"
#include "plot/reduce.h"
#include "plot/scale.h"
#include "tests/unit/plot_figures.h"

#include <locale.h>
#include <wchar.h>

TEST("characters are as wide as the C library says")
{
    int wrong = 0;
    CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    for (uint32_t code = 0x20; code < 0x30000; code++) {
        char text[8] = "";
        const char *s = text;
        plot_glyph glyph;
        if (code >= 0xd800 && code < 0xe000) continue;
        int width = wcwidth((wchar_t)code);
        plot_glyph_encode(code, text);
        if (width < 0 || !plot_glyph_next(&s, PLOT_UTF8, &glyph) || glyph.code != code) continue;
        if (glyph.width != width && wrong++ < 20)
            TEST_FAIL("U+%04X: %d, not %d", code, glyph.width, width);
    }
    setlocale(LC_CTYPE, "C");
    CHECK_EQ_INT(wrong, 0);
}

TEST("text that is no UTF-8, or could steer a terminal, becomes symbols")
{
    static const struct {
        const char *in, *utf8, *ascii;
    } cases[] = {
        { "\033[31m", "␛[31m", "?[31m" },
        { "a\tb\n", "a␉b␊", "a?b?" },
        { "\x7f", "␡", "?" },
        { "\xc2\x9b", "\xef\xbf\xbd", "?" },
        { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", "??" },
        { "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd", "??" },
        { "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd", "??" },
        { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "???" },
        { "\xe2\x80\xae"
          "abc",
          "\xef\xbf\xbd"
          "abc",
          "?abc" },
        { "x\xe2\x80\x8by", "xy", "xy" },
        { "漢字", "漢字", "??" },
        { "e\xcc\x81", "e\xcc\x81", "e" },
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        plot_charset charset = (plot_charset)(i & 1);
        const char *s = cases[i / 2].in;
        char out[64];
        int length = 0;
        for (plot_glyph glyph; plot_glyph_next(&s, charset, &glyph);)
            length += plot_glyph_encode(glyph.code, out + length);
        out[length] = '\0';
        CHECK_EQ_STR(out, charset == PLOT_UTF8 ? cases[i / 2].utf8 : cases[i / 2].ascii);
    }
}

TEST("text is cut with a sign, and never through a wide character")
{
    plot_memory memory = { 0 };
    plot_cells cells = { 0 };
    CHECK(plot_cells_init(&cells, &memory, 8, 1) == PLOT_OK);
    plot_ink ink = { 0 };
    CHECK_EQ_INT(plot_cells_text(&cells, 0, 0, 6, "漢字漢字", ink, PLOT_UTF8), 5);
    CHECK_EQ_INT(cells.cell[0].glyph, 0x6f22);
    CHECK_EQ_INT(cells.cell[1].width, 0);
    CHECK_EQ_INT(cells.cell[4].glyph, 0x2026);
    CHECK_EQ_INT(cells.cell[5].glyph, ' ');
    plot_cells_put(&cells, 1, 0, (plot_glyph){ 'x', 1 }, ink);
    CHECK_EQ_INT(cells.cell[0].glyph, ' ');
    CHECK_EQ_INT(cells.cell[0].width, 1);
    plot_cells_put(&cells, 7, 0, (plot_glyph){ 0x6f22, 2 }, ink);
    CHECK_EQ_INT(cells.cell[7].glyph, ' ');
    plot_cells_free(&cells);
}

TEST("smoothing is the debiased moving average: right from the first value, and blind to gaps")
{
    const double y[] = { 1, 2, PLOT_NAN, 3, PLOT_INFINITY };
    double out[5], average = 0, past = 1;
    plot_smooth(out, y, 3, 0.5, &average, &past);
    plot_smooth(out + 3, y + 3, 2, 0.5, &average, &past); /* goes on where it stood */
    CHECK_NEAR(out[0], 1, 0);
    CHECK_NEAR(out[1], 5.0 / 3, 1e-15);
    CHECK(isnan(out[2]) && isinf(out[4]));
    CHECK_NEAR(out[3], 17.0 / 7, 1e-15);
    const double constant[] = { 0.7, 0.7, 0.7 };
    average = 0;
    past = 1;
    plot_smooth(out, constant, 3, 0.99, &average, &past);
    CHECK_NEAR(out[2], 0.7, 1e-14);
}

TEST("a cloud keeps a point on every dot that has one, and no other")
{
    enum { N = 5000, COLUMNS = 20, ROWS = 16 };
    static double x[N], y[N];
    uint32_t seed = 8;
    bool wanted[COLUMNS * ROWS] = { false }, got[COLUMNS * ROWS] = { false };
    for (int i = 0; i < N; i++) {
        x[i] = noise(&seed);
        y[i] = i % 50 == 0 ? PLOT_NAN : noise(&seed);
    }
    plot_memory memory = { 0 };
    plot_data data = { .kind = PLOT_SCATTER, .n = N, .x.wide = x, .y.wide = y };
    plot_view view = {
        &data,   &data.y, plot_map_make(PLOT_LINEAR, -1, 1), plot_map_make(PLOT_LINEAR, -2, 1),
        COLUMNS, ROWS
    };
    plot_points points = { .memory = &memory };
    plot_reduce_cloud(&points, &view);
    for (int i = 0; i < N; i++) {
        if (!(x[i] >= -1 && x[i] <= 1 && y[i] >= -2 && y[i] <= 1)) continue;
        int column = (int)((x[i] + 1) / 2 * COLUMNS), row = (int)((1 - y[i]) / 3 * ROWS);
        wanted[row * COLUMNS + column] = true;
    }
    for (size_t i = 0; i < points.count; i++) {
        int column = plot_part(points.point[i].x, COLUMNS),
            row = plot_part(points.point[i].y, ROWS);
        CHECK(!got[row * COLUMNS + column]);
        got[row * COLUMNS + column] = true;
    }
    CHECK(memcmp(wanted, got, sizeof wanted) == 0);
    free(points.point);
    free(points.seen);
}

TEST("the ends of an axis are on it, and the map never turns back")
{
    uint32_t seed = 10;
    for (int i = 0; i < 2000; i++) {
        double lo = noise(&seed) * pow(10, 600 * uniform(&seed) - 300),
               hi = lo + fabs(noise(&seed) * lo);
        if (!(lo < hi)) continue;
        plot_map map = plot_map_make(PLOT_LINEAR, (long double)lo, (long double)hi);
        CHECK(plot_map_at(&map, lo) == 0);
        CHECK(plot_map_at(&map, hi) <= 1);
        CHECK_NEAR(plot_map_at(&map, hi), 1, 1e-12);
        double a = plot_map_at(&map, lo / 2 + hi / 2), b = plot_map_at(&map, lo / 4 + hi / 4 * 3);
        CHECK(a > 0 && a < b && b < 1);
        CHECK(isnan(plot_map_at(&map, PLOT_NAN)) && isnan(plot_map_at(&map, PLOT_INFINITY)));
    }
    plot_map widest = plot_map_make(PLOT_LINEAR, -1.7976931348623157e308L, 1.7976931348623157e308L);
    CHECK_NEAR(plot_map_at(&widest, 0), 0.5, 1e-12);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
