/* convert.c -- elements from any dtype to any other: ml_convert.
**
** Floats become integers by truncation, saturating at int64's ends, nan becomes 0; narrower integers keep the
** low bits; anything not 0 is true.  Halves round to nearest even. */
#include "core/half.h"
#include "core/iter.h"

#include <string.h>

static inline int64_t int_of(double x)
{
    if (x != x) return 0;
    if (x >= 9223372036854775808.0) return INT64_MAX;
    return x < -9223372036854775808.0 ? INT64_MIN : (int64_t)x;
}

/* LOAD_id gives a number (float, double or int64_t); STORE_id takes one of each. */
#define LOAD_F32(p)  (*(const float *)(p))
#define LOAD_F64(p)  (*(const double *)(p))
#define LOAD_BF16(p) ml_from_bf16(*(const uint16_t *)(p))
#define LOAD_F16(p)  ml_from_f16(*(const uint16_t *)(p))
#define LOAD_I64(p)  (*(const int64_t *)(p))
#define LOAD_I32(p)  ((int64_t) * (const int32_t *)(p))
#define LOAD_I8(p)   ((int64_t) * (const int8_t *)(p))
#define LOAD_U8(p)   ((int64_t) * (const uint8_t *)(p))
#define LOAD_BOOL(p) ((int64_t) * (const uint8_t *)(p))

#define AS_INT(v)                                                                                  \
    _Generic((v), float : int_of((double)(v)), double : int_of((double)(v)), default : (int64_t)(v))
#define STORE_F32(p, v)  (*(float *)(p) = (float)(v))
#define STORE_F64(p, v)  (*(double *)(p) = (double)(v))
#define STORE_BF16(p, v) (*(uint16_t *)(p) = ml_to_bf16((float)(v)))
#define STORE_F16(p, v)  (*(uint16_t *)(p) = ml_to_f16((float)(v)))
#define STORE_I64(p, v)  (*(int64_t *)(p) = AS_INT(v))
#define STORE_I32(p, v)  (*(int32_t *)(p) = (int32_t)(uint32_t)(uint64_t)AS_INT(v))
#define STORE_I8(p, v)   (*(int8_t *)(p) = (int8_t)(uint8_t)(uint64_t)AS_INT(v))
#define STORE_U8(p, v)   (*(uint8_t *)(p) = (uint8_t)(uint64_t)AS_INT(v))
#define STORE_BOOL(p, v) (*(uint8_t *)(p) = (v) != 0)

typedef void convert_row(int64_t n, char *dst, int64_t dst_step, const char *src, int64_t src_step);

#define ROW_OF(from, to, from_size, to_size)                                                       \
    static void from##_to_##to(int64_t n, char *dst, int64_t ds, const char *src, int64_t ss)      \
    {                                                                                              \
        if (ds == to_size && ss == from_size)                                                      \
            for (int64_t i = 0; i < n; i++)                                                        \
                STORE_##to(dst + i * to_size, LOAD_##from(src + i * from_size));                   \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++) STORE_##to(dst + i * ds, LOAD_##from(src + i * ss));   \
    }
/* clang-format off */
#define ROWS_FROM(from, size)                                                                      \
    ROW_OF(from, F32, size, 4) ROW_OF(from, F64, size, 8) ROW_OF(from, BF16, size, 2)              \
    ROW_OF(from, F16, size, 2) ROW_OF(from, I64, size, 8) ROW_OF(from, I32, size, 4)               \
    ROW_OF(from, I8, size, 1) ROW_OF(from, U8, size, 1) ROW_OF(from, BOOL, size, 1)
ROWS_FROM(F32, 4) ROWS_FROM(F64, 8) ROWS_FROM(BF16, 2) ROWS_FROM(F16, 2) ROWS_FROM(I64, 8)
ROWS_FROM(I32, 4) ROWS_FROM(I8, 1) ROWS_FROM(U8, 1) ROWS_FROM(BOOL, 1)
#define COLUMN(from)                                                                               \
    { [ML_F32] = from##_to_F32, [ML_F64] = from##_to_F64, [ML_BF16] = from##_to_BF16,              \
      [ML_F16] = from##_to_F16, [ML_I64] = from##_to_I64, [ML_I32] = from##_to_I32,                \
      [ML_I8] = from##_to_I8, [ML_U8] = from##_to_U8, [ML_BOOL] = from##_to_BOOL }
static convert_row *const rows[ML_NDTYPE][ML_NDTYPE] = {
#define DTYPE(id, ...) [ML_##id] = COLUMN(id),
#include "core/dtypes.def"
};
/* clang-format on */

void ml_convert(ml_dtype to, char *dst, int64_t dst_step, ml_dtype from, const char *src,
                int64_t src_step, int64_t n)
{
    int64_t size = (int64_t)ml_dtype_size(to);
    if (to == from && to != ML_BOOL && dst_step == size && src_step == size)
        memcpy(dst, src, (size_t)(n * size));
    else
        rows[from][to](n, dst, dst_step, src, src_step);
}
