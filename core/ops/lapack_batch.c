/* lapack_batch.c -- the only file that calls OpenBLAS's LAPACK.  Its own threads stay off: their results
** differ with their number.
**
** A call cannot be stopped.  Batches of matrices that take long each are therefore done apart (apart.h); of others
** no more are begun after an interrupt. */
#include "core/ops/lapack_batch.h"

#include <limits.h>
#include <lapack.h>
#include <cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/apart.h"
#include "core/iter.h"
#include "core/pool.h"
#include "core/tensor.h"

/* LAPACK_sname or LAPACK_dname */
#define LAPACK(w, name, ...)                                                                       \
    ((w)->dtype == ML_F32 ? LAPACK_s##name(__VA_ARGS__) : LAPACK_d##name(__VA_ARGS__))

enum { PIECES = 32, OPENMP = 2, MOST_RESULTS = 3 };

/* ---- the library ----------------------------------------------------------------------------- */

static char identity[256];

/* Exported by the library, but in none of its headers. */
int blas_thread_shutdown_(void);

void ml_blas_end_threads(void)
{
    blas_thread_shutdown_();
}

static void start_library(void)
{
    openblas_set_num_threads(1);
    bool openmp = openblas_get_parallel() == OPENMP;
    snprintf(identity, sizeof identity, "%s, %s kernels%s", openblas_get_config(),
             openblas_get_corename(),
             openmp ? " (OpenMP: its decompositions may vary with OMP_NUM_THREADS; install "
                      "libopenblas0-pthread)"
                    : "");
}

const char *ml_blas(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_library);
    return identity;
}

/* ---- the batch ------------------------------------------------------------------------------- */

/* One matrix's work; the result is LAPACK's info, not 0 if it could not be done. */
typedef lapack_int step(const ml_lapack *w, int64_t i, char *scratch);

/* What is to be done with each matrix of w. */
typedef struct task {
    step *run;
    size_t scratch; /* bytes */
    double work;    /* about as much as so many multiply-adds in a product of float32 matrices */
    ml_result results[MOST_RESULTS + 1];
    int nresults;
} task;

double ml_lapack_apart_from = 4e9; /* 60 ms to 160 ms */

typedef struct batch {
    const ml_lapack *w;
    step *run;
    size_t scratch_size;
    char *scratch; /* per piece */
    int64_t pieces;
    int64_t *bad; /* per piece, the first, or -1 */
} batch;

static void run_piece(void *ctx, int64_t piece)
{
    batch *b = ctx;
    int64_t from = b->w->batch * piece / b->pieces, to = b->w->batch * (piece + 1) / b->pieces;
    b->bad[piece] = -1;
    for (int64_t i = from; i < to && !ml_interrupted(); i++) {
        lapack_int info = b->run(b->w, i, b->scratch + (size_t)piece * b->scratch_size);
        if (info != 0 && b->bad[piece] < 0) b->bad[piece] = i;
    }
}

static void run_pieces(void *ctx)
{
    batch *b = ctx;
    ml_parallel(b->pieces, run_piece, b);
}

static ml_status run_long(batch *b, task *t)
{
    t->results[t->nresults] = (ml_result){ &b->bad, (size_t)b->pieces * sizeof *b->bad, false };
    return ml_run_apart(b->w->op, run_pieces, b, t->nresults + 1, t->results);
}

static ml_status run_batch(const ml_lapack *w, task t, int64_t *bad)
{
    int64_t first[PIECES];
    batch b = { .w = w, .run = t.run, .scratch_size = (t.scratch + 63) / 64 * 64, .bad = first };
    b.pieces = w->batch < PIECES ? w->batch : PIECES;
    if (bad) *bad = -1;
    if (b.pieces == 0) return ML_OK;
    ml_blas();
    size_t bytes = b.scratch_size * (size_t)b.pieces;
    if (bytes > 0 && !(b.scratch = ml_alloc(bytes)))
        return ml_fail(ML_MEMORY, "%s: out of memory for %zu bytes of working space", w->op, bytes);
    bool is_long = t.work * (w->dtype == ML_F32 ? 1 : 2) >= ml_lapack_apart_from;
    ml_status status = is_long ? run_long(&b, &t) : ml_parallel_pieces(b.pieces, run_piece, &b);
    ml_free(b.scratch, bytes);
    ML_TRY(status);
    for (int64_t p = b.pieces - 1; bad && p >= 0; p--)
        if (first[p] >= 0) *bad = first[p];
    return ML_OK;
}

/* a, b, c or d of the whole batch, each with so many numbers: overwritten, or only written. */
static ml_result changed(const ml_lapack *w, void *pointer, int64_t numbers)
{
    return (ml_result){ pointer, (size_t)(w->batch * numbers) * ml_dtype_size(w->dtype), true };
}

