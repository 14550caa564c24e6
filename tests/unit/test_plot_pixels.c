/* test_plot_pixels.c: the canvas: what it covers, its letters and marks, and that nothing harms it. */
#include "tests/test.h"

#include "plot/marker.h"
#include "plot/pixels.h"
#include "tests/unit/plot_figures.h"

static const plot_memory usual = { 0 };
static const plot_rgba black = { 0, 0, 0, 255 }, white = { 255, 255, 255, 255 };

static plot_pixels canvas_of(int width, int height)
{
    plot_pixels canvas = { 0 };
    CHECK(plot_pixels_size(&canvas, &usual, width, height) == PLOT_OK);
    return canvas;
}

/* What has been drawn, in pixels: the sum of their alpha. */
static double ink_of(const plot_pixels *canvas)
{
    double sum = 0;
    for (int i = 0; i < canvas->width * canvas->height; i++) sum += canvas->pixel[i].a / 255.0;
    return sum;
}

static int alpha_at(const plot_pixels *canvas, int x, int y)
{
    return canvas->pixel[y * canvas->width + x].a;
}

/* The smallest box around all that is not transparent. */
static plot_pixel_box inked(const plot_pixels *canvas)
{
    plot_pixel_box box = { canvas->width, canvas->height, 0, 0 };
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            if (alpha_at(canvas, x, y) == 0) continue;
            if (x < box.left) box.left = x;
            if (x >= box.right) box.right = x + 1;
            if (y < box.top) box.top = y;
            if (y >= box.bottom) box.bottom = y + 1;
        }
    }
    return box;
}

static void fill(plot_pixels *canvas, const double (*at)[2], int n, plot_rgba color)
{
    plot_pixels_begin(canvas, NULL);
    for (int i = 0; i < n; i++) plot_pixels_line(canvas, at[i][0], at[i][1]);
    plot_pixels_end(canvas, color);
}

TEST("a filled shape covers each pixel by exactly the part that lies in it")
{
    plot_pixels canvas = canvas_of(8, 8);
    const double half[][2] = { { 1, 1 }, { 5, 1 }, { 1, 5 } };
    fill(&canvas, half, 3, black);
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
            int sum = x + y, inside = x >= 1 && y >= 1;
            CHECK_EQ_INT(alpha_at(&canvas, x, y), !inside || sum > 5 ? 0 : sum == 5 ? 128 : 255);
        }
    }
    plot_pixels_clear(&canvas, (plot_rgba){ 0 });
    const double box[][2] = { { 1.25, 2.5 }, { 1.25, 4.25 }, { 3.5, 4.25 }, { 3.5, 2.5 } };
    fill(&canvas, box, 4, black);
    CHECK_EQ_INT(alpha_at(&canvas, 1, 2), 96); /* 0.75 × 0.5 × 255 */
    CHECK_EQ_INT(alpha_at(&canvas, 2, 2), 128);
    CHECK_EQ_INT(alpha_at(&canvas, 2, 3), 255);
    CHECK_EQ_INT(alpha_at(&canvas, 3, 3), 128);
    CHECK_EQ_INT(alpha_at(&canvas, 3, 4), 32); /* 0.5 × 0.25 × 255 */
    CHECK_EQ_INT(alpha_at(&canvas, 4, 3), 0);
    plot_pixels_free(&canvas);
}

TEST("the area of a shape is kept wherever its corners lie, and whichever way it turns")
{
    uint32_t seed = 1;
    plot_pixels canvas = canvas_of(40, 30);
    for (int round = 0; round < 400; round++) {
        double at[3][2];
        for (int i = 0; i < 3; i++) {
            at[i][0] = uniform(&seed) * 40;
            at[i][1] = uniform(&seed) * 30;
        }
        double area = fabs((at[1][0] - at[0][0]) * (at[2][1] - at[0][1]) -
                           (at[2][0] - at[0][0]) * (at[1][1] - at[0][1])) /
                      2;
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        fill(&canvas, at, 3, black);
        /* Each pixel of its edge is rounded by half a step at most. */
        CHECK_NEAR(ink_of(&canvas), area, 100 * 0.5 / 255);
    }
    plot_pixels_free(&canvas);
}

