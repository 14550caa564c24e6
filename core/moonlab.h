/* moonlab.h -- the public face of the core: tensors, operators, gradients, devices, usable from a C
** program without Lua.
**
** Ownership, three sentences:
**   1. A function that returns a tensor returns it owned by the current scope: never free it.
**   2. To keep it longer, ml_retain it; then you owe one ml_release.
**   3. Arguments are borrowed; a NULL tensor argument means an earlier failure and yields NULL,
**      leaving the first message in place.
**
** A tensor belongs to the thread that made it; kernels on other threads see only raw memory.
** Indices and dimensions count from 0 here; negative ones count from the end. */
#ifndef ML_MOONLAB_H
#define ML_MOONLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ML_MAX_DIMS     8
#define ML_CHECKED      __attribute__((warn_unused_result))
#define ML_PRINTF(a, b) __attribute__((format(printf, a, b)))

typedef struct ml_tensor ml_tensor;
typedef struct ml_arg ml_arg;

/* ---- errors ---------------------------------------------------------------------------------- */

typedef enum ml_status {
    ML_OK,
    ML_SHAPE,     /* sizes that do not fit */
    ML_DTYPE,     /* a dtype the operation lacks */
    ML_DEVICE,    /* wrong or missing device, no kernel there */
    ML_INDEX,     /* an index or dimension out of range */
    ML_VALUE,     /* any other wrong argument */
    ML_MEMORY,    /* out of memory */
    ML_IO,        /* the system refused a file */
    ML_FORMAT,    /* a file is not what it should be */
    ML_GRAPH,     /* autograd: nothing to differentiate, released, changed in place */
    ML_INTERRUPT, /* the user pressed Ctrl-C */
} ml_status;

/* Records the message of this thread, unless one is already pending, and returns STATUS.  Messages
** read "op: what was given: what is wrong; what to do". */
ml_status ml_fail(ml_status status, const char *format, ...) ML_PRINTF(2, 3);
const char *ml_error(void);      /* the pending message, "" if none */
ml_status ml_error_status(void); /* its status, ML_OK if none */
void ml_clear_error(void);
#define ML_NULL(...) (ml_fail(__VA_ARGS__), (ml_tensor *)NULL)
#define ML_TRY(call)                                                                               \
    do {                                                                                           \
        ml_status status_ = (call);                                                                \
        if (status_ != ML_OK) return status_;                                                      \
    } while (0)

/* ---- dtypes ---------------------------------------------------------------------------------- */

typedef enum ml_dtype {
#define DTYPE(id, name, ctype, size, ...) ML_##id,
#include "core/dtypes.def"
    ML_NDTYPE
} ml_dtype;

const char *ml_dtype_name(ml_dtype dtype); /* "float32" */
bool ml_dtype_parse(const char *name,
                    ml_dtype *out);   /* also "float", "long", …: PyTorch's aliases */
size_t ml_dtype_size(ml_dtype dtype); /* bytes of one element */
bool ml_is_float(ml_dtype dtype);
bool ml_is_int(ml_dtype dtype);              /* without bool */
ml_dtype ml_promote(ml_dtype a, ml_dtype b); /* NumPy's rules; uint8 with int8 is int32 */

/* ---- scopes and ownership -------------------------------------------------------------------- */

typedef struct ml_scope {
    size_t mark;
} ml_scope;
void ml_scope_open(ml_scope *scope);
void ml_scope_close(ml_scope *scope);                      /* releases what was made inside */
ml_tensor *ml_scope_return(ml_scope *scope, ml_tensor *t); /* closes; t moves to the outer scope */

ml_tensor *ml_retain(ml_tensor *t); /* returns t; NULL stays NULL */
void ml_release(ml_tensor *t);      /* NULL does nothing */

/* ---- what a tensor is ------------------------------------------------------------------------ */

int ml_ndim(const ml_tensor *t);
const int64_t *ml_shape(const ml_tensor *t);   /* ndim sizes */
const int64_t *ml_strides(const ml_tensor *t); /* ndim strides, in elements, may be 0 or negative */
int64_t ml_numel(const ml_tensor *t);
ml_dtype ml_dtype_of(const ml_tensor *t);
int ml_device_of(const ml_tensor *t); /* 0 is the CPU */
bool ml_is_contiguous(const ml_tensor *t);
bool ml_is_leaf(const ml_tensor *t);
/* First element; NULL with an error if t is not in the CPU's memory.  Strides may be anything. */
void *ml_data(const ml_tensor *t);
/* Numbers (same device copy of one element); false with an error if t has not exactly 1 element. */
bool ml_item(const ml_tensor *t, double *f, int64_t *i);
size_t ml_tensor_bytes(const ml_tensor *t); /* of its whole storage */
uint64_t ml_tensor_id(const ml_tensor *t);  /* same storage, same id */
/* "float32 [2 3]" into BUF, for messages; returns BUF. */
char *ml_describe(const ml_tensor *t, char *buf, size_t n);
#define ML_DESCRIBE(t) ml_describe((t), (char[128]){ 0 }, 128)
char *ml_shape_text(int ndim, const int64_t *shape, char *buf, size_t n); /* "2 3" */