static ml_result filled(const ml_lapack *w, void *pointer, int64_t numbers)
{
    ml_result r = changed(w, pointer, numbers);
    r.given = false;
    return r;
}

static char *at(const ml_lapack *w, void *p, int64_t numbers)
{
    return (char *)p + numbers * (int64_t)ml_dtype_size(w->dtype);
}

/* A leading dimension must be at least 1, even of nothing. */
static lapack_int lead(int64_t n)
{
    return n > 0 ? (lapack_int)n : 1;
}

/* LAPACK counts in 32 bits, its working space too. */
static ml_status check_sizes(const ml_lapack *w, int64_t most)
{
    if (w->m <= most && w->n <= most && w->k <= INT_MAX) return ML_OK;
    return ml_fail(ML_SHAPE,
                   "%s: matrices of %lld by %lld: more than %lld rows or columns are too many",
                   w->op, (long long)w->m, (long long)w->n, (long long)most);
}

/* What a workspace query answered, in numbers. */
static int64_t answer(const ml_lapack *w, const double *work)
{
    float f;
    memcpy(&f, work, sizeof f);
    double n = w->dtype == ML_F32 ? (double)f * (1 + 1e-6) + 1 : *work;
    return n < 1 ? 1 : (int64_t)n;
}

static size_t bytes_of(const ml_lapack *w, int64_t numbers)
{
    return (size_t)numbers * ml_dtype_size(w->dtype);
}

/* ---- LU -------------------------------------------------------------------------------------- */

static lapack_int step_lu(const ml_lapack *w, int64_t i, char *scratch)
{
    (void)scratch;
    lapack_int n = (lapack_int)w->n, ld = lead(n), info = 0;
    LAPACK(w, getrf, &n, &n, (void *)at(w, w->a, i * w->n * w->n), &ld, w->pivot + i * w->n, &info);
    return info;
}

ml_status ml_lapack_lu(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, INT_MAX));
    task t = { .run = step_lu, .work = 0.4 * (double)w->n * (double)w->n * (double)w->n };
    t.results[t.nresults++] = changed(w, &w->a, w->n * w->n);
    t.results[t.nresults++] =
        (ml_result){ &w->pivot, (size_t)(w->batch * w->n) * sizeof *w->pivot, false };
    return run_batch(w, t, bad);
}

static lapack_int step_lu_solve(const ml_lapack *w, int64_t i, char *scratch)
{
    (void)scratch;
    lapack_int n = (lapack_int)w->n, k = (lapack_int)w->k, ld = lead(n), info = 0;
    const char *trans = w->transposed ? "T" : "N";
    LAPACK(w, getrs, trans, &n, &k, (void *)at(w, w->a, i * w->n * w->n), &ld, w->pivot + i * w->n,
           (void *)at(w, w->b, i * w->n * w->k), &ld, &info);
    return info;
}

ml_status ml_lapack_lu_solve(ml_lapack *w)
{
    ML_TRY(check_sizes(w, INT_MAX));
    task t = { .run = step_lu_solve, .work = (double)w->n * (double)w->n * (double)w->k };
    t.results[t.nresults++] = changed(w, &w->b, w->n * w->k);
    return run_batch(w, t, NULL);
}

static lapack_int step_invert(const ml_lapack *w, int64_t i, char *scratch)
{
    lapack_int n = (lapack_int)w->n, ld = lead(n), size = (lapack_int)w->k, info = 0;
    LAPACK(w, getri, &n, (void *)at(w, w->a, i * w->n * w->n), &ld, w->pivot + i * w->n,
           (void *)scratch, &size, &info);
    return info;
}

ml_status ml_lapack_lu_invert(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, INT_MAX));
    lapack_int n = (lapack_int)w->n, ld = lead(n), query = -1, info = 0, pivot = 0;
    double work = 0;
    LAPACK(w, getri, &n, w->a, &ld, &pivot, (void *)&work, &query, &info);
    w->k = answer(w, &work);
    task t = { .run = step_invert,
               .scratch = bytes_of(w, w->k),
               .work = (double)w->n * (double)w->n * (double)w->n };
    t.results[t.nresults++] = changed(w, &w->a, w->n * w->n);
    return run_batch(w, t, bad);
}

/* ---- triangles ------------------------------------------------------------------------------- */

static lapack_int step_cholesky(const ml_lapack *w, int64_t i, char *scratch)
{
    (void)scratch;
    lapack_int n = (lapack_int)w->n, ld = lead(n), info = 0;
    LAPACK(w, potrf, w->upper ? "U" : "L", &n, (void *)at(w, w->a, i * w->n * w->n), &ld, &info);
    return info;
}

