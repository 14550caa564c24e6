/* node_grad.c -- the gradient of one recorded call: by the row's kernels, by its formula as text when the
** gradient's own history is wanted, or by its hand-written function. */
#include "core/autograd.h"
#include "core/iter.h"

#include <string.h>

/* The saved output with its history, for gradients of gradients. */
static ml_tensor *output_with_history(ml_node *node, int k)
{
    if (node->y_version[k] == UINT64_MAX) return node->y[k]; /* a ghost */
    ml_tensor *t = ml_alias(node->y[k]);
    if (t) t->node = node, node->refs++, t->output = (uint32_t)k, t->version = t->storage->version;
    return t;
}

static bool wants(const ml_node *node, uint32_t edge)
{
    return ml_edge_matters(&node->edge[edge]);
}

/* ---- pointwise ---------------------------------------------------------------------------------- */

/* Without a plan, where g and what is read are simple; false: they are not. */
static bool simple_gradient(ml_node *node, int k, int n, ml_tensor *const operand[], unsigned reads)
{
    const ml_tensor *g = operand[1];
    ml_kernel *kernel = ml_simple_kernel(node->op, ML_GRAD_A + k, g);
    char *p[ML_MAX_OPERANDS];
    int64_t step[ML_MAX_OPERANDS];
    if (!kernel) return false;
    for (int i = 0; i < n + 3; i++) {
        bool number =
            i >= 2 && i < n + 2 && node->in[i - 2].kind != ML_ARG_TENSOR && (reads >> (i - 2) & 1);
        if (number || (operand[i] != g && !ml_simple_like(operand[i], g))) return false;
        p[i] = operand[i]->data, step[i] = (int64_t)ml_dtype_size((ml_dtype)g->dtype);
    }
    kernel(g->numel, p, step);
    return true;
}

/* One launch of gradient pass K over the broadcast shape, which is g's. */
static ml_tensor *gradient_kernel(ml_node *node, int k, int n, ml_tensor *g, ml_tensor *y)
{
    unsigned reads = ml_formula_reads(node->op, k);
    ml_launch job = { .op = node->op,
                      .pass = ML_GRAD_A + k,
                      .type = ml_compute_type((ml_dtype)g->dtype) };
    ml_tensor *operand[ML_MAX_OPERANDS];
    double slot[3];
    operand[0] = ml_empty_like(g, (ml_dtype)g->dtype), operand[1] = g;
    if (!operand[0]) return NULL;
    for (int i = 0; i < n; i++)
        operand[i + 2] = node->in[i].kind == ML_ARG_TENSOR && (reads >> i & 1) ? node->in[i].t : g;
    operand[n + 2] = reads >> 3 & 1 ? y : g;
    if (simple_gradient(node, k, n, operand, reads)) return operand[0];
    ml_plan(&job, n + 3, operand);
    for (int i = 0; i < n; i++)
        if (node->in[i].kind != ML_ARG_TENSOR)
            ml_plan_number(&job, i + 2, node->in[i].f, node->in[i].i,
                           node->in[i].kind == ML_ARG_INT, &slot[i]);
    if (g->numel && ml_run_launch(g->device, &job) != ML_OK) return NULL;
    return operand[0];
}

typedef enum gradient_kind { NO_GRADIENT, ZERO, JUST_G, MINUS_G, KERNEL } gradient_kind;

/* Formulas that need no kernel. */
static gradient_kind kind_of(const char *formula)
{
    if (!formula || !strcmp(formula, "none")) return NO_GRADIENT;
    if (formula[0] == '0' && !formula[1]) return ZERO;
    if (formula[0] == 'g' && !formula[1]) return JUST_G;
    return formula[0] == '-' && formula[1] == 'g' && !formula[2] ? MINUS_G : KERNEL;
}

static ml_status pointwise_gradients(ml_node *node, bool create_graph, ml_tensor *gin[])
{
    const ml_op_info *op = &ml_ops[node->op];
    ml_tensor *g = node->g[0], *y = create_graph ? output_with_history(node, 0) : node->y[0];
    uint32_t edge = 0;
    int n = op->family == ML_TERNARY ? 3 : op->family == ML_BINARY ? 2 : 1;
    for (int k = 0; k < n; k++) {
        if (node->in[k].kind != ML_ARG_TENSOR) continue;
        uint32_t e = edge++;
        if (!wants(node, e)) continue;
        gradient_kind kind = kind_of(op->d[k]);
        if (kind == NO_GRADIENT)
            return ml_fail(ML_GRAPH, "backward: %s has no gradient with respect to argument %d",
                           op->name, k + 1);
        ml_tensor *t = g;
        const ml_tensor *in = node->in[k].t;
        if (kind == ZERO)
            t = ml_zeros_like(g);
        else if (kind == MINUS_G)
            t = ml_neg(g);
        else if (kind == KERNEL)
            t = create_graph ? ml_formula_value(node->op, k, g, node->in, y)
                             : gradient_kernel(node, k, n, g, y);
        if (t && !ml_same_shape(t, in)) t = ml_sum_to(t, in->ndim, in->shape);
        if (t && t->dtype != in->dtype) t = ml_cast(t, (ml_dtype)in->dtype);
        if (!t) return ml_error_status();
        gin[e] = t;
    }
    return ML_OK;
}

/* ---- hand-written -------------------------------------------------------------------------------- */

typedef struct spread { /* gin per argument, from and to gin per edge */
    ml_tensor *one[ML_MAX_PARAMS];
    ml_tensor **list[ML_MAX_PARAMS];
    bool need[ML_MAX_PARAMS];
} spread;

static void lay_out(const ml_node *node, spread *s, ml_tensor *gin[])
{
    uint32_t e = 0;
    for (int i = 0; i < node->nargs; i++) {
        const ml_arg *a = &node->in[i];
        int n = a->kind == ML_ARG_TENSOR ? 1 : a->kind == ML_ARG_TENSORS ? a->n : 0;
        if (a->kind == ML_ARG_TENSORS) s->list[i] = gin + e;
        for (int j = 0; j < n; j++, e++) s->need[i] |= wants(node, e);
    }
}

static ml_status written_gradients(ml_node *node, bool create_graph, ml_tensor *gin[])
{
    spread s = { 0 };
    ml_tensor *y[ML_MAX_OUTPUTS] = { 0 };
    lay_out(node, &s, gin);
    for (int k = 0; k < node->noutputs; k++) {
        y[k] = create_graph ? output_with_history(node, k) : node->y[k];
        if (!y[k] && node->y[k]) return ml_error_status();
    }
    ml_grad_call call = {
        .in = node->in, .y = y, .g = node->g, .need = s.need, .gin = s.one, .gin_list = s.list
    };
    ML_TRY(ml_ops[node->op].grad(&call));
    if (ml_error_status() != ML_OK) return ml_error_status();
    uint32_t e = 0;
    for (int i = 0; i < node->nargs; i++) {
        if (node->in[i].kind == ML_ARG_TENSOR)
            gin[e++] = s.one[i];
        else if (node->in[i].kind == ML_ARG_TENSORS)
            e += (uint32_t)node->in[i].n;
    }
    return ML_OK;
}

ml_status ml_node_gradients(ml_node *node, bool create_graph, ml_tensor *gin[])
{
    if (node->kind == ML_NODE_CUSTOM) {
        ML_TRY(node->custom.backward(node->custom.ctx, node->g, gin));
        return ml_error_status();
    }
    if (!ml_ops[node->op].grad) return pointwise_gradients(node, create_graph, gin);
    return written_gradients(node, create_graph, gin);
}
