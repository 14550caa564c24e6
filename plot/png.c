/* png.c: libpng, writing to memory and allocating as all of plot/ does. */
#include "plot/png.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

static void write_bytes(png_structp png, png_bytep data, size_t count)
{
    plot_bytes *out = png_get_io_ptr(png);
    plot_bytes_add(out, data, count);
    if (out->failed) png_error(png, "out of memory");
}

static void flush_bytes(png_structp png)
{
    (void)png;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size)
{
    return plot_resize(png_get_mem_ptr(png), NULL, size, 1);
}

static void release(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

/* Instead of libpng's, which would write to standard error. */
static void on_error(png_structp png, png_const_charp message)
{
    (void)message;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static bool is_opaque(const plot_pixels *canvas)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        if (canvas->pixel[i].a != 255) return false;
    return true;
}

static void write_image(png_structp png, png_infop info, const plot_pixels *canvas, double scale)
{
    bool opaque = is_opaque(canvas);
    png_uint_32 density = (png_uint_32)(96 * scale / 0.0254 + 0.5);
    png_set_IHDR(png, info, (png_uint_32)canvas->width, (png_uint_32)canvas->height, 8,
                 opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    png_set_pHYs(png, info, density, density, PNG_RESOLUTION_METER);
    png_write_info(png, info);
    if (opaque) png_set_filler(png, 0, PNG_FILLER_AFTER); /* leaves out the fourth byte */
    for (int y = 0; y < canvas->height; y++)
        png_write_row(png, &canvas->pixel[(size_t)y * (size_t)canvas->width].r);
    png_write_end(png, info);
}

plot_status plot_png(plot_bytes *out, const plot_pixels *canvas, double scale)
{
    plot_memory memory = *out->memory;
    png_structp png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning,
                                                &memory, allocate, release);
    if (png == NULL) return PLOT_NO_MEMORY;
    png_infop info = png_create_info_struct(png);
    volatile bool good = false;
    if (info != NULL && setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, out, write_bytes, flush_bytes);
        write_image(png, info, canvas, scale);
        good = true;
    }
    png_destroy_write_struct(&png, &info);
    return good ? PLOT_OK : PLOT_NO_MEMORY;
}
