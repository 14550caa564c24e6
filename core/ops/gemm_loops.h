/* gemm_loops.h -- one product and one row of dot products in C, for the type that NUMBER, NAME and the
** vector macros of gemm_kernels.c describe; included there once per type. */

#define LANES ((int64_t)(VECTOR_BYTES / sizeof(NUMBER)))

/* C's tile of `rows` x `vecs` vectors, both constants where this is inlined, as a_row and a_col may be.  If
** `part`, only the lanes in `tail` of the last vector exist. */
INLINE void NAME(tile)(bool copied, int rows, int vecs, bool part, NAME(mask) tail,
                       const ml_block *s, int64_t a_row, int64_t a_col, const char *next,
                       const NUMBER *restrict a, const NUMBER *restrict b,
                       int64_t b_row, NUMBER *restrict c)
{
    NAME(vec) sum[ROWS][8];
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int v = 0; v < vecs; v++) sum[i][v] =
        SPREAD(0);
    if (s->accumulate)
        UNROLL for (int i = 0; i < rows; i++) UNROLL for (int v = 0; v < vecs; v++)
            __builtin_prefetch(c + i * s->c_row + v * LANES, 1, 2);

    /* A pointer for every three rows, of which the compiler must not know that they are related: it would
    ** keep an offset for every row, more than there are registers. */
    const NUMBER *left[ROWS / 3 + 1];
    UNROLL for (int i = 0; i < rows; i += 3)
    {
        left[i / 3] = a + i * a_row;
        if (i > 0 && !copied) __asm__("" : "+r"(left[i / 3]));
    }
    const NUMBER *ahead = a + 32 * ROWS;
    if (copied) __asm__("" : "+r"(ahead));
    for (int64_t k = 0; k < s->k; k++, b += b_row) {
        NAME(vec) right[8];
        if (copied) __builtin_prefetch(ahead), ahead += ROWS;
        if (copied && k % FETCH_EVERY == 0) __builtin_prefetch(next, 0, 2), next += 64;
        UNROLL for (int v = 0; v < vecs; v++) if (part && v == vecs - 1) right[v] =
            LOAD_TAIL(b + v * LANES, tail);
        else right[v] = LOAD(b + v * LANES);
        UNROLL for (int i = 0; i < rows; i++)
        {
            NAME(vec) x = SPREAD(left[i / 3][i % 3 * a_row]);
            UNROLL for (int v = 0; v < vecs; v++) sum[i][v] = FMA(x, right[v], sum[i][v]);
        }
        UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += a_col;
    }

    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int v = 0; v < vecs; v++)
    {
        NUMBER *p = c + i * s->c_row + v * LANES;
        if (part && v == vecs - 1) {
            if (s->accumulate) sum[i][v] = sum[i][v] + LOAD_TAIL(p, tail);
            STORE_TAIL(p, tail, sum[i][v]);
        } else {
            if (s->accumulate) sum[i][v] = sum[i][v] + LOAD(p);
            STORE(p, sum[i][v]);
        }
    }
}

/* A column of tiles: all m rows by n <= 2 vectors. */
#define ROWS_CASE(r)                                                                               \
    case r:                                                                                        \
        if (copied)                                                                                \
            NAME(tile)(true, r, vecs, part, tail, s, 1, ROWS, next, a, b, b_row, c);               \
        else                                                                                       \
            NAME(tile)(false, r, vecs, part, tail, s, s->a_row, s->a_col, NULL, a, b, b_row, c);   \
        break
INLINE void NAME(column)(bool copied, int vecs, bool part, NAME(mask) tail, const ml_block *s,
                         const NUMBER *a, const NUMBER *b, int64_t b_row, NUMBER *c)
{
    int64_t m = s->m;
    const char *next = s->next;
    for (int64_t tiles = ROW_TILES(m); tiles > 0; tiles--) {
        int64_t rows = TILE_HEIGHT(m, tiles);
        switch (rows) {
            ROWS_CASE(1);
            ROWS_CASE(2);
            ROWS_CASE(3);
            ROWS_CASE(4);
#if ROWS > 4
            ROWS_CASE(5);
            ROWS_CASE(6);
#endif
#if ROWS > 6
            ROWS_CASE(7);
            ROWS_CASE(8);
            ROWS_CASE(9);
            ROWS_CASE(10);
            ROWS_CASE(11);
            ROWS_CASE(12);
#endif
        }
        a += copied ? KC * ROWS : rows * s->a_row;
        c += rows * s->c_row, m -= rows;
        if (copied) next += KC / FETCH_EVERY * 64;
    }
}
#undef ROWS_CASE

INLINE void NAME(columns)(bool copied, const ml_block *s, int64_t n, const NUMBER *a,
                          const NUMBER *b, int64_t b_row, NUMBER *c)
{
    NAME(mask) all = NAME(tail)(0);
    if (n == 2 * LANES)
        NAME(column)(copied, 2, false, all, s, a, b, b_row, c);
    else if (n > LANES)
        NAME(column)(copied, 2, true, NAME(tail)(n - LANES), s, a, b, b_row, c);
    else
        NAME(column)(copied, 1, true, NAME(tail)(n), s, a, b, b_row, c);
}

/* One panel of a copied B; A is copied too, or read where it lies. */
static void NAME(panel)(const ml_block *s, const NUMBER *a, const NUMBER *b, NUMBER *c)
{
    if (s->copied)
        NAME(columns)(true, s, s->n, a, b, 2 * LANES, c);
    else
        NAME(columns)(false, s, s->n, a, b, 2 * LANES, c);
}