TEST("circles, fill and ring, have the areas that their radii say")
{
    plot_pixels canvas = canvas_of(64, 64);
    for (int i = 1; i < 30; i++) {
        double radius = i * 0.9 + 0.3, x = 32 + i / 30.0, pi = 3.14159265358979;
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        plot_pixels_begin(&canvas, NULL);
        plot_pixels_circle(&canvas, x, 32.3, radius);
        plot_pixels_end(&canvas, black);
        CHECK_NEAR(ink_of(&canvas), pi * radius * radius, 0.05 + 2 * pi * radius / 128);
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        plot_pixels_begin(&canvas, &(plot_pen){ .width = 1.5 });
        plot_pixels_circle(&canvas, x, 32.3, radius);
        plot_pixels_end(&canvas, black);
        if (radius > 2) CHECK_NEAR(ink_of(&canvas), 2 * pi * radius * 1.5, 0.02 * radius * 9.5);
    }
    plot_pixels_free(&canvas);
}

TEST("what winds twice is filled once, what winds back is a hole")
{
    plot_pixels canvas = canvas_of(10, 10);
    const double outer[][2] = { { 1, 1 }, { 9, 1 }, { 9, 9 }, { 1, 9 } };
    for (int hole = 0; hole < 2; hole++) {
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        plot_pixels_begin(&canvas, NULL);
        for (int i = 0; i < 4; i++) plot_pixels_line(&canvas, outer[i][0], outer[i][1]);
        for (int i = 0; i < 4; i++) {
            const double *at = outer[hole ? 3 - i : i];
            double x = 5 + (at[0] - 5) / 2, y = 5 + (at[1] - 5) / 2;
            if (i == 0)
                plot_pixels_move(&canvas, x, y);
            else
                plot_pixels_line(&canvas, x, y);
        }
        plot_pixels_end(&canvas, black);
        CHECK_NEAR(ink_of(&canvas), hole ? 48 : 64, 1e-9);
        CHECK_EQ_INT(alpha_at(&canvas, 5, 5), hole ? 0 : 255);
    }
    plot_pixels_free(&canvas);
}

TEST("a line is as wide as its pen, in every direction, and never drawn twice where it turns")
{
    plot_pixels canvas = canvas_of(100, 100);
    static const double widths[] = { 0.3, 0.5, 1, 1.5, 2, 3.7, 8 };
    for (int w = 0; w < 7; w++) {
        for (int i = 0; i < 12; i++) {
            double angle = i * 0.26 + 0.01, c = cos(angle), s = sin(angle), width = widths[w];
            plot_pixels_clear(&canvas, (plot_rgba){ 0 });
            plot_pixels_begin(&canvas, &(plot_pen){ .width = width });
            plot_pixels_line(&canvas, 50 - 40 * c, 50 - 40 * s);
            plot_pixels_line(&canvas, 50 + 40 * c, 50 + 40 * s);
            plot_pixels_end(&canvas, black);
            double wanted = 80 * width + width * width * 3.1416 / 4;
            CHECK_NEAR(ink_of(&canvas), wanted, 0.02 * wanted + 0.6);
        }
    }
    plot_pixels_clear(&canvas, (plot_rgba){ 0 });
    plot_pixels_begin(&canvas, &(plot_pen){ .width = 3 });
    for (int i = 0; i < 6; i++) plot_pixels_line(&canvas, i & 1 ? 90 : 10, 50.5);
    plot_pixels_end(&canvas, (plot_rgba){ 0, 0, 0, 100 });
    CHECK_EQ_INT(alpha_at(&canvas, 50, 50), 100);
    plot_pixels_free(&canvas);
}

