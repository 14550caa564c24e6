-- Arguments for the operators of core/ops/shape.def: for gradients, other devices, failing allocations, threads.

local function x(...) return lab.randn({ ... }, { dtype = "float64", requires_grad = true }) end
local function t(values) return lab.tensor(values, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
-- A tensor that is neither contiguous nor starts at its storage's beginning.
local function strided() return t{ { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 } }:narrow(2, 2, 3):t() end

return {
  view = { { x(2, 6), 3, 4 }, { x(4), { 2, -1 } }, { x(0, 3), 3, 0 } },
  reshape = { { x(2, 6), 3, 4 }, { strided(), 9 }, { strided(), { -1, 3 } }, { t(5), 1, 1 } },
  flatten = { { x(2, 3, 2) }, { x(2, 3, 2), 2 }, { strided() }, { t(5) } },
  unflatten = { { x(2, 6), 2, { 2, 3 } }, { strided(), 1, { 3, -1 } } },
  transpose = { { x(2, 3), 1, 2 }, { x(2, 3, 2), -1, 1 } },
  swapaxes = { { x(2, 3), 1, 2 } },
  permute = { { x(2, 3, 4), { 3, 1, 2 } }, { x(2, 3), 2, 1 } },
  movedim = { { x(2, 3, 4), 1, 3 }, { x(2, 3, 4), { 1, 2 }, { -1, 1 } } },
  t = { { x(2, 3) }, { x(3) } },
  squeeze = { { x(1, 3, 1) }, { x(1, 3, 1), 1 }, { x(1, 3, 1), { 1, 3 } }, { x(2, 3), 1 } },
  unsqueeze = { { x(2, 3), 1 }, { x(2, 3), -1 }, { t(5), 1 } },
  expand = { { x(2, 1), 2, 3 }, { x(3), 2, -1 }, { t(5), 2, 2 } },
  expand_as = { { x(2, 1), lab.zeros(2, 3) } },
  broadcast_to = { { x(2, 1), 2, 3 } },
  flip = { { x(2, 3), 1 }, { x(2, 3), { 1, 2 } }, { strided(), 2 } },
  diagonal = { { x(3, 3) }, { x(2, 3, 4), 1, 2, 3 }, { x(3, 4), -1 }, { x(3, 3), 5 } },
  diagonal_backward = { { x(2), { 3, 3 }, 1 }, { x(2, 3), { 2, 3, 3 }, 0, 2, 3 } },
  narrow = { { x(4, 3), 1, 2, 2 }, { x(4, 3), 2, -2, 1 }, { strided(), 2, 1, 2 }, { x(3), 1, 1, 0 } },
  select = { { x(4, 3), 1, 2 }, { x(4, 3), 2, -1 }, { x(3), 1, 1 } },
  slice = { { x(5), { 3 }, { -1 }, { 3 } }, { x(4, 5), { 1, 0 }, { 2, 2 }, { 2, 3 } }, { strided(), { 2 }, { -2 }, { 2 } } },
  slice_put = {
    { x(5), x(2), { 1 }, { 2 }, { 2 } }, { x(4, 5), x(3), { 1, 0 }, { 2, 2 }, { 2, 3 } }, { x(4, 2), 7, { 1 }, { 1 }, { 2 } },
    { x(3, 2), x(1, 1, 2), { 1 }, { 1 }, { 2 } },
  },
  slice_backward = { { x(2), { 5 }, { 1 }, { 2 }, { 2 } }, { x(2, 3), { 4, 3 }, { 3 }, { -1 }, { 2 } } },
  split = { { x(5, 2), 2 }, { x(2, 5), { 1, 4 }, 2 } },
  chunk = { { x(5, 2), 2 }, { x(2, 5), 3, 2 } },
  tensor_split = { { x(5, 2), 3 } },
  unbind = { { x(3, 2) }, { x(3, 2), 2 } },
  contiguous = { { x(2, 3) }, { strided() } },
  clone = { { x(2, 3) }, { strided() }, { x(0, 2) } },
  detach = { { lab.rand(2, 3) } },
  cast = { { x(2, 3), "float64" }, { strided(), "float64" } },
  cat = { { { x(2, 3), x(1, 3) } }, { { x(2, 1), x(2, 2), strided():narrow(1, 1, 2) }, 2 }, { { x(2), x(0) } } },
  stack = { { { x(2, 3), x(2, 3) } }, { { x(2), x(2), x(2) }, 2 }, { { t(1), t(2) } } },
  hstack = { { { x(2, 3), x(2, 1) } }, { { x(2), x(3) } } },
  vstack = { { { x(2), x(2) } }, { { x(1, 2), x(2, 2) } } },
  repeats = { { x(2, 3), 2, 2 }, { x(2), 2, 1, 3 }, { x(2, 2), 1, 1 }, { x(2, 2), 0, 1 } },
  tile = { { x(2, 3), 2 }, { x(2), { 2, 2 } } },
  repeat_interleave = { { x(2, 3), 2 }, { x(2, 3), 2, 2 }, { x(3, 2), int{ 0, 2, 1 }, 1 } },
  roll = { { x(5), 2 }, { x(2, 3), 1, 2 }, { x(3, 3), { 1, -1 }, { 1, 2 } }, { x(2, 2), 4 } },
  rot90 = { { x(2, 3) }, { x(2, 3), 2 }, { x(2, 3, 2), 3, { 2, 3 } }, { x(2, 3), 0 } },
  pad = {
    { x(2, 3), { 1, 2 } }, { x(2, 3), { 1, 0, 0, 2 }, "constant", 5 }, { x(4, 5), { -1, 2, 1, -1 } },
    { x(2, 4), { 2, 3 }, "reflect" }, { x(3, 3), { 1, 1, 2, 0 }, "reflect" }, { x(2, 3), { 2, 1, 1, 1 }, "replicate" },
    { x(3, 3), { 2, 1, 3, 0 }, "circular" }, { x(4), { -1, 2 }, "circular" },
  },
  diag = { { x(3) }, { x(3), -1 }, { x(3, 4), 1 } },
  diagflat = { { x(2, 2), 1 } },
  meshgrid = { { { x(2), x(3) } }, { { x(2), x(3), x(2) }, "xy" } },
  tril = { { x(3, 3) }, { x(2, 3, 4), 1 }, { x(4, 3), -1 }, { strided() } },
  triu = { { x(3, 3) }, { x(2, 3, 4), 1 }, { x(4, 3), -1 } },
}
