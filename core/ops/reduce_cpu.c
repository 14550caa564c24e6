/* reduce_cpu.c -- how the CPU runs a reducing launch: cut by shape, leaves by kernel, joined by a
** fixed tree.
**
** Two ways through memory, chosen by strides:
**
**     along   the reduced elements of one result lie closest: leaves of 4096 elements, one result each
**     down    results lie closest: blocks of up to 256 columns, leaves of 64 rows (256
**             of few columns), a whole block at once
**
** A unit of work is at most 16 leaves of one result (or block); what is longer is cut into such
** chunks, whose partial results are joined afterwards.  Elements stored otherwise pass through a
** buffer. */
#include "core/ops/reduction.h"
#include "core/isa.h"
#include "core/iter.h"
#include "core/kernels.h"
#include "core/tensor.h"

#include <math.h>
#include <string.h>

enum { CHUNK_LEAVES = 16, BATCH = 256, NARROW = 64, PIECE = 32768, BUFFER = 4096 };

typedef struct work {
    const ml_launch *job;
    reduce_kernel kernel;
    ml_dtype type;         /* that the kernel sees: F32, F64, I64, or BOOL */
    int64_t size;          /* bytes of one */
    int kept;              /* how many dimensions are not reduced: the first ones */
    int64_t outputs, n;    /* results, and elements of each */
    int64_t columns;       /* down: results side by side; along: 1 */
    int64_t leaf_rows;     /* down */
    int64_t chunk, chunks; /* elements (rows) per chunk; chunks */
    int64_t blocks;        /* down: of columns */
    int64_t units, group;  /* in all; per piece */
    char *partial;         /* [outputs / columns][chunks][columns], NULL for one chunk */
} work;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Bytes from operand K's start to position FLAT of dimensions [from, to). */
static int64_t offset_at(const ml_launch *job, int k, int from, int to, int64_t flat)
{
    int64_t offset = 0;
    for (int d = to - 1; d > from && flat > 0; d--) {
        offset += flat % job->size[d] * job->step[k][d];
        flat /= job->size[d];
    }
    return to > from ? offset + flat * job->step[k][from] : offset;
}

/* Joins COUNT neighbours of WIDTH results each, lying one behind the other, into the first. */
static void fold(const work *w, int64_t count, int64_t width, char *at)
{
    int64_t bytes = width * w->size;
    for (int64_t apart = 1; apart < count; apart *= 2)
        for (int64_t i = 0; i + apart < count; i += 2 * apart)
            w->kernel.merge(width, at + i * bytes, at + (i + apart) * bytes);
}

/* ---- results --------------------------------------------------------------------------------- */

static double host_number(const ml_launch *job, int k)
{
    double v;
    ml_convert(ML_F64, (char *)&v, 8, job->dtype[k], job->data[k], 8, 1);
    return v;
}

static void divide(const work *w, int64_t count, void *results, double by)
{
    if (w->type == ML_F32)
        for (int64_t i = 0; i < count; i++) ((float *)results)[i] /= (float)by;
    else
        for (int64_t i = 0; i < count; i++) ((double *)results)[i] /= by;
}

static void take_roots(const work *w, int64_t count, void *results)
{
    if (w->type == ML_F32)
        for (int64_t i = 0; i < count; i++) ((float *)results)[i] = sqrtf(((float *)results)[i]);
    else
        for (int64_t i = 0; i < count; i++) ((double *)results)[i] = sqrt(((double *)results)[i]);
}

/* Results of outputs [first, first + count), neighbours in the innermost kept dimension, to operand
** 0. */
static void store(const work *w, int64_t first, int64_t count, char *results)
{
    const ml_launch *job = w->job;
    if (job->op == ML_OP_mean) divide(w, count, results, (double)w->n);
    if (job->op == ML_OP_var) divide(w, count, results, host_number(job, 3));
    if (job->op == ML_OP_norm && host_number(job, 2) == 2) take_roots(w, count, results);
    int64_t step = w->kept ? job->step[0][w->kept - 1] : 0;
    ml_convert(job->dtype[0], job->data[0] + offset_at(job, 0, 0, w->kept, first), step, w->type,
               results, w->size, count);
}

/* The means of outputs [first, first + count), as store's; NULL if the operation has none. */
static const void *load_means(const work *w, int64_t first, int64_t count, char *buffer)
{
    const ml_launch *job = w->job;
    if (job->op != ML_OP_var) return NULL;
    int64_t step = w->kept ? job->step[2][w->kept - 1] : 0;
    ml_convert(w->type, buffer, w->size, job->dtype[2],
               job->data[2] + offset_at(job, 2, 0, w->kept, first), step, count);
    return buffer;
}

