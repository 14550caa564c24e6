/* backward.c -- reverse mode: gradients flow along the recorded graph, latest operation first.
**
** A heap ordered by the nodes' order holds those whose gradient has begun to arrive; when one is taken out, all
** that use its outputs have been through, so its gradient is complete.  Gradients are added in that fixed order. */
#include "core/autograd.h"
#include "core/iter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct engine {
    ml_node **heap;
    size_t n, capacity;
    const ml_backward_options *options;
    int ninputs; /* ml_grad: the inputs asked for, else 0 */
    ml_tensor *const *inputs;
    ml_tensor **grads;
    bool into_leaves; /* ml_backward: add to .grad */
    ml_node *visited; /* the node whose gradient runs */
    struct engine *outer;
    ml_tensor **aside; /* the outer pass's gradients, see set_aside */
    size_t naside;
} engine;

_Thread_local uint64_t ml_grad_pass;
static _Thread_local engine *innermost;

bool ml_edge_matters(const ml_edge *edge)
{
    return edge->node && (!ml_grad_pass || edge->node->needed == ml_grad_pass);
}

/* ---- the heap ----------------------------------------------------------------------------------- */

static ml_status push(engine *e, ml_node *node)
{
    if (node->queued) return ML_OK;
    if (e->n == e->capacity) {
        size_t capacity = e->capacity ? 2 * e->capacity : 64;
        ml_node **heap = ml_realloc(e->heap, e->capacity * sizeof *heap, capacity * sizeof *heap);
        if (!heap) return ml_fail(ML_MEMORY, "out of memory");
        e->heap = heap, e->capacity = capacity;
    }
    size_t i = e->n++;
    for (; i > 0 && e->heap[(i - 1) / 2]->order < node->order; i = (i - 1) / 2)
        e->heap[i] = e->heap[(i - 1) / 2];
    e->heap[i] = node;
    node->queued = true, node->refs++;
    return ML_OK;
}

static ml_node *pop(engine *e)
{
    ml_node *top = e->heap[0], *last = e->heap[--e->n];
    size_t i = 0;
    for (size_t c; (c = 2 * i + 1) < e->n; i = c) {
        if (c + 1 < e->n && e->heap[c + 1]->order > e->heap[c]->order) c++;
        if (e->heap[c]->order < last->order) break;
        e->heap[i] = e->heap[c];
    }
    if (e->n) e->heap[i] = last;
    top->queued = false;
    return top;
}

/* ---- adding gradients ---------------------------------------------------------------------------- */

/* Memory that only this tensor uses, so that it may be added to in place. */
static bool is_private(const ml_tensor *t)
{
    return t->refs == 1 && t->storage->refs == 1 && t->contiguous && !t->node;
}

static ml_status add_in_place(ml_tensor *sum, ml_tensor *g)
{
    bool was = ml_set_grad_enabled(false);
    ml_status status = ml_call_inplace(ML_OP_add, (ml_arg[]){ ML_T(sum), ML_T(g) }, 2);
    ml_set_grad_enabled(was);
    return status;
}

/* *sum, which this function owns, becomes *sum + g. */
static ml_status accumulate(ml_tensor **sum, ml_tensor *g, bool create_graph)
{
    if (!*sum) return *sum = ml_retain(g), ML_OK;
    if (!create_graph && is_private(*sum) && (*sum)->dtype == g->dtype)
        return add_in_place(*sum, g);
    ml_tensor *t = ml_add(*sum, g);
    if (!t) return ml_error_status();
    ml_release(*sum);
    *sum = ml_retain(t);
    return ML_OK;
}

