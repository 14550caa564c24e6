-- Reverse mode: what is recorded, released, refused.
dofile("tests/lua/harness.lua")
local function leaf(v) return lab.tensor(v, { requires_grad = true }) end

test("gradients add up in .grad until they are cleared", function()
  local x = leaf { 1, 2, 3 }
  ;(x * x):sum():backward()
  eq(x.grad, { 2, 4, 6 })
  ;(x * x):sum():backward()
  eq(x.grad, { 4, 8, 12 })
  x.grad = nil
  eq(x.grad, nil)
end)

test("a value used twice gets both gradients", function()
  local x = leaf { 2, 3 }
  local y = x * 3
  ;(y * y + y):sum():backward()
  eq(x.grad, { 3 * (2 * 6 + 1), 3 * (2 * 9 + 1) })
end)

test("a graph is released by backward, kept by retain_graph", function()
  local x = leaf { 2 }
  local y = (x * x):sum()
  y:backward { retain_graph = true }
  y:backward()
  eq(x.grad, { 8 })
  fails(function() y:backward() end, "already gone through and released")
  fails(function() y:backward() end, "retain_graph=true")
end)

test("create_graph gives derivatives of any order", function()
  local x = lab.tensor({ 2 }, { dtype = "float64", requires_grad = true })
  local y = (x ^ 4):sum()
  for _, want in ipairs { 32, 48, 48, 24 } do
    local g = lab.grad(y, x, { create_graph = true })
    eq(g, { want })
    y = g:sum()
  end
end)

test("lab.grad touches no .grad and refuses inputs that were not used", function()
  local a, b, c = leaf { 1 }, leaf { 5 }, leaf { 7 }
  local y = (a * b):sum()
  local ga, gb = lab.grad(y, { a, b })
  eq(ga, { 5 })
  eq(gb, { 1 })
  eq(a.grad, nil)
  fails(function() lab.grad((a * b):sum(), c) end, "input 1 was not used")
  eq(lab.grad((a * b):sum(), c, { allow_unused = true }), nil)
end)

test("lab.grad with respect to a value in the middle leaves what made it alone", function()
  local x = leaf { 3 }
  local y = x * 2
  eq(lab.grad((y * y):sum(), y), { 12 })
  eq(lab.grad((y * y * y):sum(), y), { 108 })
  y:sum():backward()
  eq(x.grad, { 2 })
end)

test("no_grad records nothing, also when an error ends it", function()
  local x = leaf { 1 }
  local y = lab.no_grad(function() return x * 2 end)
  eq(y.requires_grad, false)
  fails(function() lab.no_grad(function() error("boom") end) end, "boom")
  eq(lab.is_grad_enabled(), true)
  eq((x * 2).requires_grad, true)
end)

test("detach cuts the history", function()
  local x = leaf { 2 }
  ;(x * (x * 3):detach()):sum():backward()
  eq(x.grad, { 6 })
end)

test("backward says what is wrong with what it was given", function()
  fails(function() lab.ones(2):sum():backward() end, "requires_grad=true")
  fails(function() (leaf { 1, 2 } * 2):backward() end, "not a single number")
  fails(function() (leaf { 1, 2 } * 2):backward(lab.ones(3)) end, "does not have the shape")
  local x = leaf { 1, 2 }
  ;(x * 2):backward(lab.tensor { 1, 10 })
  eq(x.grad, { 2, 20 })
end)

test("a saved value that is changed in place is reported with both places", function()
  local x = leaf { 1, 2 }
  local y = x:exp()
  local z = (y * 2):sum()
  y:add_(1)
  local ok, message = pcall(function() (y:sum() + z):backward() end)
  assert(not ok and message:find("the result of exp", 1, true), message)
  assert(message:find("changed in place by add_ at tests/lua/autograd.lua:90", 1, true), message)
  assert(message:find("exp at tests/lua/autograd.lua:88", 1, true), message)
end)

test("in-place operations take part in the history", function()
  local x = leaf { 1, 2 }
  local y = x * 1
  y:mul_(3)
  y:add_(1)
  ;(y * y):sum():backward()
  eq(x.grad, { 2 * 4 * 3, 2 * 7 * 3 })
end)

