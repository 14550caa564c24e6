/* distance_loops.h -- distances in the type NUMBER; included by distance_kernels.c once per type. */

/* One coordinate's share of n distances, and what finishes them. */
static void NAME(add)(int64_t n, NUMBER p, NUMBER x, const NUMBER *restrict y, NUMBER *restrict sum)
{
    if (p == 2)
        for (int64_t j = 0; j < n; j++) sum[j] += (x - y[j]) * (x - y[j]);
    else if (p == 1)
        for (int64_t j = 0; j < n; j++) sum[j] += fabs(x - y[j]);
    else if (p == 0)
        for (int64_t j = 0; j < n; j++) sum[j] += x != y[j];
    else if (p > (NUMBER)1e30)
        for (int64_t j = 0; j < n; j++) {
            NUMBER d = fabs(x - y[j]);
            sum[j] = d > sum[j] || d != d ? d : sum[j];
        }
    else
        for (int64_t j = 0; j < n; j++) sum[j] += pow(fabs(x - y[j]), p);
}

static void NAME(finish)(int64_t n, NUMBER p, NUMBER *restrict sum)
{
    if (p == 2)
        for (int64_t j = 0; j < n; j++) sum[j] = sqrt(sum[j]);
    else if (p != 1 && p != 0 && p <= (NUMBER)1e30)
        for (int64_t j = 0; j < n; j++) sum[j] = pow(sum[j], 1 / p);
}

static void NAME(distances)(int64_t n, int64_t d, double p, const NUMBER *x, const NUMBER *y,
                            NUMBER *out)
{
    for (int64_t j = 0; j < n; j += STRIP) {
        int64_t count = n - j < STRIP ? n - j : STRIP;
        memset(out + j, 0, (size_t)count * sizeof *out);
        for (int64_t i = 0; i < d; i++) NAME(add)(count, (NUMBER)p, x[i], y + i * n + j, out + j);
        NAME(finish)(count, (NUMBER)p, out + j);
    }
}
