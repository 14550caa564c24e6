/* test_notebook_ipynb.c -- Jupyter's notebooks, read and written; and Markdown as HTML. */
#include "repl/base64.h"
#include "repl/ipynb.h"
#include "repl/markdown_html.h"
#include "tests/unit/notebook_random.h"

static char error[300];

static notebook *parse(const char *text)
{
    *error = '\0';
    return ipynb_parse("x.ipynb", text, strlen(text), error, sizeof error);
}

static char *lua_of(const notebook *nb)
{
    size_t n;
    return print_notebook(nb, &n);
}

/* ---- reading --------------------------------------------------------------------------------- */

#define CODE(outputs)                                                                              \
    "{\"nbformat\":4,\"metadata\":{},\"cells\":[{\"cell_type\":\"code\",\"metadata\":{},"          \
    "\"source\":\"x\",\"outputs\":" outputs "}]}"

TEST("a notebook of version 4 keeps its metadata as options and header")
{
    notebook *nb = parse(
        "{\"nbformat\":4,\"nbformat_minor\":2,\"metadata\":{\"title\":\"T\",\"kernelspec\":{"
        "\"name\":\"python3\"},\"moonlab\":{\"seed\":\"7\"}},\"cells\":[{\"cell_type\":\"code\","
        "\"execution_count\":3,\"metadata\":{\"tags\":[\"raises\"],\"title\":\"a title\",\"odd "
        "key\":[1.5],\"execution\":{\"time\":1},\"lr\":0.5},\"source\":[\"a\\n\",\"b\\n\"],"
        "\"outputs\":[]},{\"cell_type\":\"raw\",\"metadata\":{},\"source\":\"r\"},{\"cell_type\":"
        "\"markdown\",\"metadata\":{\"moonlab\":{\"type\":\"note\"}},\"source\":\"# m\","
        "\"attachments\":{\"i.png\":{\"image/png\":\"AA==\"}}}]}");
    CHECK_EQ_STR(error, "");
    char *text = lua_of(nb);
    CHECK_EQ_STR(text,
                 "-- ---\n-- moonlab: {format: 1, seed: 7}\n-- title: T\n-- jupyter: "
                 "{\"kernelspec\":{\"name\":\"python3\"}}\n-- ---\n\n"
                 "-- %% a title tags=[\"raises\"] lr=0.5 metadata={\"odd key\":[1.5]}\na\nb\n\n"
                 "-- %% [raw]\n-- r\n\n"
                 "-- %% [note] attachments={\"i.png\":{\"image/png\":\"AA==\"}}\n-- # m\n");
    free(text);
    buffer out = { 0 };
    ipynb_print(nb, &out);
    static const char *const parts[] = {
        "\"id\": \"",
        "\"lr\": 0.5,\n    \"odd key\": [\n     1.5\n    ],\n    \"tags\": [\n     \"raises\"\n    "
        "],",
        "\"title\": \"a title\"",
        "\"attachments\": {\n    \"i.png\"",
        "\"type\": \"note\"",
        "\"name\": \"python3\"",
        "\"seed\": \"7\"",
        "\"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n",
        "\"source\": [\n    \"a\\n\",\n    \"b\"\n   ]",
        "\"execution_count\": null",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(out.data, parts[i])) TEST_FAIL("%s is not in %s", parts[i], out.data);
    CHECK(strstr(out.data, "\"time\"") == NULL);
    buffer_free(&out);
    notebook_free(nb);
}

