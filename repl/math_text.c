/* math_text.c -- see math_text.h.  A formula is read from left to right; what a command or a script takes is made into text by
** itself, and then put where it belongs. */
#include "repl/math_text.h"

#include <ctype.h>
#include <string.h>

#include "repl/math_signs.h"

#define DEEPEST 16

typedef struct tex { /* what is left of a formula */
    const char *s, *end;
    int depth;
    bool matrix; /* & stands between its numbers, not before what is to be aligned */
} tex;

static bool add_formula(buffer *out, tex *t);

/* ---- signs ----------------------------------------------------------------------------------- */

static const math_sign *find_sign(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof math_signs / sizeof *math_signs; i++)
        if (strncmp(math_signs[i].name, s, n) == 0 && math_signs[i].name[n] == '\0')
            return &math_signs[i];
    return NULL;
}

static bool ends_in(const buffer *out, const char *set)
{
    return out->size > 0 && strchr(set, out->data[out->size - 1]);
}

static void add_blank(buffer *out)
{
    if (out->size > 0 && !ends_in(out, " \n(")) buffer_puts(out, " ");
}

static void trim_blanks(buffer *out)
{
    while (ends_in(out, " ")) out->data[--out->size] = '\0';
}

static void skip_blanks(tex *t)
{
    while (t->s < t->end && isspace((unsigned char)*t->s)) t->s++;
}

static void add_sign(buffer *out, tex *t, const math_sign *found)
{
    if (found->kind == 'r' || (found->kind == 'f' && ends_in(out, "abcdefghijklmnopqrstuvwxyz)")))
        add_blank(out);
    buffer_puts(out, found->text);
    skip_blanks(t);
    char next = t->s < t->end ? *t->s : '\0';
    if (found->kind == 's' && next == '.') t->s++; /* \left. */
    if (found->kind == 'r' || (found->kind == 'f' && next && !strchr("_^(){}[],", next)))
        buffer_puts(out, " ");
}

/* ---- scripts --------------------------------------------------------------------------------- */

/* Pairs: a character, and how it looks above or below. */
static const char above[] =
    "0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺−⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ"
    "AᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠχᵡ⊤ᵀ′′∗*";
static const char below[] =
    "0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊−₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩχᵪ";

static size_t character_length(const char *s)
{
    size_t n = 1;
    while (((unsigned char)s[n] & 0xC0) == 0x80) n++;
    return n;
}

/* The script form of the character at S; NULL: there is none. */
static const char *script_of(const char *pairs, const char *s, size_t n)
{
    while (*pairs) {
        size_t k = character_length(pairs);
        if (k == n && memcmp(pairs, s, n) == 0) return pairs + k;
        pairs += k;
        pairs += character_length(pairs);
    }
    return NULL;
}

static size_t characters_in(const buffer *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->size; i += character_length(b->data + i)) n++;
    return n;
}

static void drop_blanks(buffer *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->size; i++)
        if (b->data[i] != ' ') b->data[n++] = b->data[i];
    b->size = n;
    if (b->data) b->data[n] = '\0';
}

static void add_script(buffer *out, char mark, buffer *script)
{
    const char *pairs = mark == '^' ? above : below;
    drop_blanks(script);
    bool all = script->size > 0;
    for (size_t i = 0, n; i < script->size && all; i += n) {
        n = character_length(script->data + i);
        all = script_of(pairs, script->data + i, n) != NULL;
    }
    if (!all) {
        bool one = characters_in(script) == 1;
        buffer_format(out, one ? "%c%s" : "%c(%s)", mark, script->data ? script->data : "");
        return;
    }
    for (size_t i = 0, n; i < script->size; i += n) {
        n = character_length(script->data + i);
        const char *form = script_of(pairs, script->data + i, n);
        buffer_add(out, form, character_length(form));
    }
}

/* ---- what commands take ---------------------------------------------------------------------- */

static bool add_command(buffer *out, tex *t);

/* One argument: {…}, a command, or a character.  False if there is none, or it cannot be shown. */
static bool take_argument(buffer *out, tex *t)
{
    skip_blanks(t);
    if (t->s == t->end || t->depth >= DEEPEST) return false;
    if (*t->s == '\\') {
        t->depth++;
        bool good = add_command(out, t);
        t->depth--;
        return good;
    }
    if (*t->s != '{') {
        size_t n = 1;
        while (t->s + n < t->end && ((unsigned char)t->s[n] & 0xC0) == 0x80) n++;
        buffer_add(out, t->s, n);
        t->s += n;
        return true;
    }
    t->s++;
    t->depth++;
    bool good = add_formula(out, t) && t->s < t->end && *t->s == '}';
    t->depth--;
    if (good) t->s++;
    return good;
}

