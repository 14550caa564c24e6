/* test_plot_parts.c: the layers of plot/ one by one: rulers, labels, glyphs, smoothing, reduction. */
#define _XOPEN_SOURCE 700
#include "tests/test.h"

#include "plot/grid.h"
#include "plot/reduce.h"
#include "plot/ruler.h"
#include "tests/unit/plot_figures.h"

#include <locale.h>
#include <wchar.h>

/* What a reader takes the label for: a number with an SI prefix or a power of ten. */
static double parsed(const char *label)
{
    static const char prefixes[] = "kMGTPE";
    char text[64], *end;
    snprintf(text, sizeof text, "%s", label);
    size_t length = strlen(text);
    const char *prefix = length > 0 ? strchr(prefixes, text[length - 1]) : NULL;
    if (prefix != NULL && *prefix != '\0')
        snprintf(text + length - 1, sizeof text - length, "e%d", 3 * (int)(prefix - prefixes + 1));
    double value = strtod(text, &end);
    return *end == '\0' ? value : PLOT_NAN;
}

static void check_ruler(const plot_ruler *ruler, const plot_ruler_need *need)
{
    char what[120];
    int gap = need->axis == PLOT_X ? 2 : need->cells > 6 ? 2 : 1;
    snprintf(what, sizeof what, "%s axis, scale %d, [%.17g, %.17g] on %d cells",
             need->axis == PLOT_X ? "x" : "y", (int)need->scale, need->data.lo, need->data.hi,
             need->cells);
    for (int i = 0; i < ruler->count; i++) {
        const plot_tick *tick = &ruler->tick[i];
        if (parsed(tick->label) != tick->value) TEST_FAIL("%s: label %s", what, tick->label);
        if (tick->width != (int)strlen(tick->label) || tick->width > ruler->label_width)
            TEST_FAIL("%s: width of %s", what, tick->label);
        if (tick->cell != plot_part(plot_map_at(&ruler->map, tick->value), need->cells))
            TEST_FAIL("%s: %s is not in its cell", what, tick->label);
        if (need->whole && tick->value != floor(tick->value))
            TEST_FAIL("%s: %s", what, tick->label);
        if (i == 0) continue;
        if (strcmp(tick->label, tick[-1].label) == 0 || tick->value <= tick[-1].value)
            TEST_FAIL("%s: %s after %s", what, tick->label, tick[-1].label);
        if (need->axis == PLOT_Y && tick->cell - tick[-1].cell < gap)
            TEST_FAIL("%s: crowded", what);
        if (need->axis == PLOT_X && tick->start - tick[-1].start - tick[-1].width < gap)
            TEST_FAIL("%s: %s touches %s", what, tick->label, tick[-1].label);
    }
    if (need->axis == PLOT_X && ruler->count > 0) {
        const plot_tick *last = &ruler->tick[ruler->count - 1];
        if (ruler->tick[0].start < -need->room_left ||
            last->start + last->width > need->cells + need->room_right)
            TEST_FAIL("%s: a label leaves the frame", what);
    }
}

static bool equally_spaced(const plot_ruler *ruler)
{
    for (int i = 2; i < ruler->count; i++)
        if (ruler->tick[i].cell - ruler->tick[i - 1].cell !=
            ruler->tick[1].cell - ruler->tick[0].cell)
            return false;
    return true;
}

static plot_ruler_need random_need(uint32_t *seed, int round)
{
    double size = pow(10, (int)(uniform(seed) * 24) - 12), middle = noise(seed) * size;
    double half = size * pow(10, -6 * uniform(seed)) * uniform(seed);
    plot_ruler_need need = { .axis = (plot_axis)(round & 1),
                             .scale = (plot_scale)(round >> 1 & 1),
                             .data = { middle - half, middle + half },
                             .limits = { PLOT_NAN, PLOT_NAN },
                             .cells = 2 + (int)(uniform(seed) * (round & 1 ? 50 : 180)),
                             .room_left = 4,
                             .room_right = 2 };
    if (need.scale == PLOT_LOG10) {
        double lo = pow(10, 30 * uniform(seed) - 20);
        need.data = (plot_range){ lo, lo * pow(10, 12 * uniform(seed)) };
    } else if (round % 5 == 0) {
        need.whole = true;
        need.data = (plot_range){ floor(need.data.lo), ceil(need.data.hi) + 1 };
    }
    return need;
}

TEST("tick labels say exactly the tick's value, differ, and never come too close")
{
    uint32_t seed = 5;
    int ruled = 0, rounds = 3000, uneven = 0, outside = 0;
    for (int round = 0; round < rounds; round++) {
        plot_ruler_need need = random_need(&seed, round);
        plot_ruler ruler;
        plot_ruler_fit(&ruler, &need);
        check_ruler(&ruler, &need);
        ruled += ruler.count >= 2;
        uneven += need.scale == PLOT_LINEAR && !equally_spaced(&ruler);
        double lo = plot_map_at(&ruler.map, need.data.lo),
               hi = plot_map_at(&ruler.map, need.data.hi);
        outside += !(lo >= 0 && hi <= 1);
    }
    CHECK_EQ_INT(uneven, 0);
    CHECK_EQ_INT(outside, 0);
    CHECK(ruled > rounds * 9 / 10);
}

