/* half.h -- bfloat16 and float16 to and from float32, rounding to nearest even (IEEE 754-2008). */
#ifndef ML_HALF_H
#define ML_HALF_H

#include <stdint.h>
#include <string.h>

static inline float ml_bits_to_f32(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static inline uint32_t ml_f32_to_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

static inline float ml_from_bf16(uint16_t h)
{
    return ml_bits_to_f32((uint32_t)h << 16);
}

static inline uint16_t ml_to_bf16(float f)
{
    uint32_t u = ml_f32_to_bits(f);
    if ((u & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(u >> 16 | 0x40u); /* quiet nan */
    return (uint16_t)((u + 0x7fffu + (u >> 16 & 1u)) >> 16);
}

static inline float ml_from_f16(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000u) << 16, rest = h & 0x7fffu;
    if (rest >= 0x7c00u) return ml_bits_to_f32(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    /* 2^-112 moves the exponent's bias from 127 to 15, denormals included: exact. */
    float f = ml_bits_to_f32(rest << 13) * 0x1p112f;
    return ml_bits_to_f32(ml_f32_to_bits(f) | sign);
}

static inline uint16_t ml_to_f16(float f)
{
    uint32_t u = ml_f32_to_bits(f), sign = u >> 16 & 0x8000u;
    u &= 0x7fffffffu;
    if (u > 0x7f800000u) return (uint16_t)(sign | 0x7e00u);
    if (u >= 0x477ff000u) return (uint16_t)(sign | 0x7c00u); /* rounds to 65520 or more */
    if (u < 0x38800000u) {                                   /* below 2^-14: a denormal, or 0 */
        /* Adding 0.5 leaves the result's bits at the bottom of the sum, rounded by the addition. */
        float sum = ml_bits_to_f32(u) + 0.5f;
        return (uint16_t)(sign | (ml_f32_to_bits(sum) - 0x3f000000u));
    }
    u += 0xfffu + (u >> 13 & 1u);
    return (uint16_t)(sign | (u - 0x38000000u) >> 13);
}

#endif
