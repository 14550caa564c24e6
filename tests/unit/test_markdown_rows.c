/* test_markdown_rows.c -- Markdown and mathematics as rows of characters.
**
** Goldens are tests/expected/markdown_*.txt, made from tests/expected/markdown.md. */
#include "repl/markdown_rows.h"
#include "repl/math_text.h"
#include "tests/unit/notebook_random.h"
#include "tests/unit/styled_dump.h"

static styled s;

static void put(const char *text, int columns)
{
    markdown_rows(&s, text, strlen(text), columns, PLOT_UTF8);
    check_sound(&s);
}

static char *read_document(void)
{
    char *text = calloc(1, 1 << 16);
    FILE *file = fopen("tests/expected/markdown.md", "rb");
    CHECK(file && fread(text, 1, (1 << 16) - 1, file) > 0);
    if (file) fclose(file);
    return text;
}

TEST("a document with everything is laid out as stored, wide, narrow and in ASCII")
{
    char *document = read_document();
    static const struct {
        const char *name;
        int columns;
        plot_charset charset;
    } cases[] = { { "markdown_70.txt", 70, PLOT_UTF8 },
                  { "markdown_40.txt", 40, PLOT_UTF8 },
                  { "markdown_12.txt", 12, PLOT_UTF8 },
                  { "markdown_ascii.txt", 60, PLOT_ASCII } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        markdown_rows(&s, document, strlen(document), cases[i].columns, cases[i].charset);
        check_sound(&s);
        char *text = rows_text(&s);
        check_golden(cases[i].name, text);
        free(text);
    }
    for (int columns = 1; columns < 30; columns++) put(document, columns);
    free(document);
}

/* The style of the first character of WORD in the rows. */
static style style_of(const char *word)
{
    for (int i = 0; i < s.n; i++) {
        char *row = styled_row_text(&s, i);
        const char *at = row ? strstr(row, word) : NULL;
        int cell = at ? s.rows[i].first + (int)(at - row) : -1; /* of ASCII rows */
        free(row);
        if (cell >= 0) return s.cells[cell].style;
    }
    TEST_FAIL("'%s' is not there", word);
    return (style){ 0 };
}

TEST("blocks and spans have their styles, one in another")
{
    put("# head *it*\n\ntext *it **both*** `code` [link](to) ~~gone~~ ![pic](p.png)\n\n> quoted",
        60);
    CHECK_EQ_INT(style_of("head").role, STYLE_HEADING);
    CHECK_EQ_INT(style_of("head").flags, STYLE_BOLD);
    CHECK_EQ_INT(style_of("it").flags, STYLE_BOLD | STYLE_ITALIC);
    CHECK_EQ_INT(style_of("text").role, STYLE_PLAIN);
    CHECK_EQ_INT(style_of("both").flags, STYLE_BOLD | STYLE_ITALIC);
    CHECK_EQ_INT(style_of("code").role, STYLE_CODE);
    CHECK_EQ_INT(style_of("link").role, STYLE_LINK);
    CHECK_EQ_INT(style_of("to)").role, STYLE_ADDRESS);
    CHECK_EQ_INT(style_of("gone").flags, STYLE_STRUCK);
    CHECK_EQ_INT(style_of("image: pic").role, STYLE_LINK);
    CHECK_EQ_INT(style_of("quoted").role, STYLE_QUOTE);
    put("```lua\nlocal x = 'a'\n```\n```\nlocal\n```", 60);
    CHECK_EQ_INT(style_of("local").role, STYLE_KEYWORD);
    CHECK_EQ_INT(style_of("'a'").role, STYLE_STRING);
    CHECK_EQ_INT(s.cells[s.rows[s.n - 1].first + 2].style.role, STYLE_CODE);
    put("see https://a.b/c now", 60);
    CHECK_EQ_INT(style_of("https").role, STYLE_LINK);
    check_rows(&s, "see https://a.b/c now\n");
}