TEST("dashes have their lengths, go on around corners, and start anew with each line")
{
    plot_pixels canvas = canvas_of(100, 20);
    plot_pen pen = { .width = 1, .dash = { 6, 4 }, .dashes = 2 };
    plot_pixels_begin(&canvas, &pen);
    plot_pixels_line(&canvas, 0, 5.5);
    plot_pixels_line(&canvas, 43, 5.5);
    plot_pixels_line(&canvas, 100, 5.5);
    plot_pixels_move(&canvas, 3, 15.5);
    plot_pixels_line(&canvas, 100, 15.5);
    plot_pixels_end(&canvas, black);
    for (int x = 1; x < 99; x++) {
        int at = x % 10; /* 6 on and half a pen at each end: 0 … 5 all, 6 and 9 half */
        int wanted = at < 6 ? 255 : at == 7 || at == 8 ? 0 : -1;
        if (wanted >= 0) CHECK_EQ_INT(alpha_at(&canvas, x, 5), wanted);
        if (wanted >= 0 && x + 3 < 99) CHECK_EQ_INT(alpha_at(&canvas, x + 3, 15), wanted);
    }
    /* What of the line is out of view counts for its dashes. */
    plot_pixels far = canvas_of(100, 20);
    plot_pixels_begin(&far, &pen);
    plot_pixels_line(&far, -1000, 5.5);
    plot_pixels_line(&far, 1000, 5.5);
    plot_pixels_end(&far, black);
    CHECK(memcmp(far.pixel + 500, canvas.pixel + 500, 99 * sizeof *far.pixel) == 0);
    /* Dots: dashes of no length. */
    plot_pixels_clear(&far, (plot_rgba){ 0 });
    plot_pixels_begin(&far, &(plot_pen){ .width = 2, .dash = { 0, 5 }, .dashes = 2 });
    plot_pixels_line(&far, 0, 10);
    plot_pixels_line(&far, 99, 10);
    plot_pixels_end(&far, black);
    CHECK_NEAR(ink_of(&far), 19.5 * 3.1416, 4);
    plot_pixels_free(&far);
    plot_pixels_free(&canvas);
}

TEST("nothing outside the clip changes, and inside it is as without a clip")
{
    uint32_t seed = 4;
    plot_pixels all = canvas_of(60, 50), cut = canvas_of(60, 50);
    plot_pixel_box clip = { 13, 7, 41, 38 };
    plot_pixels_clip(&cut, clip);
    for (int round = 0; round < 200; round++) {
        for (int k = 0; k < 2; k++) {
            uint32_t same = seed;
            plot_pixels *canvas = k == 0 ? &all : &cut;
            plot_rgba color = { (uint8_t)round, 100, 50, (uint8_t)(55 + round) };
            plot_pixels_begin(canvas, round & 1 ? NULL : &(plot_pen){ .width = 2.5 });
            for (int i = 0; i < 5; i++) {
                double x = uniform(&same) * 200 - 70, y = uniform(&same) * 200 - 70;
                plot_pixels_line(canvas, x, y);
            }
            plot_pixels_end(canvas, color);
            plot_pixels_rect(canvas, uniform(&same) * 90 - 20, uniform(&same) * 90 - 20,
                             uniform(&same) * 90 - 20, uniform(&same) * 90 - 20, color);
            plot_pixels_text(canvas, &(plot_letters){ "clip", round % 60, round % 50, 12, 0, 0, 0 },
                             color);
            plot_pixels_image(canvas, round % 40, round % 30, round % 40 + 9, round % 30 + 9,
                              &color, 1, 1);
            if (k == 1) seed = same;
        }
    }
    int outside = 0, differ = 0;
    for (int y = 0; y < 50; y++) {
        for (int x = 0; x < 60; x++) {
            const plot_rgba *a = &all.pixel[y * 60 + x], *b = &cut.pixel[y * 60 + x];
            bool in = x >= clip.left && x < clip.right && y >= clip.top && y < clip.bottom;
            if (!in) outside += b->a != 0;
            if (in) differ += abs(a->r - b->r) > 2 || abs(a->a - b->a) > 2;
        }
    }
    CHECK_EQ_INT(outside, 0);
    CHECK_EQ_INT(differ, 0);
    plot_pixels_free(&all);
    plot_pixels_free(&cut);
}

TEST("colours are laid over each other as Porter and Duff say")
{
    plot_pixels canvas = canvas_of(1, 1);
    plot_rgba *pixel = canvas.pixel;
    plot_pixels_rect(&canvas, 0, 0, 1, 1, (plot_rgba){ 200, 100, 0, 128 });
    CHECK(pixel->r == 200 && pixel->g == 100 && pixel->b == 0 && pixel->a == 128);
    plot_pixels_rect(&canvas, 0, 0, 1, 1, (plot_rgba){ 0, 100, 200, 64 });
    CHECK_EQ_INT(pixel->a, 160); /* 64 + 128 (1 - 64/255) */
    CHECK_EQ_INT(pixel->r, 120); /* 200 × 96/160 */
    CHECK_EQ_INT(pixel->g, 100);
    CHECK_EQ_INT(pixel->b, 80);
    plot_pixels_clear(&canvas, white);
    plot_pixels_rect(&canvas, 0, 0, 1, 0.5, black);
    CHECK_EQ_INT(pixel->r, 127);
    CHECK_EQ_INT(pixel->a, 255);
    plot_pixels_free(&canvas);
}

