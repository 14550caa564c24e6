/* op.h -- the table of operators: what a row knows, how it is called, and what a device's kernels see.
**
** Every row of core/ops/ *.def becomes an id ML_OP_name, one ml_op_info, a Lua function, a page of the
** reference and tests.  A row of a pointwise family also becomes kernels. */
#ifndef ML_OP_H
#define ML_OP_H

#include "core/moonlab.h"

typedef enum ml_op {
#define ROW(name, ...) ML_OP_##name,
#include "core/ops/all.def"
    ML_NOP
} ml_op;

/* ---- arguments ------------------------------------------------------------------------------- */

typedef enum ml_kind {                /* of an argument's value */
                       ML_ARG_NONE,   /* absent */
                       ML_ARG_TENSOR, /* t */
                       ML_ARG_INT, /* i: int, dim, pos, class; a weak number where the parameter is S */
                       ML_ARG_FLOAT,   /* f: likewise */
                       ML_ARG_BOOL,    /* i */
                       ML_ARG_INTS,    /* ints, n: sizes, dims, … */
                       ML_ARG_TENSORS, /* list, n */
                       ML_ARG_STRING,  /* s */
                       ML_ARG_DTYPE,   /* i, an ml_dtype */
                       ML_ARG_DEVICE,  /* i, a device's index */
} ml_kind;

struct ml_arg {
    uint8_t kind;
    int32_t n;
    union {
        ml_tensor *t;
        int64_t i;
        double f;
        const int64_t *ints;
        ml_tensor *const *list;
        const char *s;
    };
};
#define ML_ABSENT     ((ml_arg){ .kind = ML_ARG_NONE })
#define ML_T(x)       ((ml_arg){ .kind = ML_ARG_TENSOR, .t = (x) })
#define ML_I(x)       ((ml_arg){ .kind = ML_ARG_INT, .i = (x) })
#define ML_F(x)       ((ml_arg){ .kind = ML_ARG_FLOAT, .f = (x) })
#define ML_B(x)       ((ml_arg){ .kind = ML_ARG_BOOL, .i = (x) })
#define ML_S(x)       ((ml_arg){ .kind = ML_ARG_STRING, .s = (x) })
#define ML_INTS(v, c) ((ml_arg){ .kind = ML_ARG_INTS, .n = (int32_t)(c), .ints = (v) })
#define ML_LIST(v, c) ((ml_arg){ .kind = ML_ARG_TENSORS, .n = (int32_t)(c), .list = (v) })

/* What a signature says of one parameter: "dim:dim?", "p:float=2", "x!:T".
**   T tensor          S tensor or number       T[] list of tensors
**   index, label      int64 tensors of positions, of classes: the language counts from 1, the core
**                     from 0, negative positions from the end; index[] a list of index tensors or masks
**   int float bool str dtype device    ints shape (sizes; varargs in Lua)
**   dim dims          dimensions, pos a position, class a class number: counted from 1 in Lua
** After the name ! marks a tensor that name_ (the in-place form) may change; ? may be absent. */
typedef enum ml_param_kind {
    ML_P_TENSOR,
    ML_P_SCALAR,
    ML_P_LIST,
    ML_P_INDEX,
    ML_P_LABEL,
    ML_P_INT,
    ML_P_FLOAT,
    ML_P_BOOL,
    ML_P_STR,
    ML_P_DTYPE,
    ML_P_DEVICE,
    ML_P_INTS,
    ML_P_SHAPE,
    ML_P_DIM,
    ML_P_DIMS,
    ML_P_POS,
    ML_P_CLASS,
    ML_P_INDICES,
} ml_param_kind;

#define ML_MAX_PARAMS  14
#define ML_MAX_OUTPUTS 4

typedef struct ml_param {
    char name[20];
    uint8_t kind;  /* ml_param_kind */
    bool optional; /* "?" or "=default" */
    bool inplace;  /* "!" */
    ml_arg value;  /* the default; ML_ARG_NONE if there is none */
} ml_param;

typedef struct ml_signature {
    uint8_t nparams, noutputs;
    bool list_result;                  /* "-> T[]": run returns how many through out[] */
    bool index_output[ML_MAX_OUTPUTS]; /* "-> index": positions, counted from 1 in Lua */
    ml_param param[ML_MAX_PARAMS];
} ml_signature;

/* ---- rows ------------------------------------------------------------------------------------ */

typedef enum ml_family {
    ML_UNARY,
    ML_BINARY,
    ML_TERNARY,
    ML_COMPARE,
    ML_PREDICATE, /* pointwise: kernels from the row */
    ML_REDUCE,    /* kernels in ops/reduce_kernels.c */
    ML_HAND,      /* OP: ml_run_name and ml_grad_name, on the CPU */
    ML_PLAIN,     /* ml_run_name, no gradient, on the CPU */
    ML_VIEW,      /* ml_run_name and ml_grad_name, any device, no data touched */
    ML_COMPOSITE, /* ml_run_name written in other operators: any device, gradient for free */
    ML_CREATE,    /* ml_run_name; dtype, device and requires_grad options added */
} ml_family;

/* dtypes an operator takes, a bit each; ints given to a FLOAT row are taken as float32. */
#define ML_BIT(d) (1u << ML_##d)
enum {
    ML_TYPES_FLOAT = ML_BIT(F32) | ML_BIT(F64) | ML_BIT(BF16) | ML_BIT(F16),
    ML_TYPES_INT = ML_BIT(I64) | ML_BIT(I32) | ML_BIT(I8) | ML_BIT(U8),
    ML_TYPES_NUM = ML_TYPES_FLOAT | ML_TYPES_INT,
    ML_TYPES_BITS = ML_TYPES_INT | ML_BIT(BOOL),
    ML_TYPES_ALL = ML_TYPES_NUM | ML_BIT(BOOL),
};

