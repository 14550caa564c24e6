-- Arguments for the operators of core/ops/random.def.

local x = lab.zeros(20, 30)

return {
  rand = { { 20, 30 }, { 7, { dtype = "float64" } } },
  randn = { { 20, 30 }, { 7, { dtype = "float16" } } },
  randint = { { 0, 10, { 20, 30 } }, { 5, { 7 }, { dtype = "uint8" } } },
  rand_like = { { x } },
  randn_like = { { x } },
  randint_like = { { x, 3, 9 } },
  normal = { { 1, 2, { 20, 30 } }, { x, 2 }, { lab.ones(3, 1), lab.ones(4) } },
  randperm = { { 100 } },
  bernoulli = { { lab.full({ 20, 30 }, 0.3) } },
  multinomial = { { lab.tensor{ 1, 2, 3 }, 50, true }, { lab.tensor{ { 1, 2, 3 }, { 0, 1, 1 } }, 2 } },
}
