-- Losses, softmax, linear, embedding against PyTorch (values and gradients), and what they refuse.
local expected = dofile("tests/expected/losses.lua")

-- 2 sin(k i) for i = 1, 2, …, in the given shape: what the expected numbers were made from.
local function seq(shape, k)
  local n, values = 1, {}
  for _, size in ipairs(shape) do n = n * size end
  for i = 1, n do values[i] = 2 * math.sin((k or 1) * i) end
  return lab.tensor(values, { dtype = "float64" }):reshape(shape)
end

local function int(values) return lab.tensor(values, { dtype = "int64" }) end
local function f64(values) return lab.tensor(values, { dtype = "float64" }) end

-- The value of f and the gradients of sum(value * seq) are the expected ones.
local function check(name, f, ...)
  local inputs = { ... }
  test(name .. " has PyTorch's value and gradients", function()
    local leaves = {}
    for i, x in ipairs(inputs) do leaves[i] = x:detach():clone():requires_grad_(true) end
    local y, want = f(table.unpack(leaves)), expected[name]
    if not want then error("no expected numbers for " .. name) end
    local value = y.ndim == 0 and y:item() or y
    close(value, want[1], 1e-10)
    local weights = y.ndim == 0 and f64 { 1 }:sum() or seq(y.shape, 0.7)
    local grads = { lab.grad((y * weights):sum(), leaves, { allow_unused = true }) }
    if type(grads[1]) == "table" then grads = grads[1] end
    for i = 1, #leaves do close(grads[i], want[i + 1], 1e-9) end
  end)
end

local x, target, weight = seq { 4, 3 }, int { 1, 3, 2, 3 }, f64 { 0.5, 1, 2 }
for _, red in ipairs { "mean", "sum", "none" } do
  check("ce " .. red, function(a) return lab.cross_entropy(a, target, { reduction = red }) end, x)
  check("ce weight " .. red, function(a) return lab.cross_entropy(a, target, weight, { reduction = red }) end, x)
  check("ce smooth " .. red, function(a)
    return lab.cross_entropy(a, target, { weight = weight, reduction = red, label_smoothing = 0.2 })
  end, x)
  check("ce ignore " .. red, function(a)
    return lab.cross_entropy(a, target, { reduction = red, ignore_index = 3, label_smoothing = 0.1 })
  end, x)
  check("nll " .. red, function(a)
    return lab.nll_loss(lab.log_softmax(a, 2), target, { weight = weight, reduction = red, ignore_index = 1 })
  end, x)
end

local x3, target3 = seq({ 2, 3, 5 }, 0.3), int { { 1, 2, 3, 3, 2 }, { 2, 2, 1, 3, 1 } }
check("ce 3d", function(a) return lab.cross_entropy(a, target3, { weight = weight, label_smoothing = 0.1 }) end, x3)
check("ce 3d none", function(a) return lab.cross_entropy(a, target3, { reduction = "none", ignore_index = 2 }) end, x3)
check("ce 1d", function(a) return lab.cross_entropy(a, lab.tensor(2, { dtype = "int64" })) end, seq { 3 })

local soft = lab.softmax(seq({ 4, 3 }, 1.3), 2)
for _, red in ipairs { "mean", "sum", "none" } do
  check("ce soft " .. red, function(a, b)
    return lab.cross_entropy(a, b, { weight = weight, reduction = red, label_smoothing = 0.2 })
  end, x, soft)
end
check("ce soft 3d", function(a, b) return lab.cross_entropy(a, b, weight) end, x3, lab.softmax(seq({ 2, 3, 5 }, 1.7), 2))

local a, b = seq { 2, 3 }, seq({ 2, 3 }, 0.45)
local pa, pb, each = lab.sigmoid(a), lab.sigmoid(b), f64 { 1, 2, 0.5 }
for _, red in ipairs { "mean", "sum", "none" } do
  check("mse " .. red, function(u, v) return lab.mse_loss(u, v, red) end, a, b)
  check("l1 " .. red, function(u, v) return lab.l1_loss(u, v, red) end, a, b)
  check("smooth_l1 " .. red, function(u, v) return lab.smooth_l1_loss(u, v, red, 0.7) end, a, b)
  check("huber " .. red, function(u, v) return lab.huber_loss(u, v, { reduction = red, delta = 0.7 }) end, a, b)
  check("bce " .. red, function(u, v) return lab.binary_cross_entropy(u, v, each, red) end, pa, pb)
  check("bce logits " .. red, function(u, v)
    return lab.binary_cross_entropy_with_logits(u, v, { weight = each, reduction = red, pos_weight = f64 { 3, 0.5, 1 } })
  end, a, pb)
end
local log_p, q = lab.log_softmax(a, 2), lab.softmax(b, 2)
for _, red in ipairs { "mean", "sum", "none", "batchmean" } do
  check("kl " .. red, function(u, v) return lab.kl_div(u, v, red) end, log_p, q)
  check("kl log " .. red, function(u, v) return lab.kl_div(u, v, { reduction = red, log_target = true }) end, log_p, q:log())
end
check("softmax 0", function(u) return lab.softmax(u, 1) end, x3)
check("softmax 1", function(u) return lab.softmax(u, 2) end, x3)
check("softmax 2", function(u) return lab.softmax(u, -1) end, x3)
check("log_softmax 1", function(u) return lab.log_softmax(u, 2) end, x3)
check("log_softmax 2", function(u) return lab.log_softmax(u, 3) end, x3)
check("softmin", function(u) return lab.softmin(u, 2) end, a)
check("normalize", function(u) return lab.normalize(u) end, a)
check("normalize p3", function(u) return lab.normalize(u, { p = 3, dim = 1 }) end, a)
check("cosine", function(u, v) return lab.cosine_similarity(u, v) end, a, b)
check("linear", function(u, v, c) return lab.linear(u, v, c) end, x3, seq({ 4, 5 }, 0.9), seq({ 4 }, 0.2))
check("linear nobias", function(u, v) return lab.linear(u, v) end, seq { 5 }, seq({ 4, 5 }, 0.9))
check("embedding", function(v) return lab.embedding(int { { 3, 1 }, { 3, 2 } }, v, { padding_idx = 1 }) end, seq { 3, 2 })

