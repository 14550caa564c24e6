-- Arguments for the operators of core/ops/sort.def: for gradients, failing allocations, threads.

local function t(values) return lab.tensor(values, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
local function plain(...) return lab.randn({ ... }) end
-- Different values, far enough apart for differences to keep their order.
local function apart() return t{ { 0.3, -1.2, 2.1, 0.9 }, { 1.7, -0.4, 0.1, -2.3 }, { -0.8, 2.6, -1.9, 1.3 } } end
local function strided() return t{ { 1.1, 2.3, -3.2, 4 }, { 5.4, -6.1, 7, 8.3 }, { -9, 0.6, 1.7, 2 } }:narrow(2, 2, 3):t() end

return {
  sort = { { apart() }, { apart(), 1 }, { apart(), 2, true }, { strided(), 1 }, { t(5) }, { plain(3, 2000) }, { int{ 3, 1, 2 } } },
  argsort = { { apart() }, { apart(), 1, true }, { plain(2000) } },
  topk = { { apart(), 2 }, { apart(), 2, 1 }, { apart(), 1, 2, false }, { strided(), 3, 2 }, { plain(5000), 10 }, { plain(3, 4), 0 } },
  kthvalue = { { apart(), 2 }, { apart(), 3, 1 }, { strided(), 1, 1, true }, { plain(5000), 77 } },
  median = { { apart() }, { apart(), 1 }, { apart(), 2, true }, { strided(), 1 }, { plain(70, 70), 1 } },
  mode = { { apart() }, { apart(), 1, true }, { int{ { 1, 2, 2 }, { 3, 3, 1 } } } },
  unique = {
    { int{ 3, 1, 3 } }, { plain(3, 4), { return_inverse = true, return_counts = true } }, { int{ { 1, 2 }, { 1, 2 } }, { dim = 1 } },
    { int{ { 1, 1 }, { 2, 2 } }, { dim = 2, return_counts = true } },
  },
  searchsorted = { { lab.tensor{ 1, 3, 5 }, lab.tensor{ 3, 6 } }, { lab.tensor{ 1, 3, 5 }, 3, true }, { lab.arange(6):view(2, 3), lab.ones(2, 4) } },
}
