/* test_plot_picture.c: figures as SVG, PNG and HTML, and as pictures on a terminal that is played here. */
#include "tests/test.h"

#include "plot/graphics.h"
#include "plot/render.h"
#include "tests/unit/plot_figures.h"

#include <png.h>
#include <unistd.h>

static plot_text render(const plot_figure *figure, plot_format format, int width,
                        plot_background background)
{
    plot_text out;
    plot_frame frame = { .cols = 80, .rows = 27, .background = background };
    plot_picture picture = { .format = format, .width = width };
    if (plot_render_picture(figure, &frame, &picture, &out) != PLOT_OK)
        TEST_FAIL("no picture: %s", out.error);
    return out;
}

typedef struct {
    int width, height;
    unsigned char *rgba;
} pixels;

static pixels read_png(const void *data, size_t count)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    pixels out = { 0 };
    CHECK(png_image_begin_read_from_memory(&image, data, count));
    image.format = PNG_FORMAT_RGBA;
    out.width = (int)image.width;
    out.height = (int)image.height;
    out.rgba = malloc(PNG_IMAGE_SIZE(image));
    CHECK(png_image_finish_read(&image, NULL, out.rgba, 0, NULL));
    return out;
}

static const unsigned char *pixel_at(const pixels *p, int x, int y)
{
    return p->rgba + 4 * (y * p->width + x);
}

static int distance(const unsigned char *a, const unsigned char *b)
{
    int most = 0;
    for (int k = 0; k < 3; k++) most = abs(a[k] - b[k]) > most ? abs(a[k] - b[k]) : most;
    return most;
}

/* ---- SVG -------------------------------------------------------------------------------------- */

static const char *skip_name(const char *s)
{
    while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
           *s == '-' || *s == ':')
        s++;
    return s;
}

/* Skips text or the inside of an attribute up to one of end; NULL if XML does not allow it. */
static const char *skip_text(const char *s, const char *end)
{
    static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;" };
    while (*s != '\0' && strchr(end, *s) == NULL) {
        bool known = *s != '&';
        for (int i = 0; i < 4; i++)
            known = known || strncmp(s, entities[i], strlen(entities[i])) == 0;
        if (!known || *s == '>' || ((unsigned char)*s < ' ' && *s != '\n')) return NULL;
        s++;
    }
    return s;
}

/* The end of a tag's attributes, at > or />; NULL if they are wrong. */
static const char *skip_attributes(const char *s)
{
    while (*s == ' ') {
        const char *name = s + 1;
        s = skip_name(name);
        if (s == name || s[0] != '=' || s[1] != '"') return NULL;
        s = skip_text(s + 2, "\"<");
        if (s == NULL || *s++ != '"') return NULL;
    }
    return s;
}

/* A strict reader of the XML that we write: elements, attributes, text and the four entities.  Returns where it
** is wrong, or NULL. */
static const char *wrong_xml(const char *s)
{
    char open[32][20];
    int depth = 0, roots = 0;
    while (*s != '\0') {
        const char *start = s;
        if (*s != '<') {
            s = skip_text(s, "<");
            if (s == NULL || (depth == 0 && strspn(start, "\n") != (size_t)(s - start)))
                return start;
            continue;
        }
        bool closes = s[1] == '/';
        const char *name = s + 1 + closes;
        s = skip_name(name);
        char word[20];
        snprintf(word, sizeof word, "%.*s", (int)(s - name), name);
        if (closes) {
            if (depth == 0 || strcmp(open[--depth], word) != 0 || *s++ != '>') return start;
            continue;
        }
        s = skip_attributes(s);
        if (s == NULL) return start;
        if (depth == 0 && roots++ > 0) return start;
        if (s[0] == '/' && s[1] == '>')
            s += 2;
        else if (*s++ == '>' && depth < 32)
            strcpy(open[depth++], word);
        else
            return start;
    }
    return depth == 0 && roots == 1 ? NULL : s;
}

