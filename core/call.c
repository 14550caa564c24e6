/* call.c -- calling an operator: defaults, checks, the pointwise families, recording of gradients. */
#include "core/call.h"
#include "core/autograd.h"
#include "core/iter.h"
#include "core/tensor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- pointwise ---------------------------------------------------------------------------------- */

static bool is_pointwise(const ml_op_info *op)
{
    return op->family <= ML_PREDICATE;
}

static bool gives_bool(const ml_op_info *op)
{
    return op->family == ML_COMPARE || op->family == ML_PREDICATE;
}

/* What the user calls the in-place form of a row: its name with _, which some have already. */
static const char *in_place_name(const ml_op_info *op, char *buf, size_t n)
{
    size_t length = strlen(op->name);
    snprintf(buf, n, op->name[length - 1] == '_' ? "%s" : "%s_", op->name);
    return buf;
}
#define IN_PLACE(op) in_place_name((op), (char[48]){ 0 }, 48)

static int operand_count(const ml_op_info *op)
{
    return op->family == ML_TERNARY                               ? 3
           : op->family == ML_UNARY || op->family == ML_PREDICATE ? 1
                                                                  : 2;
}

ml_status ml_check_type(const ml_op_info *op, ml_dtype dtype)
{
    if (op->types & 1u << dtype) return ML_OK;
    char list[160] = "";
    for (int i = 0; i < ML_NDTYPE; i++)
        if (op->types & 1u << i)
            strcat(strcat(list, *list ? ", " : ""), ml_dtype_name((ml_dtype)i));
    return ml_fail(ML_DTYPE, "%s: %s tensors are not supported, only %s; convert with x:to(\"%s\")",
                   op->name, ml_dtype_name(dtype), list,
                   op->types & ML_BIT(F32) ? "float32" : "int64");
}

static ml_status check_number(const ml_op_info *op, const ml_arg *a, ml_dtype dtype,
                              ml_tensor *beside)
{
    if (a->kind == ML_ARG_INT || ml_is_float(dtype) || isinf(a->f) || floor(a->f) == a->f)
        return ML_OK;
    return ml_fail(
        ML_DTYPE,
        "%s: %s and the number %g: a number never changes a tensor's dtype; use x:float() first",
        op->name, ML_DESCRIBE(beside), a->f);
}

/* The tensors' common dtype; where's condition does not count. */
static ml_status common_type(const ml_op_info *op, int op_id, const ml_arg in[], int n,
                             ml_dtype *out)
{
    ml_tensor *first = NULL;
    ml_dtype dtype = ML_BOOL;
    int skip = op_id == ML_OP_where;
    for (int i = skip; i < n; i++) {
        if (in[i].kind != ML_ARG_TENSOR) continue;
        dtype = first ? ml_promote(dtype, (ml_dtype)in[i].t->dtype) : (ml_dtype)in[i].t->dtype;
        first = first ? first : in[i].t;
    }
    bool wide = gives_bool(op); /* a comparison has no dtype to keep: the number decides too */
    for (int i = skip; i < n; i++) {
        if (in[i].kind == ML_ARG_TENSOR) continue;
        if (in[i].kind != ML_ARG_FLOAT && in[i].kind != ML_ARG_INT)
            return ml_fail(ML_VALUE, "%s: argument %d is missing", op->name, i + 1);
        bool whole = in[i].kind == ML_ARG_INT;
        if (!first)
            dtype = ML_F32;
        else if (dtype == ML_BOOL && !wide)
            dtype = whole ? ML_I64 : ML_F32;
        else if (wide && !whole && !ml_is_float(dtype))
            dtype = ML_F64;
        else if (!wide && (op->types & ML_BIT(I64)))
            ML_TRY(check_number(op, &in[i], dtype, first));
    }
    bool floats_only = !(op->types & (ML_TYPES_INT | ML_BIT(BOOL)));
    *out = floats_only && !ml_is_float(dtype) ? ML_F32 : dtype;
    return ml_check_type(op, *out);
}

static ml_status common_device(const ml_op_info *op, ml_tensor *const t[], int n, int *device)
{
    *device = -1;
    for (int i = 0; i < n; i++) {
        if (!t[i] || *device == t[i]->device) continue;
        if (*device >= 0)
            return ml_fail(ML_DEVICE,
                           "%s: tensors on %s and on %s; bring them together with x:to(device)",
                           op->name, ml_device_name(*device), ml_device_name(t[i]->device));
        *device = t[i]->device;
    }
    if (*device < 0) *device = 0;
    return ML_OK;
}

