/* quantise.c: counting colours, exactly while they are few and then by five bits a channel. */
#include "plot/quantise.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 1024 /* of the table of exact colours: four for each */
#define BINS  32768

/* The pixel on the ground; false if it is left as it is. */
static bool solid_color(plot_rgba *pixel, plot_rgba ground)
{
    if (pixel->a < 128) return false;
    plot_rgba color = { ground.r, ground.g, ground.b, 255 };
    plot_pixels_blend(&color, *pixel, 1);
    *pixel = color;
    return true;
}

/* ---- exact ------------------------------------------------------------------------------------ */

typedef struct {
    plot_rgba color;
    int index; /* 0: free */
} slot;

static slot *slot_of(slot *slots, plot_rgba c)
{
    uint32_t key = (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
    uint32_t at = key * 2654435761u >> 22;
    while (slots[at].index != 0 &&
           (slots[at].color.r != c.r || slots[at].color.g != c.g || slots[at].color.b != c.b))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

/* False if there are more than `most` colours. */
static bool take_exact(plot_palette *palette, const plot_pixels *canvas, plot_rgba ground, int most)
{
    slot slots[SLOTS] = { 0 };
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++) {
        plot_rgba color = canvas->pixel[i];
        palette->index[i] = 0;
        if (!solid_color(&color, ground)) continue;
        slot *found = slot_of(slots, color);
        if (found->index == 0) {
            if (palette->count == most) return false;
            palette->color[palette->count++] = color;
            *found = (slot){ color, palette->count };
        }
        palette->index[i] = (uint16_t)found->index;
    }
    return true;
}

/* ---- boxes ------------------------------------------------------------------------------------ */

typedef struct {
    uint64_t count, sum[3];
    uint16_t key; /* five bits of each channel */
} bin;

typedef struct {
    size_t first, count; /* among the bins */
    double error; /* the squares of the distances from the mean, along the axis of the most */
    int axis;
    double mean; /* on that axis */
} box;

static uint16_t key_of(plot_rgba c)
{
    return (uint16_t)(c.r >> 3 << 10 | c.g >> 3 << 5 | c.b >> 3);
}

static double value_of(const bin *b, int axis)
{
    return (double)b->sum[axis] / (double)b->count;
}

static box measure(const bin *bins, size_t first, size_t count)
{
    box result = { .first = first, .count = count, .error = -1 };
    for (int axis = 0; axis < 3; axis++) {
        double sum = 0, whole = 0, error = 0;
        for (size_t i = first; i < first + count; i++) {
            sum += (double)bins[i].sum[axis];
            whole += (double)bins[i].count;
        }
        for (size_t i = first; i < first + count; i++) {
            double away = value_of(&bins[i], axis) - sum / whole;
            error += away * away * (double)bins[i].count;
        }
        if (error <= result.error) continue;
        result.error = error;
        result.axis = axis;
        result.mean = sum / whole;
    }
    return result;
}

/* Cuts the box at its mean; both halves hold something, because a box with an error has values on both
** sides. */
static void cut_box(bin *bins, box *whole, box *half)
{
    size_t low = whole->first, end = whole->first + whole->count;
    for (size_t i = low; i < end; i++) {
        if (value_of(&bins[i], whole->axis) > whole->mean) continue;
        bin moved = bins[i];
        bins[i] = bins[low];
        bins[low++] = moved;
    }
    size_t first = whole->first;
    *half = measure(bins, low, end - low);
    *whole = measure(bins, first, low - first);
}

static size_t count_bins(bin *bins, const plot_pixels *canvas, plot_rgba ground)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height, used = 0;
    memset(bins, 0, BINS * sizeof *bins);
    for (size_t i = 0; i < n; i++) {
        plot_rgba color = canvas->pixel[i];
        if (!solid_color(&color, ground)) continue;
        bin *b = &bins[key_of(color)];
        b->count++;
        b->sum[0] += color.r, b->sum[1] += color.g, b->sum[2] += color.b;
    }
    for (size_t i = 0; i < BINS; i++) {
        if (bins[i].count == 0) continue;
        bins[i].key = (uint16_t)i;
        bins[used++] = bins[i];
    }
    return used;
}

static plot_rgba mean_of(const bin *bins, const box *b)
{
    uint64_t count = 0, sum[3] = { 0 };
    for (size_t i = b->first; i < b->first + b->count; i++) {
        count += bins[i].count;
        for (int k = 0; k < 3; k++) sum[k] += bins[i].sum[k];
    }
    if (count == 0) return (plot_rgba){ 0 }; /* no box is empty */
    return (plot_rgba){ (uint8_t)((sum[0] + count / 2) / count),
                        (uint8_t)((sum[1] + count / 2) / count),
                        (uint8_t)((sum[2] + count / 2) / count), 255 };
}

static void take_boxes(plot_palette *palette, bin *bins, const plot_pixels *canvas,
                       plot_rgba ground, int most)
{
    box boxes[PLOT_PALETTE_MAX];
    uint16_t box_of[BINS];
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    boxes[0] = measure(bins, 0, count_bins(bins, canvas, ground));
    palette->count = 1;
    while (palette->count < most) {
        int worst = 0;
        for (int i = 1; i < palette->count; i++)
            if (boxes[i].error > boxes[worst].error) worst = i;
        if (boxes[worst].count < 2 || !(boxes[worst].error > 1e-9)) break;
        cut_box(bins, &boxes[worst], &boxes[palette->count++]);
    }
    for (int k = 0; k < palette->count; k++) {
        palette->color[k] = mean_of(bins, &boxes[k]);
        for (size_t i = boxes[k].first; i < boxes[k].first + boxes[k].count; i++)
            box_of[bins[i].key] = (uint16_t)(k + 1);
    }
    for (size_t i = 0; i < n; i++) {
        plot_rgba color = canvas->pixel[i];
        palette->index[i] = solid_color(&color, ground) ? box_of[key_of(color)] : 0;
    }
}

plot_status plot_palette_init(plot_palette *palette, const plot_memory *memory,
                              const plot_pixels *canvas, plot_rgba ground, int most)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    palette->count = 0;
    palette->index = plot_resize(memory, NULL, n, sizeof *palette->index);
    if (palette->index == NULL) return PLOT_NO_MEMORY;
    if (take_exact(palette, canvas, ground, most)) return PLOT_OK;
    bin *bins = plot_resize(memory, NULL, BINS, sizeof *bins);
    if (bins == NULL) {
        plot_palette_free(palette);
        return PLOT_NO_MEMORY;
    }
    take_boxes(palette, bins, canvas, ground, most);
    free(bins);
    return PLOT_OK;
}

void plot_palette_free(plot_palette *palette)
{
    free(palette->index);
    palette->index = NULL;
}
