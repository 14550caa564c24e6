/* gemm_copied.h -- large matrix products, from copies of A and B in the order in which they are read. */
#ifndef ML_GEMM_COPIED_H
#define ML_GEMM_COPIED_H

#include "core/ops/gemm.h"

/* Is one product of these sizes quicker so? */
bool ml_gemm_copied_pays(const ml_gemm *g);
/* One product of G, whose batch is not looked at.  Fails out of memory and when interrupted. */
ml_status ml_gemm_copied(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b,
                         void *c) ML_CHECKED;

#endif