static int count_of(const char *text, const char *what)
{
    int count = 0;
    while ((text = strstr(text, what)) != NULL) count++, text++;
    return count;
}

TEST("SVG is well-formed XML, whatever the figure holds, and numbers in it are numbers")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        plot_text out = render(figure, PLOT_SVG, 0, (plot_background)(i & 1));
        const char *wrong = wrong_xml(out.bytes);
        if (wrong != NULL) TEST_FAIL("%s: %.60s", samples[i].name, wrong);
        CHECK(strstr(out.bytes, "nan") == NULL && strstr(out.bytes, "inf") == NULL);
        CHECK(strlen(out.bytes) == out.length);
        plot_text_free(&out);
        plot_figure_free(figure);
    }
}

TEST("SVG has the texts as texts, escaped, and a shape for everything that is drawn")
{
    const double y[] = { 1, 3, 2 }, y2[] = { 2, 4, 3 }, x2[] = { 1.4, 2.4, 3.4 };
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    CHECK(plot_figure_title(figure, "a < b & \"c\" \033[31m") == PLOT_OK);
    CHECK(plot_panel_label(p, PLOT_X, "step → α") == PLOT_OK);
    plot_text before = render(figure, PLOT_SVG, 0, PLOT_LIGHT);
    plot_series all[] = { { .y = y, .n = 3, .label = "joined", .dashed = true },
                          { .kind = PLOT_SCATTER, .y = y2, .n = 3, .label = "points" },
                          { .kind = PLOT_BAND, .y = y, .y2 = y2, .n = 3, .label = "band" },
                          { .kind = PLOT_RECTS, .y = y, .x2 = x2, .y2 = y2, .n = 3 } };
    for (int i = 0; i < 4; i++) CHECK(plot_panel_add(p, &all[i]) == PLOT_OK);
    CHECK(plot_panel_note(p, &(plot_note){ PLOT_RULE, PLOT_Y, .at = 2, .text = "rule" }) ==
          PLOT_OK);
    CHECK(plot_panel_note(p, &(plot_note){ PLOT_NOTE, PLOT_X, 2, 3, "here", 0, "★", 0 }) ==
          PLOT_OK);
    CHECK(plot_panel_image(p, &(plot_image){ .z = y, .rows = 1, .cols = 3 }) == PLOT_OK);
    plot_text out = render(figure, PLOT_SVG, 0, PLOT_LIGHT);
    CHECK(strstr(out.bytes, ">a &lt; b &amp; &quot;c&quot; ␛[31m</text>") != NULL);
    CHECK(strstr(out.bytes, "<title>a &lt; b") != NULL);
    static const char *const texts[] = { ">step → α<", ">joined<", ">points<",
                                         ">band<",     ">rule<",   ">here<" };
    for (int i = 0; i < 6; i++)
        if (strstr(out.bytes, texts[i]) == NULL) TEST_FAIL("no %s", texts[i]);
    CHECK(count_of(out.bytes, "<circle") >= 4);          /* three points and the legend's */
    CHECK(count_of(out.bytes, "stroke-dasharray") >= 3); /* the line, its sample, the rule */
    CHECK_EQ_INT(count_of(out.bytes, "<image"), 1);
    CHECK(count_of(out.bytes, "<rect") >= 3 + count_of(before.bytes, "<rect") / 2);
    CHECK(strstr(out.bytes, "font-family=\"DejaVu Sans,") != NULL);
    plot_text_free(&before);
    plot_text_free(&out);
    plot_figure_free(figure);
}

TEST("HTML is a page around the SVG")
{
    plot_figure *figure = sample(1);
    plot_text svg = render(figure, PLOT_SVG, 0, PLOT_DARK),
              page = render(figure, PLOT_HTML, 0, PLOT_DARK);
    CHECK(strncmp(page.bytes, "<!DOCTYPE html>\n<html>", 22) == 0);
    CHECK(strstr(page.bytes, svg.bytes) != NULL);
    CHECK(strstr(page.bytes, "<title>Training on Fashion-MNIST</title>") != NULL);
    plot_text_free(&svg);
    plot_text_free(&page);
    plot_figure_free(figure);
}

