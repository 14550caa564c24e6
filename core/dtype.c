/* dtype.c -- what the dtypes are called, how large they are, and what two of them give together. */
#include "core/iter.h"

#include <string.h>

static const struct {
    const char *name, *alias;
    uint8_t size, compute;
} types[ML_NDTYPE] = {
#define DTYPE(id, name, ctype, size, work, alias) [ML_##id] = { name, alias, size, ML_##work },
#include "core/dtypes.def"
};

const char *ml_dtype_name(ml_dtype dtype)
{
    return types[dtype].name;
}

size_t ml_dtype_size(ml_dtype dtype)
{
    return types[dtype].size;
}

ml_dtype ml_compute_type(ml_dtype dtype)
{
    return (ml_dtype)types[dtype].compute;
}

bool ml_dtype_parse(const char *name, ml_dtype *out)
{
    for (int i = 0; i < ML_NDTYPE; i++)
        if (!strcmp(name, types[i].name) || !strcmp(name, types[i].alias))
            return *out = (ml_dtype)i, true;
    return false;
}

bool ml_is_float(ml_dtype dtype)
{
    return dtype <= ML_F16;
}

bool ml_is_int(ml_dtype dtype)
{
    return dtype >= ML_I64 && dtype <= ML_U8;
}

static ml_dtype promote_ints(ml_dtype a, ml_dtype b) /* a != b, neither bool */
{
    if (a == ML_I64 || b == ML_I64) return ML_I64;
    return ML_I32; /* with int32, or uint8 with int8 */
}

ml_dtype ml_promote(ml_dtype a, ml_dtype b)
{
    if (a == b) return a;
    if (a == ML_BOOL) return b;
    if (b == ML_BOOL) return a;
    if (ml_is_float(a) && ml_is_float(b)) return a == ML_F64 || b == ML_F64 ? ML_F64 : ML_F32;
    if (ml_is_int(a) && ml_is_int(b)) return promote_ints(a, b);
    ml_dtype f = ml_is_float(a) ? a : b, i = ml_is_float(a) ? b : a;
    return i == ML_I64 || i == ML_I32 ? ML_F64 : f; /* a wide integer needs float64 to stay exact */
}
