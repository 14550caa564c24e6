/* Elementary and special functions of float and double, branch-free, to a few ulp:
** ml_NAME_f32(float) and ml_NAME_f64(double) for
**
**     exp expm1 exp2 log log1p log2 log10 pow sqrt hypot
**     sinh cosh tanh asinh acosh atanh sigmoid
**     sin cos tan asin acos atan atan2
**     erf erfc erfinv lgamma digamma trigamma
**     floor ceil round (half to even) trunc fmod fabs copysign
**
** A loop over one of them (fmod apart) vectorises under gcc and clang at -O3 -ffp-contract=off
** -fno-math-errno -fno-trapping-math; lanes and tail give the same bits, which depend on the
** instruction set only through FMA.  nan, infinities, signed zeros and subnormals behave as in C17
** annex F.  The rounding mode must be to nearest, with flushing of subnormals off.
**
** Within 2 ulp: exp expm1 exp2 log log1p log2 log10 pow sin cos sqrt hypot erf tanh sigmoid atan
** asin acos; within 4: the others.  lgamma and digamma are within 4 ulp of the largest term near
** their zeros on the negative axis (and digamma's 1.4616). */
#ifndef ML_VECMATH_H
#define ML_VECMATH_H

#include "core/vecmath_f32.h"
#include "core/vecmath_f64.h"
#include "core/vecmath_trig.h"
#include "core/vecmath_special.h"

#endif
