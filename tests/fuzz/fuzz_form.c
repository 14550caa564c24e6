/* fuzz_form.c -- any bytes as a figure's text: an error with the line, or a figure that is drawn, and written as it was read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plot/plot.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Drawn on a small frame of this many columns, sometimes as SVG. */
static void draw_read(const plot_figure *figure, int cols)
{
    plot_frame frame = { .cols = cols, .rows = plot_figure_rows_among(figure, cols, 9) };
    plot_picture picture = { .format = PLOT_SVG };
    plot_text out;
    if (frame.rows > 12) frame.rows = 12;
    frame.color = (plot_color)(cols % 4);
    if (plot_render(figure, &frame, &out) != PLOT_OK) abort();
    plot_text_free(&out);
    if (cols % 8 == 0) {
        if (plot_render_picture(figure, &frame, &picture, &out) == PLOT_NO_MEMORY) abort();
        plot_text_free(&out);
    }
    if (plot_data_text(figure, &out) != PLOT_OK) abort();
    plot_text_free(&out);
}

/* What is written is read, and written again alike. */
static void write_read(const plot_figure *figure, const plot_wish *wish)
{
    char error[120];
    plot_figure *again;
    plot_wish same;
    plot_text first, second;
    if (plot_figure_write(figure, wish, &first) != PLOT_OK) return; /* too large */
    if (plot_figure_read(first.bytes, first.length, &again, &same, error, sizeof error) != PLOT_OK)
        abort();
    if (plot_figure_write(again, &same, &second) != PLOT_OK) abort();
    bool whole = strstr(first.bytes, "\nwhole ") == NULL;
    if (whole && strcmp(first.bytes, second.bytes) != 0) abort();
    plot_text_free(&first);
    plot_text_free(&second);
    plot_figure_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char error[120] = "";
    plot_figure *figure;
    plot_wish wish;
    plot_status status =
        plot_figure_read((const char *)bytes, n, &figure, &wish, error, sizeof error);
    if ((status == PLOT_OK) != (figure != NULL) || (status == PLOT_OK) != (*error == '\0')) abort();
    if (figure == NULL) return 0;
    draw_read(figure, 1 + (int)(n % 41));
    write_read(figure, &wish);
    plot_figure_free(figure);
    return 0;
}
