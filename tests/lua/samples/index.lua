-- Arguments for the operators of core/ops/index.def.

local function x(...) return lab.randn({ ... }, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
local mask = lab.tensor{ { true, false, true }, { false, true, true } }
local row = lab.tensor{ true, false, true }

return {
  gather = { { x(2, 3), 2, int{ { 3, 1 }, { 2, 2 } } }, { x(3, 2), 1, int{ { 1, -1 } } }, { x(3), 1, int{ 2, 2, 2, 1 } } },
  scatter = {
    { x(2, 3), 2, int{ { 3, 1 }, { 2, 1 } }, x(2, 2) }, { x(3, 2), 1, int{ { 2, 1 } }, 5 }, { x(3), 1, int{ 2, 2, 1 }, x(3) },
    { x(3), 1, int{ 2, 2, 1 }, x(4), { reduce = "add" } }, { x(3), 1, int{ 2, 2, 1 }, 3, { reduce = "multiply" } },
  },
  scatter_add = { { x(2, 3), 2, int{ { 3, 1, 1 }, { 2, 2, 2 } }, x(2, 3) }, { x(3, 2), 1, int{ { 2, 1 }, { 2, 3 } }, x(3, 2) } },
  take_along_dim = { { x(2, 3), int{ { 3 } }, 2 }, { x(1, 3), int{ { 1, 2, 2 }, { 3, 3, 1 } }, 2 }, { x(2, 3), int{ 6, 1 } } },
  index_select = { { x(3, 2), 1, int{ 3, 1, 3 } }, { x(2, 3, 2), 2, int{ -1, 1 } }, { x(3), 1, int{} } },
  index_add = { { x(3, 2), 1, int{ 3, 1, 3 }, x(3, 2) }, { x(2, 3, 2), 2, int{ 2, 2 }, x(2, 2, 2), { alpha = 0.5 } } },
  index_copy = { { x(3, 2), 1, int{ 3, 1 }, x(2, 2) }, { x(2, 3, 2), 2, int{ 2, 2 }, x(2, 2, 2) } },
  index_fill = { { x(3, 2), 1, int{ 3, 1 }, 7 }, { x(2, 3), 2, int{ 2, 2 }, lab.tensor(2, { dtype = "float64", requires_grad = true }) } },
  take = { { x(2, 3), int{ { 6, 1 }, { 1, 1 } } } },
  index = {
    { x(3, 2), { int{ 3, 1, 1 } } }, { x(3, 2), { int{ 3, 1 }, int{ 2, 2 } } }, { x(2, 3), { mask } }, { x(2, 3, 2), { mask } },
    { x(2, 3), { row }, { 2 } }, { x(2, 3, 2), { int{ { 1 }, { 2 } }, int{ 2, 1 } }, { 1, 3 } },
  },
  index_put = {
    { x(3, 2), { int{ 3, 1 } }, x(2, 2) }, { x(3, 2), { int{ 3, 3 } }, x(2, 2), true }, { x(3, 2), { int{ 3, 1 }, int{ 2, 2 } }, 5 },
    { x(2, 3, 2), { mask }, x(2) }, { x(2, 3, 2), { int{ 1, 2 }, int{ 2, 1 } }, x(2, 3), false, { 1, 3 } },
  },
  masked_select = { { x(2, 3), mask }, { x(3), mask }, { x(2, 3), row } },
  masked_fill = { { x(2, 3), mask, 5 }, { x(2, 3), row, lab.tensor(2, { dtype = "float64", requires_grad = true }) } },
  masked_scatter = { { x(2, 3), mask, x(5) }, { x(2, 3), row, x(2, 2) } },
  nonzero = { { lab.tensor{ { 0, 1 }, { 2, 0 } } }, { mask } },
  one_hot = { { int{ 1, 3 } }, { int{ { 1, 2 }, { 2, 1 } }, 4 } },
}