/* ---- along ----------------------------------------------------------------------------------- */

/* N elements from reduced position FLAT of the result whose elements start at p, side by side:
** where they are, or in the buffer. */
static const void *load(const work *w, const char *p, int64_t flat, int64_t n, char *buffer)
{
    const ml_launch *job = w->job;
    int inner = job->ndim - 1;
    int64_t length = job->size[inner], step = job->step[1][inner];
    for (int64_t done = 0; done < n;) {
        int64_t m = least(length - flat % length, n - done);
        const char *q = p + offset_at(job, 1, w->kept, job->ndim, flat);
        if (m == n && job->dtype[1] == w->type && (step == w->size || n == 1)) return q;
        ml_convert(w->type, buffer + done * w->size, w->size, job->dtype[1], q, step, m);
        done += m, flat += m;
    }
    return buffer;
}

/* Reduced positions [from, to), at most one chunk, of the result whose elements start at p. */
static void reduce_chunk(const work *w, const char *p, const void *mean, int64_t from, int64_t to,
                         char *result)
{
    char buffer[BUFFER * 8] __attribute__((aligned(64)));
    char leaf[CHUNK_LEAVES * 8] __attribute__((aligned(8)));
    int64_t leaves = 0;
    for (int64_t i = from; i < to; i += REDUCE_LEAF, leaves++) {
        int64_t n = least(to - i, REDUCE_LEAF);
        w->kernel.rows(1, n, load(w, p, i, n, buffer), 0, mean, leaf + leaves * w->size);
    }
    fold(w, leaves, 1, leaf);
    memcpy(result, leaf, (size_t)w->size);
}

/* Short rows one behind the other in another dtype: as many as the buffer holds are converted at
** once. */
static void reduce_converted(const work *w, const char *p, const char *means, int64_t count,
                             char *results)
{
    char buffer[BUFFER * 8] __attribute__((aligned(64)));
    const ml_launch *job = w->job;
    int64_t size = (int64_t)ml_dtype_size(job->dtype[1]);
    for (int64_t i = 0, m; i < count; i += m) {
        m = least(count - i, BUFFER / w->n);
        ml_convert(w->type, buffer, w->size, job->dtype[1], p + i * w->n * size, size, m * w->n);
        w->kernel.rows(m, w->n, buffer, w->n, means ? means + i * w->size : NULL,
                       results + i * w->size);
    }
}

/* COUNT <= BATCH whole results, neighbours in the innermost kept dimension, the first one's
** elements at p. */
static void reduce_batch(const work *w, const char *p, const char *means, int64_t count,
                         char *results)
{
    const ml_launch *job = w->job;
    int inner = job->ndim - 1;
    int64_t step = w->kept ? job->step[1][w->kept - 1] : 0,
            size = (int64_t)ml_dtype_size(job->dtype[1]);
    bool dense = job->ndim == w->kept + 1 && job->step[1][inner] == size && w->n <= REDUCE_LEAF;
    if (dense && job->dtype[1] == w->type)
        w->kernel.rows(count, w->n, p, step / size, means, results);
    else if (dense && step == w->n * size)
        reduce_converted(w, p, means, count, results);
    else
        for (int64_t i = 0; i < count; i++)
            reduce_chunk(w, p + i * step, means ? means + i * w->size : NULL, 0, w->n,
                         results + i * w->size);
}

static void along_results(const work *w, int64_t first, int64_t end)
{
    char results[BATCH * 8] __attribute__((aligned(64))),
        means[BATCH * 8] __attribute__((aligned(64)));
    const ml_launch *job = w->job;
    int64_t inner = w->kept ? job->size[w->kept - 1] : 1;
    for (int64_t o = first, m; o < end; o += m) {
        m = least(least(inner - o % inner, end - o), BATCH);
        const char *p = job->data[1] + offset_at(job, 1, 0, w->kept, o);
        reduce_batch(w, p, load_means(w, o, m, means), m, results);
        store(w, o, m, results);
    }
}

static void along_piece(void *ctx, int64_t piece)
{
    const work *w = ctx;
    int64_t first = piece * w->group, end = least(first + w->group, w->units);
    if (!w->partial) {
        along_results(w, first, end);
        return;
    }
    for (int64_t u = first; u < end; u++) {
        int64_t o = u / w->chunks, from = u % w->chunks * w->chunk;
        char mean[8] __attribute__((aligned(8)));
        const char *p = w->job->data[1] + offset_at(w->job, 1, 0, w->kept, o);
        reduce_chunk(w, p, load_means(w, o, 1, mean), from, least(from + w->chunk, w->n),
                     w->partial + u * w->size);
    }
}