TEST("a notebook of version 3 is read: headings, input, pyout")
{
    notebook *nb = parse(
        "{\"nbformat\":3,\"metadata\":{\"name\":\"\"},\"worksheets\":[{\"cells\":[{\"cell_type\":"
        "\"heading\",\"level\":2,\"source\":\"H\"},{\"cell_type\":\"code\",\"input\":[\"x\"],"
        "\"outputs\":[{\"output_type\":\"pyout\",\"text\":[\"3\"]},{\"output_type\":\"stream\","
        "\"stream\":\"stderr\",\"text\":\"w\"},{\"output_type\":\"pyerr\",\"ename\":\"E\","
        "\"evalue\":\"v\",\"traceback\":[]}]}]}]}");
    CHECK_EQ_STR(error, "");
    CHECK_EQ_STR(notebook_at(nb, 0)->source, "## H");
    const outputs *o = notebook_at(nb, 1)->outputs;
    CHECK_EQ_INT(o->n, 3);
    CHECK_EQ_STR(o->list[0].text, "3\n");
    CHECK(o->list[1].errors);
    CHECK_EQ_STR(o->list[2].text, "E: v\n");
    notebook_free(nb);
}

TEST("outputs are read by their best kind, and written again")
{
    notebook *nb = parse(
        CODE("[{\"output_type\":\"display_data\",\"data\":{\"image/png\":\"iVBO\\nRw==\","
             "\"text/plain\":\"p\"},\"metadata\":{}},{\"output_type\":\"display_data\",\"data\":{"
             "\"image/svg+xml\":[\"<svg>\",\"</"
             "svg>\"]},\"metadata\":{}},{\"output_type\":\"display_data\","
             "\"data\":{\"text/markdown\":\"*m*\",\"text/plain\":\"m\"},\"metadata\":{}},"
             "{\"output_type\":\"error\",\"ename\":\"E\",\"evalue\":\"v\",\"traceback\":["
             "\"\\u001b[31mred\",\"line\"]},{\"output_type\":\"display_data\",\"data\":{},"
             "\"metadata\":{}}]"));
    CHECK_EQ_STR(error, "");
    const outputs *o = notebook_at(nb, 0)->outputs;
    CHECK_EQ_INT(o->n, 4);
    CHECK(o->list[0].kind == OUTPUT_IMAGE && o->list[0].data_size == 4);
    CHECK(memcmp(o->list[0].data, "\x89PNG", 4) == 0);
    CHECK_EQ_STR(o->list[1].data, "<svg></svg>");
    CHECK(o->list[2].kind == OUTPUT_MARKDOWN);
    buffer out = { 0 };
    ipynb_print(nb, &out);
    CHECK(strstr(out.data, "\"image/png\": \"iVBORw==\"") != NULL);
    CHECK(strstr(out.data, "\"image/svg+xml\": [\n       \"<svg></svg>\"") != NULL);
    CHECK(strstr(out.data, "\"traceback\": [\n      \"red\",\n      \"line\"\n     ]") != NULL);
    buffer_free(&out);
    notebook_free(nb);
}

TEST("a figure by its data is text and SVG in a file of Jupyter's, and comes back by its data")
{
    static char
        none[] = "",
        form[] = "moonlab figure 1\nshow 0 0 any\nfigure \"<script>&\" 1 1\nplaces 1\n"
                 "panel \"\" 0 legend axes 1\naxis \"\" linear nan nan\naxis \"\" linear nan nan\n"
                 "axis \"\" linear nan nan\nline 2 \"\" 1\ny f 1 2\n";
    notebook *nb = percent_parse("-- %%\nx\n", 9), *again;
    outputs *o = notebook_outputs(nb, 0);
    CHECK(outputs_add(o, &(output){ .kind = OUTPUT_FIGURE,
                                    .text = none,
                                    .data = form,
                                    .data_size = sizeof form - 1,
                                    .mime = none }));
    buffer b = { 0 };
    ipynb_print(nb, &b);
    CHECK(strstr(b.data, "\"image/svg+xml\"") && strstr(b.data, "&lt;script&gt;&amp;"));
    CHECK(strstr(b.data, "\"text/plain\"") && strstr(b.data, "\u2524"));
    again = ipynb_parse("x", b.data, b.size, error, sizeof error);
    CHECK(again != NULL);
    const output *r = &notebook_at(again, 0)->outputs->list[0];
    CHECK_EQ_INT(r->kind, OUTPUT_FIGURE);
    CHECK_EQ_STR(r->data, form);
    CHECK_EQ_STR(r->mime, "");
    notebook_free(again);
    notebook_free(nb);
    buffer_free(&b);
}