/* ---- making tensors -------------------------------------------------------------------------- */

typedef struct ml_spec { /* dtype, device of a new tensor */
    ml_dtype dtype;
    int device;
} ml_spec;
ml_tensor *ml_empty(ml_spec spec, int ndim, const int64_t *shape); /* contiguous, not initialised */
ml_tensor *ml_empty_like(const ml_tensor *like, ml_dtype dtype);
ml_tensor *ml_full(ml_spec spec, int ndim, const int64_t *shape, double value);
ml_tensor *ml_zeros(ml_spec spec, int ndim, const int64_t *shape);
ml_tensor *ml_zeros_like(const ml_tensor *like);
ml_tensor *ml_ones_like(const ml_tensor *like);
ml_tensor *ml_scalar(double value, ml_dtype dtype); /* 0-dimensional, on the CPU */
/* Contiguous copy of DATA (row-major), which has the elements of SHAPE in DTYPE. */
ml_tensor *ml_from(const void *data, ml_dtype dtype, int ndim, const int64_t *shape);

/* ---- operators ------------------------------------------------------------------------------- */
/* Every operator of the table can be called by ml_call (core/op.h); these have C functions of their
** own because other C code needs them often.  All record gradients where they should. */

ml_tensor *ml_cast(ml_tensor *x, ml_dtype dtype); /* x itself if it already has the dtype */
ml_tensor *ml_to_device(ml_tensor *x, int device);
ml_tensor *ml_contiguous(ml_tensor *x); /* x itself if it already is */
ml_tensor *ml_clone(ml_tensor *x);      /* contiguous copy */
ml_tensor *ml_detach(ml_tensor *x);     /* same memory, no history */
ml_tensor *ml_view_as(ml_tensor *x, int ndim, const int64_t *shape, const int64_t *stride,
                      int64_t offset); /* raw strided view, offset in elements; records nothing */
ml_tensor *ml_reshape(ml_tensor *x, int ndim, const int64_t *shape); /* one size may be -1 */
ml_tensor *ml_expand(ml_tensor *x, int ndim, const int64_t *shape);  /* broadcast view */
ml_tensor *ml_transpose(ml_tensor *x, int dim0, int dim1);
ml_tensor *ml_permute(ml_tensor *x, const int *dims); /* ndim of them */
ml_tensor *ml_unsqueeze(ml_tensor *x, int dim);
ml_tensor *ml_squeeze(ml_tensor *x, int dim);
ml_tensor *ml_narrow(ml_tensor *x, int dim, int64_t start, int64_t length);
ml_tensor *ml_select(ml_tensor *x, int dim, int64_t index);
ml_tensor *ml_sum(ml_tensor *x, int ndims, const int *dims, bool keepdim); /* ndims 0: all */
ml_tensor *ml_sum_to(ml_tensor *g, int ndim, const int64_t *shape);        /* undoes a broadcast */
ml_tensor *ml_matmul(ml_tensor *a, ml_tensor *b);
ml_tensor *ml_add_scalar(ml_tensor *x, double v);
ml_tensor *ml_mul_scalar(ml_tensor *x, double v);
ml_tensor *ml_pow_scalar(ml_tensor *x, double v);
ml_status ml_copy_(ml_tensor *dst, ml_tensor *src) ML_CHECKED; /* casts, broadcasts, any devices */
ml_status ml_fill_(ml_tensor *x, double value) ML_CHECKED;
/* ml_exp(x), ml_add(a, b), ml_lerp(a, b, w) …: one for every pointwise row, see core/op.h. */

/* ---- gradients ------------------------------------------------------------------------------- */

uint64_t ml_changes(const ml_tensor *t);   /* how often its memory has been changed in place */
bool ml_requires_grad(const ml_tensor *t); /* a leaf that wants a gradient, or made from one */
ml_status ml_set_requires_grad(ml_tensor *t, bool on) ML_CHECKED; /* leaves of a float dtype only */
ml_tensor *ml_grad_of(const ml_tensor *t);                    /* borrowed; NULL if there is none */
ml_status ml_set_grad(ml_tensor *t, ml_tensor *g) ML_CHECKED; /* NULL clears */
bool ml_grad_enabled(void);
bool ml_set_grad_enabled(bool on); /* returns what it was */

