/* kernel_table.c -- finds the pointwise kernel of an operator for this machine. */
#include "core/isa.h"
#include "core/kernels.h"

#define DECLARE(isa)                                                                               \
    extern const ml_kernel_table ml_kernels_F32_##isa, ml_kernels_F64_##isa, ml_kernels_I64_##isa;
DECLARE(base)
#if defined(__x86_64__)
DECLARE(avx2)
DECLARE(avx512)
#endif

ml_kernel *ml_cpu_kernel(int op, int pass, ml_dtype type)
{
    static const ml_kernel_table *tables[3];
    if (!tables[0])
        tables[1] = ML_BY_ISA(&ml_kernels_F64), tables[2] = ML_BY_ISA(&ml_kernels_I64),
        tables[0] = ML_BY_ISA(&ml_kernels_F32);
    return tables[type == ML_F32 ? 0 : type == ML_F64 ? 1 : 2]->at[op][pass];
}