static ml_status deliver(engine *e, const ml_edge *edge, ml_tensor *g)
{
    if (!g || !ml_edge_matters(edge)) return ML_OK;
    const ml_tensor *like =
        edge->node->kind == ML_NODE_LEAF ? edge->node->leaf : edge->node->y[edge->output];
    if (like && (!ml_same_shape(like, g) || like->device != g->device))
        return ml_fail(ML_SHAPE, "backward: a gradient %s arrived for a value %s", ML_DESCRIBE(g),
                       ML_DESCRIBE(like));
    if (like && like->dtype != g->dtype) g = ml_cast(g, (ml_dtype)like->dtype);
    if (!g) return ml_error_status();
    ML_TRY(push(e, edge->node)); /* first, so that what was added is dropped on failure */
    return accumulate(&edge->node->g[edge->output], g, e->options->create_graph);
}

/* ---- one node ------------------------------------------------------------------------------------ */

static const char *node_name(const ml_node *node)
{
    return node->kind == ML_NODE_CUSTOM ? node->custom.name : ml_ops[node->op].name;
}

static ml_status changed(const ml_node *node, const ml_storage *s, const char *what)
{
    char where[160] = "", made[160] = "";
    if (s->changed_in) snprintf(where, sizeof where, " at %s:%d", s->changed_in, s->changed_line);
    if (node->place.source)
        snprintf(made, sizeof made, " at %s:%d", node->place.source, node->place.line);
    return ml_fail(
        ML_GRAPH,
        "backward: %s of %s%s was saved for its gradient, then changed in place by %s_%s; use %s "
        "without the underscore, or clone() before",
        what, node_name(node), made, ml_ops[s->changed_op].name, where, ml_ops[s->changed_op].name);
}

static ml_status check_versions(const ml_node *node)
{
    uint32_t e = 0;
    for (int i = 0; i < node->nargs; i++) {
        const ml_arg *a = &node->in[i];
        int n = a->kind == ML_ARG_TENSOR ? 1 : a->kind == ML_ARG_TENSORS ? a->n : 0;
        for (int j = 0; j < n; j++, e++) {
            const ml_tensor *t = a->kind == ML_ARG_TENSORS ? a->list[j] : a->t;
            if (node->version[e] != UINT64_MAX && t->storage->version != node->version[e])
                return changed(node, t->storage, "an input");
        }
    }
    for (int k = 0; k < node->noutputs; k++)
        if (node->y_version[k] != UINT64_MAX && node->y[k]->storage->version != node->y_version[k])
            return changed(node, node->y[k]->storage, "the result");
    return ML_OK;
}

/* What a hook returned, as the gradient in place of G. */
static ml_tensor *fit_hook(const ml_tensor *g, ml_tensor *t)
{
    if (!ml_same_shape(g, t) || g->device != t->device)
        return ML_NULL(ML_SHAPE, "hook: it returned %s for the gradient %s", ML_DESCRIBE(t),
                       ML_DESCRIBE(g));
    return ml_cast(t, (ml_dtype)g->dtype);
}

static ml_status run_hooks(ml_hooks *h, uint32_t output, ml_tensor **g)
{
    for (; h; h = h->next) {
        if (h->output != output || !h->hook.call || !*g) continue;
        h->running++;
        ml_tensor *t = h->hook.call(h->hook.ctx, *g);
        h->running--;
        if (t) t = fit_hook(*g, t);
        if (ml_error_status() != ML_OK) return ml_error_status();
        if (t) ml_retain(t), ml_release(*g), *g = t;
    }
    return ML_OK;
}

/* A gradient that its leaf may own: of its dtype, in memory of its own. */
static ml_status into_leaf(ml_tensor *leaf, ml_tensor *g, bool create_graph)
{
    if (g->dtype != leaf->dtype) g = ml_cast(g, (ml_dtype)leaf->dtype);
    if (!g) return ml_error_status();
    if (leaf->grad) {
        ml_tensor *sum = leaf->grad;
        if (!create_graph && !sum->node && sum->contiguous) return add_in_place(sum, g);
        return accumulate(&leaf->grad, g, true);
    }
    bool shared = g->storage->refs > 1 || !g->contiguous;
    if (!create_graph && (shared || g->node)) g = ml_clone(ml_detach(g));
    leaf->grad = ml_retain(g);
    return g ? ML_OK : ml_error_status();
}