TEST("a table too wide for the screen wraps the text of its widest columns")
{
    put("|a|b|\n|-|-:|\n|one two three four|1|", 15);
    check_rows(&s, "a           │ b\n────────────┼──\none two     │ 1\nthree four  │  \n");
    put("|a|b|\n|-|-|\n|one two|three four|", 9);
    check_rows(&s, "a   │ b  \n────┼────\none │ thr\ntwo │ ee \n    │ fou\n    │ r  \n");
    put("- x\n\n  |a|\n  |-|\n  |b|", 20);
    CHECK(s.n > 3);
}

TEST("mathematics becomes Unicode")
{
    static const char *const cases[][2] = {
        { "\\frac{1}{N}\\sum_{i=1}^{N} (y_i - \\hat{y}_i)^2", "1/N ∑ᵢ₌₁ᴺ (yᵢ − y\u0302ᵢ)²" },
        { "x \\in \\mathbb{R}^{n \\times d}", "x ∈ ℝ^(n×d)" },
        { "\\sigma(x)=\\frac{1}{1+e^{-x}}", "σ(x)=1/(1+e⁻ˣ)" },
        { "W^T x + b, A^\\top, x^{(i)}", "Wᵀ x + b, Aᵀ, x⁽ⁱ⁾" },
        { "\\sqrt{x^2+y^2} \\sqrt[3]{x} \\sqrt 2", "√(x²+y²) ³√x √2" },
        { "\\int_0^1 f(x)\\,dx", "∫₀¹ f(x) dx" },
        { "\\log p(x\\mid\\theta)", "log p(x | θ)" },
        { "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}", "[1 2; 3 4]" },
        { "\\begin{aligned} a &= b \\\\ &= c \\end{aligned}", "a = b\n= c" },
        { "\\text{a b}_{i} \\mathrm{d}x", "a bᵢ dx" },
        { "\\left( \\frac{a}{b} \\right) \\ne \\infty", "(a/b) ≠ ∞" },
        { "\\nabla f \\partial x \\le \\alpha\\beta", "∇f ∂x ≤ αβ" },
        { "f'(x) \\| x \\|_2", "f′(x) ‖ x ‖₂" },
    };
    static const char *const none[] = { "\\unknown",        "a_{", "a_", "x}y", "\\frac{1}",
                                        "\\begin{nothing}", "\\",  "" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer b = { 0 };
        CHECK(math_text(&b, cases[i][0], strlen(cases[i][0])));
        CHECK_EQ_STR(b.data ? b.data : "", cases[i][1]);
        buffer_free(&b);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        buffer b = { 0 };
        if (math_text(&b, none[i], strlen(none[i]))) TEST_FAIL("'%s' became '%s'", none[i], b.data);
        buffer_free(&b);
    }
    char deep[4000];
    memset(deep, '{', 2000), memset(deep + 2000, '}', 2000);
    buffer b = { 0 };
    CHECK(!math_text(&b, deep, sizeof deep));
    buffer_free(&b);
}

TEST("random Markdown makes sound rows at every width")
{
    static const char *const pieces[] = {
        "*",  "_",        "`",        "```lua\n", "[",  "](",      ")",     "![",
        "> ", "\n",       "- ",       "1. ",      "|",  "\n|-|\n", "# ",    " ",
        "a",  "\\",       "http://a", "$",        "$$", "^{",      "}",     "\\frac",
        "日", "\033[31m", "\xff",     "- [x] ",   "  ", "\n\n",    "---\n", "~~"
    };
    random_state = 11;
    for (int k = 0; k < 4000; k++) {
        buffer text = { 0 };
        for (unsigned i = random_below(70); i > 0; i--)
            buffer_puts(&text, pieces[random_below(32)]);
        put(text.data ? text.data : "", 1 + (int)random_below(20));
        buffer_free(&text);
    }
}

int main(int argc, char **argv)
{
    int status = test_main(argc, argv);
    styled_free(&s);
    return status;
}