TEST("fixed limits are kept to the last bit")
{
    uint32_t seed = 6;
    for (int round = 0; round < 1000; round++) {
        plot_ruler_need need = random_need(&seed, round);
        plot_ruler ruler;
        need.limits = need.data;
        need.data = (plot_range){ 1, 2 };
        need.whole = false;
        plot_ruler_fit(&ruler, &need);
        check_ruler(&ruler, &need);
        if (need.limits.hi - need.limits.lo <= 1e-9 * fabs(need.limits.hi)) continue;
        CHECK(plot_map_at(&ruler.map, need.limits.lo) == 0);
        CHECK(plot_map_at(&ruler.map, need.limits.hi) <= 1);
        CHECK_NEAR(plot_map_at(&ruler.map, need.limits.hi), 1, 1e-6);
    }
}

TEST("a value on a tick falls on the same dot of the tick's cell, whatever the tick")
{
    uint32_t seed = 7;
    for (int round = 0; round < 1000; round++) {
        plot_ruler_need need = random_need(&seed, round & ~2);
        plot_ruler ruler;
        int dots = need.axis == PLOT_X ? 2 : 4;
        plot_ruler_fit(&ruler, &need);
        for (int i = 0; i < ruler.count; i++) {
            double at = plot_map_at(&ruler.map, ruler.tick[i].value);
            CHECK_EQ_INT(plot_part(at, need.cells * dots) % dots, need.axis == PLOT_X ? 0 : 1);
        }
    }
}

TEST("a logarithmic axis with more decades than cells is labelled, too")
{
    for (int cells = 8; cells < 40; cells++) {
        for (int decades = 2; decades < 300; decades += 7) {
            plot_ruler_need need = { .axis = PLOT_Y,
                                     .scale = PLOT_LOG10,
                                     .data = { pow(10, -decades / 2),
                                               pow(10, decades - decades / 2) },
                                     .limits = { PLOT_NAN, PLOT_NAN },
                                     .cells = cells };
            plot_ruler ruler;
            plot_ruler_fit(&ruler, &need);
            check_ruler(&ruler, &need);
            if (ruler.count < 2) TEST_FAIL("%d decades on %d cells", decades, cells);
        }
    }
}

TEST("an axis has one prefix or power of ten, and the numbers people expect")
{
    static const struct {
        double lo, hi;
        const char *first, *last;
    } cases[] = {
        { 0, 1, "0.0", "1.0" },         { 0, 50000, "0", "50k" },   { 0, 3e-5, "0", "3.0e-5" },
        { 0, 100, "0", "100" },         { -1, 1, "-1.0", "1.0" },   { 0, 2.5e7, "0", "25M" },
        { 1990, 2020, "1990", "2020" }, { 0, 1e30, "0", "1.0e30" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plot_ruler_need need = { .axis = PLOT_Y,
                                 .data = { cases[i].lo, cases[i].hi },
                                 .limits = { PLOT_NAN, PLOT_NAN },
                                 .cells = 21 };
        plot_ruler ruler;
        plot_ruler_fit(&ruler, &need);
        CHECK(ruler.count >= 3);
        const char *first = ruler.tick[0].label, *last = ruler.tick[ruler.count - 1].label;
        if (strcmp(first, cases[i].first) != 0) TEST_FAIL("%s is not %s", first, cases[i].first);
        CHECK_EQ_STR(last, cases[i].last);
    }
}

TEST("labels of one axis are written with as many decimals as its step has")
{
    char label[4][PLOT_LABEL_SIZE];
    plot_label_steps(-5, 5, 3, -1, label);
    CHECK_EQ_STR(label[0], "-0.5");
    CHECK_EQ_STR(label[1], "0.0");
    CHECK_EQ_STR(label[2], "0.5");
    plot_label_steps(0, 25, 4, 2, label);
    CHECK_EQ_STR(label[0], "0");
    CHECK_EQ_STR(label[1], "2500");
    plot_label_steps(50, 25, 4, 2, label);
    CHECK_EQ_STR(label[0], "5.0k");
    CHECK_EQ_STR(label[3], "12.5k");
    plot_label_steps(17000000005, 5, 2, -1, label);
    CHECK_EQ_STR(label[0], "1700000000.5");
    plot_label_log(2, -4, -6, 0, "", label[0]);
    CHECK_EQ_STR(label[0], "2e-4");
    plot_label_log(5, -3, -3, 3, "", label[0]);
    CHECK_EQ_STR(label[0], "0.005");
}

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
