/* optim_loops.h -- the body of optim_kernels.c for one element type T; F(name) is its name for T.  Included
** once per type, so without a guard.  The formulas and their order are those of torch.optim. */

static void F(sgd)(int64_t n, void *pp, const void *gp, void *const state[],
                   const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict buf = state[0];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, m = (T)c->momentum,
            share = (T)c->dampening;
    if (!buf) {
        for (int64_t i = 0; i < n; i++) p[i] -= lr * (sign * g[i] + decay * p[i]);
    } else if (c->first) {
        for (int64_t i = 0; i < n; i++) {
            T d = sign * g[i] + decay * p[i];
            buf[i] = d;
            p[i] -= lr * (c->nesterov ? d + m * d : d);
        }
    } else if (c->nesterov) {
        for (int64_t i = 0; i < n; i++) {
            T d = sign * g[i] + decay * p[i];
            buf[i] = m * buf[i] + share * d;
            p[i] -= lr * (d + m * buf[i]);
        }
    } else {
        for (int64_t i = 0; i < n; i++) {
            T d = sign * g[i] + decay * p[i];
            buf[i] = m * buf[i] + share * d;
            p[i] -= lr * buf[i];
        }
    }
}

static void F(adam)(int64_t n, void *pp, const void *gp, void *const state[],
                    const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict m = state[0], *restrict v = state[1], *restrict top = state[2];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, shrink = (T)c->shrink,
            rate1 = (T)c->rate1, beta2 = (T)c->beta2, rate2 = (T)c->rate2,
            correction = (T)c->correction, eps = (T)c->eps;
    if (c->amsgrad) {
        for (int64_t i = 0; i < n; i++) {
            T old = p[i] * shrink, d = sign * g[i] + decay * old;
            m[i] += rate1 * (d - m[i]);
            v[i] = beta2 * v[i] + rate2 * d * d;
            top[i] = v[i] > top[i] ? v[i] : top[i];
            p[i] = old - lr * m[i] / (ROOT(top[i]) / correction + eps);
        }
    } else {
        for (int64_t i = 0; i < n; i++) {
            T old = p[i] * shrink, d = sign * g[i] + decay * old;
            m[i] += rate1 * (d - m[i]);
            v[i] = beta2 * v[i] + rate2 * d * d;
            p[i] = old - lr * m[i] / (ROOT(v[i]) / correction + eps);
        }
    }
}

static void F(rmsprop)(int64_t n, void *pp, const void *gp, void *const state[],
                       const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict v = state[0], *restrict buf = state[1], *restrict mean = state[2];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, alpha = (T)c->beta2,
            rate = (T)c->rate2, eps = (T)c->eps, momentum = (T)c->momentum;
    for (int64_t i = 0; i < n; i++) {
        T d = sign * g[i] + decay * p[i];
        v[i] = alpha * v[i] + rate * d * d;
        T spread = v[i];
        if (mean) {
            mean[i] += rate * (d - mean[i]);
            spread -= mean[i] * mean[i];
        }
        T step = d / (ROOT(spread) + eps);
        if (buf) {
            buf[i] = momentum * buf[i] + step;
            step = buf[i];
        }
        p[i] -= lr * step;
    }
}

static void F(adagrad)(int64_t n, void *pp, const void *gp, void *const state[],
                       const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict sum = state[0];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, eps = (T)c->eps;
    for (int64_t i = 0; i < n; i++) {
        T d = sign * g[i] + decay * p[i];
        sum[i] += d * d;
        p[i] -= lr * d / (ROOT(sum[i]) + eps);
    }
}

static void F(adadelta)(int64_t n, void *pp, const void *gp, void *const state[],
                        const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict v = state[0], *restrict moved = state[1];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, rho = (T)c->beta2,
            rate = (T)c->rate2, eps = (T)c->eps;
    for (int64_t i = 0; i < n; i++) {
        T d = sign * g[i] + decay * p[i];
        v[i] = rho * v[i] + rate * d * d;
        T step = ROOT(moved[i] + eps) / ROOT(v[i] + eps) * d;
        moved[i] = rho * moved[i] + rate * step * step;
        p[i] -= lr * step;
    }
}

static void F(adamax)(int64_t n, void *pp, const void *gp, void *const state[],
                      const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict m = state[0], *restrict top = state[1];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, decay = (T)c->decay, rate1 = (T)c->rate1,
            beta2 = (T)c->beta2, eps = (T)c->eps;
    for (int64_t i = 0; i < n; i++) {
        T d = sign * g[i] + decay * p[i], old = beta2 * top[i], size = ABS(d) + eps;
        m[i] += rate1 * (d - m[i]);
        top[i] = size < old ? old : size; /* nan, if there is one */
        p[i] -= lr * m[i] / top[i];
    }
}

static void F(nadam)(int64_t n, void *pp, const void *gp, void *const state[],
                     const ml_optim_scalars *c)
{
    T *restrict p = pp, *restrict m = state[0], *restrict v = state[1];
    const T *restrict g = gp;
    const T sign = (T)c->sign, lr = (T)c->lr, lr_grad = (T)c->lr_grad, decay = (T)c->decay,
            shrink = (T)c->shrink, rate1 = (T)c->rate1, beta2 = (T)c->beta2, rate2 = (T)c->rate2,
            correction = (T)c->correction, eps = (T)c->eps;
    for (int64_t i = 0; i < n; i++) {
        T old = p[i] * shrink, d = sign * g[i] + decay * old;
        m[i] += rate1 * (d - m[i]);
        v[i] = beta2 * v[i] + rate2 * d * d;
        p[i] = old - (lr_grad * d + lr * m[i]) / (ROOT(v[i]) / correction + eps);
    }
}

/* Eight sums in double, added in order: they depend on n alone. */
static double F(sum_power)(int64_t n, const void *gp, double power)
{
    const T *g = gp;
    double lane[8] = { 0 }, total = 0;
    if (power == (double)INFINITY) {
        for (int64_t i = 0; i < n; i++) {
            double a = (double)ABS(g[i]);
            total = a > total || a != a ? a : total;
        }
        return total;
    }
    int64_t whole = n - n % 8;
    for (int64_t i = 0; i < whole; i += 8)
        for (int l = 0; l < 8; l++) {
            double a = (double)g[i + l];
            lane[l] += power == 2 ? a * a : power == 1 ? fabs(a) : pow(fabs(a), power);
        }
    for (int64_t i = whole; i < n; i++) {
        double a = (double)g[i];
        lane[i - whole] += power == 2 ? a * a : power == 1 ? fabs(a) : pow(fabs(a), power);
    }
    for (int l = 0; l < 8; l++) total += lane[l];
    return total;
}

static void F(scale)(int64_t n, void *gp, double factor)
{
    T *g = gp, f = (T)factor;
    for (int64_t i = 0; i < n; i++) g[i] *= f;
}

static void F(clamp)(int64_t n, void *gp, double limit)
{
    T *g = gp, high = (T)limit, low = -high;
    for (int64_t i = 0; i < n; i++) g[i] = g[i] < low ? low : g[i] > high ? high : g[i];
}
