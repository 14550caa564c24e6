/* The calls of philox.h: any range of indices, cut at multiples of 4 into what the kernels take. */
#include "core/philox.h"

#include "core/isa.h"
#include "core/philox_kernels.h"

#include <stdbool.h>
#include <string.h>

enum { CHUNK = 512 }; /* numbers at a time: words and numbers stay in the first-level cache */

/* Where one call stands.  The next numbers are `skip` to skip, then `use` to use, of `made`. */
typedef struct {
    const ml_philox_kernels *kernels;
    uint64_t seed, stream, next;
    int64_t left;
    int words_each; /* of a number: 1 or 2 */
    int64_t skip, use, made;
    _Alignas(64) uint32_t words[2 * CHUNK];
} cursor;

static void begin(cursor *c, uint64_t seed, uint64_t stream, uint64_t first, int64_t n, int each)
{
    c->kernels = ML_BY_ISA(&ml_philox_kernels);
    c->seed = seed, c->stream = stream, c->next = first, c->left = n;
    c->words_each = each;
}

/* The words of the next numbers; false at the end. */
static bool advance(cursor *c)
{
    if (c->left <= 0) return false;
    c->skip = (int64_t)(c->next % 4);
    c->use = c->left < CHUNK - c->skip ? c->left : CHUNK - c->skip;
    c->made = (c->skip + c->use + 3) / 4 * 4;
    c->kernels->words(c->seed, c->stream, c->next / 4 * (uint64_t)c->words_each,
                      c->made / 4 * c->words_each, c->words);
    c->next += (uint64_t)c->use;
    c->left -= c->use;
    return true;
}

void ml_philox_u32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, uint32_t *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 1);
    for (; advance(&c); out += c.use) memcpy(out, c.words + c.skip, (size_t)c.use * sizeof *out);
}

void ml_philox_uniform_f32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, float *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 1);
    float numbers[CHUNK];
    for (; advance(&c); out += c.use) {
        c.kernels->uniform_f32(c.made, c.words, numbers);
        memcpy(out, numbers + c.skip, (size_t)c.use * sizeof *out);
    }
}

void ml_philox_normal_f32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, float *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 1);
    float numbers[CHUNK];
    for (; advance(&c); out += c.use) {
        c.kernels->normal_f32(c.made, c.words, numbers);
        memcpy(out, numbers + c.skip, (size_t)c.use * sizeof *out);
    }
}

void ml_philox_uniform_f64(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, double *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 2);
    double numbers[CHUNK];
    for (; advance(&c); out += c.use) {
        c.kernels->uniform_f64(c.made, c.words, numbers);
        memcpy(out, numbers + c.skip, (size_t)c.use * sizeof *out);
    }
}

void ml_philox_normal_f64(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, double *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 2);
    double numbers[CHUNK];
    for (; advance(&c); out += c.use) {
        c.kernels->normal_f64(c.made, c.words, numbers);
        memcpy(out, numbers + c.skip, (size_t)c.use * sizeof *out);
    }
}

void ml_philox_range(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, int64_t low,
                     int64_t high, int64_t *out)
{
    cursor c;
    begin(&c, seed, stream, first, n, 2);
    int64_t numbers[CHUNK];
    uint64_t span = (uint64_t)high - (uint64_t)low;
    for (; advance(&c); out += c.use) {
        c.kernels->range(c.made, c.words, low, span, numbers);
        memcpy(out, numbers + c.skip, (size_t)c.use * sizeof *out);
    }
}
