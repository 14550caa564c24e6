/* glyphs.c: decoding, cleaning and measuring of UTF-8. */
#include "plot/glyphs.h"

#include "plot/glyph_width.h"

#include <limits.h>

#define REPLACEMENT 0xfffdu

static int in_ranges(const glyph_range *range, size_t count, uint32_t code)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (code < range[middle].first)
            count = middle;
        else if (code > range[middle].last)
            low = middle + 1;
        else
            return 1;
    }
    return 0;
}

/* Decodes by the table of well-formed byte sequences (Unicode, table 3-7).  A bad byte is one
** REPLACEMENT and only that byte is taken.  Ends at most before end; NULL: the text ends with a 0. */
static uint32_t decode(const char **text, const char *end)
{
    const unsigned char *s = (const unsigned char *)*text;
    uint32_t code = s[0];
    int more = code < 0x80   ? 0
               : code < 0xc2 ? -1
               : code < 0xe0 ? 1
               : code < 0xf0 ? 2
               : code < 0xf5 ? 3
                             : -1;
    *text += 1;
    if (more == 0) return code;
    if (more < 0) return REPLACEMENT;
    code &= 0x3fu >> more;
    for (int i = 1; i <= more; i++) {
        if ((const char *)s + i == end || (s[i] & 0xc0u) != 0x80u) return REPLACEMENT;
        code = code << 6 | (s[i] & 0x3fu);
    }
    int too_long = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
    int surrogate = code >= 0xd800 && code < 0xe000;
    if (too_long || surrogate || code > 0x10ffff) return REPLACEMENT;
    *text += more;
    return code;
}

static int is_left_out(uint32_t c)
{
    return (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x180b && c <= 0x180f) ||
           (c >= 0x13430 && c <= 0x13438) || (c >= 0x1bca0 && c <= 0x1bca3) ||
           (c >= 0x1d173 && c <= 0x1d17a) || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Characters that reorder or break lines, or are none. */
static int is_unsafe(uint32_t c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x206f) ||
           (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xfff9 && c <= 0xfffb) || (c & 0xfffeu) == 0xfffeu;
}

static uint32_t shown(uint32_t c)
{
    if (c < 0x20) return 0x2400 + c;
    if (c == 0x7f) return 0x2421;
    return is_unsafe(c) ? REPLACEMENT : c;
}

/* What stands for a character where only ASCII can be shown. */
static uint32_t in_ascii(uint32_t c)
{
    static const struct {
        uint32_t code;
        char letter;
    } signs[] = { { 0x2713, 'v' }, { 0x2717, 'x' }, { 0xd7, 'x' },   { 0x2192, '>' },
                  { 0xb7, '.' },   { 0x2026, '.' }, { 0x2013, '-' }, { 0xb1, '~' },
                  { 0x2191, '^' }, { 0x2193, 'v' }, { 0x2197, '/' }, { 0x2198, '\\' },
                  { 0x2264, '<' }, { 0x2265, '>' }, { 0x250a, ':' }, { 0x25b2, '^' },
                  { 0x25cf, 'o' }, { 0x2605, '*' } };
    static const char eighths[] = "_.-=+*%#"; /* of a bar */
    if (c >= 0x2581 && c <= 0x2588) return (uint32_t)eighths[c - 0x2581];
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].code == c) return (uint32_t)signs[i].letter;
    return '?';
}

static int width_of(uint32_t c)
{
    if (c < 0x300) return 1;
    if (in_ranges(glyph_combining, sizeof glyph_combining / sizeof *glyph_combining, c)) return 0;
    return in_ranges(glyph_wide, sizeof glyph_wide / sizeof *glyph_wide, c) ? 2 : 1;
}

/* What is shown for the character raw; false if that is nothing. */
static bool show(uint32_t raw, plot_charset charset, plot_glyph *glyph)
{
    if (is_left_out(raw)) return false;
    glyph->code = shown(raw);
    glyph->width = width_of(glyph->code);
    if (charset == PLOT_UTF8 || glyph->code < 0x7f) return true;
    if (glyph->width == 0) return false;
    glyph->code = in_ascii(glyph->code);
    glyph->width = 1;
    return true;
}

int plot_glyph_next(const char **text, plot_charset charset, plot_glyph *glyph)
{
    while (**text != '\0')
        if (show(decode(text, NULL), charset, glyph)) return 1;
    return 0;
}

size_t plot_glyph_take(const char *text, size_t size, plot_charset charset, plot_glyph *glyph)
{
    const char *s = text;
    if (size == 0) return 0;
    if (!show(decode(&s, text + size), charset, glyph)) *glyph = (plot_glyph){ 0 };
    return (size_t)(s - text);
}

int plot_text_width(const char *text, plot_charset charset)
{
    plot_glyph glyph;
    int width = 0;
    while (width < INT_MAX - 2 && plot_glyph_next(&text, charset, &glyph)) width += glyph.width;
    return width;
}

int plot_glyph_encode(uint32_t code, char bytes[4])
{
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    for (int i = more; i > 0; i--) {
        bytes[i] = (char)(0x80u | (code & 0x3fu));
        code >>= 6;
    }
    bytes[0] = (char)(lead[more] | code);
    return more + 1;
}