/* The backward pass of one recorded call, as a hand-written gradient sees it. */
typedef struct ml_grad_call {
    const ml_arg *in;      /* the call's arguments.  A tensor that the row does not save is here as
                              ** a ghost: shape, dtype and device, no data */
    ml_tensor *const *y;   /* saved outputs, NULL where not saved */
    ml_tensor *const *g;   /* gradients of the outputs; NULL: zero.  Output 0's is never NULL when
                              ** there is only one output */
    const bool *need;      /* per argument: is a gradient wanted? */
    ml_tensor **gin;       /* to be set, per argument; NULL: zero */
    ml_tensor ***gin_list; /* for a T[] argument: gin_list[k][j] */
} ml_grad_call;

typedef ml_status ml_run(const ml_arg in[], ml_tensor *out[]);
typedef ml_status ml_gradient(const ml_grad_call *call);

typedef struct ml_op_info {
    const char *name, *sig;
    unsigned types;
    ml_family family;
    const char *saves;    /* "a b y": what the gradient reads */
    const char *y, *d[3]; /* a pointwise row's formulas as text; d NULL: no gradient */
    double lo, hi;        /* its test domain */
    ml_run *run;          /* NULL for pointwise rows */
    ml_gradient *grad;
    const char *file; /* the family's file, a chapter of the reference */
    const char *help, *example;
} ml_op_info;

extern const ml_op_info ml_ops[ML_NOP];
extern const int ml_nops;
const ml_signature *ml_signature_of(int op); /* parsed once, on first use; NULL out of memory */
int ml_op_find(const char *name);            /* -1 if there is none */
ml_status
ml_formula_check(const char *text) ML_CHECKED; /* is it in the grammar of gradient formulas? */

/* Calls operator OP with N arguments (absent ones take their defaults) and records its gradient.
** out[] has room for the row's outputs (ML_MAX_OUTPUTS). */
ml_status ml_call(int op, const ml_arg in[], int n, ml_tensor *out[]) ML_CHECKED;
/* The same for a row with one output: NULL on failure.  ml_call1(ML_OP_sum, ML_T(x), ML_B(true)) */
#define ml_call1(op, ...)                                                                          \
    ml_call_one(op, (const ml_arg[]){ __VA_ARGS__ },                                               \
                (int)(sizeof((const ml_arg[]){ __VA_ARGS__ }) / sizeof(ml_arg)))
ml_tensor *ml_call_one(int op, const ml_arg in[], int n);
/* A row with "-> T[]" (split, chunk, unbind): *count tensors, owned by the scope, in an array that
** stays valid until the next call on this thread. */
ml_status ml_call_list(int op, const ml_arg in[], int n, ml_tensor *const **out,
                       int *count) ML_CHECKED;
void ml_return_list(ml_tensor *t); /* inside run of such a row: appends one result */
/* x = op(x, …) in place: the first argument takes the result, which must have its shape and dtype. */
ml_status ml_call_inplace(int op, const ml_arg in[], int n) ML_CHECKED;

/* ml_exp(x), ml_add(a, b), ml_lerp(a, b, w), ml_eq(a, b), ml_isnan(x) …: a C function for every
** pointwise row. */
#define UNARY(name, ...)     ml_tensor *ml_##name(ml_tensor *x);
#define BINARY(name, ...)    ml_tensor *ml_##name(ml_tensor *a, ml_tensor *b);
#define TERNARY(name, ...)   ml_tensor *ml_##name(ml_tensor *a, ml_tensor *b, ml_tensor *c);
#define COMPARE(name, ...)   ml_tensor *ml_##name(ml_tensor *a, ml_tensor *b);
#define PREDICATE(name, ...) ml_tensor *ml_##name(ml_tensor *x);
#include "core/ops/all.def"

/* ---- what a device runs ---------------------------------------------------------------------- */

/* One strided inner loop over n elements; p[0] is the output (NumPy's ufunc loop). */
typedef void ml_kernel(int64_t n, char *const p[], const int64_t step[]);

#define ML_MAX_OPERANDS 6
typedef enum ml_pass {
    ML_FORWARD,
    ML_GRAD_A,
    ML_GRAD_B,
    ML_GRAD_C, /* gradient of input 0, 1, 2 */
    ML_NPASS
} ml_pass;

/* A whole pointwise (or copying, or reducing) piece of work, dimensions already collapsed and ordered:
** outermost first.  Operand 0 is written.  A reduction's last `reduced` dimensions have step 0 in
** operand 0. */
typedef struct ml_launch {
    int op, pass;  /* op ML_NOP: a copy that casts */
    ml_dtype type; /* the compute dtype: F32, F64 or I64 */
    int noperands, ndim, reduced;
    int64_t numel; /* product of size */
    int64_t size[ML_MAX_DIMS];
    char *data[ML_MAX_OPERANDS];
    ml_dtype dtype[ML_MAX_OPERANDS];            /* as stored */
    int64_t step[ML_MAX_OPERANDS][ML_MAX_DIMS]; /* bytes */
    bool host[ML_MAX_OPERANDS];                 /* a number in host memory, steps 0 */
} ml_launch;

#endif
