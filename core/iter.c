/* iter.c -- pointwise work: a plan (dimensions ordered and collapsed), cut by shape into pieces, each piece
** rows of an inner loop.
**
** Kernels see dense operands of the compute dtype (or a number, step 0, where they can take one): operands that
** are stored otherwise, strided or broadcast, pass through a buffer of CHUNK elements that stays in the cache. */
#include "core/iter.h"
#include "core/device_list.h"
#include "core/kernels.h"
#include "core/pool.h"
#include "core/tensor.h"

#include <string.h>

enum { CHUNK = 512, PIECE = 32768 };

/* ---- planning ---------------------------------------------------------------------------------- */

static bool all_dense(int n, ml_tensor *const t[])
{
    for (int k = 0; k < n; k++)
        if (!t[k]->contiguous || !ml_same_shape(t[0], t[k])) return false;
    return true;
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* Positions of t[0]'s dimensions longer than 1, outermost (largest stride) first. */
static int order_dims(const ml_tensor *t, int order[ML_MAX_DIMS])
{
    int n = 0;
    for (int d = 0; d < t->ndim; d++) {
        if (t->shape[d] == 1) continue;
        int i = n++;
        for (; i > 0 && magnitude(t->stride[order[i - 1]]) < magnitude(t->stride[d]); i--)
            order[i] = order[i - 1];
        order[i] = d;
    }
    return n;
}

static bool can_join(const ml_launch *job, int inner)
{
    for (int k = 0; k < job->noperands; k++)
        if (job->step[k][inner - 1] != job->step[k][inner] * job->size[inner]) return false;
    return true;
}

/* Dimension i-1 swallows dimension i where both are one run in every operand. */
static void collapse(ml_launch *job)
{
    int n = 0;
    for (int d = 0; d < job->ndim; d++) {
        job->size[n] = job->size[d];
        for (int k = 0; k < job->noperands; k++) job->step[k][n] = job->step[k][d];
        if (n > 0 && can_join(job, n)) {
            job->size[n - 1] *= job->size[n];
            for (int k = 0; k < job->noperands; k++) job->step[k][n - 1] = job->step[k][n];
        } else {
            n++;
        }
    }
    job->ndim = n;
}

static void plan_strided(ml_launch *job, int n, ml_tensor *const t[])
{
    int order[ML_MAX_DIMS];
    job->ndim = order_dims(t[0], order);
    for (int i = 0; i < job->ndim; i++) {
        int d = order[i];
        job->size[i] = t[0]->shape[d];
        for (int k = 0; k < n; k++) {
            int e = d - t[0]->ndim +
                    t[k]->ndim; /* the same dimension of operand k, counted from the end */
            bool spread = e < 0 || t[k]->shape[e] == 1;
            job->step[k][i] =
                spread ? 0 : t[k]->stride[e] * (int64_t)ml_dtype_size((ml_dtype)t[k]->dtype);
        }
    }
    if (job->ndim == 0) {
        job->ndim = 1, job->size[0] = 1;
        for (int k = 0; k < n; k++) job->step[k][0] = (int64_t)ml_dtype_size((ml_dtype)t[k]->dtype);
    }
    collapse(job);
}

void ml_plan(ml_launch *job, int n, ml_tensor *const t[])
{
    job->noperands = n, job->reduced = 0, job->numel = t[0]->numel;
    for (int k = 0; k < n; k++) {
        job->data[k] = t[k]->data, job->dtype[k] = (ml_dtype)t[k]->dtype, job->host[k] = false;
    }
    if (!all_dense(n, t)) {
        plan_strided(job, n, t);
        return;
    }
    job->ndim = 1, job->size[0] = t[0]->numel;
    for (int k = 0; k < n; k++) job->step[k][0] = (int64_t)ml_dtype_size((ml_dtype)t[k]->dtype);
}

void ml_plan_number(ml_launch *job, int k, double v, int64_t i, bool is_int, void *slot)
{
    if (job->type == ML_I64) {
        int64_t w = i;
        if (!is_int) ml_convert(ML_I64, (char *)&w, 8, ML_F64, (char *)&v, 8, 1);
        memcpy(slot, &w, sizeof w);
    } else if (job->type == ML_F64) {
        double w = is_int ? (double)i : v;
        memcpy(slot, &w, sizeof w);
    } else {
        float w = is_int ? (float)i : (float)v;
        memcpy(slot, &w, sizeof w);
    }
    job->data[k] = slot, job->dtype[k] = job->type, job->host[k] = true;
    if (k >= job->noperands) job->noperands = k + 1;
    memset(job->step[k], 0, sizeof job->step[k]);
}

/* ---- running on the CPU ------------------------------------------------------------------------ */

typedef struct work {
    const ml_launch *job;
    ml_kernel *kernel; /* NULL: a copy */
    bool scalars;      /* the kernel takes numbers with step 0 */
    ml_dtype want[ML_MAX_OPERANDS];
    int64_t cuts, rows; /* pieces per row; rows per piece */
    int64_t length;     /* of a piece of a row */
} work;

/* Can the kernel take operand k as it lies?  Of its two operands one may have step 0. */
static bool usable(const work *w, int k, const int64_t step[])
{
    if (w->job->dtype[k] != w->want[k]) return false;
    if (step[k] == (int64_t)ml_dtype_size(w->want[k])) return true;
    return step[k] == 0 && w->scalars && (k == 2 || (k == 1 && step[2] != 0));
}

/* A row whose operands need the buffer. */
static void run_buffered(const work *w, int64_t n, char *const p[], const int64_t step[])
{
    char buffer[ML_MAX_OPERANDS][CHUNK * 8] __attribute__((aligned(64)));
    const ml_launch *job = w->job;
    for (int64_t i = 0; i < n; i += CHUNK) {
        int64_t m = n - i < CHUNK ? n - i : CHUNK;
        char *q[ML_MAX_OPERANDS];
        int64_t s[ML_MAX_OPERANDS];
        bool direct = usable(w, 0, step);
        for (int k = 0; k < job->noperands; k++) {
            q[k] = p[k] + i * step[k], s[k] = step[k];
            if (usable(w, k, step)) continue;
            int64_t size = (int64_t)ml_dtype_size(w->want[k]);
            if (k > 0 && (i == 0 || step[k] != 0 || m == CHUNK))
                ml_convert(w->want[k], buffer[k], size, job->dtype[k], q[k], step[k], m);
            q[k] = buffer[k], s[k] = size;
        }
        w->kernel(m, q, s);
        if (!direct)
            ml_convert(job->dtype[0], p[0] + i * step[0], step[0], w->want[0], buffer[0], s[0], m);
    }
}

static void run_row(const work *w, int64_t n, char *const p[], const int64_t step[])
{
    const ml_launch *job = w->job;
    if (!w->kernel) {
        ml_convert(job->dtype[0], p[0], step[0], job->dtype[1], p[1], step[1], n);
        return;
    }
    for (int k = 0; k < job->noperands; k++) {
        if (usable(w, k, step)) continue;
        run_buffered(w, n, p, step);
        return;
    }
    w->kernel(n, p, step);
}

/* Rows [first, first + count) of the outer dimensions, elements [from, to) of each. */
static void run_rows(const work *w, int64_t first, int64_t count, int64_t from, int64_t to)
{
    const ml_launch *job = w->job;
    int inner = job->ndim - 1, n = job->noperands;
    int64_t index[ML_MAX_DIMS] = { 0 }, step[ML_MAX_OPERANDS] = { 0 };
    char *p[ML_MAX_OPERANDS] = { 0 };
    for (int k = 0; k < n; k++)
        p[k] = job->data[k] + from * job->step[k][inner], step[k] = job->step[k][inner];
    int64_t rest = first;
    for (int d = inner - 1; d >= 0; d--) {
        index[d] = rest % job->size[d], rest /= job->size[d];
        for (int k = 0; k < n; k++) p[k] += index[d] * job->step[k][d];
    }
    for (;;) {
        run_row(w, to - from, p, step);
        if (--count == 0) return;
        for (int d = inner - 1; d >= 0; d--) {
            for (int k = 0; k < n; k++) p[k] += job->step[k][d];
            if (++index[d] < job->size[d]) break;
            for (int k = 0; k < n; k++) p[k] -= job->size[d] * job->step[k][d];
            index[d] = 0;
        }
    }
}

static void run_piece(void *ctx, int64_t piece)
{
    const work *w = ctx;
    const ml_launch *job = w->job;
    int64_t n = job->size[job->ndim - 1], outer = job->numel / n;
    int64_t cut = piece % w->cuts, row = piece / w->cuts * w->rows;
    int64_t from = cut * w->length, to = from + w->length < n ? from + w->length : n;
    run_rows(w, row, outer - row < w->rows ? outer - row : w->rows, from, to);
}

static void wanted_types(work *w)
{
    ml_family family = w->kernel ? ml_ops[w->job->op].family : ML_HAND;
    for (int k = 0; k < w->job->noperands; k++) w->want[k] = w->job->type;
    if (family == ML_COMPARE || family == ML_PREDICATE) w->want[0] = ML_BOOL;
    w->scalars = w->job->noperands == 3 && w->job->pass == ML_FORWARD;
}

/* Copies between a row-major and a column-major matrix go by blocks, so that both sides stay in the cache. */
static bool is_transpose(const ml_launch *job)
{
    if (job->op != ML_NOP || job->ndim < 2) return false;
    int i = job->ndim - 1;
    int64_t size = (int64_t)ml_dtype_size(job->dtype[0]);
    return job->dtype[0] == job->dtype[1] && job->step[0][i] == size &&
           job->step[1][i - 1] == size && job->size[i] >= 16 && job->size[i - 1] >= 16;
}

#define TRANSPOSE_BLOCK(T)                                                                         \
    for (int64_t i = 0; i < m; i++)                                                                \
        for (int64_t j = 0; j < n; j++)                                                            \
            *(T *)(dst + i * ds + j * (int64_t)sizeof(T)) =                                        \
                *(const T *)(src + i * (int64_t)sizeof(T) + j * ss);

static void transpose_block(size_t size, char *dst, int64_t ds, const char *src, int64_t ss,
                            int64_t m, int64_t n)
{
    if (size == 8)
        TRANSPOSE_BLOCK(uint64_t)
    else if (size == 4)
        TRANSPOSE_BLOCK(uint32_t)
    else if (size == 2)
        TRANSPOSE_BLOCK(uint16_t)
    else
        TRANSPOSE_BLOCK(uint8_t)
}

/* Piece: 32 rows of one matrix, all columns. */
static void transpose_piece(void *ctx, int64_t piece)
{
    const ml_launch *job = ctx;
    int c = job->ndim - 1, r = c - 1;
    int64_t strips = (job->size[r] + 31) / 32, rest = piece / strips, i = piece % strips * 32;
    size_t size = ml_dtype_size(job->dtype[0]);
    char *dst = job->data[0] + i * job->step[0][r];
    const char *src = job->data[1] + i * job->step[1][r];
    for (int d = r - 1; d >= 0; d--) {
        int64_t k = rest % job->size[d];
        rest /= job->size[d], dst += k * job->step[0][d], src += k * job->step[1][d];
    }
    int64_t m = job->size[r] - i < 32 ? job->size[r] - i : 32;
    for (int64_t j = 0; j < job->size[c]; j += 32) {
        int64_t n = job->size[c] - j < 32 ? job->size[c] - j : 32;
        transpose_block(size, dst + j * job->step[0][c], job->step[0][r], src + j * job->step[1][c],
                        job->step[1][c], m, n);
    }
}

static ml_status run_transpose(const ml_launch *job)
{
    int64_t r = job->size[job->ndim - 2], c = job->size[job->ndim - 1];
    int64_t pieces = job->numel / (r * c) * ((r + 31) / 32);
    union {
        const ml_launch *in;
        void *out;
    } ctx = { job };
    if (job->numel > PIECE) return ml_parallel_pieces(pieces, transpose_piece, ctx.out);
    for (int64_t i = 0; i < pieces; i++) transpose_piece(ctx.out, i);
    return ML_OK;
}

ml_status ml_cpu_launch(const ml_launch *job)
{
    if (job->numel == 0 && !job->reduced) return ML_OK;
    if (job->reduced) return ml_cpu_reduce(job);
    if (is_transpose(job)) return run_transpose(job);
    work w = { .job = job,
               .kernel = job->op == ML_NOP ? NULL : ml_cpu_kernel(job->op, job->pass, job->type) };
    if (!w.kernel && job->op != ML_NOP)
        return ml_fail(ML_DTYPE, "%s: not available for %s on the CPU", ml_ops[job->op].name,
                       ml_dtype_name(job->type));
    wanted_types(&w);
    int64_t n = job->size[job->ndim - 1], outer = job->numel / n;
    if (job->numel <= PIECE) {
        run_rows(&w, 0, outer, 0, n);
        return ML_OK;
    }
    w.cuts = (n + PIECE - 1) / PIECE;
    w.length = ((n + w.cuts - 1) / w.cuts + 63) / 64 * 64; /* pieces of nearly equal length */
    w.cuts = (n + w.length - 1) / w.length;
    w.rows = n >= PIECE ? 1 : PIECE / n;
    return ml_parallel_pieces((outer + w.rows - 1) / w.rows * w.cuts, run_piece, &w);
}

ml_kernel *ml_simple_kernel(int op, int pass, const ml_tensor *t)
{
    bool simple = t->device == 0 && t->contiguous && t->numel > 0 && t->numel <= PIECE &&
                  (t->dtype == ML_F32 || t->dtype == ML_F64);
    return simple ? ml_cpu_kernel(op, pass, (ml_dtype)t->dtype) : NULL;
}

bool ml_simple_like(const ml_tensor *x, const ml_tensor *t)
{
    return x->dtype == t->dtype && x->device == 0 && x->contiguous && ml_same_shape(x, t);
}

ml_status ml_run_launch(int device, const ml_launch *job)
{
    if (device == 0) return ml_cpu_launch(job);
    int index;
    const ml_device_api *api = ml_device_table(device, &index);
    if (!api->has(job->op, job->pass, job->type))
        return ml_fail(ML_DEVICE, "%s: no %s kernel for %s; move the tensor with x:to(\"cpu\")",
                       job->op == ML_NOP ? "copy" : ml_ops[job->op].name, ml_dtype_name(job->type),
                       ml_device_name(device));
    return api->launch(index, job);
}

ml_status ml_parallel_pieces(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx)
{
    ml_parallel(pieces, run, ctx);
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

ml_tensor *ml_dense(ml_tensor *x, ml_dtype dtype)
{
    return ml_contiguous(ml_cast(x, dtype));
}