ml_status ml_lapack_cholesky(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, INT_MAX));
    task t = { .run = step_cholesky, .work = 0.2 * (double)w->n * (double)w->n * (double)w->n };
    t.results[t.nresults++] = changed(w, &w->a, w->n * w->n);
    return run_batch(w, t, bad);
}

static lapack_int step_triangular(const ml_lapack *w, int64_t i, char *scratch)
{
    (void)scratch;
    lapack_int n = (lapack_int)w->n, k = (lapack_int)w->k, ld = lead(n), info = 0;
    LAPACK(w, trtrs, w->upper ? "U" : "L", w->transposed ? "T" : "N", w->unit ? "U" : "N", &n, &k,
           (void *)at(w, w->a, i * w->n * w->n), &ld, (void *)at(w, w->b, i * w->n * w->k), &ld,
           &info);
    return info;
}

ml_status ml_lapack_triangular(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, INT_MAX));
    task t = { .run = step_triangular, .work = 0.6 * (double)w->n * (double)w->n * (double)w->k };
    t.results[t.nresults++] = changed(w, &w->b, w->n * w->k);
    return run_batch(w, t, bad);
}

/* ---- QR -------------------------------------------------------------------------------------- */

static int64_t min_mn(const ml_lapack *w)
{
    return w->m < w->n ? w->m : w->n;
}

/* Scratch: the reflectors' factors, then working space of the rest.  Reflectors are copied to q, which
** orgqr completes. */
static lapack_int step_qr(const ml_lapack *w, int64_t i, char *scratch)
{
    lapack_int m = (lapack_int)w->m, n = (lapack_int)w->n, k = (lapack_int)w->k, ld = lead(m),
               info = 0;
    lapack_int p = (lapack_int)min_mn(w), size = (lapack_int)(w->m + w->n) * 64 + 64;
    char *a = at(w, w->a, i * w->m * w->n), *q = at(w, w->b, i * w->m * w->k);
    char *work = at(w, scratch, p);
    LAPACK(w, geqrf, &m, &n, (void *)a, &ld, (void *)scratch, (void *)work, &size, &info);
    if (info != 0 || m == 0 || k == 0) return info;
    memcpy(q, a, bytes_of(w, w->m * p));
    LAPACK(w, orgqr, &m, &k, &p, (void *)q, &ld, (void *)scratch, (void *)work, &size, &info);
    return info;
}

ml_status ml_lapack_qr(ml_lapack *w)
{
    ML_TRY(check_sizes(w, INT_MAX / 256));
    task t = { .run = step_qr,
               .scratch = bytes_of(w, min_mn(w) + (w->m + w->n) * 64 + 64),
               .work = (double)w->m * (double)(w->n + w->k) * (double)min_mn(w) };
    t.results[t.nresults++] = changed(w, &w->a, w->m * w->n);
    t.results[t.nresults++] = filled(w, &w->b, w->m * w->k);
    return run_batch(w, t, NULL);
}

/* ---- singular values ------------------------------------------------------------------------- */

/* With `size` -1 only asks how much working space is wanted. */
static lapack_int call_svd(const ml_lapack *w, int64_t i, void *work, lapack_int size,
                           lapack_int *iwork)
{
    lapack_int m = (lapack_int)w->m, n = (lapack_int)w->n, p = (lapack_int)min_mn(w), info = 0;
    int64_t left = w->full ? m : p, right = w->full ? n : p;
    lapack_int ld = lead(m), ldv = lead(right);
    const char *job = !w->vectors ? "N" : w->full ? "A" : "S";
    LAPACK(w, gesdd, job, &m, &n, (void *)at(w, w->a, i * m * n), &ld, (void *)at(w, w->c, i * p),
           (void *)at(w, w->b, i * m * left), &ld, (void *)at(w, w->d, i * right * n), &ldv, work,
           &size, iwork, &info);
    return info;
}

static size_t svd_integers(const ml_lapack *w)
{
    return (size_t)(8 * min_mn(w) * (int64_t)sizeof(lapack_int) + 63) / 64 * 64;
}

static lapack_int step_svd(const ml_lapack *w, int64_t i, char *scratch)
{
    lapack_int *iwork = (void *)scratch;
    return call_svd(w, i, scratch + svd_integers(w), (lapack_int)w->k, iwork);
}

ml_status ml_lapack_svd(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, 20000));
    double work = 0;
    lapack_int iwork = 0;
    call_svd(w, 0, &work, -1, &iwork);
    w->k = answer(w, &work);
    int64_t p = min_mn(w), left = w->full ? w->m : p, right = w->full ? w->n : p;
    task t = { .run = step_svd,
               .scratch = svd_integers(w) + bytes_of(w, w->k),
               .work = (w->vectors ? 8.0 : 4.0) * (double)w->m * (double)w->n * (double)p };
    t.results[t.nresults++] = filled(w, &w->c, p);
    if (w->vectors) {
        t.results[t.nresults++] = filled(w, &w->b, w->m * left);
        t.results[t.nresults++] = filled(w, &w->d, right * w->n);
    }
    return run_batch(w, t, bad);
}