/* ---- PNG -------------------------------------------------------------------------------------- */

TEST("PNG is as wide as asked, in the same proportion, and the same bytes every time")
{
    plot_figure *figure = sample(2);
    for (int width = 60; width < 1500; width += 333) {
        plot_text a = render(figure, PLOT_PNG, width, PLOT_LIGHT);
        plot_text b = render(figure, PLOT_PNG, width, PLOT_LIGHT);
        CHECK(a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0);
        pixels p = read_png(a.bytes, a.length);
        CHECK_EQ_INT(p.width, width);
        CHECK_NEAR(p.height, width * 456.0 / 664, 1);
        static const unsigned char ground[] = { 255, 255, 255 };
        CHECK_EQ_INT(distance(pixel_at(&p, 0, 0), ground), 0);
        free(p.rgba);
        plot_text_free(&a);
        plot_text_free(&b);
    }
    plot_figure_free(figure);
}

TEST("a line is where its values are, and what is outside the limits is not drawn")
{
    const double x[] = { -1000, 1000 }, y[] = { 0.5, 0.5 }, steep_y[] = { -1e300, 1e300 };
    const double steep_x[] = { 0.25, 0.25 };
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    CHECK(plot_panel_limits(p, PLOT_X, 0, 1) == PLOT_OK);
    CHECK(plot_panel_limits(p, PLOT_Y, 0, 1) == PLOT_OK);
    plot_text empty = render(figure, PLOT_PNG, 664, PLOT_DARK);
    CHECK(plot_panel_add(p, &(plot_series){ .x = x, .y = y, .n = 2 }) == PLOT_OK);
    CHECK(plot_panel_add(p, &(plot_series){ .x = steep_x, .y = steep_y, .n = 2 }) == PLOT_OK);
    plot_text full = render(figure, PLOT_PNG, 664, PLOT_DARK);
    pixels before = read_png(empty.bytes, empty.length), after = read_png(full.bytes, full.length);
    int left = after.width, right = 0, top = after.height, bottom = 0;
    for (int py = 0; py < after.height; py++) {
        for (int px = 0; px < after.width; px++) {
            if (distance(pixel_at(&before, px, py), pixel_at(&after, px, py)) == 0) continue;
            if (px < left) left = px;
            if (px > right) right = px;
            if (py < top) top = py;
            if (py > bottom) bottom = py;
        }
    }
    plot_renderer *r = draw_cells(figure, &(plot_frame){ .cols = 80, .rows = 27 });
    const plot_rect *area = &r->layout.panel[0].area;
    int area_left = 12 + 8 * area->col, area_right = area_left + 8 * area->cols;
    int area_top = 12 + 16 * area->row, area_bottom = area_top + 16 * area->rows;
    CHECK(left >= area_left - 1 && left <= area_left + 1);
    CHECK(right <= area_right && right >= area_right - 2);
    CHECK(top >= area_top - 1 && top <= area_top + 1);
    CHECK(bottom <= area_bottom && bottom >= area_bottom - 2);
    /* In the middle, as far as the axis has its ends at the area's. */
    int middle = area_bottom - (int)(plot_map_at(&r->layout.panel[0].y.map, 0.5) * 16 * area->rows);
    static const unsigned char blue[] = { 0x56, 0xb4, 0xe9 };
    CHECK(distance(pixel_at(&after, area_right - 40, middle), blue) < 60 ||
          distance(pixel_at(&after, area_right - 40, middle - 1), blue) < 60);
    plot_renderer_free(r);
    free(before.rgba);
    free(after.rgba);
    plot_text_free(&empty);
    plot_text_free(&full);
    plot_figure_free(figure);
}

