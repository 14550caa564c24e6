/* sort_keys.c -- keys, the stable sort (insertion, merge, radix by size) and selection by rank. */
#include "core/ops/sort_keys.h"

#include <string.h>

#include "core/iter.h"

enum { RUN = 16, RADIX_FROM = 768 };

/* ---- keys ------------------------------------------------------------------------------------ */

static inline uint64_t key_f32(float x)
{
    uint32_t u;
    if (x != x) return SORT_NAN_F32;
    x += 0.0f; /* -0 becomes 0 */
    memcpy(&u, &x, sizeof u);
    return u & 0x80000000u ? ~u : u | 0x80000000u;
}

static inline uint64_t key_f64(double x)
{
    uint64_t u;
    if (x != x) return SORT_NAN_F64;
    x += 0.0;
    memcpy(&u, &x, sizeof u);
    return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

uint64_t sort_nan_key(ml_dtype type, bool *has)
{
    *has = type != ML_I64;
    return type == ML_F32 ? SORT_NAN_F32 : SORT_NAN_F64;
}

static void keys_between(ml_dtype type, const void *p, int64_t i, int64_t n, bool descending,
                         uint64_t *keys)
{
    const uint64_t sign = (uint64_t)1 << 63, turn = !descending      ? 0
                                                    : type == ML_F32 ? 0xffffffffu
                                                                     : UINT64_MAX;
    if (type == ML_F32)
        for (; i < n; i++) keys[i] = key_f32(((const float *)p)[i]) ^ turn;
    else if (type == ML_F64)
        for (; i < n; i++) keys[i] = key_f64(((const double *)p)[i]) ^ turn;
    else
        for (; i < n; i++) keys[i] = ((const uint64_t *)p)[i] ^ sign ^ turn;
}

void sort_keys(ml_dtype type, const void *p, int64_t n, bool descending, uint64_t *keys)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n)); i = end)
        keys_between(type, p, i, end, descending, keys);
}

/* ---- sorting --------------------------------------------------------------------------------- */

static void insertion_sort(int64_t n, sort_entry *e)
{
    for (int64_t i = 1; i < n; i++) {
        sort_entry x = e[i];
        int64_t j = i;
        for (; j > 0 && e[j - 1].key > x.key; j--) e[j] = e[j - 1];
        e[j] = x;
    }
}

/* [0, m) and [m, n) of from, each sorted, become to[0, n). */
static void merge(int64_t m, int64_t n, const sort_entry *from, sort_entry *to)
{
    int64_t i = 0, j = m;
    for (int64_t k = 0; k < n; k++)
        to[k] = j >= n || (i < m && from[i].key <= from[j].key) ? from[i++] : from[j++];
}

static void merge_sort(int64_t n, sort_entry *entries, sort_entry *scratch)
{
    sort_entry *from = entries, *to = scratch;
    for (int64_t i = 0; i < n; i += RUN) insertion_sort(n - i < RUN ? n - i : RUN, entries + i);
    for (int64_t w = RUN; w < n; w *= 2) {
        for (int64_t i = 0; i < n; i += 2 * w) {
            int64_t rest = n - i;
            merge(rest < w ? rest : w, rest < 2 * w ? rest : 2 * w, from + i, to + i);
        }
        sort_entry *other = from;
        from = to, to = other;
    }
    if (from != entries) memcpy(entries, from, (size_t)n * sizeof *from);
}

/* One pass of a least-significant-digit radix sort: count[d] is where digit d begins in `to`. */
static void radix_pass(int64_t n, const sort_entry *from, sort_entry *to, int shift,
                       int64_t count[256])
{
    int64_t at = 0;
    for (int d = 0; d < 256; d++) {
        int64_t c = count[d];
        count[d] = at, at += c;
    }
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) to[count[from[i].key >> shift & 255]++] = from[i];
}

static void copy(int64_t n, const sort_entry *from, sort_entry *to)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n)); i = end)
        memcpy(to + i, from + i, (size_t)(end - i) * sizeof *from);
}

/* Digits that are the same in all keys cost nothing. */
static void radix_sort(int64_t n, sort_entry *entries, sort_entry *scratch)
{
    int64_t count[8][256] = { 0 };
    sort_entry *from = entries, *to = scratch;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++)
            for (int b = 0; b < 8; b++) count[b][entries[i].key >> 8 * b & 255]++;
    for (int b = 0; b < 8 && !ml_interrupted(); b++) {
        if (count[b][from[0].key >> 8 * b & 255] == n) continue;
        radix_pass(n, from, to, 8 * b, count[b]);
        sort_entry *other = from;
        from = to, to = other;
    }
    if (from != entries) copy(n, from, entries);
}

void sort_entries(int64_t n, sort_entry *entries, sort_entry *scratch)
{
    int64_t i = 1;
    for (int64_t end; i < (end = ml_stretch(i, n));) {
        while (i < end && entries[i - 1].key <= entries[i].key) i++;
        if (i < end) break;
    }
    if (i >= n || ml_interrupted()) return;
    if (n <= RUN)
        insertion_sort(n, entries);
    else if (n < RADIX_FROM)
        merge_sort(n, entries, scratch);
    else
        radix_sort(n, entries, scratch);
}

/* ---- selection ------------------------------------------------------------------------------- */

/* Among the n keys, the digit at SHIFT of the one of rank *k, which becomes its rank among those
** with that digit. */
static uint64_t digit_of_rank(int64_t n, const uint64_t *keys, int shift, int64_t *k)
{
    int64_t count[256] = { 0 };
    uint64_t d = 0;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) count[keys[i] >> shift & 255]++;
    for (; d < 255 && *k >= count[d]; d++) *k -= count[d];
    return d;
}

uint64_t sort_select(int64_t n, const uint64_t *keys, int64_t k, uint64_t *scratch)
{
    for (int shift = 56; shift >= 0 && n > 1; shift -= 8) {
        uint64_t digit = digit_of_rank(n, keys, shift, &k);
        int64_t m = 0;
        for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
            for (; i < end; i++) {
                scratch[m] = keys[i];
                m += (keys[i] >> shift & 255) == digit;
            }
        n = m, keys = scratch;
    }
    return keys[0];
}
