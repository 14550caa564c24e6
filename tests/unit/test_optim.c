/* test_optim.c -- optimiser steps against torch.optim (2.15, float64, foreach=False): two parameters, four steps,
** the second parameter without a gradient in the third; clipping; bits under threads. */
#include "core/optim.h"

#include <math.h>

#include "tests/test.h"

enum { FIRST = 5, SECOND = 2 };

static const double start_first[FIRST] = { 0.5, -1.25, 2.0, -0.75, 0.1 };
static const double start_second[SECOND] = { 1.5, -0.2 };

static const struct {
    ml_optim_kind kind;
    ml_optim_options options;
    double expected[FIRST + SECOND];
} cases[] = {
    { ML_SGD,
      { .lr = 0.1 },
      { 0.52500000000000002, -1.0999999999999999, 1.9999999999999998, -0.89999999999999991,
        0.075000000000000011, 1.425, -0.25 } },
    { ML_SGD,
      { .lr = 0.1, .momentum = 0.9 },
      { 0.71737499999999998, -1.07345, 2.0611999999999999, -1.2521250000000002, 0.22777500000000006,
        1.4430000000000001, -0.44125000000000003 } },
    { ML_SGD,
      { .lr = 0.1, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.05 },
      { 0.75918256437281251, -1.1315251731242189, 2.0201349624100002, -1.1990354583014062,
        0.15961434564331253, 1.464837395625, -0.464176019 } },
    { ML_SGD,
      { .lr = 0.1, .momentum = 0.9, .nesterov = 1, .weight_decay = 0.01 },
      { 0.71248597158585369, -0.92588744604430995, 2.0303423055978591, -1.3401785461370366,
        0.18800969987877564, 1.3614035446614998, -0.46432183760319995 } },
    { ML_SGD,
      { .lr = 0.1, .momentum = 0.5, .maximize = 1 },
      { 0.42812499999999998, -1.41875, 1.9749999999999999, -0.45937499999999998,
        0.053124999999999992, 1.575, -0.068750000000000006 } },
    { ML_ADAM,
      { .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-08, .lr = 0.05 },
      { 0.57980006834526843, -1.2496486802155962, 2.04914359442592, -0.87983122667605662,
        0.096209267811405902, 1.5137429740815234, -0.28226328308803744 } },
    { ML_ADAM,
      { .beta1 = 0.8, .beta2 = 0.95, .eps = 1e-06, .lr = 0.05, .weight_decay = 0.1 },
      { 0.56308740311478767, -1.2237073276217789, 2.0033108179209194, -0.86402120624709422,
        0.09333863302954308, 1.4901419476927891, -0.27341536010350082 } },
    { ML_ADAM,
      { .beta1 = 0.5, .beta2 = 0.6, .eps = 1e-08, .lr = 0.05, .amsgrad = 1 },
      { 0.53945414469089081, -1.2294686604760805, 2.0352414103606664, -0.85311663282497063,
        0.079228962329272429, 1.4894834456560186, -0.25264911022467357 } },
    { ML_ADAM,
      { .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-08, .lr = 0.05, .maximize = 1 },
      { 0.42019993165473152, -1.2503513197844038, 1.9508564055740807, -0.62016877332394338,
        0.1037907321885941, 1.4862570259184766, -0.11773671691196257 } },
    { ML_ADAMW,
      { .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-08, .weight_decay = 0.01, .lr = 0.05 },
      { 0.57869450774589015, -1.2470973099522746, 2.0450774730042371, -0.87821421359752905,
        0.096042906797549274, 1.5114503039403293, -0.28190066991164958 } },
    { ML_ADAMW,
      { .beta1 = 0.5, .beta2 = 0.6, .eps = 1e-08, .weight_decay = 0.2, .lr = 0.05, .amsgrad = 1 },
      { 0.51810481874601066, -1.1793620672241596, 1.9552443876933752, -0.82145135256965995,
        0.075849485160917218, 1.4441867018885977, -0.24558741912750681 } },
    { ML_RMSPROP,
      { .alpha = 0.99, .eps = 1e-08, .lr = 0.02 },
      { 0.58615192591381537, -1.1666661666746991, 2.0827114104215338, -0.97520496958559566,
        -0.044603489198383223, 1.435831490135, -0.28693148841222937 } },
    { ML_RMSPROP,
      { .alpha = 0.9,
        .eps = 1e-08,
        .lr = 0.02,
        .momentum = 0.7,
        .centered = 1,
        .weight_decay = 0.1 },
      { 0.58596090375955157, -1.2420065746033049, 2.0501444718654005, -0.92615938605822989,
        0.024147191241066381, 1.5040570717261257, -0.29383758887498923 } },
    { ML_RMSPROP,
      { .alpha = 0.99, .eps = 0.0001, .lr = 0.02, .centered = 1 },
      { 0.58706493553081673, -1.1667212749082525, 2.0835029808960259, -0.97664107701811431,
        -0.044288122793267992, 1.4363860482785553, -0.28769751108383668 } },
    { ML_ADAGRAD,
      { .eps = 1e-10, .lr = 0.1 },
      { 0.54329212271684113, -1.2086580918366023, 2.0415319584321154, -0.86262133523150708,
        0.028044063403920794, 1.4682878455528856, -0.24387354931537564 } },
    { ML_ADAGRAD,
      { .eps = 1e-05,
        .lr = 0.1,
        .lr_decay = 0.1,
        .weight_decay = 0.05,
        .initial_accumulator_value = 0.3 },
      { 0.54098956929489717, -1.1937501603775191, 1.997594506584693, -0.84575206606359665,
        0.087507682934148789, 1.4524572730296583, -0.2450084795512657 } },
};

