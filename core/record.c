/* record.c -- the recorded graph: making nodes, what they save, releasing them. */
#include "core/autograd.h"

#include <string.h>

static _Thread_local bool disabled;
static uint64_t last_order;
static uint64_t last_hook;
#define NOT_SAVED  UINT64_MAX
#define ORDER_BASE ((uint64_t)1 << 62) /* operations; accumulators stay below */

bool ml_grad_enabled(void)
{
    return !disabled;
}

bool ml_set_grad_enabled(bool on)
{
    bool was = !disabled;
    disabled = !on;
    return was;
}

bool ml_requires_grad(const ml_tensor *t)
{
    return t->node || t->requires_grad;
}

ml_status ml_set_requires_grad(ml_tensor *t, bool on)
{
    if (t->node && !on)
        return ml_fail(ML_GRAPH, "requires_grad_: this tensor was computed from others that need a "
                                 "gradient; use x:detach()");
    if (on && !ml_is_float((ml_dtype)t->dtype))
        return ml_fail(ML_DTYPE, "requires_grad_: %s: only float tensors can have a gradient",
                       ML_DESCRIBE(t));
    t->requires_grad = on;
    return ML_OK;
}

ml_tensor *ml_grad_of(const ml_tensor *t)
{
    return t->grad;
}

ml_status ml_set_grad(ml_tensor *t, ml_tensor *g)
{
    if (g == t) return ml_fail(ML_VALUE, "grad: a tensor cannot be its own gradient");
    if (g && (!ml_same_shape(t, g) || t->dtype != g->dtype || t->device != g->device))
        return ml_fail(ML_SHAPE, "grad: %s cannot be the gradient of %s", ML_DESCRIBE(g),
                       ML_DESCRIBE(t));
    ml_retain(g);
    ml_release(t->grad);
    t->grad = g;
    return ML_OK;
}

/* ---- what a call saves -------------------------------------------------------------------------- */

/* Does the space-separated list NAMES hold NAME? */
static bool names(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = list; (s = strstr(s, name)); s += n)
        if ((s == list || s[-1] == ' ') && (s[n] == ' ' || s[n] == 0)) return true;
    return false;
}

/* Bit i: argument i; bit 16 + k: output k; what a hand-written row's `saves` names.  Computed once per row. */
static uint32_t named_bits(int op, const ml_signature *sig)
{
    static uint32_t cache[ML_NOP];
    if (cache[op]) return cache[op];
    const ml_op_info *info = &ml_ops[op];
    uint32_t bits = 1u << 31;
    for (int i = 0; i < sig->nparams; i++)
        if (names(info->saves, sig->param[i].name)) bits |= 1u << i;
    for (int k = 0; k < sig->noutputs; k++)
        if (names(info->saves, (const char *[]){ "y", "y2", "y3", "y4" }[k]))
            bits |= 1u << (16 + k);
    return cache[op] = bits;
}

static bool differentiable(const ml_tensor *t)
{
    return (t->requires_grad || t->node) && ml_is_float((ml_dtype)t->dtype);
}

/* A pointwise row saves what the gradients that are wanted read. */
static uint32_t saved_bits(int op, const ml_arg in[], const ml_signature *sig)
{
    if (ml_ops[op].grad) return named_bits(op, sig);
    uint32_t bits = 0;
    for (int k = 0; k < 3 && k < sig->nparams; k++) {
        if (!ml_ops[op].d[k] || in[k].kind != ML_ARG_TENSOR || !differentiable(in[k].t)) continue;
        unsigned reads = ml_formula_reads(op, k);
        bits |= (reads & 7u) | (reads >> 3 & 1u) << 16;
    }
    return bits;
}

static int count_edges(const ml_arg in[], int n)
{
    int edges = 0;
    for (int i = 0; i < n; i++)
        edges += in[i].kind == ML_ARG_TENSOR ? 1 : in[i].kind == ML_ARG_TENSORS ? in[i].n : 0;
    return edges;
}

static ml_tensor *edge_tensor(const ml_arg *a, int j)
{
    return a->kind == ML_ARG_TENSORS ? a->list[j] : a->t;
}

static int tensors_of(const ml_arg *a)
{
    return a->kind == ML_ARG_TENSOR ? 1 : a->kind == ML_ARG_TENSORS ? a->n : 0;
}

bool ml_any_requires_grad(const ml_arg in[], const ml_signature *sig)
{
    for (int i = 0; i < sig->nparams; i++)
        for (int j = 0; j < tensors_of(&in[i]); j++)
            if (differentiable(edge_tensor(&in[i], j))) return true;
    return false;
}