TEST("ids are the cells' own, and differ where cells are the same")
{
    buffer one = { 0 }, two = { 0 };
    notebook *nb = percent_parse("-- %%\nx\n-- %%\nx\n-- %% [markdown]\n-- x\n", 39);
    ipynb_print(nb, &one);
    CHECK(strstr(one.data, "\"id\": \"af63f54c86021707\"") != NULL);
    CHECK(strstr(one.data, "\"id\": \"af63f54c86021707-2\"") != NULL);
    CHECK(notebook_move(nb, 2, 1, 0));
    ipynb_print(nb, &two);
    CHECK(strstr(two.data, "\"id\": \"af63f54c86021707-2\"") != NULL);
    buffer_free(&one);
    buffer_free(&two);
    notebook_free(nb);
}

TEST("what is no notebook is refused with the place")
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "x.ipynb:1:0: " },
        { "{\"nbformat\":4,\n \"cells\": [}", "x.ipynb:2:12: " },
        { "[]", "x.ipynb: the file: a notebook is an object" },
        { "{}", "x.ipynb: nbformat: a number is expected" },
        { "{\"nbformat\":5}", "x.ipynb: nbformat: versions 3 and 4 are read" },
        { "{\"nbformat\":4}", "x.ipynb: cells: a list of cells is expected" },
        { "{\"nbformat\":4,\"metadata\":[],\"cells\":[]}", "x.ipynb: metadata: an object" },
        { "{\"nbformat\":4,\"cells\":[3]}", "x.ipynb: cells[0]: a cell is an object" },
        { "{\"nbformat\":4,\"cells\":[{}]}", "cells[0]: a cell's \"cell_type\" is a string" },
        { "{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\"}]}",
          "cells[0]: \"source\" is a string" },
        { "{\"nbformat\":4,\"cells\":[{\"cell_type\":\"poem\",\"source\":\"\"}]}",
          "cells[0]: \"cell_type\" is \"poem\"; code, markdown and raw are known" },
        { "{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":[1]}]}",
          "cells[0]: \"source\"" },
        { "{\"nbformat\":3,\"worksheets\":{}}", "worksheets: a list" },
        { "{\"nbformat\":3,\"worksheets\":[{\"cells\":1}]}", "worksheets[0].cells: a list" },
        { CODE("[{\"output_type\":\"dance\"}]"), "cells[0].outputs[0]: output_type \"dance\"" },
        { CODE("[{}]"), "cells[0].outputs[0]: an output's \"output_type\" is a string" },
        { CODE("[{\"output_type\":\"stream\",\"text\":3}]"), "cells[0].outputs[0]: \"text\"" },
        { CODE("[{\"output_type\":\"display_data\",\"data\":{\"image/png\":\"?\"}}]"), "base64" },
        { CODE("[{\"output_type\":\"display_data\",\"data\":3}]"), "\"data\" is an object" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        notebook *nb = parse(cases[i].text);
        if (nb || !strstr(error, cases[i].message))
            TEST_FAIL("%s gives \"%s\"", cases[i].text, error);
        notebook_free(nb);
    }
    size_t deep = 100000;
    char *nested = malloc(deep);
    memset(nested, '[', deep);
    CHECK(ipynb_parse("x", nested, deep, error, sizeof error) == NULL);
    CHECK(strstr(error, "depth") != NULL);
    free(nested);
}

