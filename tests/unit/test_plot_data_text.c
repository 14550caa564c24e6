/* test_plot_data_text.c -- the data of figures as text, by which two figures are compared. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "plot/plot_memory.h"
#include "tests/test.h"
#include "tests/unit/plot_figures.h"

static char *text_of(const plot_figure *figure)
{
    plot_text out;
    if (plot_data_text(figure, &out) != PLOT_OK) TEST_FAIL("%s", out.error);
    CHECK_EQ_INT(strlen(out.bytes), out.length);
    return out.bytes;
}

TEST("a figure's labels and numbers are written in all digits")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    double y[] = { 0.1, -(double)NAN, (double)INFINITY };
    CHECK(plot_figure_title(figure, "a \"title\"\n") == PLOT_OK);
    CHECK(plot_panel_label(panel, PLOT_Y, "loss") == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 3, .label = "train" }) == PLOT_OK);
    char *text = text_of(figure);
    CHECK(strncmp(text,
                  "figure \"a \\\"title\\\"\\n\" 1\npanel \"\" axis \"\" 0 nan nan axis \"loss\" 0 "
                  "nan nan",
                  70) == 0);
    CHECK(strstr(text, "\n0 \"train\" 3: y 0.10000000000000001 nan inf at ") != NULL);
    free(text);
    plot_figure_free(figure);
}

TEST("of many numbers there are a hash and a sample, and any other number changes them")
{
    enum { N = 100000 };
    double *y = calloc(N, sizeof *y);
    char *before = NULL;
    for (int i = 0; i < 3; i++) {
        plot_figure *figure = plot_figure_new();
        if (i == 2) y[77777] = 1e-300;
        CHECK(plot_panel_add(plot_figure_panel(figure, 0), &(plot_series){ .y = y, .n = N }) ==
              PLOT_OK);
        char *text = text_of(figure);
        CHECK(strlen(text) < 2000 && strstr(text, " y #") != NULL);
        if (i > 0) CHECK((strcmp(text, before) == 0) == (i == 1));
        free(before);
        before = text;
        plot_figure_free(figure);
    }
    free(before);
    free(y);
}

static void *failing_resize(void *user, void *old, size_t n)
{
    int *left = user;
    return (*left)-- == 0 ? NULL : realloc(old, n);
}

TEST("the data of every sample is text of its own, the same every time, or memory is out")
{
    char *last = NULL;
    for (int i = 0; i < SAMPLES; i++) {
        int left = 1 << 30;
        plot_figure *figure = plot_figure_new_in((plot_memory){ failing_resize, &left });
        CHECK(samples[i].make(figure) == PLOT_OK);
        char *first = text_of(figure), *second = text_of(figure);
        CHECK_EQ_STR(second, first);
        if (last) CHECK(strcmp(first, last) != 0);
        plot_status status = PLOT_NO_MEMORY;
        for (int k = 0; k < 100 && status != PLOT_OK; k++) {
            plot_text out;
            left = k;
            status = plot_data_text(figure, &out);
            CHECK((status == PLOT_OK) == (out.bytes != NULL));
            if (status != PLOT_OK) CHECK(strstr(out.error, "out of memory") != NULL);
            plot_text_free(&out);
        }
        CHECK(status == PLOT_OK);
        free(second);
        free(last);
        last = first;
        plot_figure_free(figure);
    }
    free(last);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