TEST("a transparent picture has ink only where something is drawn")
{
    plot_figure *figure = sample(1);
    plot_text out;
    plot_frame frame = { .cols = 80, .rows = 27, .background = PLOT_LIGHT };
    plot_picture picture = { .format = PLOT_PNG, .width = 400, .transparent = true };
    CHECK(plot_render_picture(figure, &frame, &picture, &out) == PLOT_OK);
    pixels p = read_png(out.bytes, out.length);
    int clear = 0, inked = 0;
    for (int i = 0; i < p.width * p.height; i++) {
        clear += p.rgba[4 * i + 3] == 0;
        inked += p.rgba[4 * i + 3] > 128;
    }
    CHECK(clear > p.width * p.height / 2 && inked > 1000);
    free(p.rgba);
    plot_text_free(&out);
    plot_figure_free(figure);
}

/* How many pixels of the two differ by more than what soft edges and rounded places explain. */
static int count_unlike(const pixels *a, const pixels *b)
{
    int unlike = 0;
    for (int y = 1; y + 1 < a->height; y++) {
        for (int x = 1; x + 1 < a->width; x++) {
            int least = 255; /* to what is there within a pixel */
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++) {
                    int d = distance(pixel_at(a, x, y), pixel_at(b, x + dx, y + dy));
                    if (d < least) least = d;
                }
            unlike += least > 100;
        }
    }
    return unlike;
}

TEST("the SVG, drawn by rsvg-convert, is the PNG within soft edges")
{
    char svg_path[] = "/tmp/moonlab_test_XXXXXX", command[200], png_path[60];
    int fd = mkstemp(svg_path);
    if (fd >= 0) close(fd);
    if (system("rsvg-convert --version >/dev/null 2>&1") != 0) {
        SKIP("rsvg-convert is not installed (librsvg2-bin)");
        unlink(svg_path);
        return;
    }
    snprintf(png_path, sizeof png_path, "%s.png", svg_path);
    snprintf(command, sizeof command, "rsvg-convert -w 1200 -o %s %s", png_path, svg_path);
    for (int i = 0; i < SAMPLES; i++) {
        if (strcmp(samples[i].name, "hostile") == 0) continue; /* other fonts have its letters */
        plot_figure *figure = sample(i);
        plot_text svg = render(figure, PLOT_SVG, 0, (plot_background)(i & 1));
        plot_text png = render(figure, PLOT_PNG, 1200, (plot_background)(i & 1));
        FILE *file = fopen(svg_path, "wb");
        CHECK(file != NULL && fwrite(svg.bytes, 1, svg.length, file) == svg.length);
        if (file != NULL) fclose(file);
        CHECK(system(command) == 0);
        char *bytes = calloc(1, 1 << 21);
        file = fopen(png_path, "rb");
        size_t count = file != NULL ? fread(bytes, 1, 1 << 21, file) : 0;
        if (file != NULL) fclose(file);
        pixels theirs = read_png(bytes, count), ours = read_png(png.bytes, png.length);
        CHECK_EQ_INT(theirs.width, ours.width);
        CHECK_NEAR(theirs.height, ours.height, 1);
        if (theirs.height < ours.height) ours.height = theirs.height;
        int unlike = count_unlike(&ours, &theirs);
        if (unlike > 20) TEST_FAIL("%s: %d pixels", samples[i].name, unlike);
        free(theirs.rgba);
        free(ours.rgba);
        free(bytes);
        plot_text_free(&svg);
        plot_text_free(&png);
        plot_figure_free(figure);
    }
    unlink(svg_path);
    unlink(png_path);
}

/* ---- every frame, every failure --------------------------------------------------------------- */