static double gradient(int i, int k, int step)
{
    return ((i * 7 + k * 3 + step * 5) % 11 - 5) / 4.0;
}

static ml_tensor *parameter(const double *v, int64_t n)
{
    ml_tensor *t = ml_from(v, ML_F64, 1, &n);
    CHECK(t && ml_set_requires_grad(t, true) == ML_OK);
    return t;
}

static void give_gradient(ml_tensor *t, int k, int step)
{
    double g[FIRST];
    int64_t n = ml_numel(t);
    for (int i = 0; i < n; i++) g[i] = gradient(i, k, step);
    CHECK(ml_set_grad(t, ml_from(g, ML_F64, 1, &n)) == ML_OK);
}

TEST("every optimiser takes the steps that torch.optim takes")
{
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        ml_scope scope;
        ml_scope_open(&scope);
        ml_optim_slot slots[2] = { { .param = ml_retain(parameter(start_first, FIRST)) },
                                   { .param = ml_retain(parameter(start_second, SECOND)) } };
        for (int step = 0; step < 4; step++) {
            give_gradient(slots[0].param, 0, step);
            give_gradient(slots[1].param, 1, step);
            if (step == 2) CHECK(ml_set_grad(slots[1].param, NULL) == ML_OK);
            CHECK(ml_optim_step(cases[c].kind, &cases[c].options, 2, slots) == ML_OK);
        }
        const double *a = ml_data(slots[0].param), *b = ml_data(slots[1].param);
        for (int i = 0; i < FIRST; i++) CHECK_NEAR(a[i], cases[c].expected[i], 1e-14);
        for (int i = 0; i < SECOND; i++) CHECK_NEAR(b[i], cases[c].expected[FIRST + i], 1e-14);
        CHECK_EQ_INT(slots[0].step, 4);
        CHECK_EQ_INT(slots[1].step, 3);
        ml_optim_clear(&slots[0]);
        ml_optim_clear(&slots[1]);
        ml_scope_close(&scope);
    }
}

/* A float32 parameter of n elements with a gradient, both following from their positions. */
static ml_tensor *big(int64_t n)
{
    ml_tensor *t = ml_empty((ml_spec){ ML_F32, 0 }, 1, &n),
              *g = ml_empty((ml_spec){ ML_F32, 0 }, 1, &n);
    CHECK(t && g && ml_set_requires_grad(t, true) == ML_OK);
    float *p = ml_data(t), *q = ml_data(g);
    for (int64_t i = 0; i < n; i++) p[i] = sinf((float)i), q[i] = cosf((float)(3 * i));
    CHECK(ml_set_grad(t, g) == ML_OK);
    return t;
}

static const int64_t sizes[] = { 100003, 3, 0, 20001 };
enum { SIZES = 4 };

static uint64_t hash_after_steps(ml_optim_kind kind, int threads)
{
    ml_scope scope;
    uint64_t hash = 1469598103934665603u;
    ml_optim_options o = ml_optim_defaults(kind);
    ml_optim_slot slots[SIZES] = { { 0 } };
    o.weight_decay = 0.1, o.momentum = kind == ML_ADAM ? 0 : 0.5, o.centered = kind == ML_RMSPROP;
    ml_scope_open(&scope);
    CHECK(ml_set_threads(threads) == ML_OK);
    for (int i = 0; i < SIZES; i++) slots[i].param = ml_retain(big(sizes[i]));
    for (int step = 0; step < 3; step++) CHECK(ml_optim_step(kind, &o, SIZES, slots) == ML_OK);
    for (int i = 0; i < SIZES; i++) {
        const unsigned char *bytes = ml_data(slots[i].param);
        for (int64_t k = 0; k < sizes[i] * 4; k++) hash = (hash ^ bytes[k]) * 1099511628211u;
        ml_optim_clear(&slots[i]);
    }
    ml_scope_close(&scope);
    return hash;
}

TEST("steps give the same bits under any number of threads")
{
    for (int kind = 0; kind < ML_OPTIM_KINDS; kind++) {
        uint64_t one = hash_after_steps((ml_optim_kind)kind, 1);
        CHECK(one == hash_after_steps((ml_optim_kind)kind, 2));
        CHECK(one == hash_after_steps((ml_optim_kind)kind, 3));
        CHECK(one == hash_after_steps((ml_optim_kind)kind, 8));
    }
}

