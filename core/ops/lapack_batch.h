/* lapack_batch.h -- LAPACK on batches of matrices: one matrix after another in memory, each by columns.
**
** The batch is shared among the threads, each matrix is one single-threaded call: the same bits for any
** number of threads.  *bad is set to the first matrix (from 0) that could not be done, -1 if all were; the
** status fails only for want of memory, for sizes beyond LAPACK's, and when interrupted. */
#ifndef ML_LAPACK_BATCH_H
#define ML_LAPACK_BATCH_H

#include "core/moonlab.h"

typedef struct ml_lapack {
    const char *op;      /* for messages */
    ml_dtype dtype;      /* of all matrices: ML_F32 or ML_F64 */
    int64_t batch, m, n; /* matrices a (m,n) */
    int64_t k;           /* columns of b, of q */
    void *a, *b, *c, *d;
    int32_t *pivot; /* (batch, n) */
    bool upper, transposed, unit, full, vectors;
} ml_lapack;

/* A batch whose matrices take as much work each as so many multiply-adds, or more, is done by a child process, which an
** interrupt ends at once (apart.h); tests set other bounds.  The bits are the same. */
extern double ml_lapack_apart_from;

/* OpenBLAS starts threads of its own when it is loaded, which keep processors busy for a tenth of a second
** waiting for work that never comes: this ends them.  Once is enough. */
void ml_blas_end_threads(void);

/* a (n,n) becomes its L and U, with pivot; bad: U has a zero on its diagonal. */
ml_status ml_lapack_lu(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* b (n,k) becomes inverse(a) b, or inverse(a') b if transposed, by lu's a and pivot. */
ml_status ml_lapack_lu_solve(ml_lapack *w) ML_CHECKED;
/* lu's a becomes inverse(a). */
ml_status ml_lapack_lu_invert(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* The upper or lower triangle of a (n,n) becomes its Cholesky factor; bad: not positive definite. */
ml_status ml_lapack_cholesky(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* b (n,k) becomes inverse(a) b of the triangle a (n,n); bad: a zero on the diagonal. */
ml_status ml_lapack_triangular(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* a (m,n) becomes R in its upper triangle; b (m,k) becomes Q, k being min(m,n) or m. */
ml_status ml_lapack_qr(ml_lapack *w) ML_CHECKED;
/* a (m,n) is used up; b becomes U (m,p), c the singular values (min(m,n)), d V' (p,n), where p is min(m,n), or
** m and n if full; bad: no convergence. */
ml_status ml_lapack_svd(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* The upper or lower triangle of a (n,n) becomes its eigenvectors in columns (if vectors; it is used up
** anyway); b the eigenvalues (n), rising; bad: no convergence. */
ml_status ml_lapack_eigh(ml_lapack *w, int64_t *bad) ML_CHECKED;
/* b (max(m,n),k): its first n rows become the x of least norm that makes |a x - b| least.  a is used up. */
ml_status ml_lapack_lstsq(ml_lapack *w) ML_CHECKED;

#endif
