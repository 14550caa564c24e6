-- Arguments for the operators of core/ops/nn.def: for gradients, other devices, failing allocations, threads.

local function x(...) return lab.randn({ ... }, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
local function f64(values) return lab.tensor(values, { dtype = "float64" }) end
-- Probabilities away from 0 and 1.
local function p(...) return (lab.rand({ ... }, { dtype = "float64" }) * 0.8 + 0.1):requires_grad_(true) end
-- Pairs whose differences keep away from the kinks at 0 and at 1.
local near, far = f64 { 0.3, -0.4, 2, -3 }:requires_grad_(true), f64 { 0.1, 0.2, -0.5, 0.4 }:requires_grad_(true)
local weight, classes = f64 { 0.5, 1, 2 }, int { 1, 3, 2, 3 }
local classes2 = int { { 1, 2 }, { 3, 3 } }

local function lse(scores, dim) return scores:detach():exp():sum(dim):log():requires_grad_(true) end
local scores, scores3 = x(4, 3), x(2, 3, 2)

return {
  softmax = { { x(3, 4), 2 }, { x(3, 4), 1 }, { x(2, 3, 4), 2 }, { x(70, 3), 1 }, { x(4), -1 }, { x(0, 3), 2 } },
  softmax_backward = { { x(3, 4), p(3, 4), 2 }, { x(2, 3, 4), p(2, 3, 4), 2 } },
  log_softmax = { { x(3, 4), 2 }, { x(3, 4), 1 }, { x(2, 3, 4), 2 }, { x(4), 1 } },
  log_softmax_backward = { { x(3, 4), x(3, 4), 2 }, { x(2, 3, 4), x(2, 3, 4), 2 } },
  softmin = { { x(3, 4), 2 } },
  linear = {
    { x(3, 4), x(2, 4), x(2) }, { x(3, 4), x(2, 4) }, { x(4), x(2, 4), x(2) }, { x(2, 3, 4), x(2, 4), x(2) }, { x(0, 4), x(2, 4), x(2) },
    { x(4, 3):t(), x(4, 2):t(), x(2) },
  },
  embedding = { { int { { 1, 3 }, { 3, -1 } }, x(4, 2) }, { int { 1, 2, 2 }, x(4, 2), { padding_idx = 4 } }, { int {}, x(4, 2) } },
  embedding_backward = { { x(3, 2), int { 1, 3, 3 }, 4 }, { x(3, 2), int { 1, -1, 4 }, 4, { padding_idx = 4 } } },
  dropout = { { x(3, 4), 0.5, false }, { x(3, 4), 0 } },
  dropout_with = { { x(3, 4), 0.5, 1, 2 }, { x(100), 0.3, 7, 1 }, { x(3), 1, 1, 1 } },
  normalize = { { x(3, 4) }, { x(3, 4), { p = 3, dim = 1 } } },
  cosine_similarity = { { x(3, 4), x(3, 4) }, { x(3, 4), x(4), { dim = 2 } } },
  cross_entropy = {
    { x(4, 3), classes }, { x(4, 3), classes, weight, { label_smoothing = 0.2 } }, { x(4, 3), classes, { reduction = "none", ignore_index = 3 } },
    { x(2, 3, 2), classes2, { reduction = "sum", label_smoothing = 0.1 } }, { x(3), lab.tensor(2, { dtype = "int64" }) },
    { x(4, 3), p(4, 3), weight, { label_smoothing = 0.1 } },
  },
  cross_entropy_labels = { { x(4, 3), classes, weight }, { x(2, 3, 2), classes2, { reduction = "none" } } },
  cross_entropy_backward = {
    { x(4), scores, lse(scores, 2), classes, weight, { reduction = "none" } },
    { f64(0.7):requires_grad_(true), scores3, lse(scores3, 2), classes2, { label_smoothing = 0.2 } },
  },
  class_targets = { { classes, 3, weight }, { classes2, 3, { label_smoothing = 0.1, reduction = "sum", dtype = "float64" } } },
  nll_loss = { { x(4, 3), classes, weight }, { x(2, 3, 2), classes2, { reduction = "none", ignore_index = 3 } } },
  mse_loss = { { x(3, 4), x(3, 4) }, { x(4), x(4), "none" } },
  l1_loss = { { near, far }, { near, far, "sum" } },
  smooth_l1_loss = { { near, far }, { near, far, { reduction = "none", beta = 0.5 } } },
  huber_loss = { { near, far }, { near, far, { reduction = "sum", delta = 0.5 } } },
  binary_cross_entropy = { { p(3, 2), p(3, 2) }, { p(3, 2), p(3, 2), { weight = f64 { 1, 2 }, reduction = "none" } } },
  binary_cross_entropy_with_logits = { { x(3, 2), p(3, 2) }, { x(3, 2), p(3, 2), { weight = f64 { 1, 2 }, pos_weight = f64 { 3, 0.5 } } } },
  kl_div = { { x(3, 2), p(3, 2) }, { x(3, 2), x(3, 2), { log_target = true, reduction = "batchmean" } } },
}
