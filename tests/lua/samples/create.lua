-- Arguments for the operators of core/ops/create.def.

local x = lab.ones(2, 3)

return {
  empty = { { 2, 3 } },
  zeros = { { 2, 3 }, { { 2, 0 }, { dtype = "int32" } } },
  ones = { { 2, 3 }, { {}, { dtype = "bfloat16" } } },
  full = { { { 2, 3 }, 7 }, { { 2 }, 2.5, { dtype = "float64" } } },
  empty_like = { { x } },
  zeros_like = { { x }, { x, { dtype = "int64" } } },
  ones_like = { { x } },
  full_like = { { x, 3 } },
  eye = { { 3 }, { 2, 4, { dtype = "bool" } } },
  arange = { { 5 }, { 1, 3, 0.5 }, { 5, 1, -2 } },
  linspace = { { 0, 1, 5 }, { 3, -3, 4, { dtype = "float64" } } },
  logspace = { { 0, 2, 3 }, { 0, 3, 4, 2 } },
}