/* Memory of A and B may overlap, other than being the very same elements. */
static bool overlaps(const ml_tensor *a, const ml_tensor *b)
{
    if (a->storage != b->storage) return false;
    bool same = a->data == b->data && ml_same_shape(a, b) &&
                !memcmp(a->stride, b->stride, sizeof(int64_t) * a->ndim) && a->dtype == b->dtype;
    return !same;
}

static bool self_overlap(const ml_tensor *t)
{
    for (int d = 0; d < t->ndim; d++)
        if (t->stride[d] == 0 && t->shape[d] > 1) return true;
    return false;
}

static ml_status launch(int op, ml_dtype type, ml_tensor *y, const ml_arg in[],
                        ml_tensor *const t[], int n)
{
    ml_launch job;
    ml_tensor *operand[4] = { y };
    double slot[3];
    job.op = op, job.pass = ML_FORWARD, job.type = ml_compute_type(type);
    for (int i = 0; i < n; i++) {
        operand[i + 1] = t[i] ? t[i] : y;
        if (t[i] && overlaps(y, t[i])) operand[i + 1] = ml_clone(t[i]);
        if (!operand[i + 1]) return ml_error_status();
    }
    ml_plan(&job, n + 1, operand);
    for (int i = 0; i < n; i++)
        if (!t[i])
            ml_plan_number(&job, i + 1, in[i].f, in[i].i, in[i].kind == ML_ARG_INT, &slot[i]);
    return ml_run_launch(y->device, &job);
}

/* Operands that need no plan: floats of one dtype and shape, dense in the CPU's memory and few, or one of two a
** number.  False: they are not so, and nothing was done. */
static bool run_simple(int op_id, const ml_arg in[], int n, ml_tensor *into, ml_tensor **out)
{
    const ml_op_info *op = &ml_ops[op_id];
    ml_tensor *first = in[0].kind == ML_ARG_TENSOR ? in[0].t : in[n - 1].t;
    char *p[4];
    double slot;
    if (in[0].kind != ML_ARG_TENSOR && (n != 2 || in[1].kind != ML_ARG_TENSOR)) return false;
    ml_kernel *kernel = ml_simple_kernel(op_id, ML_FORWARD, first);
    if (!kernel || !(op->types & 1u << first->dtype)) return false;
    if (into && (gives_bool(op) || !ml_simple_like(into, first))) return false;
    int64_t size = first->dtype == ML_F32 ? 4 : 8, step[4] = { gives_bool(op) ? 1 : size };
    for (int i = 0; i < n; i++) {
        const ml_tensor *t = in[i].t;
        bool number = in[i].kind == ML_ARG_INT || in[i].kind == ML_ARG_FLOAT;
        if (number && n == 2) {
            double v = in[i].kind == ML_ARG_INT ? (double)in[i].i : in[i].f;
            float f = in[i].kind == ML_ARG_INT ? (float)in[i].i : (float)v;
            memcpy(&slot, size == 4 ? (void *)&f : (void *)&v, (size_t)size);
            p[i + 1] = (char *)&slot, step[i + 1] = 0;
        } else {
            if (in[i].kind != ML_ARG_TENSOR || !ml_simple_like(t, first)) return false;
            if (into && t->storage == into->storage && t->data != into->data) return false;
            p[i + 1] = t->data, step[i + 1] = size;
        }
    }
    *out = into ? into
                : ml_empty((ml_spec){ gives_bool(op) ? ML_BOOL : (ml_dtype)first->dtype, 0 },
                           first->ndim, first->shape);
    if (!*out) return true;
    p[0] = (*out)->data;
    kernel(first->numel, p, step);
    return true;
}

