/* isa.h -- which of the compiled kernels this process uses. */
#ifndef ML_ISA_H
#define ML_ISA_H

/* 0 base, 1 avx2, 2 avx512; decided once, by the processor and by MOONLAB_ISA. */
int ml_isa_level(void);

/* ML_BY_ISA(name): one of name_base, name_avx2, name_avx512, all of one type. */
#if defined(__x86_64__)
#define ML_BY_ISA(name)                                                                            \
    (ml_isa_level() == 2 ? name##_avx512 : ml_isa_level() == 1 ? name##_avx2 : name##_base)
#else
#define ML_BY_ISA(name) name##_base
#endif

#define ML_ISA_CAT_(a, b) a##_##b
#define ML_ISA_CAT(a, b)  ML_ISA_CAT_(a, b)
#define ML_ISA_NAME(name) ML_ISA_CAT(name, ML_ISA) /* in a file compiled once per instruction set */

#endif