/* As text, with parentheses if it has several parts. */
static void add_part(buffer *out, const buffer *part)
{
    const char *s = part->data ? part->data : "";
    bool bracketed = *s == '(' && strchr(s, ')') == s + part->size - 1;
    bool several = !bracketed && (strpbrk(s, " +-=/") || strstr(s, "−") || strstr(s, "·"));
    buffer_format(out, several ? "(%s)" : "%s", s);
}

static bool add_fraction(buffer *out, tex *t)
{
    buffer over = { 0 }, under = { 0 };
    bool good = take_argument(&over, t) && take_argument(&under, t);
    if (good) {
        if (ends_in(out, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789)"))
            add_blank(out);
        add_part(out, &over);
        buffer_puts(out, "/");
        add_part(out, &under);
        skip_blanks(t);
        if (t->s < t->end && (isalnum((unsigned char)*t->s) || strchr("\\({[", *t->s)))
            buffer_puts(out, " ");
    }
    buffer_free(&over);
    buffer_free(&under);
    return good;
}

static bool add_root(buffer *out, tex *t)
{
    buffer degree = { 0 }, inside = { 0 };
    skip_blanks(t);
    const char *end =
        t->s < t->end && *t->s == '[' ? memchr(t->s, ']', (size_t)(t->end - t->s)) : NULL;
    if (end) {
        buffer_add(&degree, t->s + 1, (size_t)(end - t->s - 1));
        t->s = end + 1;
        add_script(out, '^', &degree);
    }
    bool good = take_argument(&inside, t);
    buffer_puts(out, "√");
    if (good && characters_in(&inside) > 1 && inside.data[0] != '(')
        buffer_format(out, "(%s)", inside.data);
    else if (good && inside.data)
        buffer_puts(out, inside.data);
    buffer_free(&degree);
    buffer_free(&inside);
    return good;
}

static bool add_choice(buffer *out, tex *t)
{
    buffer n = { 0 }, k = { 0 };
    bool good = take_argument(&n, t) && take_argument(&k, t);
    if (good) buffer_format(out, "(%s choose %s)", n.data ? n.data : "", k.data ? k.data : "");
    buffer_free(&n);
    buffer_free(&k);
    return good;
}

/* An accent over each character, or over one; name(…) over more. */
static bool add_accented(buffer *out, tex *t, const char *name, const char *accent, bool each)
{
    buffer inside = { 0 };
    bool good = take_argument(&inside, t) && inside.size > 0;
    if (good && (each || characters_in(&inside) == 1))
        for (size_t i = 0, n; i < inside.size; i += n) {
            n = character_length(inside.data + i);
            buffer_add(out, inside.data + i, n);
            buffer_puts(out, accent);
        }
    else if (good)
        buffer_format(out, "%s(%s)", name, inside.data);
    buffer_free(&inside);
    return good;
}

/* Letters as other letters: PAIRS has those that are. */
static bool add_letters(buffer *out, tex *t, const char *pairs)
{
    buffer inside = { 0 };
    bool good = take_argument(&inside, t);
    for (size_t i = 0, n; good && i < inside.size; i += n) {
        n = character_length(inside.data + i);
        const char *form = script_of(pairs, inside.data + i, n);
        if (form)
            buffer_add(out, form, character_length(form));
        else
            buffer_add(out, inside.data + i, n);
    }
    buffer_free(&inside);
    return good;
}

/* {…} as it is written. */
static bool take_text(buffer *out, tex *t)
{
    skip_blanks(t);
    const char *end =
        t->s < t->end && *t->s == '{' ? memchr(t->s, '}', (size_t)(t->end - t->s)) : NULL;
    if (!end || memchr(t->s, '\\', (size_t)(end - t->s))) return false;
    if (out) buffer_add(out, t->s + 1, (size_t)(end - t->s - 1));
    t->s = end + 1;
    return true;
}

/* \begin{…} of what is written in rows: matrices between brackets, the others as they are. */
static bool add_environment(buffer *out, tex *t, bool begins)
{
    static const struct {
        const char *name, *open, *close;
    } known[] = { { "aligned", "", "" },   { "align", "", "" },     { "align*", "", "" },
                  { "equation", "", "" },  { "equation*", "", "" }, { "gather", "", "" },
                  { "split", "", "" },     { "cases", "{ ", "" },   { "matrix", "", "" },
                  { "pmatrix", "(", ")" }, { "bmatrix", "[", "]" }, { "vmatrix", "|", "|" } };
    buffer name = { 0 };
    bool good = take_text(&name, t), found = false;
    for (size_t i = 0; good && i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name.data) != 0) continue;
        found = true;
        if (!begins) trim_blanks(out);
        buffer_puts(out, begins ? known[i].open : known[i].close);
        t->matrix = begins && strstr(known[i].name, "matrix");
    }
    buffer_free(&name);
    skip_blanks(t);
    return found;
}