/* Gradients that ml_grad asked for at this node. */
static ml_status capture(engine *e, const ml_node *node, bool *wanted)
{
    for (int i = 0; i < e->ninputs; i++) {
        ml_tensor *t = e->inputs[i];
        if (node->kind == ML_NODE_LEAF ? node->leaf != t : t->node != node) continue;
        ml_tensor *g = node->g[node->kind == ML_NODE_LEAF ? 0 : t->output];
        *wanted = true;
        if (g && !e->grads[i]) e->grads[i] = ml_retain(e->options->create_graph ? g : ml_detach(g));
    }
    return ml_error_status();
}

static ml_status pass_on(engine *e, ml_node *node)
{
    ml_tensor *few[8], **gin = few;
    size_t bytes = node->nedges * sizeof *gin;
    if (node->nedges > 8) gin = ml_alloc(bytes);
    if (!gin) return ml_fail(ML_MEMORY, "out of memory");
    memset(gin, 0, bytes);
    ml_status status = ml_node_gradients(node, e->options->create_graph, gin);
    for (uint32_t i = 0; status == ML_OK && i < node->nedges; i++)
        status = deliver(e, &node->edge[i], gin[i]);
    if (gin != few) ml_free(gin, bytes);
    return status;
}

static ml_status released(const ml_node *node)
{
    return ml_fail(
        ML_GRAPH,
        "backward: the graph of %s was already gone through and released; call the forward part "
        "again, or pass {retain_graph=true} the first time",
        node_name(node));
}

/* *through: the node's own gradient ran, so what it saved may be released. */
static ml_status visit(engine *e, ml_node *node, bool *through)
{
    bool leaf = node->kind == ML_NODE_LEAF, wanted = false, onward = false;
    for (uint32_t k = 0; k < node->noutputs; k++)
        ML_TRY(run_hooks(leaf ? node->leaf->hooks : node->hooks, k, &node->g[k]));
    if (e->ninputs) ML_TRY(capture(e, node, &wanted));
    if (leaf)
        return e->into_leaves ? into_leaf(node->leaf, node->g[0], e->options->create_graph) : ML_OK;
    if (node->released) return wanted ? ML_OK : released(node);
    for (uint32_t i = 0; i < node->nedges && !onward; i++) onward = ml_edge_matters(&node->edge[i]);
    if (!onward) return ML_OK; /* an input of ml_grad: what made it stays as it is */
    ML_TRY(check_versions(node));
    *through = true;
    return pass_on(e, node);
}

static void drop_gradients(ml_node *node)
{
    for (int k = 0; k < node->noutputs; k++) ml_release(node->g[k]), node->g[k] = NULL;
}

/* ---- a pass inside a pass ------------------------------------------------------------------------ */
/* A hook, or the gradient of a custom function, may begin another pass over nodes where gradients of the outer one
** wait.  These are set aside meanwhile. */

static ml_tensor **swap_gradients(ml_node *node, ml_tensor **aside)
{
    for (int k = 0; k < node->noutputs; k++) {
        ml_tensor *t = node->g[k];
        node->g[k] = aside[k], aside[k] = t;
    }
    return aside + node->noutputs;
}

/* Of the outer pass's waiting nodes, and of the one it visits. */
static void swap_all(const engine *e, bool queued)
{
    const engine *outer = e->outer;
    ml_tensor **at = e->aside;
    for (size_t i = 0; i < outer->n; i++) {
        outer->heap[i]->queued = queued;
        at = swap_gradients(outer->heap[i], at);
    }
    if (outer->visited) swap_gradients(outer->visited, at);
}

