/* gemm.c -- cuts matrix products into pieces for the threads.
**
**     C:   n ──►
**      m  ┌────┬────┬──┐
**      │  │tile│    │  │    a piece of work is one tile of one product of the batch (or several whole
**      ▼  ├────┼────┼──┤    products where they are small), for one round of k
**         │    │    │  │
**         └────┴────┴──┘
**
** All cuts are functions of the sizes alone.  Where C has too few tiles to go round and k is long, k is
** split: every part of k gives its own C, and these are added in order. */
#include "core/ops/gemm.h"

#include <string.h>

#include "core/isa.h"
#include "core/iter.h"
#include "core/ops/gemm_copied.h"
#include "core/ops/gemm_kernels.h"
#include "core/tensor.h"

enum {
    WORK = 1 << 20,        /* multiply-adds worth a piece: some 10 to 20 µs */
    VECTOR_WORK = 1 << 17, /* the same where every element is used once: memory decides */
    ROUND_WORK = 1 << 28,  /* most in a piece, so that an interrupt is answered soon */
    TILE_ROWS = 192,       /* a multiple of every kernel's tile height */
    TILE_COLUMNS = 512,
    COLUMN_STEP = 32,      /* a multiple of every kernel's panel width, but for base's float32 */
    VECTOR_STEP = 128,     /* 8 vectors of the widest kind */
    PIECES = 64,           /* where there are enough, no need to cut smaller */
    BLOCK = ML_GEMM_BLOCK, /* of k */
    SPLIT_BLOCKS = 8,      /* least blocks of k in a part */
    MAX_PARTS = 16,
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

/* a * b, at most INT64_MAX: sizes of broadcast operands are not bound by memory */
static int64_t product(int64_t a, int64_t b)
{
    int64_t r;
    return __builtin_mul_overflow(a, b, &r) ? INT64_MAX : r;
}

static const ml_gemm_kernels *kernels(void)
{
    return ML_BY_ISA(&ml_gemm_kernels);
}

/* ---- one thread's share ---------------------------------------------------------------------- */

/* Dot products serve a single column, or a single row of C where B's columns lie dense. */
static bool wants_dots(const ml_gemm *g)
{
    if (g->a_col != 1 || g->b_row != 1) return false;
    return g->n == 1 || (g->m == 1 && g->b_col != 1);
}

static void run_dots(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c)
{
    ml_dots s = { g->m, g->k, g->a_row, g->c_row, g->accumulate };
    if (g->n != 1) {
        s = (ml_dots){ g->n, g->k, g->b_col, 1, g->accumulate };
        const void *swap = a;
        a = b, b = swap;
    }
    if (dtype == ML_F32)
        kernels()->dots_f32(&s, a, b, c);
    else
        kernels()->dots_f64(&s, a, b, c);
}

static void run_block(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c)
{
    ml_block s = { g->m,     g->n,     g->k,          g->a_row, g->a_col, g->b_row,
                   g->b_col, g->c_row, g->accumulate, false,    NULL };
    if (g->n == 1 && g->a_row == 1 && g->c_row == 1) {
        /* One column, A's columns dense: the row B' times A' keeps vectors full. */
        s = (ml_block){ 1,        g->m, g->k,          1,     g->b_row, g->a_col,
                        g->a_row, g->m, g->accumulate, false, NULL };
        const void *swap = a;
        a = b, b = swap;
    }
    if (dtype == ML_F32)
        kernels()->f32(&s, a, b, c);
    else
        kernels()->f64(&s, a, b, c);
}

void ml_gemm_here(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c)
{
    if (g->m == 0 || g->n == 0) return;
    if (wants_dots(g))
        run_dots(dtype, g, a, b, c);
    else
        run_block(dtype, g, a, b, c);
}

/* ---- the cut --------------------------------------------------------------------------------- */

typedef struct job {
    const ml_gemm *g;
    ml_dtype dtype;
    bool dots;    /* of the whole, so that no tile goes another way */
    int64_t size; /* bytes of a number */
    const char *a, *b;
    char *c, *parts;                       /* parts: (part - 1, m, n), where k is split */
    int64_t tile_m, tile_n, rows, columns; /* a tile's sizes; how many tiles */
    int64_t nproducts, group;              /* the batch; products in a piece */
    int64_t nparts, part_k;                /* k's split */
    int64_t round_k, from_k;               /* the round that runs: of a part */
} job;

/* Tiles of at least `area` elements, as high as is good for B's panels, which are copied per tile. */
static void cut_tiles(job *w, int64_t area)
{
    const ml_gemm *g = w->g;
    if (g->m == 1 || g->n == 1) {
        area = ceil_div(area, VECTOR_STEP) * VECTOR_STEP;
        w->tile_m = least(area, g->m), w->tile_n = least(area, g->n);
        w->rows = ceil_div(g->m, w->tile_m);
        w->columns = ceil_div(g->n, w->tile_n);
        return;
    }
    int64_t m = ceil_div(g->m, ceil_div(g->m, TILE_ROWS));
    int64_t n = ceil_div(ceil_div(area, m), COLUMN_STEP) * COLUMN_STEP;
    n = least(most(n, COLUMN_STEP), TILE_COLUMNS);
    if (m * n > 2 * area && m > 12) m = most(12, ceil_div(area, n));
    w->tile_m = least(ceil_div(m, 12) * 12, g->m);
    w->tile_n = least(n, g->n);
    w->rows = ceil_div(g->m, w->tile_m);
    w->columns = ceil_div(g->n, w->tile_n);
}

static void cut(job *w)
{
    const ml_gemm *g = w->g;
    int64_t unit = g->m == 1 || g->n == 1 ? VECTOR_WORK : WORK;
    int64_t work = product(product(g->m, g->n), most(g->k, 1));
    w->nproducts = 1;
    for (int d = 0; d < g->nbatch; d++) w->nproducts *= g->batch[d];
    w->group = 1, w->nparts = 1;
    w->tile_m = g->m, w->tile_n = g->n, w->rows = w->columns = 1;
    if (work < unit) {
        w->group = least(unit / work, w->nproducts);
    } else {
        int64_t pieces = least(work / unit, PIECES);
        int64_t want = ceil_div(pieces, w->nproducts);
        cut_tiles(w, most(product(g->m, g->n) / want, 1));
        int64_t tiles = w->rows * w->columns * w->nproducts;
        int64_t parts = least(least(pieces / tiles, MAX_PARTS), g->k / (SPLIT_BLOCKS * BLOCK));
        if (parts > 1) w->nparts = parts;
    }
    w->part_k = ceil_div(ceil_div(g->k, w->nparts), BLOCK) * BLOCK;
    w->nparts = w->nparts > 1 ? ceil_div(g->k, w->part_k) : 1;
    int64_t round = ROUND_WORK / product(w->tile_m, w->tile_n);
    w->round_k = most(round / BLOCK, 1) * BLOCK;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

/* Where product number i of the batch begins, in elements. */
static int64_t offset(const ml_gemm *g, const int64_t step[], int64_t i)
{
    int64_t at = 0;
    for (int d = g->nbatch - 1; d >= 0; d--) {
        at += i % g->batch[d] * step[d];
        i /= g->batch[d];
    }
    return at;
}

static void run_tile(const job *w, int64_t number, int64_t part, int64_t i, int64_t j)
{
    const ml_gemm *g = w->g;
    int64_t k0 = part * w->part_k + w->from_k;
    int64_t k1 = least(least(k0 + w->round_k, (part + 1) * w->part_k), g->k);
    if (k0 >= k1 && w->from_k > 0) return;
    ml_gemm t = *g;
    t.m = least(w->tile_m, g->m - i), t.n = least(w->tile_n, g->n - j), t.k = most(k1 - k0, 0);
    const char *a = w->a + (offset(g, g->a_step, number) + i * g->a_row + k0 * g->a_col) * w->size;
    const char *b = w->b + (offset(g, g->b_step, number) + k0 * g->b_row + j * g->b_col) * w->size;
    char *c = w->c + (offset(g, g->c_step, number) + i * g->c_row + j) * w->size;
    if (part > 0) {
        t.c_row = g->n;
        c = w->parts + ((((part - 1) * w->nproducts + number) * g->m + i) * g->n + j) * w->size;
    }
    t.accumulate = (g->accumulate && part == 0) || w->from_k > 0;
    if (w->dots)
        run_dots(w->dtype, &t, a, b, c);
    else
        run_block(w->dtype, &t, a, b, c);
}

static void run_piece(void *ctx, int64_t piece)
{
    const job *w = ctx;
    if (w->group > 1) {
        int64_t end = least((piece + 1) * w->group, w->nproducts);
        for (int64_t i = piece * w->group; i < end; i++) run_tile(w, i, 0, 0, 0);
        return;
    }
    int64_t column = piece % w->columns, rest = piece / w->columns;
    int64_t row = rest % w->rows;
    rest /= w->rows;
    run_tile(w, rest / w->nparts, rest % w->nparts, row * w->tile_m, column * w->tile_n);
}

/* Adds the parts to C, row by row. */
static void add_parts(void *ctx, int64_t row)
{
    const job *w = ctx;
    const ml_gemm *g = w->g;
    int64_t number = row / g->m, i = row % g->m;
    char *c = w->c + (offset(g, g->c_step, number) + i * g->c_row) * w->size;
    for (int64_t part = 0; part < w->nparts - 1; part++) {
        const char *p = w->parts + ((part * w->nproducts + number) * g->m + i) * g->n * w->size;
        if (w->dtype == ML_F32)
            for (int64_t j = 0; j < g->n; j++) ((float *)c)[j] += ((const float *)p)[j];
        else
            for (int64_t j = 0; j < g->n; j++) ((double *)c)[j] += ((const double *)p)[j];
    }
}

static ml_status run_job(job *w)
{
    int64_t pieces = w->rows * w->columns * w->nparts * w->nproducts;
    if (w->group > 1) pieces = ceil_div(w->nproducts, w->group);
    int64_t end = most(least(w->part_k, w->g->k), 1);
    for (w->from_k = 0; w->from_k < end; w->from_k += w->round_k) {
        if (pieces == 1 && end <= w->round_k)
            run_piece(w, 0);
        else
            ML_TRY(ml_parallel_pieces(pieces, run_piece, w));
    }
    if (w->nparts > 1) ML_TRY(ml_parallel_pieces(w->nproducts * w->g->m, add_parts, w));
    return ML_OK;
}

/* Large products, one by one. */
static ml_status run_copied(const job *w)
{
    const ml_gemm *g = w->g;
    for (int64_t i = 0; i < w->nproducts; i++) {
        const char *a = w->a + offset(g, g->a_step, i) * w->size;
        const char *b = w->b + offset(g, g->b_step, i) * w->size;
        ML_TRY(ml_gemm_copied(w->dtype, g, a, b, w->c + offset(g, g->c_step, i) * w->size));
    }
    return ML_OK;
}

ml_status ml_gemm_run(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c)
{
    job w = { .g = g, .dtype = dtype, .size = dtype == ML_F32 ? 4 : 8, .a = a, .b = b, .c = c };
    if (g->m == 0 || g->n == 0) return ML_OK;
    for (int d = 0; d < g->nbatch; d++)
        if (g->batch[d] == 0) return ML_OK;
    w.dots = wants_dots(g);
    cut(&w);
    if (w.nparts == 1 && ml_gemm_copied_pays(g)) return run_copied(&w);
    size_t bytes = (size_t)((w.nparts - 1) * w.nproducts * g->m * g->n * w.size);
    if (bytes > 0 && !(w.parts = ml_alloc(bytes)))
        return ml_fail(ML_MEMORY, "matmul: out of memory for %zu bytes of partial sums", bytes);
    ml_status status = run_job(&w);
    if (bytes > 0) ml_free(w.parts, bytes);
    return status;
}

ml_status ml_gemm_f32(const ml_gemm *g, const float *a, const float *b, float *c)
{
    return ml_gemm_run(ML_F32, g, a, b, c);
}

ml_status ml_gemm_f64(const ml_gemm *g, const double *a, const double *b, double *c)
{
    return ml_gemm_run(ML_F64, g, a, b, c);
}
