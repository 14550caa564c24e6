-- Arguments for the operators of core/ops/linalg.def.
--
-- cholesky, eigh and eigvalsh read one triangle of a symmetric matrix but give a symmetric gradient: theirs is checked in
-- tests/lua/linalg.lua, through a function that makes its argument symmetric.

local function x(...) return lab.randn({ ... }, { dtype = "float64", requires_grad = true }) end
local function t(values) return lab.tensor(values, { dtype = "float64", requires_grad = true }) end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end
-- Far from singular, singular values far from each other.
local function regular(...)
  local shape = { ... }
  local m, n = shape[#shape - 1], shape[#shape]
  return (lab.randn(shape, { dtype = "float64" }) * 0.3 + lab.eye(m, n, { dtype = "float64" }) * lab.arange(1, n + 1, { dtype = "float64" }))
    :detach():requires_grad_()
end
local function positive(...)
  local a = regular(...):detach()
  return a:matmul(a:transpose(-2, -1))
end
local lower = t{ { 2, 9, 9 }, { 0.5, -1.5, 9 }, { -1, 0.7, 3 } } -- what is above is not read

return {
  matmul = {
    { x(2, 3), x(3, 4) }, { x(3), x(3) }, { x(3), x(3, 2) }, { x(2, 3), x(3) }, { x(2, 2, 3), x(3, 4) }, { x(2, 1, 2, 3), x(3, 3, 2) },
    { x(3), x(2, 3, 2) }, { x(2, 2, 3), x(3) }, { x(2, 0), x(0, 3) }, { lab.randn(3, 2, { dtype = "float64" }):t():requires_grad_(), x(4, 3):detach():t():requires_grad_() }, { int{ { 1, 2 } }, int{ { 3 }, { 4 } } },
  },
  mm = { { x(2, 3), x(3, 2) } },
  bmm = { { x(2, 2, 3), x(2, 3, 1) } },
  mv = { { x(2, 3), x(3) } },
  dot = { { x(3), x(3) } },
  outer = { { x(2), x(3) } },
  addmm = { { x(3), x(2, 2), x(2, 3), { beta = 0.5, alpha = 2 } }, { x(2, 3), x(2, 2), x(2, 3) } },
  addmv = { { x(2), x(2, 3), x(3) } },
  baddbmm = { { x(2, 2, 1), x(2, 2, 3), x(2, 3, 1), { alpha = -1 } } },
  det = { { regular(3, 3) }, { regular(2, 2, 2) }, { t{ { 1, 2, 3 }, { 4, 5, 6.5 }, { 2, 4, 6 } } }, { x(0, 0) } },
  slogdet = { { regular(3, 3) }, { regular(2, 2, 2) } },
  logdet = { { positive(3, 3):requires_grad_() } },
  inv = { { regular(3, 3) }, { regular(2, 2, 2) } },
  solve = { { regular(3, 3), x(3) }, { regular(3, 3), x(3, 2) }, { regular(2, 3, 3), x(3, 2) }, { regular(2, 2), x(3, 2, 1) }, { regular(3, 2, 2), x(3, 2) } },
  solve_triangular = {
    { lower, x(3, 2) }, { lower, x(2, 3), { left = false } }, { regular(2, 3, 3), x(3, 1), { upper = true } },
    { lower, x(3, 2), { unitriangular = true } }, { regular(3, 3), x(2, 3), { left = false, upper = true } },
  },
  cholesky = { { positive(3, 3) }, { positive(2, 2, 2), true } },
  cholesky_solve = { { x(3, 2), lower }, { x(3, 1), regular(3, 3), true } },
  qr = { { regular(3, 3) }, { regular(4, 2) }, { regular(2, 3) }, { regular(2, 3, 2) }, { regular(2, 3), "complete" }, { regular(3, 2):detach(), "complete" } },
  svd = { { regular(3, 3) }, { regular(4, 2) }, { regular(2, 3) }, { regular(2, 3, 2) }, { regular(3, 2):detach(), true } },
  svdvals = { { regular(3, 3) }, { regular(2, 3, 2) } },
  eigh = { { positive(3, 3) }, { positive(2, 2, 2), { uplo = "U" } } },
  eigvalsh = { { positive(3, 3) } },
  pinv = { { regular(3, 3) }, { regular(4, 2) }, { regular(2, 3) }, { regular(2, 3, 2) } },
  lstsq = { { regular(4, 2), x(4) }, { regular(4, 2), x(4, 3) }, { regular(2, 3), x(2, 1) }, { regular(2, 3, 2), x(3, 1) } },
  matrix_rank = { { regular(3, 3):detach() }, { lab.ones(2, 3, 3) } },
  trace = { { x(2, 3) } },
  kron = { { x(2, 3), x(2) }, { x(2, 1), x(3, 2) } },
  cross = { { x(2, 3), x(2, 3) }, { x(3, 2), x(3, 1), 1 } },
  tensordot = { { x(2, 3, 4), x(3, 4, 2) }, { x(2, 3), x(4, 2), { dims_a = { 1 }, dims_b = { 2 } } }, { x(2), x(3), 0 } },
  einsum = {
    { "ij,jk->ik", { x(2, 3), x(3, 2) } }, { "bij,bjk", { x(2, 2, 3), x(2, 3, 2) } }, { "ii->i", { x(3, 3) } }, { "ij->", { x(2, 3) } },
    { "...i,ij,j->...", { x(2, 2, 3), x(3, 2), x(2) } }, { "ij,ij->ij", { x(2, 3), x(2, 3) } }, { "iij,k->kj", { x(2, 2, 3), x(2) } },
  },
  cdist = { { x(2, 3), x(4, 3) }, { x(2, 2, 3), x(1, 3, 3), 1 }, { x(2, 3), x(3, 3), math.huge }, { x(2, 3), x(3, 3), 3 }, { x(2, 3), x(2, 3), 1.5 } },
  matrix_norm = {
    { x(2, 3) }, { x(2, 3), "nuc" }, { x(2, 3), "1" }, { x(2, 3), "-1" }, { x(2, 3), "inf" }, { x(2, 3), "-inf" }, { x(2, 3), "2" }, { x(2, 3), "-2" },
    { x(2, 3, 2), { dim = { 1, 3 }, keepdim = true } },
  },
  matrix_power = { { regular(2, 2), 3 }, { regular(2, 2), -2 }, { x(2, 2):detach(), 0 }, { x(2, 2, 2), 1 } },
}