TEST("pictures are sharp when enlarged and averaged when made smaller")
{
    plot_pixels canvas = canvas_of(12, 12);
    plot_rgba four[] = {
        { 255, 0, 0, 255 }, { 0, 255, 0, 255 }, { 0, 0, 255, 255 }, { 9, 9, 9, 0 }
    };
    plot_pixels_image(&canvas, 1, 2, 11, 9, four, 2, 2);
    CHECK(memcmp(&canvas.pixel[2 * 12 + 5], &four[0], 4) == 0);
    CHECK(memcmp(&canvas.pixel[2 * 12 + 6], &four[1], 4) == 0);
    CHECK(memcmp(&canvas.pixel[8 * 12 + 5], &four[2], 4) == 0);
    CHECK_EQ_INT(alpha_at(&canvas, 6, 8), 0);
    CHECK_EQ_INT(alpha_at(&canvas, 0, 3) + alpha_at(&canvas, 11, 3) + alpha_at(&canvas, 3, 9), 0);
    plot_rgba many[81];
    for (int i = 0; i < 81; i++) many[i] = (plot_rgba){ (uint8_t)(3 * i), 0, 0, 255 };
    plot_pixels_image(&canvas, 0, 0, 1, 1, many, 9, 9);
    CHECK_EQ_INT(canvas.pixel[0].r, 120);
    plot_pixels_image(&canvas, 0, 0, 2, 1, many, 9, 1);
    CHECK_EQ_INT(canvas.pixel[0].r, 5); /* (0 + 3 + 6 + 9 + 12 / 2) / 4.5 = 5.33 */
    CHECK_EQ_INT(canvas.pixel[1].r, 19);
    plot_pixels_free(&canvas);
}

static const char *const lines[] = {
    "Training loss",           "jÅÉ|_gy", "0.0012", "α → ∞ ≤ 10⁻³", "AVATAR Too", "fj", "漢字",
    "e\xcc\x81 \xff \033[31m", ".",       ""
};

TEST("text lies inside the box that was measured for it, whichever way it turns")
{
    plot_pixels canvas = canvas_of(720, 720);
    for (int i = 0; i < 10 * 2 * 2 * 3; i++) {
        const char *text = lines[i % 10];
        bool turned = i / 10 % 2;
        plot_font_weight weight = (plot_font_weight)(i / 20 % 2);
        plot_align align = (plot_align)(i / 40);
        double size = 9 + i / 3.0, width = plot_font_width(text, size, weight);
        double back = align == PLOT_ALIGN_LEFT ? 0 : align == PLOT_ALIGN_CENTRE ? width / 2 : width;
        plot_font_box ink = plot_font_ink(text, size, weight);
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        plot_pixels_text(&canvas,
                         &(plot_letters){ text, 360.3, 360.6, size, weight, align, turned }, black);
        plot_pixel_box box = inked(&canvas);
        if (box.left >= box.right) {
            CHECK(*text == '\0');
            continue;
        }
        double left = 360.3 - back + ink.left, right = 360.3 - back + ink.right;
        double top = 360.6 - ink.top, bottom = 360.6 - ink.bottom;
        if (turned) {
            left = 360.3 - ink.top, right = 360.3 - ink.bottom;
            top = 360.6 + back - ink.right, bottom = 360.6 + back - ink.left;
        }
        CHECK(box.left >= floor(left) && box.right <= ceil(right));
        CHECK(box.top >= floor(top) && box.bottom <= ceil(bottom));
        /* And fills it. */
        CHECK(box.left <= left + 2 && box.right >= right - 2);
        CHECK(box.top <= top + 2 && box.bottom >= bottom - 2);
        CHECK(*text == 'j' || *text == 'f' || (ink.left > -0.1 * size && ink.right < width + size));
    }
    plot_pixels_free(&canvas);
}

