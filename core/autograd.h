/* autograd.h -- the recorded graph, for core's own files.
**
** A recorded call is a node; its edges lead to the nodes that made its inputs, or to a leaf's accumulator.
** Tensors own nodes, nodes own edges' nodes and what they saved:
**
**     loss ──► node(mean) ──► node(mul) ──┬──► node(sub) ──► …
**                                         └──► accumulator(w): w.grad
**
** Invariants: an edge's node has a smaller `order` than its owner, so descending order is a topological order;
** accumulators come after all others.  Nothing here is reference-cyclic: outputs are saved as aliases without
** history, which get it back only while their own gradient runs. */
#ifndef ML_AUTOGRAD_H
#define ML_AUTOGRAD_H

#include "core/op.h"
#include "core/place.h"
#include "core/tensor.h"

typedef struct ml_edge {
    ml_node *node; /* NULL: no gradient wanted */
    uint32_t output;
} ml_edge;

struct ml_hooks {
    ml_hooks *next;
    uint64_t id;
    uint32_t output, running;
    ml_hook hook; /* without `call`: removed */
};

enum { ML_NODE_OP, ML_NODE_LEAF, ML_NODE_CUSTOM };

struct ml_node {
    int32_t refs;
    uint16_t op;
    uint8_t kind, noutputs, nargs;
    bool released; /* backward went through and freed what was saved */
    bool queued;
    uint32_t nedges;
    uint32_t bytes; /* of this block */
    uint64_t order;
    uint64_t needed; /* the pass (ml_grad) that has found it on the way to an input */
    uint64_t seen;
    ml_node *next; /* while being freed */
    ml_place place;
    ml_hooks *hooks;
    ml_tensor *leaf; /* an accumulator's */
    ml_custom custom;
    ml_arg *in;        /* nargs, then behind them what follows; all in this block */
    ml_edge *edge;     /* one per tensor argument, lists flattened */
    uint64_t *version; /* one per edge: storage version when saved; UINT64_MAX: not saved */
    ml_tensor **y;     /* noutputs saved outputs or ghosts */
    uint64_t *y_version;
    ml_tensor **g; /* noutputs: gradients that have arrived */
};

/* Records the call if gradients are on and an input wants one. */
ml_status ml_record(int op, const ml_arg in[], const ml_signature *sig,
                    ml_tensor *out[]) ML_CHECKED;
/* The same for x = op(in[0] = x's old value, …) computed into x's memory already. */
ml_status ml_record_inplace(int op, const ml_arg in[], const ml_signature *sig,
                            ml_tensor *x) ML_CHECKED;
bool ml_any_requires_grad(const ml_arg in[], const ml_signature *sig);
/* x is a non-base view whose base has a gradient history. */
bool ml_is_tracked_view(const ml_tensor *x);
ml_tensor *ml_alias_with_history(ml_tensor *x);
void ml_take_history(ml_tensor *x, ml_tensor *y);

void ml_node_release(ml_node *node);
void ml_node_clear(ml_node *node); /* drops what was saved; the node stays */
void ml_hooks_free(ml_hooks *hooks);
/* The ml_grad pass that runs, 0 in ml_backward: an edge matters only if its node is needed in it. */
extern _Thread_local uint64_t ml_grad_pass;
bool ml_edge_matters(const ml_edge *edge);
/* Gradients of one node: from node->g to gin[edge]; NULL is zero.  In the caller's scope. */
ml_status ml_node_gradients(ml_node *node, bool create_graph, ml_tensor *gin[]) ML_CHECKED;

/* formula.c: which inputs (bits 0 … 2) and y (bit 3) gradient column K of OP reads, and its value by operators
** of the table. */
unsigned ml_formula_reads(int op, int k);
ml_tensor *ml_formula_value(int op, int k, ml_tensor *g, const ml_arg in[], ml_tensor *y);

#endif
