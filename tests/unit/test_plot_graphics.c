/* test_plot_graphics.c: PNG, kitty, iTerm2 and sixel, decoded back: the first by libpng, the others by
** decoders written here from the protocols' descriptions. */
#include "tests/test.h"

#include "plot/graphics.h"
#include "plot/png.h"
#include "plot/quantise.h"
#include "tests/unit/plot_figures.h"

#include <png.h>

static const plot_memory usual = { 0 };

typedef struct {
    int width, height;
    plot_rgba *pixel;
} picture;

/* ---- what is drawn ---------------------------------------------------------------------------- */

typedef enum { FEW, MANY, CLEAR, PICTURES } content;

static plot_pixels draw(int width, int height, content what)
{
    plot_pixels canvas = { 0 };
    uint32_t seed = (uint32_t)(width * 100 + height);
    CHECK(plot_pixels_size(&canvas, &usual, width, height) == PLOT_OK);
    for (int i = 0; i < width * height && what == MANY; i++)
        canvas.pixel[i] =
            (plot_rgba){ (uint8_t)(uniform(&seed) * 256), (uint8_t)(uniform(&seed) * 256),
                         (uint8_t)(255 * i / (width * height)), 255 };
    if (what == FEW) plot_pixels_clear(&canvas, (plot_rgba){ 18, 22, 26, 255 });
    if (what != FEW && what != CLEAR) return canvas;
    plot_rgba blue = { 86, 180, 233, 255 };
    plot_pixels_begin(&canvas, &(plot_pen){ .width = 1.5 });
    for (int i = 0; i < 20; i++)
        plot_pixels_line(&canvas, width * i / 20.0, height * (0.5 + 0.4 * noise(&seed)));
    plot_pixels_end(&canvas, blue);
    plot_pixels_text(&canvas, &(plot_letters){ "ok", 1, height - 1, height / 2.0, 0, 0, 0 },
                     (plot_rgba){ 240, 163, 48, 255 });
    return canvas;
}

/* ---- decoders --------------------------------------------------------------------------------- */

static picture read_png(const uint8_t *data, size_t count)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    picture out = { 0 };
    CHECK(png_image_begin_read_from_memory(&image, data, count));
    image.format = PNG_FORMAT_RGBA;
    out.width = (int)image.width;
    out.height = (int)image.height;
    out.pixel = malloc(PNG_IMAGE_SIZE(image));
    CHECK(png_image_finish_read(&image, NULL, out.pixel, 0, NULL));
    return out;
}