/* y NULL: a new tensor; else the result goes into it (in place). */
static ml_status pointwise(int op_id, const ml_arg in[], ml_tensor *y, ml_tensor **out)
{
    const ml_op_info *op = &ml_ops[op_id];
    int n = operand_count(op), device;
    ml_tensor *t[3] = { 0 };
    int64_t shape[ML_MAX_DIMS];
    ml_dtype dtype = ML_F32;
    if (run_simple(op_id, in, n, y, out)) return *out ? ML_OK : ml_error_status();
    for (int i = 0; i < n; i++) t[i] = in[i].kind == ML_ARG_TENSOR ? in[i].t : NULL;
    ML_TRY(common_type(op, op_id, in, n, &dtype));
    ML_TRY(common_device(op, t, n, &device));
    int ndim = ml_broadcast(op->name, n, t, shape);
    if (ndim < 0) return ml_error_status();
    if (!y) {
        y = ml_empty((ml_spec){ gives_bool(op) ? ML_BOOL : dtype, device }, ndim, shape);
        if (!y) return ml_error_status();
    } else if (y->ndim != ndim || memcmp(y->shape, shape, sizeof(int64_t) * (size_t)ndim)) {
        return ml_fail(ML_SHAPE, "%s: the result has shape (%s), which %s cannot hold in place",
                       IN_PLACE(op), ml_shape_text(ndim, shape, (char[96]){ 0 }, 96),
                       ML_DESCRIBE(y));
    } else if (y->dtype != dtype) {
        return ml_fail(ML_DTYPE,
                       "%s: the result is %s, which %s cannot hold in place; convert first",
                       IN_PLACE(op), ml_dtype_name(dtype), ML_DESCRIBE(y));
    }
    *out = y;
    return y->numel ? launch(op_id, dtype, y, in, t, n) : ML_OK;
}

/* ---- every family ------------------------------------------------------------------------------- */

static ml_status check_tensor(const ml_op_info *op, const ml_tensor *t, int *device)
{
    if (!t)
        return ml_error_status() != ML_OK ? ml_error_status()
                                          : ml_fail(ML_VALUE, "%s: a tensor is missing", op->name);
    if (*device >= 0 && *device != t->device)
        return ml_fail(ML_DEVICE,
                       "%s: tensors on %s and on %s; bring them together with x:to(device)",
                       op->name, ml_device_name(*device), ml_device_name(t->device));
    *device = t->device;
    return ML_OK;
}

static ml_status check_host(const ml_op_info *op, int device)
{
    if (device <= 0 || (op->family != ML_HAND && op->family != ML_PLAIN)) return ML_OK;
    return ml_fail(ML_DEVICE, "%s: not available on %s yet; move the tensor with x:to(\"cpu\")",
                   op->name, ml_device_name(device));
}

/* Tensor arguments: present, on one device, of a dtype the row takes (ints become float32 for FLOAT rows). */
static ml_status check_tensors(const ml_op_info *op, const ml_signature *sig, ml_arg in[])
{
    int device = -1;
    bool floats_only = !(op->types & (ML_TYPES_INT | ML_BIT(BOOL)));
    for (int i = 0; i < sig->nparams; i++) {
        uint8_t kind = sig->param[i].kind;
        if (in[i].kind == ML_ARG_TENSORS)
            for (int j = 0; j < in[i].n; j++) ML_TRY(check_tensor(op, in[i].list[j], &device));
        if (in[i].kind == ML_ARG_NONE && !sig->param[i].optional)
            return ml_fail(ML_VALUE, "%s: argument '%s' is missing; the call is %s(%s)", op->name,
                           sig->param[i].name, op->name, op->sig);
        if (in[i].kind != ML_ARG_TENSOR) continue;
        ML_TRY(check_tensor(op, in[i].t, &device));
        if (kind == ML_P_INDEX || kind == ML_P_LABEL || op->family == ML_COMPOSITE ||
            op->family == ML_CREATE)
            continue;
        if (floats_only && !ml_is_float((ml_dtype)in[i].t->dtype))
            in[i].t = ml_cast(in[i].t, ML_F32);
        if (!in[i].t) return ml_error_status();
        if (i == 0) ML_TRY(ml_check_type(op, (ml_dtype)in[i].t->dtype));
    }
    return check_host(op, device);
}

static _Thread_local struct {
    ml_tensor **at;
    int n, capacity;
} results; /* of a row with a list */

void ml_return_list(ml_tensor *t)
{
    if (results.n == results.capacity) {
        int capacity = results.capacity ? 2 * results.capacity : 64;
        ml_tensor **at = ml_realloc(results.at, (size_t)results.capacity * sizeof *at,
                                    (size_t)capacity * sizeof *at);
        if (!at) {
            ml_fail(ML_MEMORY, "out of memory");
            return;
        }
        results.at = at, results.capacity = capacity;
    }
    results.at[results.n++] = t;
}