static ml_status set_aside(engine *e)
{
    const engine *outer = e->outer = innermost;
    if (outer) {
        e->naside = outer->visited ? outer->visited->noutputs : 0;
        for (size_t i = 0; i < outer->n; i++) e->naside += outer->heap[i]->noutputs;
        e->aside = ml_alloc((e->naside + 1) * sizeof *e->aside);
        if (!e->aside) return ml_fail(ML_MEMORY, "out of memory");
        memset(e->aside, 0, (e->naside + 1) * sizeof *e->aside);
        swap_all(e, false);
    }
    innermost = e;
    return ML_OK;
}

static void put_back(engine *e)
{
    innermost = e->outer;
    if (!e->outer) return;
    swap_all(e, true);
    ml_free(e->aside, (e->naside + 1) * sizeof *e->aside);
}

/* ---- the whole pass ------------------------------------------------------------------------------ */

static bool is_input(const engine *e, const ml_node *node)
{
    for (int i = 0; i < e->ninputs; i++)
        if (e->inputs[i]->node ? e->inputs[i]->node == node : e->inputs[i]->accumulator == node)
            return true;
    return false;
}

static ml_status seed(engine *e, ml_tensor *y, ml_tensor *g)
{
    if (!ml_requires_grad(y))
        return ml_fail(ML_GRAPH,
                       "backward: %s does not depend on anything that requires a gradient; set "
                       "requires_grad=true on the parameters",
                       ML_DESCRIBE(y));
    if (!g && y->numel != 1)
        return ml_fail(ML_SHAPE,
                       "backward: %s is not a single number; take its mean() or sum(), or pass a "
                       "gradient of its shape",
                       ML_DESCRIBE(y));
    if (g && !ml_same_shape(g, y))
        return ml_fail(ML_SHAPE, "backward: the gradient %s does not have the shape of %s",
                       ML_DESCRIBE(g), ML_DESCRIBE(y));
    if (!g) g = ml_ones_like(y);
    if (!g) return ml_error_status();
    if (!y->node && !e->ninputs) return into_leaf(y, g, e->options->create_graph);
    ml_edge edge = { y->node ? y->node : y->accumulator, y->output };
    if (!edge.node) return ML_OK;
    if (ml_grad_pass && is_input(e, edge.node)) edge.node->needed = ml_grad_pass;
    return deliver(e, &edge, g);
}

/* ---- ml_grad: only the way to the inputs --------------------------------------------------------- */

typedef struct mark {
    ml_node *node;
    uint64_t needed; /* what the pass around this one had marked */
} mark;

typedef struct nodes {
    mark *at;
    size_t n, capacity;
} nodes;

static ml_status add_node(nodes *list, ml_node *node, uint64_t pass)
{
    if (!node || node->seen == pass) return ML_OK;
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        mark *at = ml_realloc(list->at, list->capacity * sizeof *at, capacity * sizeof *at);
        if (!at) return ml_fail(ML_MEMORY, "out of memory");
        list->at = at, list->capacity = capacity;
    }
    node->seen = pass, node->refs++;
    list->at[list->n++] = (mark){ node, node->needed };
    return ML_OK;
}

/* Gives the nodes back as the outer pass had marked them. */
static void unmark(nodes *list)
{
    for (size_t i = 0; i < list->n; i++) {
        list->at[i].node->needed = list->at[i].needed;
        ml_node_release(list->at[i].node);
    }
    if (list->at) ml_free(list->at, list->capacity * sizeof *list->at);
}

static int by_order(const void *a, const void *b)
{
    uint64_t x = ((const mark *)a)->node->order, y = ((const mark *)b)->node->order;
    return (x > y) - (x < y);
}