static int digit_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Decodes base64 up to the first byte that is none, which it returns. */
static const char *read_base64(const char *s, plot_bytes *out)
{
    for (; digit_of(s[0]) >= 0; s += 4) {
        int value = digit_of(s[0]) << 18 | digit_of(s[1]) << 12;
        int kept = s[2] == '=' ? 1 : s[3] == '=' ? 2 : 3;
        if (kept > 1) value |= digit_of(s[2]) << 6;
        if (kept > 2) value |= digit_of(s[3]);
        uint8_t three[3] = { (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };
        plot_bytes_add(out, three, (size_t)kept);
    }
    return s;
}

/* The keys of the first chunk go to keys. */
static picture read_kitty(const plot_bytes *bytes, char *keys, size_t size)
{
    plot_bytes png = { .memory = &usual };
    const char *s = (const char *)bytes->data, *end = s + bytes->count;
    bool more = true;
    for (int chunk = 0; s < end; chunk++) {
        const char *data = memchr(s, ';', (size_t)(end - s));
        CHECK(more && strncmp(s, "\033_G", 3) == 0 && data != NULL);
        if (data == NULL) break;
        if (chunk == 0) snprintf(keys, size, "%.*s", (int)(data - s - 3), s + 3);
        if (chunk > 0) CHECK_EQ_INT(data - s, 6); /* nothing but m=… */
        CHECK(strncmp(data - 3, "m=", 2) == 0);
        more = data[-1] == '1';
        s = read_base64(data + 1, &png);
        CHECK(s - data - 1 <= 4096 && (!more || s - data - 1 == 4096));
        CHECK(strncmp(s, "\033\\", 2) == 0);
        s += 2;
    }
    CHECK(!more);
    picture out = read_png(png.data, png.count);
    free(png.data);
    return out;
}

static picture read_iterm(const plot_bytes *bytes, char *keys, size_t size)
{
    static const char start[] = "\033]1337;File=";
    plot_bytes png = { .memory = &usual };
    const char *s = (const char *)bytes->data, *colon = memchr(s, ':', bytes->count);
    CHECK(strncmp(s, start, sizeof start - 1) == 0 && colon != NULL);
    snprintf(keys, size, "%.*s", (int)(colon - s - 12), s + 12);
    const char *end = read_base64(colon + 1, &png);
    CHECK(*end == '\a' && end + 1 == s + bytes->count);
    char count[40];
    snprintf(count, sizeof count, "size=%zu;", png.count);
    CHECK(strstr(keys, count) != NULL);
    picture out = read_png(png.data, png.count);
    free(png.data);
    return out;
}

static int number_at(const char **s)
{
    int n = 0;
    while (**s >= '0' && **s <= '9') n = 10 * n + *(*s)++ - '0';
    return n;
}

/* A terminal that draws sixel on nothing. */
static picture read_sixel(const plot_bytes *bytes)
{
    plot_rgba colors[256] = { { 0 } };
    int x = 0, top = 0, color = 0;
    picture out = { 0 };
    const char *s = (const char *)bytes->data, *end = s + bytes->count - 2;
    CHECK(strncmp(s, "\033P0;1q\"1;1;", 11) == 0 && strncmp(end, "\033\\", 2) == 0);
    s += 11;
    out.width = number_at(&s);
    CHECK(*s++ == ';');
    out.height = number_at(&s);
    out.pixel = calloc((size_t)out.width * (size_t)out.height, sizeof *out.pixel);
    while (s < end) {
        char c = *s++;
        int count = 1;
        if (c == '!') count = number_at(&s), c = *s++;
        if (c == '#') {
            color = number_at(&s);
            CHECK(color < 256);
            if (*s != ';') continue;
            int part[4];
            for (int i = 0; i < 4; i++) part[i] = (s++, number_at(&s));
            CHECK(part[0] == 2 && part[1] <= 100 && part[2] <= 100 && part[3] <= 100);
            colors[color] = (plot_rgba){ (uint8_t)((part[1] * 255 + 50) / 100),
                                         (uint8_t)((part[2] * 255 + 50) / 100),
                                         (uint8_t)((part[3] * 255 + 50) / 100), 255 };
        } else if (c == '$') {
            x = 0;
        } else if (c == '-') {
            x = 0, top += 6;
        } else {
            CHECK(c >= '?' && c <= '~');
            for (; count > 0; count--, x++)
                for (int k = 0; k < 6; k++)
                    if ((c - '?') >> k & 1 && x < out.width && top + k < out.height)
                        out.pixel[(top + k) * out.width + x] = colors[color];
        }
    }
    return out;
}

static void check_same(const picture *got, const plot_pixels *canvas, const char *what)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height, wrong = 0;
    CHECK_EQ_INT(got->width, canvas->width);
    CHECK_EQ_INT(got->height, canvas->height);
    for (size_t i = 0; i < n && got->width == canvas->width; i++) {
        plot_rgba a = canvas->pixel[i], b = got->pixel[i];
        wrong += a.a != b.a || (a.a > 0 && (a.r != b.r || a.g != b.g || a.b != b.b));
    }
    if (wrong > 0)
        TEST_FAIL("%s, %d by %d: %zu pixels", what, canvas->width, canvas->height, wrong);
}