static void fill_defaults(const ml_signature *sig, const ml_arg in[], int n, ml_arg all[])
{
    for (int i = 0; i < sig->nparams; i++)
        all[i] = i < n && in[i].kind != ML_ARG_NONE ? in[i] : sig->param[i].value;
}

static ml_status call_written(int op_id, const ml_signature *sig, ml_arg all[], ml_tensor *out[])
{
    const ml_op_info *op = &ml_ops[op_id];
    ML_TRY(check_tensors(op, sig, all));
    bool composite = op->family == ML_COMPOSITE;
    bool was = composite ? ml_grad_enabled() : ml_set_grad_enabled(false);
    results.n = sig->list_result ? 0 : results.n;
    ml_status status = op->run(all, out);
    if (!composite) ml_set_grad_enabled(was);
    for (int k = 0; status == ML_OK && !sig->list_result && k < sig->noutputs; k++)
        if (!out[k]) status = ml_error_status();
    if (status == ML_OK && sig->list_result) status = ml_error_status();
    if (status != ML_OK || !op->grad) return status;
    return ml_record(op_id, all, sig, out);
}

/* A NULL tensor among IN is an earlier failure. */
static ml_status earlier_failure(const ml_op_info *op, const ml_arg in[], int n)
{
    for (int i = 0; i < n; i++)
        if (in[i].kind == ML_ARG_TENSOR && !in[i].t)
            return ml_error_status() != ML_OK
                       ? ml_error_status()
                       : ml_fail(ML_VALUE, "%s: argument %d is missing", op->name, i + 1);
    return ML_OK;
}

ml_status ml_call(int op_id, const ml_arg in[], int n, ml_tensor *out[])
{
    const ml_op_info *op = &ml_ops[op_id];
    const ml_signature *sig = ml_signature_of(op_id);
    if (!sig) return ml_error_status();
    ML_TRY(earlier_failure(op, in, n));
    ml_arg all[ML_MAX_PARAMS];
    fill_defaults(sig, in, n, all);
    if (!is_pointwise(op)) return call_written(op_id, sig, all, out);
    ML_TRY(pointwise(op_id, all, NULL, out));
    return op->d[0] || op->d[1] ? ml_record(op_id, all, sig, out) : ML_OK;
}

ml_tensor *ml_call_one(int op, const ml_arg in[], int n)
{
    ml_tensor *out[ML_MAX_OUTPUTS] = { 0 };
    return ml_call(op, in, n, out) == ML_OK ? out[0] : NULL;
}

ml_status ml_call_list(int op, const ml_arg in[], int n, ml_tensor *const **out, int *count)
{
    ml_tensor *none_[ML_MAX_OUTPUTS] = { 0 };
    ML_TRY(ml_call(op, in, n, none_));
    *out = results.at, *count = results.n;
    return ML_OK;
}

/* ---- in place ----------------------------------------------------------------------------------- */

static ml_status may_change(const char *name, const ml_tensor *x)
{
    if (ml_grad_enabled() && x->requires_grad && !x->node)
        return ml_fail(ML_GRAPH,
                       "%s: a leaf that requires a gradient cannot be changed in place; "
                       "do it inside lab.no_grad(function() … end)",
                       name);
    if (self_overlap(x))
        return ml_fail(ML_VALUE,
                       "%s: %s is expanded (several elements share memory); clone() it first", name,
                       ML_DESCRIBE(x));
    return ML_OK;
}

/* The tensor that the row now running may change; NULL: none. */
static _Thread_local ml_tensor *changing;

ml_tensor *ml_changed_copy(ml_tensor *x)
{
    const ml_tensor *c = changing;
    if (!c || !x || x->data != c->data || x->storage != c->storage || x->numel != c->numel ||
        x->dtype != c->dtype || !x->contiguous || !c->contiguous)
        return ml_clone(x);
    ml_touch(changing, ML_OP_copy);
    return ml_alias(x);
}

ml_tensor *ml_apart(ml_tensor *t, const ml_tensor *y)
{
    return t && y && t->storage == y->storage ? ml_clone(t) : t;
}

/* Runs a written row that may change x itself. */
static ml_status call_changing(int op_id, const ml_signature *sig, ml_arg all[], ml_tensor *out[])
{
    ml_tensor *before = changing;
    bool once = ml_ops[op_id].family != ML_COMPOSITE || op_id == ML_OP_index_put;
    changing = once ? all[0].t : NULL;
    ml_status status = call_written(op_id, sig, all, out);
    changing = before;
    return status;
}