TEST("letters are as wide as DejaVu Sans has them")
{
    CHECK_NEAR(plot_font_width("n", 2048, PLOT_FONT_REGULAR), 1298, 0);
    CHECK_NEAR(plot_font_width("n", 2048, PLOT_FONT_BOLD), 1458, 0);
    CHECK_NEAR(plot_font_width("AV", 2048, PLOT_FONT_REGULAR), 1401 + 1401 - 131, 0); /* kerned */
    CHECK_NEAR(plot_font_width("\xcc\x81", 10, PLOT_FONT_REGULAR), 0, 0);
    CHECK_NEAR(plot_font_width("∮", 2048, PLOT_FONT_BOLD),
               plot_font_width("∮", 2048, PLOT_FONT_REGULAR), 0); /* bold lacks it */
    const plot_font_face *face = &plot_font_faces[0];
    CHECK(plot_font_find(face, 0x6f22) == face->entry); /* the box */
    CHECK(plot_font_find(face, 'A') != face->entry);
    for (int f = 0; f < 2; f++)
        for (size_t i = 1; i < plot_font_faces[f].entries; i++)
            CHECK(plot_font_faces[f].entry[i].code > plot_font_faces[f].entry[i - 1].code);
}

TEST("every letter of both faces can be drawn, and has ink unless it is a blank")
{
    plot_pixels canvas = canvas_of(64, 64);
    for (int f = 0; f < 2; f++) {
        for (size_t i = 1; i < plot_font_faces[f].entries; i++) {
            char text[5] = "";
            uint32_t code = plot_font_faces[f].entry[i].code;
            plot_glyph_encode(code, text);
            plot_pixels_clear(&canvas, (plot_rgba){ 0 });
            plot_pixels_text(&canvas,
                             &(plot_letters){ text, 30, 40, 20, (plot_font_weight)f, 0, 0 }, black);
            bool blank = code == ' ' || code == 0xa0 || code == 0xad ||
                         (code >= 0x2000 && code <= 0x200f) || code >= 0x2028;
            if (!blank && !(ink_of(&canvas) > 0.5)) TEST_FAIL("U+%04X is blank", (unsigned)code);
            CHECK(ink_of(&canvas) < 500);
        }
    }
    plot_pixels_free(&canvas);
}

TEST("a mark has its middle where it should be, and about its size")
{
    static const char *const marks[] = { "•", "×", "○", "+", "◆", "△", "■", "▽", "●", "★",
                                         "▲", "░", "o", "x", ".", "A", "◇", "☆", "·", "▼" };
    plot_pixels canvas = canvas_of(41, 41);
    for (int i = 0; i < 20; i++) {
        const char *text = marks[i];
        plot_glyph glyph;
        CHECK(plot_glyph_next(&text, PLOT_UTF8, &glyph));
        plot_pixels_clear(&canvas, (plot_rgba){ 0 });
        plot_pixels_marker(&canvas, glyph.code, 20.5, 20.5, 20, black);
        plot_pixel_box box = inked(&canvas);
        CHECK_NEAR(box.left + box.right, 41, 1);
        CHECK_NEAR(box.top + box.bottom, 41, 7);
        int width = box.right - box.left;
        bool dot = glyph.code == '.' || glyph.code == 0xb7;
        if (width < (dot ? 7 : 14) || width > 26) TEST_FAIL("%s is %d wide", marks[i], width);
    }
    CHECK(plot_marker_find('A') == NULL);
    plot_pixels_free(&canvas);
}

TEST("the same drawing gives the same bytes, and none of it takes memory")
{
    plot_pixels first = canvas_of(90, 70), second = canvas_of(90, 70);
    plot_pixels_rect(&first, 0, 0, 90, 70, white); /* a used canvas is like a new one */
    plot_memory none = { .resize = NULL, .user = NULL };
    const plot_rgba *pixels = first.pixel;
    CHECK(plot_pixels_size(&first, &none, 60, 60) == PLOT_OK);
    CHECK(plot_pixels_size(&first, &none, 90, 70) == PLOT_OK);
    CHECK(first.pixel == pixels);
    for (int k = 0; k < 2; k++) {
        plot_pixels *canvas = k == 0 ? &first : &second;
        plot_pixels_text(canvas, &(plot_letters){ "Ωμέγα 0.5", 3, 30, 17.3, 0, 0, 0 }, black);
        plot_pixels_begin(canvas, &(plot_pen){ .width = 1.3, .dash = { 3, 4 }, .dashes = 2 });
        for (int i = 0; i < 200; i++) plot_pixels_line(canvas, i / 2.0, 30 + 20 * ((i * i) % 7));
        plot_pixels_end(canvas, (plot_rgba){ 10, 200, 30, 130 });
    }
    CHECK(memcmp(first.pixel, second.pixel, 90 * 70 * sizeof(plot_rgba)) == 0);
    plot_pixels_free(&first);
    plot_pixels_free(&second);
}

