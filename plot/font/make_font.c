/* make_font.c: writes the outlines of a font as C, so that the program that draws with them needs neither
** the font's file nor a font engine.
**
**     make_font regular.ttf bold.ttf > font_data.c
**
** What it writes is described in plot/font.h.  Glyphs drawn with cubic curves are refused: the fonts that
** are meant are TrueType. */
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    unsigned first, last;
    int bold; /* in the bold face, too */
} range;

/* Everything a title, a label or a mark is likely to hold.  The first is the box for what is missing. */
static const range ranges[] = {
    { 0, 0, 1 },           { 0x20, 0x7e, 1 },     { 0xa0, 0x17f, 1 },    { 0x192, 0x192, 0 },
    { 0x2c6, 0x2dd, 0 },   { 0x300, 0x30c, 0 },   { 0x370, 0x3ce, 1 },   { 0x3d1, 0x3d6, 0 },
    { 0x3f1, 0x3f5, 0 },   { 0x400, 0x45f, 0 },   { 0x2010, 0x2027, 1 }, { 0x2030, 0x205e, 0 },
    { 0x2070, 0x209c, 1 }, { 0x20ac, 0x20ac, 0 }, { 0x2102, 0x2102, 0 }, { 0x210e, 0x2115, 0 },
    { 0x211a, 0x211d, 0 }, { 0x2122, 0x2126, 0 }, { 0x212b, 0x212b, 0 }, { 0x2135, 0x2135, 0 },
    { 0x2190, 0x2193, 1 }, { 0x2194, 0x21ff, 0 }, { 0x2200, 0x2201, 0 }, { 0x2202, 0x2202, 1 },
    { 0x2203, 0x2206, 0 }, { 0x2207, 0x2208, 1 }, { 0x2209, 0x2210, 0 }, { 0x2211, 0x221e, 1 },
    { 0x221f, 0x2247, 0 }, { 0x2248, 0x2248, 1 }, { 0x2249, 0x2263, 0 }, { 0x2264, 0x2265, 1 },
    { 0x2266, 0x22ff, 0 }, { 0x2308, 0x230b, 0 }, { 0x2422, 0x2423, 0 }, { 0x2500, 0x25ff, 0 },
    { 0x2605, 0x2606, 0 }, { 0x2660, 0x2667, 0 }, { 0x2713, 0x2718, 0 }, { 0x27e8, 0x27e9, 0 },
    { 0xfffd, 0xfffd, 1 },
};

static long written; /* bytes of outlines, of the face that is written */

static void put_byte(unsigned byte)
{
    printf("%u,%s", byte & 255, written++ % 32 == 31 ? "\n" : "");
}

/* Seven bits a byte, the lowest first; the eighth says that more follow. */
static void put_number(unsigned long n)
{
    for (; n > 127; n >>= 7) put_byte((unsigned)(n & 127) | 128);
    put_byte((unsigned)n);
}

static unsigned long folded(long n)
{
    return n < 0 ? (unsigned long)(-n) * 2 - 1 : (unsigned long)n * 2;
}

static void put_point(FT_Vector point, FT_Vector *last, unsigned on_curve)
{
    put_number(folded(point.x - last->x) * 2 + on_curve);
    put_number(folded(point.y - last->y));
    *last = point;
}

/* One contour, turned so that it begins with a point on the curve: halfway between the first two when all
** lie off it. */
static int put_contour(const FT_Outline *outline, int first, int last)
{
    int n = last - first + 1, start = 0;
    const FT_Vector *point = outline->points + first;
    const char *tag = outline->tags + first;
    FT_Vector before = { 0, 0 };
    while (start < n && !(tag[start] & 1)) start++;
    put_number((unsigned long)n + (start == n));
    if (start == n) {
        FT_Vector half = { (point[0].x + point[n - 1].x) / 2, (point[0].y + point[n - 1].y) / 2 };
        put_point(half, &before, 1);
    }
    for (int i = 0; i < n; i++) {
        int k = (start + i) % n;
        if (!(tag[k] & 1) && (tag[k] & 2)) return 0;
        put_point(point[k], &before, tag[k] & 1);
    }
    return 1;
}