static bool is_changed_itself(const ml_tensor *x, const ml_tensor *y)
{
    return x->storage == y->storage && x->data == y->data && x->contiguous && y->contiguous;
}

/* The result takes x's place in x's memory and, where gradients are recorded, history. */
static ml_status take_result(int op_id, ml_tensor *x, ml_tensor *y, bool tracked)
{
    if (!ml_same_shape(x, y))
        return ml_fail(ML_SHAPE, "%s: the result is %s, which %s cannot hold in place",
                       IN_PLACE(&ml_ops[op_id]), ML_DESCRIBE(y), ML_DESCRIBE(x));
    if (x->dtype != y->dtype)
        return ml_fail(ML_DTYPE,
                       "%s: the result is %s, which %s cannot hold in place; convert first",
                       IN_PLACE(&ml_ops[op_id]), ml_dtype_name((ml_dtype)y->dtype), ML_DESCRIBE(x));
    bool was = ml_set_grad_enabled(false);
    ml_status status = is_changed_itself(x, y) ? ML_OK : ml_assign(x, y);
    ml_set_grad_enabled(was);
    ML_TRY(status);
    ml_touch(x, op_id);
    if (tracked)
        ml_take_history(x, y);
    else
        x->version = x->storage->version;
    return ML_OK;
}

ml_status ml_call_inplace(int op_id, const ml_arg in[], int n)
{
    const ml_op_info *op = &ml_ops[op_id];
    const ml_signature *sig = ml_signature_of(op_id);
    if (!sig) return ml_error_status();
    ML_TRY(earlier_failure(op, in, n));
    ml_tensor *x = in[0].t;
    ML_TRY(may_change(IN_PLACE(op), x));
    ml_arg all[ML_MAX_PARAMS];
    ml_tensor *out[ML_MAX_OUTPUTS] = { 0 };
    fill_defaults(sig, in, n, all);
    bool tracked = ml_grad_enabled() && ml_any_requires_grad(all, sig);
    if (tracked && ml_is_tracked_view(x))
        return ml_fail(ML_GRAPH,
                       "%s: the tensor is a view of one with a gradient history: changing it in "
                       "place would lose "
                       "that; use the result of %s, or assign x[…] = … on the whole tensor",
                       IN_PLACE(op), op->name);
    if (!is_pointwise(op) || tracked) {
        /* The old value keeps its own history under another struct; memory is shared until taken. */
        ml_tensor *old = tracked ? ml_alias_with_history(x) : x;
        if (!old) return ml_error_status();
        all[0].t = old;
        if (is_pointwise(op)) {
            ML_TRY(pointwise(op_id, all, x, out));
            ML_TRY(ml_record_inplace(op_id, all, sig, x));
            return ML_OK;
        }
        ML_TRY(tracked ? call_written(op_id, sig, all, out) : call_changing(op_id, sig, all, out));
        return take_result(op_id, x, out[0], tracked);
    }
    ML_TRY(pointwise(op_id, all, x, out));
    ml_touch(x, op_id);
    x->version = x->storage->version;
    return ML_OK;
}

/* ---- C functions of the pointwise rows ---------------------------------------------------------- */

/* clang-format off */
#define UNARY(name, ...)     ml_tensor *ml_##name(ml_tensor *x) { return ml_call1(ML_OP_##name, ML_T(x)); }
#define BINARY(name, ...)    ml_tensor *ml_##name(ml_tensor *a, ml_tensor *b) { return ml_call1(ML_OP_##name, ML_T(a), ML_T(b)); }
#define TERNARY(name, ...)   ml_tensor *ml_##name(ml_tensor *a, ml_tensor *b, ml_tensor *c) { return ml_call1(ML_OP_##name, ML_T(a), ML_T(b), ML_T(c)); }
#define COMPARE(name, ...)   BINARY(name)
#define PREDICATE(name, ...) UNARY(name)
#include "core/ops/all.def"
/* clang-format on */

ml_tensor *ml_add_scalar(ml_tensor *x, double v)
{
    return ml_call1(ML_OP_add, ML_T(x), ML_F(v));
}

ml_tensor *ml_mul_scalar(ml_tensor *x, double v)
{
    return ml_call1(ML_OP_mul, ML_T(x), ML_F(v));
}

ml_tensor *ml_pow_scalar(ml_tensor *x, double v)
{
    return ml_call1(ML_OP_pow, ML_T(x), ML_F(v));
}