test("softmax is stable for huge scores and long rows, along rows and columns", function()
  close(lab.softmax(lab.tensor { 1000, 1000, -1000 }, 1), { 0.5, 0.5, 0 })
  close(lab.log_softmax(lab.tensor { 1000, 0 }, 1), { 0, -1000 })
  local wide = lab.randn(3, 5000, { dtype = "float64" })
  close(lab.softmax(wide, 2):sum(2), { 1, 1, 1 }, 1e-12)
  close(lab.softmax(wide, 2), lab.softmax(wide:t():contiguous(), 1):t(), 1e-12)
  close(lab.softmax(wide:float(), 2), lab.softmax(wide, 2), 1e-6)
  eq(lab.softmax(lab.zeros(0, 3), 2).shape, { 0, 3 })
  eq(lab.softmax(lab.zeros(3, 0), 2).shape, { 3, 0 })
  eq(lab.softmax(lab.tensor(5), 1):item(), 1.0)
  eq(lab.softmax(lab.tensor { 0 / 0, 1 }, 1), { 0 / 0, 0 / 0 })
end)

test("half types are computed in float32", function()
  local h = lab.tensor({ 1, 2, 3 }, { dtype = "bfloat16" })
  eq(lab.softmax(h, 1).dtype, "bfloat16")
  close(lab.softmax(h, 1):float(), { 0.0900, 0.2447, 0.6652 }, 1e-2)
  local scores = lab.randn(6, 4):to("bfloat16")
  close(lab.cross_entropy(scores, int { 1, 2, 3, 4, 1, 2 }):float():item(),
    lab.cross_entropy(scores:float(), int { 1, 2, 3, 4, 1, 2 }):item(), 1e-2)
end)

test("a class out of range, and class 0, are named with their row", function()
  local scores = lab.zeros(2, 10)
  fails(function() lab.cross_entropy(scores, int { 1, 11 }) end, "cross_entropy: target 11 at row 2: classes are 1..10")
  fails(function() lab.cross_entropy(scores, int { 1, 0 }) end, "use :add(1)")
  fails(function() lab.cross_entropy(scores, int { 1, -5 }) end, "at row 2: classes are 1..10")
  fails(function() lab.nll_loss(scores, int { 1, 12 }) end, "nll_loss: target 12 at row 2")
  eq(lab.cross_entropy(scores, int { -100, 3 }):item(), lab.cross_entropy(scores, int { 3, 3 }):item())
end)

test("shapes that do not fit are refused, also those that would broadcast", function()
  fails(function() lab.mse_loss(lab.zeros(4, 1), lab.zeros(4)) end, "different shapes; reshape one")
  fails(function() lab.cross_entropy(lab.zeros(4, 3), int { 1, 2 }) end, "do not fit")
  fails(function() lab.linear(lab.zeros(4, 3), lab.zeros(5, 2)) end, "the last size of x must be 2")
  fails(function() lab.linear(lab.zeros(4, 2), lab.zeros(5, 2), lab.zeros(4)) end, "it must have 5 elements")
  fails(function() lab.linear(lab.zeros(4, 2), lab.zeros(5, 2, { dtype = "float64" })) end, "dtypes differ")
  fails(function() lab.embedding(int { 4 }, lab.zeros(3, 2)) end, "position 4 at element 1: the table has rows 1..3")
  fails(function() lab.mse_loss(lab.zeros(4), lab.zeros(4), "average") end, "one of \"mean\", \"sum\", \"none\" is needed")
  fails(function() lab.cross_entropy(lab.zeros(4, 3), int { 1, 2, 3, 1 }, lab.ones(4)) end, "one number for each of 3 classes")
  fails(function() lab.binary_cross_entropy(lab.tensor { 0.5, 1.5 }, lab.zeros(2)) end, "x has 1.5 at element 2")
end)

test("dropout keeps the expectation, repeats its mask in the gradient, and does nothing in evaluation", function()
  local ones = lab.ones(100000):requires_grad_(true)
  local y = lab.dropout(ones, 0.25)
  close(y:mean():item(), 1, 0.02)
  y:sum():backward()
  eq((ones.grad - y:detach()):abs():max():item(), 0.0)
  eq(lab.dropout(ones, 0.25, false):detach():sum():item(), 100000.0)
  eq(lab.dropout(lab.ones(5), 1):sum():item(), 0.0)
  fails(function() lab.dropout(ones, 1.5) end, "p is 1.5")
end)

test("dropout follows the seed", function()
  lab.manual_seed(7)
  local first = lab.dropout(lab.ones(1000))
  local second = lab.dropout(lab.ones(1000))
  lab.manual_seed(7)
  eq((lab.dropout(lab.ones(1000)) - first):abs():sum():item(), 0.0)
  if (second - first):abs():sum():item() == 0 then error("two masks are the same") end
end)

test("embedding gradients sum repeated rows, and the padding row gets none", function()
  local w = lab.zeros(4, 2):requires_grad_(true)
  lab.embedding(int { 2, 2, -1, 1 }, w, { padding_idx = 1 }):sum():backward()
  eq(w.grad, { { 0, 0 }, { 2, 2 }, { 0, 0 }, { 1, 1 } })
end)