TEST("PNG, kitty and iTerm2 give back the pixels, on every size from 1 by 1 to 64 by 64")
{
    plot_bytes out = { .memory = &usual };
    for (int width = 1; width <= 64; width++) {
        for (int height = 1; height <= 64; height++) {
            if (width > 9 && height > 9 && (width + 7 * height) % 13 != 0) continue;
            plot_pixels canvas = draw(width, height, (content)((width + height) % PICTURES));
            plot_placement place = { .cols = 7, .rows = 3, .id = 12 };
            char keys[200];
            out.count = 0;
            CHECK(plot_png(&out, &canvas, 1) == PLOT_OK);
            picture got = read_png(out.data, out.count);
            check_same(&got, &canvas, "PNG");
            free(got.pixel);

            out.count = 0;
            CHECK(plot_kitty(&out, &canvas, &place) == PLOT_OK);
            got = read_kitty(&out, keys, sizeof keys);
            check_same(&got, &canvas, "kitty");
            CHECK(strncmp(keys, "a=T,f=100,q=2,C=1,c=7,r=3,i=12,p=1,m=", 37) == 0);
            free(got.pixel);

            out.count = 0;
            CHECK(plot_iterm(&out, &canvas, &place) == PLOT_OK);
            got = read_iterm(&out, keys, sizeof keys);
            check_same(&got, &canvas, "iTerm2");
            CHECK(strstr(keys, ";width=7;height=3;") && strstr(keys, "inline=1"));
            free(got.pixel);
            plot_pixels_free(&canvas);
        }
    }
    free(out.data);
}

/* What tmux passes on of the sequences that it is given. */
static plot_bytes through_tmux(const plot_bytes *bytes)
{
    plot_bytes out = { .memory = &usual };
    const char *s = (const char *)bytes->data, *end = s + bytes->count;
    while (s < end) {
        CHECK(strncmp(s, "\033Ptmux;", 7) == 0);
        for (s += 7; strncmp(s, "\033\\", 2) != 0; s++) {
            if (*s == '\033') CHECK(*++s == '\033');
            plot_bytes_add(&out, s, 1);
        }
        s += 2;
    }
    return out;
}

TEST("through tmux a kitty picture is sent on, and stands for characters that say where in it they "
     "are")
{
    plot_pixels canvas = draw(50, 40, MANY);
    plot_placement place = { .cols = 5, .rows = 3, .id = 7u << 24 | 53, .tmux = true };
    plot_bytes out = { .memory = &usual };
    char keys[200];
    CHECK(plot_kitty(&out, &canvas, &place) == PLOT_OK);
    plot_bytes passed = through_tmux(&out);
    picture got = read_kitty(&passed, keys, sizeof keys);
    check_same(&got, &canvas, "kitty through tmux");
    CHECK(strstr(keys, ",U=1,") != NULL && strstr(keys, "c=5,r=3,i=117440565,") != NULL);
    free(got.pixel);
    free(passed.data);

    /* The numbers 0, 1, 2, … are U+305, 30D, 30E, 310, 312, 33D, 33E, 33F; 296 is U+1D244. */
    static const uint32_t numbers[] = { 0x305, 0x30d, 0x30e, 0x310, 0x312, 0x33d, 0x33e, 0x33f };
    out.count = 0;
    CHECK(plot_kitty_row(&out, &place, 2) == PLOT_OK);
    plot_bytes_add(&out, "", 1);
    const char *s = (const char *)out.data;
    CHECK(strncmp(s, "\033[38;5;53m", 10) == 0);
    s += 10;
    for (uint32_t col = 0; col < 5; col++) {
        uint32_t wanted[] = { 0x10eeee, numbers[2], numbers[col], numbers[7] };
        for (int i = 0; i < 4; i++) {
            plot_glyph glyph;
            CHECK(plot_glyph_next(&s, PLOT_UTF8, &glyph));
            CHECK_EQ_INT(glyph.code, wanted[i]);
        }
    }
    CHECK_EQ_STR(s, "\033[39m");
    place.cols = 297;
    CHECK(plot_kitty_row(&out, &place, 0) == PLOT_OK);
    CHECK(memcmp(out.data + out.count - 5 - 2 - 4, "\xf0\x9d\x89\x84", 4) == 0);
    place.cols = 298;
    CHECK(plot_kitty_row(&out, &place, 0) == PLOT_INVALID);
    free(out.data);
    plot_pixels_free(&canvas);
}

