-- Samples of the pointwise operators that are written in others, and of copies.
local function x(...) return lab.rand(..., { dtype = "float64", requires_grad = true }) end
local function positive(...) return (lab.rand(..., { dtype = "float64" }) + 0.5):requires_grad_() end

return {
  bitwise_not = { { lab.tensor({ 1, 2 }, { dtype = "int64" }) }, { lab.tensor { true, false } } },
  nan_to_num = { { x({ 2, 3 }) }, { lab.tensor { 0 / 0, 1 / 0, -1 / 0 }, 1, 2, 3 } },
  addcmul = { { x({ 2, 3 }), x({ 2, 3 }), x({ 3 }), 0.5 }, { x({ 3 }), x({ 3 }), x({ 3 }) } },
  addcdiv = { { x({ 2, 3 }), x({ 2, 3 }), positive({ 3 }), 0.5 } },
  copy = { { lab.zeros(2, 3, { dtype = "float64" }), x({ 3 }) } },
  fill = { { lab.zeros(2, 3), 4 } },
  to_device = { { x({ 2 }), "cpu" } },
}