/* ---- nodes -------------------------------------------------------------------------------------- */

/* A node and its arrays in one block; extra bytes for copied ints, lists and strings. */
static ml_node *node_new(int kind, int op, int nargs, int nedges, int noutputs, size_t extra)
{
    size_t bytes = sizeof(ml_node) + (size_t)nargs * sizeof(ml_arg) +
                   (size_t)nedges * (sizeof(ml_edge) + sizeof(uint64_t)) +
                   (size_t)noutputs * (2 * sizeof(ml_tensor *) + sizeof(uint64_t)) + extra;
    ml_node *node = ml_alloc(bytes);
    if (!node) return ml_fail(ML_MEMORY, "out of memory"), NULL;
    memset(node, 0, bytes);
    node->refs = 1, node->op = (uint16_t)op, node->kind = (uint8_t)kind;
    node->noutputs = (uint8_t)noutputs, node->nargs = (uint8_t)nargs;
    node->nedges = (uint32_t)nedges, node->bytes = (uint32_t)bytes;
    char *p = (char *)(node + 1);
    node->in = (ml_arg *)(void *)p, p += (size_t)nargs * sizeof(ml_arg);
    node->edge = (ml_edge *)(void *)p, p += (size_t)nedges * sizeof(ml_edge);
    node->version = (uint64_t *)(void *)p, p += (size_t)nedges * sizeof(uint64_t);
    node->y = (ml_tensor **)(void *)p, p += (size_t)noutputs * sizeof(ml_tensor *);
    node->g = (ml_tensor **)(void *)p, p += (size_t)noutputs * sizeof(ml_tensor *);
    node->y_version = (uint64_t *)(void *)p;
    node->order = kind == ML_NODE_LEAF ? ++last_order : ORDER_BASE + ++last_order;
    node->place = ml_current_place();
    return node;
}

static char *node_extra(ml_node *node)
{
    return (char *)(node->y_version + node->noutputs);
}

/* The accumulator of leaf t, made when first needed. */
static ml_node *accumulator(ml_tensor *t)
{
    if (t->accumulator) return t->accumulator->refs++, t->accumulator;
    ml_node *node = node_new(ML_NODE_LEAF, 0, 0, 0, 1, 0);
    if (!node) return NULL;
    node->leaf = ml_retain(t);
    return t->accumulator = node;
}

/* Connects an edge to what made t. */
static ml_status connect(ml_node *node, uint32_t e, ml_tensor *t)
{
    if (!differentiable(t)) return ML_OK;
    if (!t->node) {
        node->edge[e].node = accumulator(t);
        return node->edge[e].node ? ML_OK : ml_error_status();
    }
    if (t->storage && t->version != t->storage->version)
        return ml_fail(ML_GRAPH,
                       "%s: an input was changed in place%s%s by %s_ through another view of its "
                       "memory after it was "
                       "computed, so its gradient would be wrong; clone() before changing it",
                       ml_ops[node->op].name, t->storage->changed_in ? " at " : "",
                       t->storage->changed_in ? t->storage->changed_in : "",
                       ml_ops[t->storage->changed_op].name);
    node->edge[e].node = t->node, t->node->refs++;
    node->edge[e].output = t->output;
    return ML_OK;
}

/* What a node keeps of tensors that are not saved; those that look alike share it. */
static ml_tensor *outline(const ml_tensor *t, ml_tensor **last)
{
    const ml_tensor *l = *last;
    if (l && l->dtype == t->dtype && l->device == t->device && ml_same_shape(l, t))
        return ml_retain(*last);
    return *last = ml_ghost(t);
}

/* One tensor argument: saved, or only its outline. */
static ml_tensor *keep(ml_tensor *t, bool save, uint64_t *version, ml_tensor **last)
{
    *version = save && t->storage ? t->storage->version : NOT_SAVED;
    return save ? ml_retain(t) : outline(t, last);
}

/* Where saving stands: the next edge, free bytes behind the node, the last outline. */
typedef struct saving {
    uint32_t edge;
    char *extra;
    ml_tensor *last;
} saving;