/* Hundredths are 2.55 steps: rounding there and back is off by 2 at most. */
static void check_sixel(const picture *got, const plot_pixels *canvas, plot_rgba ground, int most)
{
    int worst = 0, shown = 0;
    CHECK_EQ_INT(got->width, canvas->width);
    CHECK_EQ_INT(got->height, canvas->height);
    for (int i = 0; i < canvas->width * canvas->height; i++) {
        plot_rgba a = ground, b = got->pixel[i];
        a.a = 255;
        shown += (canvas->pixel[i].a >= 128) != (b.a == 255);
        if (canvas->pixel[i].a < 128) continue;
        plot_pixels_blend(&a, canvas->pixel[i], 1);
        int off[] = { abs(a.r - b.r), abs(a.g - b.g), abs(a.b - b.b) };
        for (int k = 0; k < 3; k++) worst = off[k] > worst ? off[k] : worst;
    }
    CHECK_EQ_INT(shown, 0);
    if (worst > most)
        TEST_FAIL("sixel of %d by %d is off by %d", canvas->width, canvas->height, worst);
}

static bool has_few_colors(const plot_pixels *canvas, plot_rgba ground)
{
    plot_rgba known[257];
    int count = 0;
    for (int i = 0; i < canvas->width * canvas->height && count <= 256; i++) {
        plot_rgba color = { ground.r, ground.g, ground.b, 255 };
        int k = 0;
        plot_pixels_blend(&color, canvas->pixel[i], 1);
        while (k < count && memcmp(&known[k], &color, sizeof color) != 0) k++;
        if (k == count) known[count++] = color;
    }
    return count <= 256;
}

TEST("sixel gives back the pixels, to its hundredths up to 256 colours and near them beyond")
{
    plot_bytes out = { .memory = &usual };
    plot_placement place = { .ground = { 18, 22, 26, 255 } };
    int few = 0, many = 0;
    for (int width = 1; width <= 64; width++) {
        for (int height = 1; height <= 64; height++) {
            if (width > 9 && height > 9 && (width + 7 * height) % 13 != 0) continue;
            content what = (content)((width + height) % PICTURES);
            plot_pixels canvas = draw(width, height, what);
            out.count = 0;
            CHECK(plot_sixel(&out, &canvas, &place) == PLOT_OK);
            picture got = read_sixel(&out);
            bool exact = has_few_colors(&canvas, place.ground);
            check_sixel(&got, &canvas, place.ground, exact ? 2 : 48);
            few += exact;
            many += !exact;
            free(got.pixel);
            plot_pixels_free(&canvas);
        }
    }
    CHECK(few > 400 && many > 50);
    free(out.data);
}

TEST("a palette holds each colour exactly while there are at most as many, else means of boxes")
{
    plot_pixels canvas = { 0 };
    plot_palette palette;
    CHECK(plot_pixels_size(&canvas, &usual, 16, 17) == PLOT_OK);
    for (int i = 0; i < 16 * 17; i++)
        canvas.pixel[i] = (plot_rgba){ (uint8_t)(i % 256), (uint8_t)(i * 7), 3, 255 };
    CHECK(plot_palette_init(&palette, &usual, &canvas, (plot_rgba){ 0 }, 256) == PLOT_OK);
    CHECK_EQ_INT(palette.count, 256);
    for (int i = 0; i < 16 * 17; i++)
        CHECK(memcmp(&palette.color[palette.index[i] - 1], &canvas.pixel[i], 4) == 0);
    plot_palette_free(&palette);
    /* Two clouds of colours become their means. */
    uint64_t sum[2] = { 0 };
    for (int i = 0; i < 16 * 17; i++) {
        int high = i % 3 == 0;
        canvas.pixel[i] = (plot_rgba){ (uint8_t)((high ? 200 : 20) + i % 30), 90, 90, 255 };
        sum[high] += canvas.pixel[i].r;
    }
    CHECK(plot_palette_init(&palette, &usual, &canvas, (plot_rgba){ 0 }, 2) == PLOT_OK);
    CHECK_EQ_INT(palette.count, 2);
    CHECK_EQ_INT(palette.color[palette.index[0] - 1].r, (sum[1] + 45) / 91);
    CHECK_EQ_INT(palette.color[palette.index[1] - 1].r, (sum[0] + 90) / 181);
    plot_palette_free(&palette);
    plot_pixels_free(&canvas);
}

