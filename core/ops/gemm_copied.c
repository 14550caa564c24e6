/* gemm_copied.c -- see gemm_copied.h.
**
** Blocks of 256 of k go in rounds, as many as the copies have room for.  In a round the threads first copy,
** then multiply:
**
**     A:  k ──► block                      B:  n ──► panel
**      m  ┌────┬────┬──┐                    k  ┌──┬──┬──┬──┐
**      │  │    │    │  │ group of rows      │  │  │  │  │  │ block: one after the other in memory,
**      ▼  ├────┼────┼──┤                    ▼  ├──┼──┼──┼──┤ panel by panel
**         │    │    │  │                       │  │  │  │  │
**         └────┴────┴──┘                       └──┴──┴──┴──┘
**
** and a piece of C is a group of rows by some panels.  A is left where it lies if C has few columns.  All
** cuts are functions of the sizes alone. */
#include "core/ops/gemm_copied.h"

#include "core/isa.h"
#include "core/iter.h"
#include "core/ops/gemm_kernels.h"
#include "core/tensor.h"

enum {
    BLOCK = ML_GEMM_BLOCK,
    LEAST_WORK = 24 << 20, /* multiply-adds for which the copies pay */
    LEAST_SIDE = 64,       /* rows and columns, likewise */
    LEFT_COLUMNS = 640,    /* columns for which a copy of A pays */
    GROUP_ROWS = 192,      /* of A: 192 x 256 floats stay in the second-level cache */
    PIECES = 64,           /* of C, about */
    PIECE_WORK = 1 << 28,  /* most multiply-adds in one, so that an interrupt is answered soon */
    COPY_PANELS = 8,       /* of B, in a piece of copying */
    ROOM = 64 << 20,       /* bytes for the copies, unless one block needs more */
};

typedef struct job {
    const ml_gemm *g;
    const ml_gemm_kernels *kernels;
    bool is_f32;
    int64_t size; /* bytes of a number */
    const char *a, *b;
    char *c, *left, *right;        /* left: NULL where A is not copied */
    int64_t group_rows, groups;    /* A's groups; the last may have fewer rows */
    int64_t panel, panels;         /* B's panels: columns of one; how many */
    int64_t piece_panels, columns; /* panels in a piece; pieces side by side */
    int64_t blocks;                /* of k in a round */
    int64_t from_k, to_k;          /* the round that runs */
} job;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

bool ml_gemm_copied_pays(const ml_gemm *g)
{
    return g->m >= LEAST_SIDE && g->n >= LEAST_SIDE &&
           (double)g->m * (double)g->n * (double)g->k >= LEAST_WORK;
}

/* ---- copying --------------------------------------------------------------------------------- */

static int64_t block_length(const job *w, int64_t block)
{
    return least(w->to_k - w->from_k - block * BLOCK, BLOCK);
}

static char *left_block(const job *w, int64_t group, int64_t block)
{
    return w->left + (group * w->blocks + block) * w->group_rows * BLOCK * w->size;
}

static char *right_block(const job *w, int64_t panel, int64_t block)
{
    return w->right + (panel * w->blocks + block) * w->panel * BLOCK * w->size;
}

static void copy_left(const job *w, int64_t group, int64_t block)
{
    const ml_gemm *g = w->g;
    int64_t i = group * w->group_rows, m = least(g->m - i, w->group_rows);
    const char *a = w->a + (i * g->a_row + (w->from_k + block * BLOCK) * g->a_col) * w->size;
    void *to = left_block(w, group, block);
    if (w->is_f32)
        w->kernels->copy_left_f32(m, block_length(w, block), (const float *)a, g->a_row, g->a_col,
                                  to);
    else
        w->kernels->copy_left_f64(m, block_length(w, block), (const double *)a, g->a_row, g->a_col,
                                  to);
}

static void copy_right(const job *w, int64_t panel, int64_t block)
{
    const ml_gemm *g = w->g;
    int64_t j = panel * w->panel, n = least(g->n - j, w->panel);
    const char *b = w->b + ((w->from_k + block * BLOCK) * g->b_row + j * g->b_col) * w->size;
    void *to = right_block(w, panel, block);
    if (w->is_f32)
        w->kernels->copy_right_f32(block_length(w, block), n, (const float *)b, g->b_row, g->b_col,
                                   to);
    else
        w->kernels->copy_right_f64(block_length(w, block), n, (const double *)b, g->b_row, g->b_col,
                                   to);
}

static int64_t round_blocks(const job *w)
{
    return ceil_div(w->to_k - w->from_k, BLOCK);
}