static ml_status save_arg(ml_node *node, int i, const ml_arg *a, bool save, saving *s)
{
    ml_arg *to = &node->in[i];
    *to = *a;
    if (a->kind == ML_ARG_INTS && a->n > 0) {
        memcpy(s->extra, a->ints, (size_t)a->n * sizeof(int64_t));
        to->ints = (int64_t *)(void *)s->extra, s->extra += (size_t)a->n * sizeof(int64_t);
    }
    ml_tensor **list = &to->t;
    if (a->kind == ML_ARG_TENSORS) {
        list = (ml_tensor **)(void *)s->extra, to->list = list;
        s->extra += (size_t)a->n * sizeof(ml_tensor *);
    }
    int n = tensors_of(a);
    for (int j = 0; j < n; j++) list[j] = NULL;
    for (int j = 0; j < n; j++, s->edge++) {
        ml_tensor *t = edge_tensor(a, j);
        list[j] = keep(t, save, &node->version[s->edge], &s->last);
        if (!list[j]) return ml_error_status();
        ML_TRY(connect(node, s->edge, t));
    }
    return ML_OK;
}

static ml_status save_output(ml_node *node, int k, ml_tensor *y, bool save, saving *s)
{
    node->y_version[k] = NOT_SAVED;
    if (!y) return ML_OK; /* an output that this call does not have */
    ml_tensor *t = save ? ml_retain(ml_alias(y)) : outline(y, &s->last);
    if (!t) return ml_error_status();
    node->y[k] = t;
    node->y_version[k] = save ? y->storage->version : NOT_SAVED;
    return ML_OK;
}

static ml_node *node_of_call(int op, const ml_arg in[], const ml_signature *sig, ml_tensor *out[])
{
    uint32_t bits = saved_bits(op, in, sig);
    size_t extra = 0;
    for (int i = 0; i < sig->nparams; i++)
        if (in[i].kind == ML_ARG_INTS || in[i].kind == ML_ARG_TENSORS) extra += (size_t)in[i].n * 8;
    ml_node *node =
        node_new(ML_NODE_OP, op, sig->nparams, count_edges(in, sig->nparams), sig->noutputs, extra);
    if (!node) return NULL;
    saving s = { .extra = node_extra(node) };
    ml_status status = ML_OK;
    for (int i = 0; status == ML_OK && i < sig->nparams; i++)
        status = save_arg(node, i, &in[i], bits >> i & 1, &s);
    for (int k = 0; status == ML_OK && k < sig->noutputs; k++)
        status = save_output(node, k, out[k], bits >> (16 + k) & 1, &s);
    if (status == ML_OK) return node;
    ml_node_release(node);
    return NULL;
}

static void set_node(ml_tensor *t, ml_node *node, int k)
{
    ml_node *old = t->node;
    t->node = node, t->output = (uint32_t)k, node->refs++;
    t->version = t->storage->version;
    if (old) ml_node_release(old);
}

ml_status ml_record(int op, const ml_arg in[], const ml_signature *sig, ml_tensor *out[])
{
    if (disabled || !ml_any_requires_grad(in, sig)) return ML_OK;
    ml_node *node = node_of_call(op, in, sig, out);
    if (!node) return ml_error_status();
    for (int k = 0; k < sig->noutputs; k++)
        if (out[k] && !sig->index_output[k] && ml_is_float((ml_dtype)out[k]->dtype))
            set_node(out[k], node, k);
    ml_node_release(node);
    return ML_OK;
}

ml_status ml_record_inplace(int op, const ml_arg in[], const ml_signature *sig, ml_tensor *x)
{
    /* in[0] is saved at the version it had before the change, so using it later is caught. */
    ml_node *node = node_of_call(op, in, sig, (ml_tensor *[]){ x });
    ml_touch(x, op);
    if (!node) return ml_error_status();
    if (node->y_version[0] != NOT_SAVED) node->y_version[0] = x->storage->version;
    set_node(x, node, 0);
    ml_node_release(node);
    return ML_OK;
}

bool ml_is_tracked_view(const ml_tensor *x)
{
    if (x->node) return x->node->kind == ML_NODE_OP && ml_ops[x->node->op].family == ML_VIEW;
    return (size_t)x->numel * ml_dtype_size((ml_dtype)x->dtype) < x->storage->bytes;
}

ml_tensor *ml_alias_with_history(ml_tensor *x)
{
    ml_tensor *t = ml_alias(x);
    if (t && x->node)
        t->node = x->node, x->node->refs++, t->output = x->output, t->version = x->version;
    return t;
}

void ml_take_history(ml_tensor *x, ml_tensor *y)
{
    ml_node *old = x->node;
    x->node = y->node, x->output = y->output, x->version = x->storage->version;
    if (x->node) x->node->refs++;
    if (old) ml_node_release(old);
}