typedef struct ml_backward_options {
    bool retain_graph; /* keep what was saved, to go through the graph again */
    bool create_graph; /* record the gradients' own computation */
    bool allow_unused; /* ml_grad: an input that was not used gets NULL instead of an error */
} ml_backward_options;
/* Adds d(sum of outputs * seeds)/d(leaf) to .grad of every leaf.  seeds[i] may be NULL for a single
** element.  */
ml_status ml_backward(int n, ml_tensor *const outputs[], ml_tensor *const seeds[],
                      const ml_backward_options *options) ML_CHECKED;
/* The gradients themselves, for the given inputs, into grads[]; touches no .grad. */
ml_status ml_grad(int n, ml_tensor *const outputs[], ml_tensor *const seeds[], int nin,
                  ml_tensor *const inputs[], ml_tensor *grads[],
                  const ml_backward_options *options) ML_CHECKED;

/* A function with a gradient of its own: outputs (made under no gradient) are given a history whose
** gradient is BACKWARD(ctx, g[nout], gin[nin]); gin[i] NULL means zero.  DROP(ctx) is called when the
** graph is released, also on failure. */
typedef struct ml_custom {
    const char *name;
    void *ctx;
    ml_status (*backward)(void *ctx, ml_tensor *const g[], ml_tensor *gin[]);
    void (*drop)(void *ctx);
} ml_custom;
ml_status ml_record_custom(const ml_custom *fn, int nin, ml_tensor *const in[], int nout,
                           ml_tensor *const out[]) ML_CHECKED;
/* A hook sees t's gradient when it is complete, and may return another (NULL keeps it). */
typedef struct ml_hook {
    void *ctx;
    ml_tensor *(*call)(void *ctx, ml_tensor *g);
    void (*drop)(void *ctx);
} ml_hook;
ml_status ml_add_hook(ml_tensor *t, const ml_hook *hook, uint64_t *id) ML_CHECKED;
void ml_remove_hook(ml_tensor *t, uint64_t id);

/* Where the user's code stands, kept with every recorded operation for messages.  The strings must
** outlive the program's graphs (the Lua binding interns them). */
void ml_set_place(const char *source, int line);

/* ---- random numbers -------------------------------------------------------------------------- */

void ml_manual_seed(uint64_t seed);
uint64_t ml_seed(void);
void ml_rng_state(uint64_t *seed, uint64_t *stream);
void ml_set_rng_state(uint64_t seed, uint64_t stream);
uint64_t ml_next_stream(void); /* each random operation takes one */

/* ---- devices --------------------------------------------------------------------------------- */

/* Index of device NAME ("cpu", "cuda", "cuda:1"), loading its plugin if needed; -1 with an error. */
int ml_device_find(const char *name);
int ml_device_count(void); /* found so far: those from 1 on are plugins, and open */
const char *ml_device_name(int device);
const char *ml_device_describe(int device);

/* ---- memory, threads, machine ---------------------------------------------------------------- */

typedef struct ml_memory_info {
    int64_t live;      /* bytes in storages */
    int64_t peak;      /* most that live ever was */
    int64_t cached;    /* bytes held free, for reuse (CPU) */
    int64_t tensors;   /* tensor structs alive */
    int64_t allocated; /* all bytes ever given to storages: drives the collector */
} ml_memory_info;
ml_memory_info ml_memory(int device);
int64_t ml_memory_live(void); /* over all devices; cheap */
int64_t ml_memory_allocated(void);
/* Counts memory that is no storage but held by values of the program, figures for one, as live; less than 0 when it
** is given back. */
void ml_memory_note(int64_t bytes);
void ml_memory_trim(void); /* gives cached memory back to the system */
/* Called when an allocation failed, before the last try; frees what it can. */
void ml_set_memory_pressure(void (*fn)(void *ctx), void *ctx);
int64_t ml_set_memory_limit(int64_t bytes); /* of all storages; 0: none.  Returns the last limit. */
/* Testing: the K-th allocation from now fails (0: never).  Returns how many happened since. */
int64_t ml_fail_allocation(int64_t k);

const char *ml_isa(void);  /* "avx512", "avx2", "base": the kernels in use */
const char *ml_blas(void); /* OpenBLAS's configuration and core name */
const char *ml_version(void);
int ml_threads(void);
ml_status ml_set_threads(int n) ML_CHECKED;
void ml_interrupt(void); /* async-signal-safe: running work stops with ML_INTERRUPT */
bool ml_interrupted(void);
void ml_interrupt_clear(void);

/* ---- files ------------------------------------------------------------------------------------ */

#include "core/files/files.h"

#endif