/* Pieces: A's blocks, if it is copied, then COPY_PANELS of B's. */
static void copy_piece(void *ctx, int64_t piece)
{
    const job *w = ctx;
    int64_t blocks = round_blocks(w), lefts = w->left ? w->groups * blocks : 0;
    if (piece < lefts) {
        copy_left(w, piece / blocks, piece % blocks);
        return;
    }
    int64_t first = (piece - lefts) / blocks * COPY_PANELS;
    for (int64_t p = first; p < least(first + COPY_PANELS, w->panels); p++)
        copy_right(w, p, (piece - lefts) % blocks);
}

static ml_status copy_round(job *w)
{
    int64_t lines = (w->left ? w->groups : 0) + ceil_div(w->panels, COPY_PANELS);
    return ml_parallel_pieces(lines * round_blocks(w), copy_piece, w);
}

/* ---- multiplying ----------------------------------------------------------------------------- */

static void multiply_piece(void *ctx, int64_t piece)
{
    const job *w = ctx;
    const ml_gemm *g = w->g;
    int64_t group = piece / w->columns, i = group * w->group_rows;
    int64_t first = piece % w->columns * w->piece_panels;
    int64_t last = least(first + w->piece_panels, w->panels);
    ml_block s = { .m = least(g->m - i, w->group_rows),
                   .a_row = g->a_row,
                   .a_col = g->a_col,
                   .c_row = g->c_row,
                   .copied = w->left != NULL };
    for (int64_t block = 0; block < round_blocks(w); block++) {
        int64_t k = w->from_k + block * BLOCK;
        const char *a =
            w->left ? left_block(w, group, block) : w->a + (i * g->a_row + k * g->a_col) * w->size;
        s.k = block_length(w, block), s.accumulate = g->accumulate || k > 0;
        for (int64_t p = first; p < last; p++) {
            int64_t j = p * w->panel;
            char *c = w->c + (i * g->c_row + j) * w->size;
            s.n = least(g->n - j, w->panel);
            s.next = right_block(w, p + 1 < last ? p + 1 : first, block);
            if (w->is_f32)
                w->kernels->panel_f32(&s, (const float *)a, (float *)right_block(w, p, block),
                                      (float *)c);
            else
                w->kernels->panel_f64(&s, (const double *)a, (double *)right_block(w, p, block),
                                      (double *)c);
        }
    }
}

static void cut(job *w)
{
    const ml_gemm *g = w->g;
    int64_t rows = w->kernels->rows, groups = ceil_div(g->m, GROUP_ROWS);
    w->group_rows = ceil_div(ceil_div(g->m, groups), rows) * rows;
    w->groups = ceil_div(g->m, w->group_rows);
    w->panel = w->kernels->panel_bytes / w->size;
    w->panels = ceil_div(g->n, w->panel);
    int64_t bytes = (w->groups * w->group_rows + w->panels * w->panel) * BLOCK * w->size;
    w->blocks = least(ROOM / bytes > 0 ? ROOM / bytes : 1, ceil_div(g->k, BLOCK));
    int64_t most = PIECE_WORK / (w->group_rows * w->panel * w->blocks * BLOCK);
    w->piece_panels = least(ceil_div(w->panels, ceil_div(PIECES, w->groups)), most > 0 ? most : 1);
    w->columns = ceil_div(w->panels, w->piece_panels);
}

ml_status ml_gemm_copied(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c)
{
    job w = { .g = g,
              .kernels = ML_BY_ISA(&ml_gemm_kernels),
              .is_f32 = dtype == ML_F32,
              .size = dtype == ML_F32 ? 4 : 8,
              .a = a,
              .b = b,
              .c = c };
    cut(&w);
    int64_t line = w.blocks * BLOCK * w.size;
    size_t left_bytes = (size_t)(g->n >= LEFT_COLUMNS ? w.groups * w.group_rows * line : 0);
    size_t right_bytes = (size_t)(w.panels * w.panel * line);
    w.right = ml_alloc(right_bytes);
    w.left = left_bytes ? ml_alloc(left_bytes) : NULL;
    ml_status status = w.right && (w.left || !left_bytes)
                           ? ML_OK
                           : ml_fail(ML_MEMORY, "matmul: out of memory for %zu bytes of copies",
                                     left_bytes + right_bytes);
    for (int64_t k = 0; k < g->k && status == ML_OK; k += w.blocks * BLOCK) {
        w.from_k = k, w.to_k = least(k + w.blocks * BLOCK, g->k);
        status = copy_round(&w);
        if (status == ML_OK) status = ml_parallel_pieces(w.groups * w.columns, multiply_piece, &w);
    }
    ml_free(w.left, left_bytes);
    ml_free(w.right, right_bytes);
    return status;
}