TEST("a sixel picture that would be too long takes fewer colours, and then fails")
{
    plot_bytes out = { .memory = &usual };
    plot_pixels canvas = draw(400, 300, MANY);
    plot_placement place = { .max_bytes = 0 };
    plot_bytes_text(&out, "before");
    size_t length[2];
    for (int i = 0; i < 2; i++) {
        out.count = 6;
        place.max_bytes = i == 0 ? 1000000 : 200000;
        CHECK(plot_sixel(&out, &canvas, &place) == PLOT_OK);
        length[i] = out.count - 6;
        CHECK(length[i] <= place.max_bytes);
    }
    CHECK(length[1] < length[0]);
    place.max_bytes = 20000;
    out.count = 6;
    CHECK(plot_sixel(&out, &canvas, &place) == PLOT_INVALID);
    CHECK(plot_kitty(&out, &canvas, &place) == PLOT_INVALID);
    CHECK(plot_iterm(&out, &canvas, &place) == PLOT_INVALID);
    CHECK_EQ_INT(out.count, 6);
    free(out.data);
    plot_pixels_free(&canvas);
}

TEST("base64 is RFC 4648's")
{
    static const char *const pairs[][2] = { { "", "" },
                                            { "f", "Zg==" },
                                            { "fo", "Zm8=" },
                                            { "foo", "Zm9v" },
                                            { "foob", "Zm9vYg==" },
                                            { "fooba", "Zm9vYmE=" },
                                            { "foobar", "Zm9vYmFy" } };
    for (int i = 0; i < 7; i++) {
        plot_bytes out = { .memory = &usual };
        plot_bytes_base64(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        plot_bytes_add(&out, "", 1);
        CHECK_EQ_STR((char *)out.data, pairs[i][1]);
        free(out.data);
    }
}

typedef struct {
    int left;
    long given;
} ration;

static void *give(void *user, void *old, size_t n)
{
    ration *r = user;
    if (r->left-- <= 0) return NULL;
    r->given++;
    return realloc(old, n);
}

TEST("every allocation that fails is an ordinary error that leaves no half sequence")
{
    plot_pixels canvas = draw(60, 40, MANY);
    plot_placement place = { .cols = 5, .rows = 2 };
    for (int format = 0; format < 4; format++) {
        for (int allowed = 0;; allowed++) {
            ration r = { .left = allowed };
            plot_memory memory = { give, &r };
            plot_bytes out = { .memory = &memory };
            plot_status status = format == 0   ? plot_png(&out, &canvas, 1)
                                 : format == 1 ? plot_kitty(&out, &canvas, &place)
                                 : format == 2 ? plot_iterm(&out, &canvas, &place)
                                               : plot_sixel(&out, &canvas, &place);
            if (status == PLOT_OK) CHECK(out.count > 1000);
            if (status != PLOT_OK && format > 0) CHECK_EQ_INT(out.count, 0);
            CHECK(status == PLOT_OK || status == PLOT_NO_MEMORY);
            free(out.data);
            if (status == PLOT_OK) break;
            if (allowed > 500) {
                TEST_FAIL("format %d never succeeds", format);
                break;
            }
        }
    }
    plot_pixels_free(&canvas);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