test("a leaf that requires a gradient changes in place only under no_grad", function()
  local x = leaf { 1, 2 }
  fails(function() x:add_(1) end, "lab.no_grad")
  fails(function() x[1] = 5 end, "lab.no_grad")
  lab.no_grad(function() x:add_(1) end)
  eq(x, { 2, 3 })
end)

test("assignment to a part is differentiable in both", function()
  local x, v = leaf { 1, 2, 3 }, leaf { 10 }
  local y = x * 2
  y["2:2"] = v * 3
  ;(y * lab.tensor { 1, 5, 7 }):sum():backward()
  eq(x.grad, { 2, 0, 14 })
  eq(v.grad, { 15 })
  local m, w = (leaf { { 1, 2 }, { 3, 4 } }) * 1, leaf { 7, 8 }
  m[1] = w
  m:sum():backward()
  eq(w.grad, { 1, 1 })
end)

test("hooks see complete gradients and may change them", function()
  local x = leaf { 2 }
  local seen
  local y = x * 3
  y:register_hook(function(g) seen = g:tolist() return g * 10 end)
  local remove = x:register_hook(function(g) return g + 1 end)
  ;(y * y + y):sum():backward()
  eq(seen, { 13 })
  eq(x.grad, { 13 * 10 * 3 + 1 })
  remove()
  x.grad = nil
  ;(x * 2):sum():backward()
  eq(x.grad, { 2 })
  local z = x * 1
  z:register_hook(function() error("no thanks") end)
  fails(function() z:sum():backward() end, "no thanks")
end)

test("functions with a gradient of their own", function()
  local cube = lab.custom(function(ctx, x) ctx.x = x return x * x * x end,
                          function(ctx, g) return g * 3 * ctx.x * ctx.x end)
  local x = leaf { 2, 3 }
  cube(x):sum():backward()
  eq(x.grad, { 12, 27 })
  local bad = lab.custom(function(_, v) return v * 1 end, function() return "text" end)
  fails(function() bad(x):sum():backward() end, "a tensor or nil is needed")
  local d = lab.tensor({ 1.5 }, { dtype = "float64", requires_grad = true })
  assert(lab.gradcheck(cube, { d }))
  assert(lab.gradcheck(cube, { d }, { second = true }))
end)

test("checkpoint gives the same gradients", function()
  local w = lab.randn(4, 4, { requires_grad = true })
  local x = lab.randn(3, 4, { requires_grad = true })
  local function f(v) return (v:matmul(w)):tanh():matmul(w):sum() end
  f(x):backward()
  local gw, gx = w.grad, x.grad
  w.grad, x.grad = nil, nil
  lab.checkpoint(f, x):backward()
  eq(w.grad, gw)
  eq(x.grad, gx)
end)

test("a chain of 200,000 operations is gone through and released without recursion", function()
  local x = leaf { 1 }
  local y = x
  for _ = 1, 200000 do y = y + 0 end
  y:sum():backward()
  eq(x.grad, { 1 })
  y = x
  for _ = 1, 200000 do y = y + 0 end
  y = nil
  collectgarbage()
end)

test("what backward saved is released without the collector", function()
  collectgarbage("stop")
  local x = leaf { 1 }
  local function step()
    local y = x
    for _ = 1, 100 do y = y * 1.5 end
    y:sum():backward()
  end
  step()
  collectgarbage("restart")
  collectgarbage()
  local before = lab.memory().tensors
  for _ = 1, 50 do step() end
  collectgarbage()
  assert(lab.memory().tensors <= before + 4)
end)

test("integers and masks cannot require gradients", function()
  fails(function() lab.tensor({ 1 }, { dtype = "int64", requires_grad = true }) end, "only float tensors")
end)

test("gradcheck finds a wrong gradient", function()
  local wrong = lab.custom(function(ctx, x) return x * x end, function(_, g) return g end)
  local x = lab.tensor({ 2 }, { dtype = "float64", requires_grad = true })
  fails(function() lab.gradcheck(wrong, { x }) end, "central difference")
end)

test("an error in backward leaves nothing pending", function()
  local x = leaf { 1 }
  local y = x * 2
  y:register_hook(function() error("once") end)
  fails(function() y:sum():backward() end, "once")
  ;(x * 5):sum():backward()
  eq(x.grad, { 5 })
end)
