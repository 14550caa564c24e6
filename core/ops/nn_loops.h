/* nn_loops.h -- the body of nn_kernels.c for one element type T; F(name) is its name for T.  Included once per
** type, so without a guard. */

enum { F(LANES) = 64 / sizeof(T), F(SEGMENT) = 64 * F(LANES) };

static inline T F(row_max)(const T *x, int64_t n)
{
    F(ml_wide) top = (F(ml_wide)){ 0 } - INFINITE;
    for (int64_t j = 0; j < n; j += F(LANES))
        top = F(ml_max_wide)(F(ml_load)(x + j, n - j, -INFINITE), top);
    return F(ml_max_lanes)(top);
}

/* Sum of exp(x - max); the terms go to y, if it is not NULL. */
static inline double F(row_exp)(const T *x, T *y, int64_t n, T max)
{
    double sum = 0;
    for (int64_t s = 0; s < n; s += F(SEGMENT)) {
        F(ml_wide) all = { 0 };
        int64_t end = s + F(SEGMENT) < n ? s + F(SEGMENT) : n;
        for (int64_t j = s; j < end; j += F(LANES)) {
            F(ml_wide) e = F(ml_exp_wide)(F(ml_load)(x + j, end - j, -INFINITE) - max);
            all += e;
            if (y) F(ml_store)(y + j, end - j, e);
        }
        sum += (double)F(ml_sum_lanes)(all);
    }
    return sum;
}

/* Sum of a[j] * b[j]; b NULL: all 1. */
static inline double F(row_dot)(const T *a, const T *b, int64_t n)
{
    double sum = 0;
    for (int64_t s = 0; s < n; s += F(SEGMENT)) {
        F(ml_wide) all = { 0 };
        int64_t end = s + F(SEGMENT) < n ? s + F(SEGMENT) : n;
        for (int64_t j = s; j < end; j += F(LANES)) {
            F(ml_wide) p = F(ml_load)(a + j, end - j, 0);
            all += b ? p * F(ml_load)(b + j, end - j, 0) : p;
        }
        sum += (double)F(ml_sum_lanes)(all);
    }
    return sum;
}

/* One row, of which the largest element and the sum of exp(x - max) are known; y has the terms unless log. */
static inline void F(softmax_row)(const T *x, T *y, int64_t n, T max, T sum, bool log)
{
    if (log) {
        T lost = LOG(sum);
        for (int64_t j = 0; j < n; j++) y[j] = (x[j] - max) - lost;
        return;
    }
    T part = 1 / sum;
    for (int64_t j = 0; j < n; j += F(LANES))
        F(ml_store)(y + j, n - j, F(ml_load)(y + j, n - j, 0) * part);
}

/* Step by step for several rows, since each step of one row waits for the whole of the step before. */
static void F(softmax_rows)(const void *xp, void *yp, int64_t rows, int64_t n, bool log)
{
    enum { TOGETHER = 8 };
    const T *x = xp;
    T *y = yp, max[TOGETHER], sum[TOGETHER];
    for (int64_t r = 0; r < rows; r += TOGETHER, x += TOGETHER * n, y += TOGETHER * n) {
        int64_t count = rows - r < TOGETHER ? rows - r : TOGETHER;
        for (int64_t i = 0; i < count; i++) max[i] = F(row_max)(x + i * n, n);
        for (int64_t i = 0; i < count; i++)
            sum[i] = (T)F(row_exp)(x + i * n, log ? NULL : y + i * n, n, max[i]);
        for (int64_t i = 0; i < count; i++)
            F(softmax_row)(x + i * n, y + i * n, n, max[i], sum[i], log);
    }
}

/* Per column the largest element, into max, and the sum of exp(x - max), into sum; terms to y unless NULL. */
static inline void F(cols_exp)(const T *x, T *y, int64_t n, int64_t stride, int64_t width,
                               T max[ML_COLS], T sum[ML_COLS])
{
    for (int64_t i = 0; i < width; i++) max[i] = -INFINITE, sum[i] = 0;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < width; i++) {
            T v = x[j * stride + i];
            max[i] = v > max[i] ? v : max[i];
        }
    for (int64_t j = 0; j < n; j++) {
        T e[ML_COLS];
        for (int64_t i = 0; i < width; i++) e[i] = EXP(x[j * stride + i] - max[i]);
        for (int64_t i = 0; i < width; i++) sum[i] += e[i];
        if (y) memcpy(y + j * stride, e, (size_t)width * sizeof(T));
    }
}

static void F(softmax_cols)(const void *xp, void *yp, int64_t n, int64_t stride, int64_t width,
                            bool log)
{
    const T *x = xp;
    T *y = yp, max[ML_COLS], sum[ML_COLS];
    F(cols_exp)(x, log ? NULL : y, n, stride, width, max, sum);
    for (int64_t i = 0; i < width; i++) sum[i] = log ? LOG(sum[i]) : 1 / sum[i];
    for (int64_t j = 0; j < n; j++) {
        T *to = y + j * stride;
        const T *from = x + j * stride;
        if (log)
            for (int64_t i = 0; i < width; i++) to[i] = (from[i] - max[i]) - sum[i];
        else
            for (int64_t i = 0; i < width; i++) to[i] *= sum[i];
    }
}