static int put_outline(FT_Face face, unsigned glyph)
{
    if (FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) != 0) return 0;
    const FT_Outline *outline = &face->glyph->outline;
    put_number((unsigned long)outline->n_contours);
    for (int i = 0, first = 0; i < outline->n_contours; first = outline->contours[i++] + 1)
        if (!put_contour(outline, first, outline->contours[i])) return 0;
    return 1;
}

/* The next character after code that the face has, or 0. */
static unsigned next_code(FT_Face face, int bold, unsigned code)
{
    for (size_t i = 1; i < sizeof ranges / sizeof *ranges; i++) {
        if (ranges[i].last <= code || (bold && !ranges[i].bold)) continue;
        unsigned c = ranges[i].first > code ? ranges[i].first : code + 1;
        for (; c <= ranges[i].last; c++)
            if (FT_Get_Char_Index(face, c) != 0) return c;
    }
    return 0;
}

static int put_glyphs(FT_Face face, int bold)
{
    static struct {
        unsigned code;
        long advance, start;
    } glyph[4096];
    const char *name = bold ? "bold" : "regular";
    int count = 0;
    written = 0;
    printf("static const uint8_t %s_outlines[] = {\n", name);
    for (unsigned code = 0; count == 0 || code != 0; code = next_code(face, bold, code)) {
        if (count == 4096) return 0;
        glyph[count].code = code;
        glyph[count].start = written;
        if (!put_outline(face, FT_Get_Char_Index(face, code))) return 0;
        glyph[count++].advance = face->glyph->advance.x;
    }
    printf("};\nstatic const plot_font_entry %s_entries[] = {\n", name);
    for (int i = 0; i < count; i++)
        printf("{ %u, %ld, %ld },\n", glyph[i].code, glyph[i].advance, glyph[i].start);
    printf("};\n");
    return 1;
}

/* Pairs of letters that stand closer or wider. */
static void put_pairs(FT_Face face, int bold)
{
    printf("static const plot_font_pair %s_pairs[] = {\n{ 0, 0, 0 },\n", bold ? "bold" : "regular");
    for (unsigned left = 0x20; left < 0x7f; left++) {
        for (unsigned right = 0x20; right < 0x7f; right++) {
            FT_Vector by = { 0, 0 };
            FT_Get_Kerning(face, FT_Get_Char_Index(face, left), FT_Get_Char_Index(face, right),
                           FT_KERNING_UNSCALED, &by);
            if (by.x != 0) printf("{ %u, %u, %ld },\n", left, right, (long)by.x);
        }
    }
    printf("};\n");
}

static int letter_height(FT_Face face, unsigned code)
{
    FT_BBox box;
    if (FT_Load_Char(face, code, FT_LOAD_NO_SCALE) != 0) return 0;
    FT_Outline_Get_CBox(&face->glyph->outline, &box);
    return (int)box.yMax;
}

static void put_face(FT_Face face, int bold)
{
    const char *name = bold ? "bold" : "regular";
    printf("{ %d, %d, %d, %d, %d,\n%s_entries, sizeof %s_entries / sizeof *%s_entries,\n"
           "%s_pairs, sizeof %s_pairs / sizeof *%s_pairs, %s_outlines },\n",
           (int)face->units_per_EM, (int)face->ascender, (int)-face->descender,
           letter_height(face, 'x'), letter_height(face, 'H'), name, name, name, name, name, name,
           name);
}

int main(int argc, char **argv)
{
    FT_Library library;
    FT_Face face[2];
    if (argc != 3 || FT_Init_FreeType(&library) != 0) {
        fprintf(stderr, "make_font regular.ttf bold.ttf\n");
        return 1;
    }
    printf("#include \"plot/font.h\"\n");
    for (int i = 0; i < 2; i++) {
        if (FT_New_Face(library, argv[i + 1], 0, &face[i]) != 0) {
            fprintf(stderr, "make_font: %s cannot be read as a font\n", argv[i + 1]);
            return 1;
        }
        if (!put_glyphs(face[i], i)) {
            fprintf(stderr, "make_font: %s has outlines that are not TrueType's\n", argv[i + 1]);
            return 1;
        }
        put_pairs(face[i], i);
    }
    printf("const plot_font_face plot_font_faces[2] = {\n");
    for (int i = 0; i < 2; i++) put_face(face[i], i);
    printf("};\n");
    return FT_Done_FreeType(library) != 0;
}