TEST("base64 goes both ways for any bytes")
{
    random_state = 9;
    for (int k = 0; k < 300; k++) {
        char bytes[40];
        size_t n = random_below(40);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)random_below(256);
        buffer letters = { 0 }, back = { 0 };
        base64_encode(&letters, bytes, n);
        buffer_puts(&letters, "");
        CHECK(base64_decode(&back, letters.data, letters.size));
        CHECK(back.size == n && (n == 0 || memcmp(back.data, bytes, n) == 0));
        buffer_free(&letters);
        buffer_free(&back);
    }
    buffer b = { 0 };
    CHECK(!base64_decode(&b, "A", 1) && !base64_decode(&b, "AA=A", 4) &&
          !base64_decode(&b, "\0", 1));
    buffer_free(&b);
}

/* ---- Markdown -------------------------------------------------------------------------------- */

TEST("Markdown becomes HTML in which nothing runs")
{
    static const struct {
        const char *text, *html;
    } cases[] = {
        { "# A *b*", "<h1>A <em>b</em></h1>\n" },
        { "a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>\n" },
        { "**bold** _it_ a_b_c `x < *y*`",
          "<p><strong>bold</strong> <em>it</em> a_b_c <code>x &lt; *y*</code></p>\n" },
        { "2 * 3 * 4", "<p>2 * 3 * 4</p>\n" },
        { "***both***", "<p><strong><em>both</em></strong></p>\n" },
        { "- a\n- b\n  - c\n\n1. d",
          "<ul>\n<li>a</li>\n<li><p>b</p>\n<ul>\n<li>c</li>\n</ul>\n</li>\n"
          "</ul>\n<ol>\n<li>d</li>\n</ol>\n" },
        { "> q\n> r", "<blockquote>\n<p>q\nr</p>\n</blockquote>\n" },
        { "```lua\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n" },
        { "---", "<hr>\n" },
        { "|a|b|\n|-|-|\n|1|`2`|", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>"
                                   "<code>2</code></td></tr>\n</table>\n" },
        { "[t](http://x.y/?a=b&c)", "<p><a href=\"http://x.y/?a=b&amp;c\">t</a></p>\n" },
        { "[t](javascript:alert)", "<p>t</p>\n" },
        { "[t](a.html) ![i](i.png)",
          "<p><a href=\"a.html\">t</a> <img src=\"i.png\" alt=\"i\"></p>\n" },
        { "<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n" },
        { "see https://a.b/c.", "<p>see <a href=\"https://a.b/c\">https://a.b/c</a>.</p>\n" },
        { "\\*no\\*", "<p>*no*</p>\n" },
        { "``` open", "<pre><code></code></pre>\n" },
        { "[a](", "<p>[a](</p>\n" },
        { "*", "<ul>\n<li></li>\n</ul>\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer out = { 0 };
        markdown_to_html(&out, cases[i].text, strlen(cases[i].text));
        CHECK_EQ_STR(out.data, cases[i].html);
        buffer_free(&out);
    }
}

TEST("random Markdown ends, and never opens what it must not")
{
    static const char *const pieces[] = { "*",     "_", "`", "```\n", "[",  "](",      ")",
                                          "!",     "<", ">", "\n",    "- ", "1. ",     "|",
                                          "|-|\n", "#", " ", "a",     "\\", "http://a" };
    random_state = 4;
    for (int k = 0; k < 3000; k++) {
        buffer text = { 0 }, out = { 0 };
        for (unsigned i = random_below(60); i > 0; i--)
            buffer_puts(&text, pieces[random_below(20)]);
        markdown_to_html(&out, text.data ? text.data : "", text.size);
        CHECK(!out.failed);
        if (out.data) CHECK(!strstr(out.data, "<a<") && !strstr(out.data, "javascript"));
        buffer_free(&text);
        buffer_free(&out);
    }
    char *many = malloc(200000);
    memset(many, '[', 100000), memset(many + 100000, '*', 100000);
    buffer out = { 0 };
    markdown_to_html(&out, many, 200000);
    CHECK(!out.failed && out.size >= 200000);
    buffer_free(&out);
    free(many);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