/* Marks the nodes from which an input can be reached, from the inputs up. */
static ml_status mark_needed(const engine *e, int n, ml_tensor *const outputs[], uint64_t pass,
                             nodes *list)
{
    ml_status status = ML_OK;
    for (int i = 0; i < n && status == ML_OK; i++) status = add_node(list, outputs[i]->node, pass);
    for (size_t i = 0; i < list->n && status == ML_OK; i++) {
        const ml_node *node = list->at[i].node;
        for (uint32_t k = 0; k < node->nedges && status == ML_OK; k++)
            status = add_node(list, node->edge[k].node, pass);
    }
    if (list->n) qsort(list->at, list->n, sizeof *list->at, by_order);
    for (size_t i = 0; i < list->n && status == ML_OK; i++) {
        ml_node *node = list->at[i].node;
        bool needed = is_input(e, node);
        for (uint32_t k = 0; k < node->nedges && !needed; k++)
            needed = node->edge[k].node && node->edge[k].node->needed == pass;
        if (needed) node->needed = pass;
    }
    return status;
}

static ml_status run(engine *e, int n, ml_tensor *const outputs[], ml_tensor *const seeds[])
{
    ml_status status = ML_OK;
    ML_TRY(set_aside(e));
    bool keep = e->options->retain_graph || e->options->create_graph;
    bool was = ml_set_grad_enabled(e->options->create_graph);
    ml_scope scope;
    ml_scope_open(&scope);
    for (int i = 0; status == ML_OK && i < n; i++)
        status = seed(e, outputs[i], seeds ? seeds[i] : NULL);
    ml_scope_close(&scope);
    while (e->n) {
        ml_node *node = e->visited = pop(e);
        bool through = false;
        ml_scope_open(&scope);
        if (status == ML_OK) status = visit(e, node, &through);
        if (status == ML_OK && ml_interrupted()) status = ml_fail(ML_INTERRUPT, "interrupted");
        drop_gradients(node);
        ml_scope_close(&scope);
        if (!keep && through && status == ML_OK) ml_node_clear(node);
        e->visited = NULL;
        ml_node_release(node);
    }
    ml_set_grad_enabled(was);
    put_back(e);
    if (e->heap) ml_free(e->heap, e->capacity * sizeof *e->heap);
    return status;
}

static const ml_backward_options no_options;

ml_status ml_backward(int n, ml_tensor *const outputs[], ml_tensor *const seeds[],
                      const ml_backward_options *options)
{
    engine e = { .options = options ? options : &no_options, .into_leaves = true };
    uint64_t outer = ml_grad_pass;
    ml_grad_pass = 0;
    ml_status status = run(&e, n, outputs, seeds);
    ml_grad_pass = outer;
    return status;
}

ml_status ml_grad(int n, ml_tensor *const outputs[], ml_tensor *const seeds[], int nin,
                  ml_tensor *const inputs[], ml_tensor *grads[], const ml_backward_options *options)
{
    engine e = {
        .options = options ? options : &no_options, .ninputs = nin, .inputs = inputs, .grads = grads
    };
    for (int i = 0; i < nin; i++) {
        grads[i] = NULL;
        if (!ml_requires_grad(inputs[i]))
            return ml_fail(ML_GRAPH, "grad: input %d, %s, does not require a gradient", i + 1,
                           ML_DESCRIBE(inputs[i]));
    }
    static _Thread_local uint64_t last_pass;
    uint64_t outer = ml_grad_pass, pass = ++last_pass;
    nodes marked = { 0 };
    ml_status status = mark_needed(&e, n, outputs, pass, &marked);
    ml_grad_pass = pass;
    if (status == ML_OK) status = run(&e, n, outputs, seeds);
    ml_grad_pass = outer;
    unmark(&marked);
    for (int i = 0; status == ML_OK && i < nin; i++)
        if (!grads[i] && !e.options->allow_unused)
            status = ml_fail(
                ML_GRAPH,
                "grad: input %d was not used in the outputs; pass {allow_unused=true} to get nil",
                i + 1);
    for (int i = 0; i < nin; i++) {
        if (status != ML_OK)
            ml_release(grads[i]), grads[i] = NULL;
        else
            grads[i] = ml_scope_own(grads[i]);
    }
    return status;
}