/* Copies B's rows 0 … k-1, columns 0 … n-1 to a panel with rows of 2 vectors. */
static void NAME(copy_right)(int64_t k, int64_t n, const NUMBER *restrict b, int64_t b_row, int64_t b_col,
                       NUMBER *restrict panel)
{
    int64_t whole_k = 0, whole_n = 0; /* what is copied by squares */
    if (b_col == 1 && n == 2 * LANES) {
        for (int64_t i = 0; i < k; i++)
            UNROLL for (int v = 0; v < 2; v++)
                STORE(panel + (i * 2 + v) * LANES, LOAD(b + i * b_row + v * LANES));
        return;
    }
    if (b_row == 1 && b_col != 1) {
        whole_k = k - k % SQUARE, whole_n = n - n % SQUARE;
        for (int64_t j = 0; j < whole_n; j += SQUARE)
            for (int64_t i = 0; i < whole_k; i += SQUARE)
                NAME(turn)(b + i + j * b_col, b_col, panel + i * 2 * LANES + j, 2 * LANES);
    }
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = i < whole_k ? whole_n : 0; j < n; j++)
            panel[i * 2 * LANES + j] = b[i * b_row + j * b_col];
}

/* Copies A's tiles of columns 0 … k-1 one after the other, each (KC, ROWS) as its kernel reads it. */
static void NAME(copy_left)(int64_t m, int64_t k, const NUMBER *restrict a, int64_t a_row,
                            int64_t a_col, NUMBER *restrict to)
{
    for (int64_t tiles = ROW_TILES(m); tiles > 0; tiles--, to += KC * ROWS) {
        int64_t rows = TILE_HEIGHT(m, tiles), whole = 0;
        if (a_col == 1 && rows >= SQUARE) {
            whole = k - k % SQUARE;
            for (int64_t j = 0; j < whole; j += SQUARE)
                for (int64_t i = 0; i < rows; i += SQUARE) {
                    int64_t at = i + SQUARE <= rows ? i : rows - SQUARE;
                    NAME(turn)(a + at * a_row + j, a_row, to + j * ROWS + at, ROWS);
                }
        }
        for (int64_t j = whole; j < k; j++)
            for (int64_t i = 0; i < rows; i++) to[j * ROWS + i] = a[i * a_row + j * a_col];
        a += rows * a_row, m -= rows;
    }
}

/* Rows of B from k on, at most KC, for a single row of C: nothing of B is used twice, so it is read where
** it lies. */
static void NAME(row)(const ml_block *s, const NUMBER *a, const NUMBER *b, NUMBER *c)
{
    NAME(mask) all = NAME(tail)(0);
    int64_t j = 0;
    for (; j + 8 * LANES <= s->n; j += 8 * LANES)
        NAME(tile)(false, 1, 8, false, all, s, s->a_row, s->a_col, NULL, a, b + j, s->b_row, c + j);
    for (; j < s->n; j += 2 * LANES)
        NAME(columns)(false, s, s->n - j < 2 * LANES ? s->n - j : 2 * LANES, a, b + j, s->b_row, c + j);
}

static void NAME(product)(const ml_block *whole, const NUMBER *a, const NUMBER *b, NUMBER *c)
{
    _Alignas(64) NUMBER panel[KC * 2 * VECTOR_BYTES / sizeof(NUMBER)];
    ml_block s = *whole;
    bool copy = s.b_col != 1 || s.m > COPY_ROWS;
    for (int64_t k = 0; k == 0 || k < whole->k; k += KC) {
        s.k = whole->k - k < KC ? whole->k - k : KC;
        s.accumulate = whole->accumulate || k > 0;
        const NUMBER *left = a + k * s.a_col;
        if (s.m == 1 && !copy) {
            NAME(row)(&s, left, b + k * s.b_row, c);
            continue;
        }
        for (int64_t j = 0; j < s.n; j += 2 * LANES) {
            int64_t n = s.n - j < 2 * LANES ? s.n - j : 2 * LANES;
            const NUMBER *right = b + k * s.b_row + j * s.b_col;
            if (copy) {
                NAME(copy_right)(s.k, n, right, s.b_row, s.b_col, panel);
                NAME(columns)(false, &s, n, left, panel, 2 * LANES, c + j);
            } else {
                NAME(columns)(false, &s, n, left, right, s.b_row, c + j);
            }
        }
    }
}

/* Four vectors of partial sums, added pairwise; then the lanes pairwise; then what is left over is
** treated the same, as if it were followed by zeros. */
static void NAME(dots)(const ml_dots *s, const NUMBER *a, const NUMBER *x, NUMBER *y)
{
    for (int64_t i = 0; i < s->m; i++, a += s->a_row, y += s->y_step) {
        NAME(vec) sum[4];
        UNROLL for (int v = 0; v < 4; v++) sum[v] = SPREAD(0);
        int64_t j = 0;
        for (; j + 4 * LANES <= s->k; j += 4 * LANES)
            UNROLL for (int v = 0; v < 4; v++) sum[v] =
                FMA(LOAD(a + j + v * LANES), LOAD(x + j + v * LANES), sum[v]);
        for (; j + LANES <= s->k; j += LANES) sum[0] = FMA(LOAD(a + j), LOAD(x + j), sum[0]);
        if (j < s->k) {
            NAME(mask) tail = NAME(tail)(s->k - j);
            sum[1] = FMA(LOAD_TAIL(a + j, tail), LOAD_TAIL(x + j, tail), sum[1]);
        }
        NUMBER lane[VECTOR_BYTES / sizeof(NUMBER)];
        sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        STORE(lane, sum[0]);
        for (int64_t half = LANES / 2; half > 0; half /= 2)
            for (int64_t l = 0; l < half; l++) lane[l] += lane[l + half];
        *y = s->accumulate ? *y + lane[0] : lane[0];
    }
}

#undef LANES
