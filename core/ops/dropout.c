/* dropout.c -- dropout without a stored mask: a call takes a stream of random numbers, keeps its number among
** the arguments, and the gradient makes the same mask again.  Element i is kept where word i of the stream is at
** least p * 2^32. */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/nn_rows_cut.h"
#include "core/philox.h"

enum { PIECE = 16384, WORDS = 1024 };

static ml_status check_probability(double p)
{
    if (p >= 0 && p <= 1) return ML_OK;
    return ml_fail(ML_VALUE, "dropout: p is %g: a probability from 0 to 1 is needed", p);
}

ml_status ml_run_dropout(const ml_arg in[], ml_tensor *out[])
{
    double p = in[1].f;
    ML_TRY(check_probability(p));
    if (p == 0 || !in[2].i) return ml_give(&out[0], in[0].t);
    uint64_t seed = ml_seed(), stream = ml_next_stream();
    return ml_give(&out[0], ml_call1(ML_OP_dropout_with, ML_T(in[0].t), ML_F(p),
                                     ML_I((int64_t)seed), ML_I((int64_t)stream)));
}

typedef struct job {
    const ml_row_kernels *k;
    const char *x;
    char *y;
    size_t size;
    int64_t n;
    uint64_t seed, stream;
    uint32_t threshold;
    double scale;
} job;

static void run_piece(void *ctx, int64_t piece)
{
    const job *j = ctx;
    int64_t end = (piece + 1) * PIECE < j->n ? (piece + 1) * PIECE : j->n;
    uint32_t word[WORDS];
    for (int64_t i = piece * PIECE; i < end; i += WORDS) {
        int64_t n = end - i < WORDS ? end - i : WORDS;
        size_t at = (size_t)i * j->size;
        ml_philox_u32(j->seed, j->stream, (uint64_t)i, n, word);
        j->k->dropout(j->x + at, j->y + at, n, word, j->threshold, j->scale);
    }
}

ml_status ml_run_dropout_with(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    double p = in[1].f;
    ML_TRY(check_probability(p));
    if (p == 1) return ml_give(&out[0], ml_zeros_like(x));
    ml_dtype type = ml_compute_type((ml_dtype)x->dtype);
    ml_tensor *dense = ml_dense(x, type), *y = dense ? ml_empty_like(dense, type) : NULL;
    if (!y) return ml_error_status();
    double word = p * 0x1p32;
    job j = { .k = ml_row_kernels_for(type),
              .x = dense->data,
              .y = y->data,
              .n = y->numel,
              .size = ml_dtype_size(type),
              .seed = (uint64_t)in[2].i,
              .stream = (uint64_t)in[3].i,
              .threshold = word < 0x1.fffffffep31 ? (uint32_t)word : UINT32_MAX,
              .scale = 1 / (1 - p) };
    ML_TRY(ml_parallel_pieces((j.n + PIECE - 1) / PIECE, run_piece, &j));
    return ml_give(&out[0], ml_cast(y, (ml_dtype)x->dtype));
}

/* The mask does not depend on x: the gradient is dropout with the same random numbers. */
ml_status ml_grad_dropout_with(const ml_grad_call *c)
{
    return ml_give(&c->gin[0],
                   ml_call1(ML_OP_dropout_with, ML_T(c->g[0]), c->in[1], c->in[2], c->in[3]));
}