TEST("parameters that are views or bfloat16 are updated in place")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *base = ml_full((ml_spec){ ML_F32, 0 }, 2, (const int64_t[]){ 2, 3 }, 1);
    ml_tensor *view = ml_transpose(base, 0, 1);
    ml_tensor *half = ml_full((ml_spec){ ML_BF16, 0 }, 1, (const int64_t[]){ 2 }, 1);
    CHECK(ml_set_grad(view, ml_full((ml_spec){ ML_F32, 0 }, 2, (const int64_t[]){ 3, 2 }, 2)) ==
          ML_OK);
    CHECK(ml_set_grad(half, ml_full((ml_spec){ ML_BF16, 0 }, 1, (const int64_t[]){ 2 }, 2)) ==
          ML_OK);
    ml_optim_options o = ml_optim_defaults(ML_SGD);
    o.lr = 0.25;
    ml_optim_slot slots[2] = { { .param = ml_retain(view) }, { .param = ml_retain(half) } };
    CHECK(ml_optim_step(ML_SGD, &o, 2, slots) == ML_OK);
    CHECK_NEAR(((float *)ml_data(base))[5], 0.5, 0);
    CHECK_NEAR(((float *)ml_data(ml_cast(half, ML_F32)))[1], 0.5, 0);
    ml_optim_clear(&slots[0]);
    ml_optim_clear(&slots[1]);
    ml_scope_close(&scope);
}

TEST("an option that makes no sense is refused by name")
{
    ml_optim_options o = ml_optim_defaults(ML_ADAM);
    o.beta2 = 1;
    CHECK(ml_optim_step(ML_ADAM, &o, 0, NULL) == ML_VALUE);
    CHECK_EQ_STR(ml_error(), "optim.Adam: beta2 is 1: it must be at least 0 and less than 1");
    ml_clear_error();
    o = ml_optim_defaults(ML_SGD);
    o.nesterov = 1;
    CHECK(ml_optim_step(ML_SGD, &o, 0, NULL) == ML_VALUE);
    ml_clear_error();
}

TEST("clipping by norm scales all gradients together, and leaves small ones alone")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *p[2] = { parameter((const double[]){ 0, 0 }, 2),
                        parameter((const double[]){ 0 }, 1) };
    double norm;
    CHECK(ml_set_grad(p[0], ml_from((const double[]){ 3, 4 }, ML_F64, 1, (const int64_t[]){ 2 })) ==
          ML_OK);
    CHECK(ml_set_grad(p[1], ml_from((const double[]){ 12 }, ML_F64, 1, (const int64_t[]){ 1 })) ==
          ML_OK);
    CHECK(ml_clip_grad_norm(2, p, 20, 2, false, &norm) == ML_OK);
    CHECK_NEAR(norm, 13, 1e-15);
    CHECK_NEAR(*(double *)ml_data(ml_grad_of(p[1])), 12, 0);
    CHECK(ml_clip_grad_norm(2, p, 1, (double)INFINITY, false, &norm) == ML_OK);
    CHECK_NEAR(norm, 12, 0);
    CHECK_NEAR(*(double *)ml_data(ml_grad_of(p[1])), 12 / (12 + 1e-6), 1e-15);
    CHECK_NEAR(((double *)ml_data(ml_grad_of(p[0])))[1], 4 / (12 + 1e-6), 1e-15);
    CHECK(ml_clip_grad_value(2, p, 0.3) == ML_OK);
    CHECK_NEAR(((double *)ml_data(ml_grad_of(p[0])))[0], 3 / (12 + 1e-6), 1e-15);
    CHECK_NEAR(((double *)ml_data(ml_grad_of(p[0])))[1], 0.3, 0);
    ml_scope_close(&scope);
}

TEST("an expanded gradient is clipped once per element")
{
    ml_scope scope;
    ml_scope_open(&scope);
    double norm;
    ml_tensor *p = parameter((const double[]){ 0, 0, 0, 0 }, 4);
    CHECK(ml_set_grad(p, ml_expand(ml_scalar(2, ML_F64), 1, (const int64_t[]){ 4 })) == ML_OK);
    CHECK(ml_clip_grad_norm(1, &p, 2, 2, false, &norm) == ML_OK);
    CHECK_NEAR(norm, 4, 0);
    for (int i = 0; i < 4; i++) {
        double v;
        int64_t whole;
        CHECK(ml_item(ml_select(ml_grad_of(p), 0, i), &v, &whole));
        CHECK_NEAR(v, 1, 1e-6);
    }
    ml_scope_close(&scope);
}

TEST("a norm that is not finite is an error when asked for, and changes nothing")
{
    ml_scope scope;
    ml_scope_open(&scope);
    double norm;
    ml_tensor *p = parameter((const double[]){ 0, 0 }, 2);
    CHECK(ml_set_grad(p, ml_from((const double[]){ 1, (double)NAN }, ML_F64, 1,
                                 (const int64_t[]){ 2 })) == ML_OK);
    CHECK(ml_clip_grad_norm(1, &p, 1, 2, true, &norm) == ML_VALUE);
    ml_clear_error();
    CHECK_NEAR(*(double *)ml_data(ml_grad_of(p)), 1, 0);
    ml_scope_close(&scope);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