/* ---- commands -------------------------------------------------------------------------------- */

static bool is_name(const char *name, const char *s, size_t n)
{
    return strlen(name) == n && memcmp(name, s, n) == 0;
}

static bool add_named(buffer *out, tex *t, const char *s, size_t n)
{
    static const struct {
        const char *name, *accent;
        bool each;
    } accents[] = { { "hat", "\u0302", false },   { "widehat", "\u0302", false },
                    { "bar", "\u0304", true },    { "overline", "\u0305", true },
                    { "tilde", "\u0303", false }, { "widetilde", "\u0303", false },
                    { "vec", "\u20d7", false },   { "dot", "\u0307", false },
                    { "ddot", "\u0308", false },  { "underline", "\u0332", true } };
    static const char *const plain[] = { "mathrm", "mathbf", "boldsymbol", "bm",
                                         "mathit", "mathsf", "mathtt",     "operatorname" };
    static const char *const texts[] = { "text", "textbf", "textit", "textrm", "mbox" };
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++)
        if (is_name(accents[i].name, s, n))
            return add_accented(out, t, accents[i].name, accents[i].accent, accents[i].each);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (is_name(plain[i], s, n)) {
            if (t->s < t->end && *t->s == '*') t->s++;
            return take_argument(out, t);
        }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (is_name(texts[i], s, n)) return take_text(out, t);
    if (is_name("frac", s, n) || is_name("dfrac", s, n) || is_name("tfrac", s, n))
        return add_fraction(out, t);
    if (is_name("sqrt", s, n)) return add_root(out, t);
    if (is_name("binom", s, n)) return add_choice(out, t);
    if (is_name("mathbb", s, n)) return add_letters(out, t, "CℂHℍNℕPℙQℚRℝZℤE𝔼1𝟙");
    if (is_name("mathcal", s, n))
        return add_letters(out, t, "A𝒜BℬC𝒞D𝒟EℰFℱG𝒢HℋIℐJ𝒥K𝒦LℒMℳN𝒩O𝒪P𝒫Q𝒬RℛS𝒮T𝒯U𝒰V𝒱W𝒲X𝒳Y𝒴Z𝒵");
    if (is_name("begin", s, n)) return add_environment(out, t, true);
    if (is_name("end", s, n)) return add_environment(out, t, false);
    if (is_name("label", s, n) || is_name("tag", s, n)) return take_text(NULL, t);
    const math_sign *found = find_sign(s, n);
    if (found) add_sign(out, t, found);
    return found != NULL;
}

/* What begins with \. */
static bool add_command(buffer *out, tex *t)
{
    const char *s = ++t->s;
    while (t->s < t->end && isalpha((unsigned char)*t->s)) t->s++;
    if (t->s > s) return add_named(out, t, s, (size_t)(t->s - s));
    if (s == t->end) return false;
    t->s++;
    switch (*s) {
    case '\\':
        skip_blanks(t);
        trim_blanks(out);
        buffer_puts(out, t->matrix ? "; " : "\n");
        return true;
    case ',':
    case ':':
    case ';':
    case ' ': add_blank(out); return true;
    case '!': return true;
    case '|': buffer_puts(out, "‖"); return true;
    default:
        if (!strchr("{}%$#&_", *s)) return false;
        buffer_add(out, s, 1);
        return true;
    }
}

/* All up to the end, or to a } that is not its own. */
static bool add_formula(buffer *out, tex *t)
{
    while (t->s < t->end && *t->s != '}') {
        char c = *t->s;
        bool good = true;
        if (c == '\\')
            good = add_command(out, t);
        else if (c == '{')
            good = take_argument(out, t);
        else if (c == '^' || c == '_') {
            buffer script = { 0 };
            t->s++;
            good = take_argument(&script, t);
            if (good) add_script(out, c, &script);
            buffer_free(&script);
        } else {
            t->s++;
            if (isspace((unsigned char)c) || c == '~')
                add_blank(out);
            else if (c == '&')
                t->matrix ? add_blank(out) : (void)0;
            else if (c == '-')
                buffer_puts(out, "−");
            else if (c == '\'')
                buffer_puts(out, "′");
            else {
                if (c && strchr(")],", c)) trim_blanks(out);
                buffer_add(out, &c, 1);
            }
        }
        if (!good || out->failed) return false;
    }
    return true;
}

bool math_text(buffer *out, const char *tex_text, size_t size)
{
    tex t = { .s = tex_text, .end = tex_text + size };
    skip_blanks(&t);
    while (t.end > t.s && isspace((unsigned char)t.end[-1])) t.end--;
    return add_formula(out, &t) && t.s == t.end && out->size > 0;
}
