/* op_run.h -- declares ml_run_NAME and ml_grad_NAME of every hand-written row. */
#ifndef ML_OP_RUN_H
#define ML_OP_RUN_H

#include "core/op.h"

#define UNARY(...)
#define UNARY1(...)
#define UNARY2(...)
#define BINARY(...)
#define TERNARY(...)
#define COMPARE(...)
#define PREDICATE(...)
#define REDUCE(name, ...)                                                                          \
    ml_run ml_run_##name;                                                                          \
    ml_gradient ml_grad_##name;
#define OP(name, ...)                                                                              \
    ml_run ml_run_##name;                                                                          \
    ml_gradient ml_grad_##name;
#define VIEW(name, ...)                                                                            \
    ml_run ml_run_##name;                                                                          \
    ml_gradient ml_grad_##name;
#define PLAIN(name, ...)     ml_run ml_run_##name;
#define COMPOSITE(name, ...) ml_run ml_run_##name;
#define CREATE(name, ...)    ml_run ml_run_##name;
#include "core/ops/all.def"

#endif
