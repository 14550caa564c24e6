/* Random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
** 1, 2, 3", SC 2011), a bijection of counters that needs no state.
**
** Every number is a function of (seed, stream, index) alone: any part of a stream can be made by
** itself, on any number of threads, and gives the same bits as the whole, under every instruction
** set.  Word w of a stream is word w % 4 of the block with key = seed and counter = (w / 4,
** stream), low halves first. */
#ifndef ML_PHILOX_H
#define ML_PHILOX_H

#include <stdint.h>

/* Each writes to out[0 ... n-1] the numbers at indices first ... first + n - 1 of the stream. */
void ml_philox_u32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, uint32_t *out);

/* Uniform in [0, 1): multiples of 2^-24, of 2^-53. */
void ml_philox_uniform_f32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, float *out);
void ml_philox_uniform_f64(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, double *out);

/* Mean 0, variance 1, by the method of Box and Muller (1958): indices 2 k and 2 k + 1 share a
** radius, made of 32 bits for f32 (up to 6.8) and 53 for f64 (up to 8.6). */
void ml_philox_normal_f32(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, float *out);
void ml_philox_normal_f64(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, double *out);

/* Integers in [low, high), low < high, equally likely but for less than 2^-64 each. */
void ml_philox_range(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, int64_t low,
                     int64_t high, int64_t *out);

#endif