static void F(backward_rows)(const void *gp, const void *yp, void *to, int64_t rows, int64_t n,
                             bool log)
{
    const T *g = gp, *y = yp;
    T *gx = to;
    for (int64_t r = 0; r < rows; r++, g += n, y += n, gx += n) {
        T sum = (T)F(row_dot)(g, log ? NULL : y, n);
        if (log)
            for (int64_t j = 0; j < n; j++) gx[j] = g[j] - EXP(y[j]) * sum;
        else
            for (int64_t j = 0; j < n; j++) gx[j] = y[j] * (g[j] - sum);
    }
}

static void F(backward_cols)(const void *gp, const void *yp, void *to, int64_t n, int64_t stride,
                             int64_t width, bool log)
{
    T sum[ML_COLS] = { 0 };
    for (int64_t j = 0; j < n; j++) {
        const T *g = (const T *)gp + j * stride, *y = (const T *)yp + j * stride;
        if (log)
            for (int64_t i = 0; i < width; i++) sum[i] += g[i];
        else
            for (int64_t i = 0; i < width; i++) sum[i] += g[i] * y[i];
    }
    for (int64_t j = 0; j < n; j++) {
        const T *g = (const T *)gp + j * stride, *y = (const T *)yp + j * stride;
        T *gx = (T *)to + j * stride;
        if (log)
            for (int64_t i = 0; i < width; i++) gx[i] = g[i] - EXP(y[i]) * sum[i];
        else
            for (int64_t i = 0; i < width; i++) gx[i] = y[i] * (g[i] - sum[i]);
    }
}

static void F(logsumexp_rows)(const void *xp, void *out, int64_t rows, int64_t n)
{
    const T *x = xp;
    for (int64_t r = 0; r < rows; r++, x += n) {
        T max = F(row_max)(x, n);
        ((T *)out)[r] = max + LOG((T)F(row_exp)(x, NULL, n, max));
    }
}

static void F(logsumexp_cols)(const void *xp, void *out, int64_t n, int64_t stride, int64_t width)
{
    T max[ML_COLS], sum[ML_COLS];
    F(cols_exp)(xp, NULL, n, stride, width, max, sum);
    for (int64_t i = 0; i < width; i++) ((T *)out)[i] = max[i] + LOG(sum[i]);
}

static void F(dot_rows)(const void *xp, const void *w, void *out, int64_t rows, int64_t n)
{
    for (int64_t r = 0; r < rows; r++) ((T *)out)[r] = (T)F(row_dot)((const T *)xp + r * n, w, n);
}

static void F(dot_cols)(const void *xp, const void *w, void *out, int64_t n, int64_t stride,
                        int64_t width)
{
    T sum[ML_COLS] = { 0 };
    for (int64_t j = 0; j < n; j++) {
        T v = w ? ((const T *)w)[j] : 1;
        for (int64_t i = 0; i < width; i++) sum[i] += v * ((const T *)xp)[j * stride + i];
    }
    memcpy(out, sum, (size_t)width * sizeof(T));
}

static void F(class_grad_rows)(const void *xp, const void *m, const void *a, const void *b,
                               const void *wp, void *to, int64_t rows, int64_t n)
{
    const T *x = xp, *w = wp;
    T *gx = to;
    for (int64_t r = 0; r < rows; r++, x += n, gx += n) {
        T low = ((const T *)m)[r], up = ((const T *)a)[r], down = ((const T *)b)[r];
        if (w)
            for (int64_t j = 0; j < n; j++) gx[j] = up * EXP(x[j] - low) - down * w[j];
        else
            for (int64_t j = 0; j < n; j++) gx[j] = up * EXP(x[j] - low) - down;
    }
}

static void F(class_grad_cols)(const void *xp, const void *mp, const void *ap, const void *bp,
                               const void *w, void *to, int64_t n, int64_t stride, int64_t width)
{
    const T *m = mp, *a = ap, *b = bp;
    for (int64_t j = 0; j < n; j++) {
        const T *x = (const T *)xp + j * stride;
        T *gx = (T *)to + j * stride, v = w ? ((const T *)w)[j] : 1;
        for (int64_t i = 0; i < width; i++) gx[i] = a[i] * EXP(x[i] - m[i]) - b[i] * v;
    }
}

static void F(dropout)(const void *xp, void *yp, int64_t n, const uint32_t *word,
                       uint32_t threshold, double scale)
{
    const T *x = xp;
    T *y = yp, factor = (T)scale;
    for (int64_t i = 0; i < n; i++) y[i] = word[i] >= threshold ? x[i] * factor : 0;
}