/* ---- down ------------------------------------------------------------------------------------ */

/* Rows of few columns lying one behind the other are taken as fewer, wider rows. */
static void down_rows(const work *w, int64_t nrows, int64_t width, const char *p, int64_t step,
                      const char *mean, bool first, char *acc)
{
    int64_t k = 1;
    while (step == width && !mean && 2 * k * width <= BATCH && 8 * k <= nrows) k *= 2;
    if (k == 1) {
        w->kernel.cols(nrows, width, p, step, mean, first, acc);
        return;
    }
    char wide[BATCH * 8] __attribute__((aligned(64)));
    int64_t q = nrows / k;
    w->kernel.cols(q, k * width, p, k * width, NULL, true, wide);
    fold(w, k, width, wide);
    w->kernel.cols(nrows - q * k, width, p + q * k * width * w->size, width, NULL, false, wide);
    if (first)
        memcpy(acc, wide, (size_t)(width * w->size));
    else
        w->kernel.merge(width, acc, wide);
}

/* Rows that lie STEP bytes apart but not as the kernel wants them: a few at a time through the
** buffer. */
static void down_converted(const work *w, int64_t nrows, int64_t width, const char *p, int64_t step,
                           const char *mean, bool first, char *acc)
{
    char buffer[BUFFER * 8] __attribute__((aligned(64)));
    const ml_launch *job = w->job;
    int64_t size = (int64_t)ml_dtype_size(job->dtype[1]), inner = job->step[1][w->kept - 1];
    bool dense = inner == size && step == width * size;
    int64_t some = BUFFER / width & ~(int64_t)3;
    for (int64_t r = 0; r < nrows; r += some) {
        int64_t m = least(some, nrows - r);
        if (dense)
            ml_convert(w->type, buffer, w->size, job->dtype[1], p + r * step, size, m * width);
        for (int64_t i = 0; !dense && i < m; i++)
            ml_convert(w->type, buffer + i * width * w->size, w->size, job->dtype[1],
                       p + (r + i) * step, inner, width);
        down_rows(w, m, width, buffer, width, mean, first && r == 0, acc);
    }
}

/* One leaf: rows [from, to) of WIDTH columns, the first column's elements at p. */
static void down_leaf(const work *w, const char *p, int64_t width, const char *mean, int64_t from,
                      int64_t to, char *acc)
{
    const ml_launch *job = w->job;
    int inner = job->ndim - 1;
    int64_t length = job->size[inner], step = job->step[1][inner];
    bool direct = job->dtype[1] == w->type && job->step[1][w->kept - 1] == w->size;
    for (int64_t r = from, m; r < to; r += m) {
        m = least(length - r % length, to - r);
        const char *q = p + offset_at(job, 1, w->kept, job->ndim, r);
        if (direct)
            down_rows(w, m, width, q, step / w->size, mean, r == from, acc);
        else
            down_converted(w, m, width, q, step, mean, r == from, acc);
    }
}

static void down_unit(const work *w, int64_t unit)
{
    char leaf[CHUNK_LEAVES * BATCH * 8] __attribute__((aligned(64))),
        means[BATCH * 8] __attribute__((aligned(64)));
    int64_t c = unit % w->chunks, rest = unit / w->chunks, block = rest % w->blocks,
            outer = rest / w->blocks;
    int64_t column = block * BATCH, width = least(BATCH, w->columns - column),
            o = outer * w->columns + column;
    int64_t from = c * w->chunk, to = least(from + w->chunk, w->n), leaves = 0;
    const char *p = w->job->data[1] + offset_at(w->job, 1, 0, w->kept, o);
    const char *mean = load_means(w, o, width, means);
    for (int64_t r = from; r < to; r += w->leaf_rows, leaves++)
        down_leaf(w, p, width, mean, r, least(r + w->leaf_rows, to),
                  leaf + leaves * width * w->size);
    fold(w, leaves, width, leaf);
    if (!w->partial)
        store(w, o, width, leaf);
    else
        memcpy(w->partial + ((outer * w->chunks + c) * w->columns + column) * w->size, leaf,
               (size_t)(width * w->size));
}

static void down_piece(void *ctx, int64_t piece)
{
    const work *w = ctx;
    int64_t first = piece * w->group, end = least(first + w->group, w->units);
    for (int64_t u = first; u < end; u++) down_unit(w, u);
}

/* ---- the launch ------------------------------------------------------------------------------ */