/* ---- eigenvalues ----------------------------------------------------------------------------- */

static lapack_int call_eigh(const ml_lapack *w, int64_t i, void *work, lapack_int size,
                            lapack_int *iwork, lapack_int isize)
{
    lapack_int n = (lapack_int)w->n, ld = lead(n), info = 0;
    LAPACK(w, syevd, w->vectors ? "V" : "N", w->upper ? "U" : "L", &n,
           (void *)at(w, w->a, i * w->n * w->n), &ld, (void *)at(w, w->b, i * w->n), work, &size,
           iwork, &isize, &info);
    return info;
}

/* m is the count of integers, k of numbers, of working space */
static size_t eigh_integers(const ml_lapack *w)
{
    return ((size_t)w->m * sizeof(lapack_int) + 63) / 64 * 64;
}

static lapack_int step_eigh(const ml_lapack *w, int64_t i, char *scratch)
{
    lapack_int *iwork = (void *)scratch;
    return call_eigh(w, i, scratch + eigh_integers(w), (lapack_int)w->k, iwork, (lapack_int)w->m);
}

ml_status ml_lapack_eigh(ml_lapack *w, int64_t *bad)
{
    ML_TRY(check_sizes(w, 25000));
    double work = 0;
    lapack_int iwork = 0;
    call_eigh(w, 0, &work, -1, &iwork, -1);
    w->k = answer(w, &work), w->m = iwork > 0 ? iwork : 1;
    task t = { .run = step_eigh,
               .scratch = eigh_integers(w) + bytes_of(w, w->k),
               .work = (w->vectors ? 4.0 : 1.5) * (double)w->n * (double)w->n * (double)w->n };
    t.results[t.nresults++] = filled(w, &w->b, w->n);
    if (w->vectors) t.results[t.nresults++] = changed(w, &w->a, w->n * w->n);
    return run_batch(w, t, bad);
}

/* ---- least squares --------------------------------------------------------------------------- */

static lapack_int call_lstsq(const ml_lapack *w, int64_t i, void *work, lapack_int size,
                             lapack_int *pivot)
{
    lapack_int m = (lapack_int)w->m, n = (lapack_int)w->n, k = (lapack_int)w->k, rank = 0, info = 0;
    lapack_int ld = lead(m), ldb = lead(m > n ? m : n);
    double accuracy = (double)ldb * (w->dtype == ML_F32 ? 0x1p-23 : 0x1p-52);
    float narrow = (float)accuracy;
    LAPACK(w, gelsy, &m, &n, &k, (void *)at(w, w->a, i * m * n), &ld,
           (void *)at(w, w->b, i * ldb * k), &ldb, pivot,
           w->dtype == ML_F32 ? (void *)&narrow : (void *)&accuracy, &rank, work, &size, &info);
    return info;
}

/* Scratch: the columns' order, then working space for blocks of 64. */
static size_t lstsq_integers(const ml_lapack *w)
{
    return ((size_t)(w->n > 0 ? w->n : 1) * sizeof(lapack_int) + 63) / 64 * 64;
}

static int64_t lstsq_size(const ml_lapack *w)
{
    int64_t p = min_mn(w), first = p + 2 * w->n + 64 * (w->n + 1), second = 2 * p + 64 * w->k;
    return 1 + (first > second ? first : second);
}

static lapack_int step_lstsq(const ml_lapack *w, int64_t i, char *scratch)
{
    lapack_int *pivot = (void *)scratch;
    memset(pivot, 0, lstsq_integers(w)); /* all columns are free to move */
    return call_lstsq(w, i, scratch + lstsq_integers(w), (lapack_int)lstsq_size(w), pivot);
}

ml_status ml_lapack_lstsq(ml_lapack *w)
{
    ML_TRY(check_sizes(w, INT_MAX / 256));
    if (w->k > INT_MAX / 256)
        return ml_fail(ML_SHAPE, "%s: %lld right-hand sides are too many", w->op, (long long)w->k);
    double product = (double)w->m * (double)w->n;
    task t = { .run = step_lstsq,
               .scratch = lstsq_integers(w) + bytes_of(w, lstsq_size(w)),
               .work = 4 * product * (double)min_mn(w) + 2 * product * (double)w->k };
    t.results[t.nresults++] = changed(w, &w->b, (w->m > w->n ? w->m : w->n) * w->k);
    return run_batch(w, t, NULL);
}
