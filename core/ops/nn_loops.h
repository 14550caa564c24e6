/* nn_loops.h -- the body of nn_kernels.c for one element type T; F(name) is its name for T.  Included once per
** type, so without a guard. */

enum { F(LANES) = 64 / sizeof(T), F(SEGMENT) = 64 * F(LANES) };

/* LANES elements as one value: written as loops over arrays, compilers add them one by one. */
typedef T F(vector) __attribute__((vector_size(64)));
typedef BITS F(mask) __attribute__((vector_size(64)));

/* LANES elements at x, of which LEFT exist: x itself, or buf filled up with FILL. */
static inline const T *F(block)(const T *x, int64_t left, T fill, T buf[F(LANES)])
{
    if (left >= F(LANES)) return x;
    for (int l = 0; l < F(LANES); l++) buf[l] = fill;
    memcpy(buf, x, (size_t)left * sizeof(T));
    return buf;
}

static inline void F(store)(T *y, int64_t left, const T from[F(LANES)])
{
    if (left >= F(LANES))
        memcpy(y, from, F(LANES) * sizeof(T));
    else
        memcpy(y, from, (size_t)left * sizeof(T));
}

static inline T F(fold)(T lane[F(LANES)])
{
    for (int w = F(LANES) / 2; w > 0; w /= 2)
        for (int l = 0; l < w; l++) lane[l] += lane[l + w];
    return lane[0];
}

static inline T F(row_max)(const T *x, int64_t n)
{
    T m[F(LANES)], buf[F(LANES)];
    F(vector) top = (F(vector)){ 0 } - INFINITE, v;
    for (int64_t j = 0; j < n; j += F(LANES)) {
        memcpy(&v, F(block)(x + j, n - j, -INFINITE, buf), sizeof v);
        F(mask) above = v > top;
        top = (F(vector))(((F(mask))v & above) | ((F(mask))top & ~above));
    }
    memcpy(m, &top, sizeof m);
    for (int w = F(LANES) / 2; w > 0; w /= 2)
        for (int l = 0; l < w; l++) m[l] = m[l + w] > m[l] ? m[l + w] : m[l];
    return m[0];
}

/* Sum of exp(x - max); the terms go to y, if it is not NULL. */
static inline double F(row_exp)(const T *x, T *y, int64_t n, T max)
{
    double sum = 0;
    for (int64_t s = 0; s < n; s += F(SEGMENT)) {
        T lane[F(LANES)], buf[F(LANES)], e[F(LANES)];
        F(vector) all = { 0 }, v;
        int64_t end = s + F(SEGMENT) < n ? s + F(SEGMENT) : n;
        for (int64_t j = s; j < end; j += F(LANES)) {
            const T *b = F(block)(x + j, end - j, -INFINITE, buf);
            for (int l = 0; l < F(LANES); l++) e[l] = EXP(b[l] - max);
            memcpy(&v, e, sizeof v);
            all += v;
            if (y) F(store)(y + j, end - j, e);
        }
        memcpy(lane, &all, sizeof lane);
        sum += (double)F(fold)(lane);
    }
    return sum;
}

/* Sum of a[j] * b[j]; b NULL: all 1. */
static inline double F(row_dot)(const T *a, const T *b, int64_t n)
{
    double sum = 0;
    for (int64_t s = 0; s < n; s += F(SEGMENT)) {
        T lane[F(LANES)], one[F(LANES)], two[F(LANES)];
        F(vector) all = { 0 }, p, q;
        int64_t end = s + F(SEGMENT) < n ? s + F(SEGMENT) : n;
        for (int64_t j = s; j < end; j += F(LANES)) {
            memcpy(&p, F(block)(a + j, end - j, 0, one), sizeof p);
            if (b) {
                memcpy(&q, F(block)(b + j, end - j, 0, two), sizeof q);
                p *= q;
            }
            all += p;
        }
        memcpy(lane, &all, sizeof lane);
        sum += (double)F(fold)(lane);
    }
    return sum;
}

static void F(softmax_rows)(const void *xp, void *yp, int64_t rows, int64_t n, bool log)
{
    const T *x = xp;
    T *y = yp;
    for (int64_t r = 0; r < rows; r++, x += n, y += n) {
        T max = F(row_max)(x, n);
        T sum = (T)F(row_exp)(x, log ? NULL : y, n, max);
        if (log) {
            T lost = LOG(sum);
            for (int64_t j = 0; j < n; j++) y[j] = (x[j] - max) - lost;
        } else {
            for (int64_t j = 0; j < n; j++) y[j] /= sum;
        }
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
    if (log)
        for (int64_t i = 0; i < width; i++) sum[i] = LOG(sum[i]);
    for (int64_t j = 0; j < n; j++) {
        T *to = y + j * stride;
        const T *from = x + j * stride;
        if (log)
            for (int64_t i = 0; i < width; i++) to[i] = (from[i] - max[i]) - sum[i];
        else
            for (int64_t i = 0; i < width; i++) to[i] /= sum[i];
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