static reduce_kind norm_kind(double p)
{
    if (isinf(p)) return p > 0 ? REDUCE_ABS_MAX : REDUCE_ABS_MIN;
    return p == 0 ? REDUCE_COUNT : p == 1 ? REDUCE_ABS_SUM : REDUCE_SQUARE_SUM;
}

static ml_status find_kernel(work *w)
{
    const ml_launch *job = w->job;
    reduce_kind kind = REDUCE_KINDS;
    w->type = job->type;
    if (job->op == ML_OP_sum || job->op == ML_OP_mean) kind = REDUCE_SUM;
    if (job->op == ML_OP_prod) kind = REDUCE_PROD;
    if (job->op == ML_OP_amax) kind = REDUCE_MAX;
    if (job->op == ML_OP_amin) kind = REDUCE_MIN;
    if (job->op == ML_OP_var) kind = REDUCE_DEVIATION;
    if (job->op == ML_OP_norm) kind = norm_kind(host_number(job, 2));
    if (job->op == ML_OP_any) kind = REDUCE_ANY, w->type = ML_BOOL;
    if (job->op == ML_OP_all) kind = REDUCE_ALL, w->type = ML_BOOL;
    reduce_type type = w->type == ML_F32   ? REDUCE_F32
                       : w->type == ML_F64 ? REDUCE_F64
                       : w->type == ML_I64 ? REDUCE_I64
                                           : REDUCE_U8;
    w->size = (int64_t)ml_dtype_size(w->type);
    if (kind != REDUCE_KINDS) w->kernel = ML_BY_ISA(&ml_reduce_kernels)->at[kind][type];
    if (w->kernel.rows) return ML_OK;
    return ml_fail(ML_DTYPE, "%s: not available for %s on the CPU", ml_ops[job->op].name,
                   ml_dtype_name(job->type));
}

static bool goes_down(const work *w)
{
    if (w->kept == 0) return false;
    int64_t kept = w->job->step[1][w->kept - 1], reduced = w->job->step[1][w->job->ndim - 1];
    if (kept == 0) return false;
    return reduced == 0 || (kept < 0 ? -kept : kept) < (reduced < 0 ? -reduced : reduced);
}

/* A chunk has about 64 K elements, and 1 to 16 leaves, a power of two. */
static int64_t chunk_rows(int64_t leaf_rows, int64_t width)
{
    int64_t leaves = 1;
    while (leaves < CHUNK_LEAVES && leaves * leaf_rows * width < 65536) leaves *= 2;
    return leaves * leaf_rows;
}

static void cut(work *w, bool down)
{
    int64_t width = 1;
    w->columns = down ? w->job->size[w->kept - 1] : 1;
    w->blocks = (w->columns + BATCH - 1) / BATCH;
    if (down) width = least(w->columns, BATCH);
    w->leaf_rows = width <= NARROW ? REDUCE_NARROW_LEAF_ROWS : REDUCE_LEAF_ROWS;
    w->chunk = down ? chunk_rows(w->leaf_rows, width) : CHUNK_LEAVES * REDUCE_LEAF;
    w->chunks = (w->n + w->chunk - 1) / w->chunk;
    w->units = w->outputs / w->columns * w->blocks * w->chunks;
    int64_t each = least(w->n, w->chunk) * width;
    w->group = each < PIECE ? PIECE / each : 1;
}

static void join_partials(const work *w)
{
    for (int64_t o = 0; o < w->outputs; o += w->columns) {
        char *at = w->partial + o * w->chunks * w->size;
        fold(w, w->chunks, w->columns, at);
        store(w, o, w->columns, at);
    }
}

ml_status ml_cpu_reduce(const ml_launch *job)
{
    work w = { .job = job, .kept = job->ndim - job->reduced, .outputs = 1, .n = 1 };
    for (int d = 0; d < job->ndim; d++)
        if (d < w.kept)
            w.outputs *= job->size[d];
        else
            w.n *= job->size[d];
    if (w.outputs == 0 || w.n == 0) return ML_OK;
    ML_TRY(find_kernel(&w));
    bool down = goes_down(&w);
    cut(&w, down);
    size_t bytes = (size_t)(w.outputs * w.chunks * w.size);
    if (w.chunks > 1 && !(w.partial = ml_alloc(bytes)))
        return ml_fail(ML_MEMORY, "%s: out of memory (%zu bytes for partial results)",
                       ml_ops[job->op].name, bytes);
    ml_status status =
        ml_parallel_pieces((w.units + w.group - 1) / w.group, down ? down_piece : along_piece, &w);
    if (w.partial && status == ML_OK) join_partials(&w);
    if (w.partial) ml_free(w.partial, bytes);
    return status;
}