TEST("every frame and every figure has a picture in every format")
{
    static const int sizes[][2] = { { 1, 1 },  { 2, 1 },   { 1, 9 },   { 7, 3 },
                                    { 20, 6 }, { 33, 12 }, { 150, 50 } };
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        for (int k = 0; k < 7; k++) {
            plot_frame frame = { .cols = sizes[k][0], .rows = sizes[k][1] };
            for (int format = 0; format < 3; format++) {
                plot_text out;
                plot_picture picture = { .format = (plot_format)format, .width = 97 };
                CHECK(plot_render_picture(figure, &frame, &picture, &out) == PLOT_OK);
                if (format == PLOT_SVG) CHECK(wrong_xml(out.bytes) == NULL);
                plot_text_free(&out);
            }
        }
        plot_figure_free(figure);
    }
    plot_figure *figure = sample(0);
    plot_text out;
    plot_frame frame = { .cols = 80, .rows = 4000 };
    plot_picture picture = { .format = PLOT_PNG, .width = 16384 };
    CHECK(plot_render_picture(figure, &frame, &picture, &out) == PLOT_INVALID);
    CHECK(strstr(out.error, "16384") != NULL && out.bytes == NULL);
    frame.cols = 0;
    CHECK(plot_render_picture(figure, &frame, &picture, &out) == PLOT_INVALID);
    plot_figure_free(figure);
}

typedef struct {
    long left;
} ration;

static void *give(void *user, void *old, size_t n)
{
    ration *r = user;
    return r->left-- > 0 ? realloc(old, n) : NULL;
}

TEST("every allocation that fails while a picture is made is an ordinary error")
{
    static const int tried[] = { 1, 6, 10, 12 };
    for (int k = 0; k < 16; k++) {
        ration r = { .left = 1 << 30 };
        plot_figure *figure = plot_figure_new_in((plot_memory){ give, &r });
        CHECK(figure != NULL && samples[tried[k / 4]].make(figure) == PLOT_OK);
        for (long allowed = 0;; allowed++) {
            plot_frame frame = { .cols = 30, .rows = 10, .color = PLOT_COLOR_RGB };
            plot_picture picture = { .format = (plot_format)(k % 4), .width = 120 };
            plot_terminal terminal = { PLOT_SIXEL, 5, 10, 0, false, 0 };
            plot_text out;
            r.left = allowed;
            plot_status status = k % 4 < 3 ? plot_render_picture(figure, &frame, &picture, &out)
                                           : plot_render_graphics(figure, &frame, &terminal, &out);
            CHECK(status == PLOT_OK || (status == PLOT_NO_MEMORY && out.bytes == NULL));
            plot_text_free(&out);
            if (status == PLOT_OK) break;
            if (allowed > 2000) {
                TEST_FAIL("%s never succeeds", samples[tried[k / 4]].name);
                break;
            }
        }
        r.left = 1 << 30;
        plot_figure_free(figure);
    }
}

/* ---- terminals -------------------------------------------------------------------------------- */

/* What a terminal shows of a figure: its text without pictures, and where pictures begin. */
typedef struct {
    char text[40000];
    int pictures, row[8], col[8];
    const char *start[8];
} shown;

/* A terminal that knows what plot_render_graphics uses. */
static void show(shown *s, const char *bytes, int rows)
{
    int row = 0, col = 0, saved_row = 0, saved_col = 0;
    size_t length = 0;
    memset(s, 0, sizeof *s);
    while (*bytes != '\0') {
        if (strncmp(bytes, "\0337", 2) == 0) {
            saved_row = row, saved_col = col, bytes += 2;
        } else if (strncmp(bytes, "\0338", 2) == 0) {
            row = saved_row, col = saved_col, bytes += 2;
        } else if (strncmp(bytes, "\033_G", 3) == 0 || strncmp(bytes, "\033P", 2) == 0) {
            if (bytes[1] == 'P' || strncmp(bytes + 3, "a=T", 3) == 0) {
                s->row[s->pictures] = row;
                s->col[s->pictures] = col;
                s->start[s->pictures++] = bytes;
            }
            bytes = strstr(bytes, "\033\\") + 2;
        } else if (bytes[0] == '\033') {
            char *end;
            long n = strtol(bytes + 2, &end, 10);
            CHECK(bytes[1] == '[');
            if (*end == 'A') row -= (int)n;
            if (*end == 'G') col = (int)n - 1;
            while (*end == ';') strtol(end + 1, &end, 10); /* colours */
            CHECK(*end == 'A' || *end == 'G' || *end == 'm');
            bytes = end + 1;
        } else {
            if (*bytes == '\n') row++, col = -1;
            col += (*bytes & 0xc0) != 0x80;
            CHECK(row <= rows && length + 1 < sizeof s->text);
            s->text[length++] = *bytes++;
        }
    }
    CHECK_EQ_INT(row, rows);
    CHECK_EQ_INT(col, 0);
}