static void draw_anything(plot_pixels *canvas, uint32_t *seed)
{
    static const double hard[] = { 0,
                                   -0.0,
                                   0.5,
                                   1,
                                   -1,
                                   63,
                                   64,
                                   1e-300,
                                   5e-324,
                                   1e9,
                                   -1e9,
                                   1e15,
                                   1e300,
                                   -1e300,
                                   PLOT_INFINITY,
                                   -PLOT_INFINITY,
                                   0,
                                   31.999,
                                   -0.5,
                                   65,
                                   1e-10,
                                   32.0001 };
    enum { N = sizeof hard / sizeof *hard };
    double v[8];
    for (int i = 0; i < 8; i++) {
        v[i] = hard[(int)(uniform(seed) * N)];
        if (uniform(seed) < 0.1) v[i] = PLOT_NAN;
        if (uniform(seed) < 0.3) v[i] = noise(seed) * 64;
    }
    plot_pen pen = { .width = v[6], .dash = { v[2], v[3] }, .dashes = (int)(uniform(seed) * 4) };
    plot_rgba color = { 1, 2, 3, (uint8_t)(uniform(seed) * 256) };
    plot_pixels_begin(canvas, uniform(seed) < 0.5 ? NULL : &pen);
    for (int i = 0; i < 6; i++) plot_pixels_line(canvas, v[i], v[i + 1]);
    plot_pixels_curve(canvas, v[7], v[2], v[5], v[0]);
    plot_pixels_circle(canvas, v[1], v[2], v[3]);
    plot_pixels_end(canvas, color);
    plot_pixels_rect(canvas, v[0], v[1], v[2], v[3], color);
    plot_pixels_image(canvas, v[4], v[5], v[6], v[7], &color, 1, 1);
    plot_pixels_text(canvas, &(plot_letters){ "gx", v[0], v[1], v[2], 0, PLOT_ALIGN_CENTRE, 1 },
                     color);
    plot_pixels_marker(canvas, 0x2605, v[3], v[4], v[5], color);
    plot_pixels_marker(canvas, (uint32_t)(uniform(seed) * 4e9), v[3], v[4], v[5], color);
}

TEST("huge places, NaN and senseless pens are harmless on every size of canvas")
{
    uint32_t seed = 77;
    plot_pixels canvas = { 0 };
    for (int width = 1; width <= 64; width++) {
        for (int height = 1; height <= 64; height++) {
            CHECK(plot_pixels_size(&canvas, &usual, width, height) == PLOT_OK);
            draw_anything(&canvas, &seed);
            size_t dirty = 0;
            for (size_t i = 0; i < ((size_t)width + 2) * (size_t)height; i++)
                dirty += canvas.coverage[i] != 0;
            CHECK_EQ_INT(dirty, 0);
        }
    }
    CHECK(plot_pixels_size(&canvas, &usual, 0, 5) == PLOT_INVALID);
    CHECK(plot_pixels_size(&canvas, &usual, 5, PLOT_PIXELS_MAX + 1) == PLOT_INVALID);
    CHECK(plot_pixels_size(&canvas, &usual, -1, -1) == PLOT_INVALID);
    plot_pixels_free(&canvas);
}

static void *refuse(void *user, void *old, size_t n)
{
    int *left = user;
    return (*left)-- > 0 ? realloc(old, n) : NULL;
}

TEST("a canvas that cannot grow stays as it was")
{
    for (int allowed = 0; allowed < 2; allowed++) {
        plot_pixels canvas = canvas_of(5, 5);
        plot_pixels_clear(&canvas, white);
        int left = allowed;
        plot_memory memory = { refuse, &left };
        CHECK(plot_pixels_size(&canvas, &memory, 500, 500) == PLOT_NO_MEMORY);
        CHECK_EQ_INT(canvas.width, 5);
        plot_pixels_rect(&canvas, 0, 0, 5, 5, black);
        CHECK_EQ_INT(canvas.pixel[24].r, 0);
        CHECK(plot_pixels_size(&canvas, &usual, 50, 50) == PLOT_OK);
        plot_pixels_text(&canvas, &(plot_letters){ "on", 5, 40, 20, 0, 0, 0 }, black);
        CHECK(ink_of(&canvas) > 20);
        plot_pixels_free(&canvas);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
