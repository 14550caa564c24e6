-- Arguments for the operators of core/ops/reduce.def: for gradients, other devices, failing allocations, threads.

local function x(...) return lab.randn({ ... }, { dtype = "float64", requires_grad = true }) end
local function t(values) return lab.tensor(values, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
local function plain(...) return lab.randn({ ... }) end
-- Different values, far enough apart for differences to keep their order.
local function apart() return t{ { 0.3, -1.2, 2.1, 0.9 }, { 1.7, -0.4, 0.1, -2.3 }, { -0.8, 2.6, -1.9, 1.3 } } end
local function strided() return t{ { 1.1, 2.3, -3.2, 4 }, { 5.4, -6.1, 7, 8.3 }, { -9, 0.6, 1.7, 2 } }:narrow(2, 2, 3):t() end
local function nans() return t{ { 1, 0 / 0, 3 }, { 4, 5, 0 / 0 } } end

local function over_dims(make)
  return {
    { make() }, { make(), 1 }, { make(), -1 }, { make(), { 1, 2 } }, { make(), 2, true }, { make(), { keepdim = true } },
  }
end

return {
  sum = { { x(3, 4) }, { x(3, 4), 1 }, { x(2, 3, 2), { 1, 3 } }, { strided(), 2, true }, { t(5) }, { t(5), 1 }, { x(0, 3), 1 },
    { plain(300, 40), 1 }, { plain(40, 5000), 2 }, { int{ 1, 2, 3 } } },
  mean = { { x(3, 4) }, { x(3, 4), 1 }, { x(2, 3, 2), { 1, 3 } }, { strided(), 2, true }, { t(5) }, { int{ 1, 2, 4 } } },
  prod = { { x(3, 2) }, { x(3, 4), 1 }, { x(2, 3, 2), { 1, 3 } }, { strided(), 2, true }, { t(5) }, { t{ 2, 0, 3 } }, { t{ 0, 0, 3 } },
    { t{ { 1, 0 }, { 2, 3 } }, 2 } },
  amax = over_dims(apart),
  amin = over_dims(apart),
  max = { { apart() }, { apart(), 1 }, { apart(), 2, true }, { strided(), 1 }, { t(5), 1 }, { plain(70000), 1 } },
  min = { { apart() }, { apart(), 1 }, { apart(), 2, true }, { strided(), 1 } },
  argmax = { { apart() }, { apart(), 1 }, { plain(300, 30), 1 }, { plain(2, 70000), 2, true } },
  argmin = { { apart() }, { apart(), 2 }, { strided(), 1 } },
  any = over_dims(apart),
  all = over_dims(apart),
  count_nonzero = { { apart() }, { apart(), 1 }, { int{ 0, 2, 0 } } },
  nansum = { { nans() }, { nans(), 1 }, { nans(), 2, true } },
  nanmean = { { nans() }, { nans(), 1 }, { nans(), 2, true } },
  norm = {
    { apart() }, { apart(), 2, 1 }, { apart(), 1 }, { apart(), 3, 2, true }, { apart(), 1.5 }, { apart(), "inf" }, { apart(), "-inf", 1 },
    { apart(), 0 }, { strided(), 2, 1 }, { apart(), "fro" },
  },
  var = { { apart() }, { apart(), 1 }, { apart(), 2, false }, { apart(), { 1, 2 }, true, true }, { strided(), 1, { correction = 0.5 } },
    { plain(300, 40), 1 }, { plain(3, 9000), 2 } },
  std = { { apart() }, { apart(), 1 }, { apart(), 2, false }, { strided(), 1, { correction = 0 } } },
  logsumexp = over_dims(apart),
  cumsum = { { x(3, 4), 1 }, { x(3, 4), 2 }, { strided(), 1, { reverse = true } }, { x(2, 3), 2, { exclusive = true } }, { t(5), 1 },
    { int{ 1, 2, 3 }, 1 } },
  cumprod = {
    { x(3, 2), 1 }, { x(2, 4), 2 }, { strided(), 1, { reverse = true } }, { x(2, 3), 2, { exclusive = true } }, { t{ 2, 0, 3, 0 }, 1 },
    { t{ 2, 0, 3 }, 1, { reverse = true, exclusive = true } },
  },
  cummax = { { apart(), 1 }, { apart(), 2 }, { strided(), 1 } },
  cummin = { { apart(), 1 }, { apart(), -1 } },
  linear_scan = {
    { x(3, 4), x(3, 4), 1 }, { x(4), x(3, 4), 2 }, { x(3, 4), x(3, 1), 2, { reverse = true } }, { x(3, 4), x(3, 4), 2, { exclusive = true } },
    { strided(), strided(), 1, { reverse = true, exclusive = true } },
  },
  quantile = {
    { apart(), 0.3 }, { apart(), 0.5, 1 }, { apart(), lab.tensor({ 0.1, 0.7 }, { dtype = "float64" }), 2, true },
    { apart(), 0.4, 1, { interpolation = "lower" } }, { apart(), 0.4, 2, { interpolation = "midpoint" } },
  },
  histc = { { plain(50), 5, -1, 1 }, { plain(5000) } },
  bincount = { { int{ 1, 3, 3 } }, { int{ 2, 2 }, lab.tensor{ 0.5, 1 }, 4 } },
}