TEST("on a terminal the areas are pictures, where they belong, and the text around them is as ever")
{
    static shown plain, pictured;
    plot_figure *figure = NULL;
    for (int i = 0; i < SAMPLES; i++)
        if (strcmp(samples[i].name, "panels") == 0) figure = sample(i);
    CHECK(figure != NULL);
    for (int protocol = 0; protocol < 2 && figure != NULL; protocol++) {
        plot_frame frame = { .cols = 70, .rows = 22, .color = PLOT_COLOR_RGB };
        plot_terminal terminal = { (plot_protocol)protocol, 7, 15, 0x12161a, false, 0 };
        plot_text out;
        CHECK(plot_render_graphics(figure, &frame, &terminal, &out) == PLOT_OK);
        char *text = drawn(figure, frame);
        show(&plain, text, 22);
        show(&pictured, out.bytes, 22);
        plot_renderer *r = draw_cells(figure, &frame);
        CHECK_EQ_INT(pictured.pictures, r->layout.panels);
        for (int i = 0; i < pictured.pictures && i < (int)r->layout.panels; i++) {
            const plot_rect *area = &r->layout.panel[i].area;
            char keys[40];
            CHECK_EQ_INT(pictured.row[i], area->row);
            CHECK_EQ_INT(pictured.col[i], area->col);
            if (protocol == PLOT_KITTY)
                snprintf(keys, sizeof keys, "c=%d,r=%d,", area->cols, area->rows);
            else
                snprintf(keys, sizeof keys, "\"1;1;%d;%d#", 7 * area->cols, 15 * area->rows);
            const char *found = strstr(pictured.start[i], keys);
            CHECK(found != NULL && found - pictured.start[i] < 40);
        }
        CHECK(strstr(pictured.text, "A run") && strstr(pictured.text, "train"));
        CHECK(strstr(pictured.text, "⡀") == NULL && strstr(pictured.text, "⠤⠤⠤⠤") == NULL);
        CHECK(strstr(pictured.text, "┤") && strlen(pictured.text) < strlen(plain.text));
        plot_renderer_free(r);
        free(text);
        plot_text_free(&out);
    }
    plot_figure_free(figure);
}

TEST("through tmux the characters that stand for a picture are where it belongs")
{
    plot_figure *figure = sample(1);
    plot_frame frame = { .cols = 60, .rows = 16, .color = PLOT_COLOR_RGB };
    plot_terminal terminal = { PLOT_KITTY, 7, 15, -1, true, 300 };
    plot_text out;
    CHECK(plot_render_graphics(figure, &frame, &terminal, &out) == PLOT_OK);
    plot_renderer *r = draw_cells(figure, &frame);
    const plot_rect *area = &r->layout.panel[0].area;
    char place[40];
    CHECK_EQ_INT(count_of(out.bytes, "\xf4\x8e\xbb\xae"), area->cols * area->rows);
    for (int row = 0; row < area->rows; row++) {
        int up = frame.rows - 1 - area->row - row;
        snprintf(place, sizeof place, "\0337\033[%dA\033[%dG\033[38;5;46m", up, area->col + 1);
        if (up > 0) CHECK_EQ_INT(count_of(out.bytes, place), 1);
    }
    CHECK_EQ_INT(count_of(out.bytes, ",i=16777262,"), 1); /* 300 = 1 × 255 + 45 */
    CHECK(out.bytes[out.length - 1] == '\n');
    plot_renderer_free(r);
    plot_text_free(&out);
    plot_figure_free(figure);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
