/* pointwise.c -- pointwise operators written in other operators. */
#include "core/op_run.h"

#include <float.h>

static ml_status done(ml_tensor *y, ml_tensor *out[])
{
    out[0] = y;
    return y ? ML_OK : ml_error_status();
}

ml_status ml_run_bitwise_not(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (ml_is_float(ml_dtype_of(x)))
        return ml_fail(
            ML_DTYPE,
            "bitwise_not: %s: only integers and masks have bits; x:logical_not() turns truth over",
            ML_DESCRIBE(x));
    if (ml_dtype_of(x) == ML_BOOL) return done(ml_logical_not(x), out);
    return done(ml_call1(ML_OP_sub, ML_I(-1), ML_T(x)), out);
}

/* The largest finite number of a dtype. */
static double largest(ml_dtype dtype)
{
    return dtype == ML_F64    ? DBL_MAX
           : dtype == ML_F16  ? 65504
           : dtype == ML_BF16 ? 3.3895313892515355e38
                              : (double)FLT_MAX;
}

ml_status ml_run_nan_to_num(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    double top = largest(ml_dtype_of(x));
    double high = in[2].kind == ML_ARG_NONE ? top : in[2].f,
           low = in[3].kind == ML_ARG_NONE ? -top : in[3].f;
    if (!ml_is_float(ml_dtype_of(x))) return done(ml_clone(x), out);
    ml_tensor *infinite = ml_isinf(x), *up = ml_call1(ML_OP_gt, ML_T(x), ML_I(0));
    ml_tensor *y = ml_call1(ML_OP_where, ML_T(ml_isnan(x)), ML_F(in[1].f), ML_T(x));
    y = ml_call1(ML_OP_where, ML_T(ml_bitwise_and(infinite, up)), ML_F(high), ML_T(y));
    return done(ml_call1(ML_OP_where, ML_T(ml_bitwise_and(infinite, ml_logical_not(up))), ML_F(low),
                         ML_T(y)),
                out);
}

ml_status ml_run_addcmul(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *t = ml_mul(in[1].t, in[2].t);
    return done(ml_add(in[0].t, in[3].f == 1 ? t : ml_mul_scalar(t, in[3].f)), out);
}

ml_status ml_run_addcdiv(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *t = ml_div(in[1].t, in[2].t);
    return done(ml_add(in[0].t, in[3].f == 1 ? t : ml_mul_scalar(t, in[3].f)), out);
}