ml_status ml_record_custom(const ml_custom *fn, int nin, ml_tensor *const in[], int nout,
                           ml_tensor *const out[])
{
    ml_arg list = ML_LIST(in, nin);
    bool wanted = !disabled;
    for (int i = 0, any = 0; wanted && i < nin; i++)
        any |= differentiable(in[i]), wanted = any || i + 1 < nin;
    ml_node *node =
        wanted && nin ? node_new(ML_NODE_CUSTOM, 0, 1, nin, nout, (size_t)nin * 8) : NULL;
    if (!node) {
        if (fn->drop) fn->drop(fn->ctx);
        return ml_error_status();
    }
    node->custom = *fn;
    saving s = { .extra = node_extra(node) };
    ml_status status = save_arg(node, 0, &list, false, &s);
    for (int k = 0; status == ML_OK && k < nout; k++)
        status = save_output(node, k, out[k], false, &s);
    for (int k = 0; status == ML_OK && k < nout; k++)
        if (ml_is_float((ml_dtype)out[k]->dtype)) set_node(out[k], node, k);
    ml_node_release(node);
    return status;
}

/* ---- releasing ---------------------------------------------------------------------------------- */

void ml_hooks_free(ml_hooks *hooks)
{
    while (hooks) {
        ml_hooks *next = hooks->next;
        if (hooks->hook.drop) hooks->hook.drop(hooks->hook.ctx);
        ml_free(hooks, sizeof *hooks);
        hooks = next;
    }
}

void ml_node_clear(ml_node *node)
{
    for (int i = 0; i < node->nargs; i++) {
        int n = tensors_of(&node->in[i]);
        for (int j = 0; j < n; j++) ml_release(edge_tensor(&node->in[i], j));
        if (n) node->in[i].kind = ML_ARG_NONE;
    }
    for (int k = 0; k < node->noutputs; k++) ml_release(node->y[k]), node->y[k] = NULL;
    for (uint32_t e = 0; e < node->nedges; e++) {
        if (node->edge[e].node) ml_node_release(node->edge[e].node);
        node->edge[e].node = NULL;
    }
    if (node->custom.drop) node->custom.drop(node->custom.ctx), node->custom.drop = NULL;
    node->released = true;
}

static void node_free(ml_node *node)
{
    for (int k = 0; k < node->noutputs; k++) ml_release(node->g[k]);
    ml_node_clear(node);
    ml_hooks_free(node->hooks);
    if (node->leaf) node->leaf->accumulator = NULL, ml_release(node->leaf);
    ml_free(node, node->bytes);
}

/* A chain of a million nodes must not recurse: nodes wait in a list while one is being freed. */
void ml_node_release(ml_node *node)
{
    static _Thread_local ml_node *waiting;
    static _Thread_local bool busy;
    if (--node->refs > 0) return;
    node->next = waiting, waiting = node;
    if (busy) return;
    busy = true;
    while (waiting) {
        ml_node *n = waiting;
        waiting = n->next;
        node_free(n);
    }
    busy = false;
}

/* ---- hooks -------------------------------------------------------------------------------------- */

ml_status ml_add_hook(ml_tensor *t, const ml_hook *hook, uint64_t *id)
{
    if (!ml_requires_grad(t))
        return ml_fail(ML_GRAPH, "register_hook: the tensor does not require a gradient");
    ml_hooks *h = ml_alloc(sizeof *h);
    if (!h) return ml_fail(ML_MEMORY, "out of memory");
    *h = (ml_hooks){ .id = ++last_hook, .output = t->node ? t->output : 0, .hook = *hook };
    ml_hooks **at = t->node ? &t->node->hooks : &t->hooks;
    while (*at) at = &(*at)->next;
    *at = h, *id = h->id;
    return ML_OK;
}

/* Takes removed hooks out of the list, unless it is being gone through. */
static void tidy(ml_hooks **list)
{
    for (const ml_hooks *h = *list; h; h = h->next)
        if (h->running) return;
    for (ml_hooks **at = list; *at;) {
        ml_hooks *h = *at;
        if (h->hook.call) {
            at = &h->next;
            continue;
        }
        *at = h->next;
        ml_free(h, sizeof *h);
    }
}

void ml_remove_hook(ml_tensor *t, uint64_t id)
{
    ml_hooks **list = t->node ? &t->node->hooks : &t->hooks, *h = *list;
    while (h && h->id != id) h = h->next;
    if (!h) return;
    ml_hook hook = h->hook;
    h->hook = (ml_hook){ 0 };
    tidy(list);
    if (hook.drop) hook.drop(hook.ctx);
}
