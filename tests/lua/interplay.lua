-- interplay.lua: gradients, callbacks, coroutines, errors and the collector, each inside the other.

local function leaf(values) return lab.tensor(values, { requires_grad = true }) end

-- ---- errors inside callbacks -----------------------------------------------------------------------------

test("an error in a hook ends backward and leaves the graph usable", function()
  local x = leaf { 1, 2, 3 }
  local bad = true
  local y = x * x
  y:register_hook(function() if bad then error("from the hook") end end)
  local loss = y:sum()
  fails(function() loss:backward({ retain_graph = true }) end, "hook: tests/lua/interplay.lua")
  eq(lab.is_grad_enabled(), true)
  bad = false
  x:zero_grad()
  loss:backward()
  eq(x.grad, { 2, 4, 6 })
end)

test("errors that are not strings come through as an error of the pass", function()
  local x = leaf { 1 }
  x:register_hook(function() error({}) end)
  fails(function() (x * 2):sum():backward() end, "not a string")
  local f = lab.custom(function(_, a) return a * 2 end, function() error() end)
  fails(function() f(x):sum():backward() end, "custom function")
end)

test("an error inside checkpoint leaves gradients on and the random numbers where they were", function()
  local x = leaf { 1, 2 }
  local calls = 0
  local function f(a)
    calls = calls + 1
    if calls == 2 then error("second time") end
    return (a * lab.rand(2)):sum()
  end
  local y = lab.checkpoint(f, x)
  local state = lab.get_rng_state()
  fails(function() y:backward() end, "second time")
  eq(lab.is_grad_enabled(), true)
  calls = 5
  lab.checkpoint(f, x):backward()
  eq(#x.grad, 2)
  assert(state)
end)

test("checkpoint, a custom function, a hook and another pass inside it agree with the plain gradient", function()
  local square = lab.custom(function(c, a) c.a = a return a * a end, function(c, g) return g * c.a * 2 end)
  local seen = 0
  local function f(a)
    local b = square(a)
    if b.requires_grad then
      b:register_hook(function(g)
        local z = leaf { 5 }
        lab.enable_grad(function() square(z):sum():backward() end)
        eq(z.grad, { 10 })
        seen = seen + 1
        return g * 1
      end)
    end
    return square(b):sum()
  end
  local x = leaf { 1, 2, 3 }
  lab.checkpoint(f, x):backward()
  eq(x.grad, { 4, 32, 108 })
  eq(seen, 1)
end)

-- ---- a pass inside a pass ----------------------------------------------------------------------------------

test("a hook may run backward over the same graph", function()
  local x = leaf { 1, 2, 3 }
  local y = x * x
  local z = y * 3
  local inner = 0
  local loss = (z + y):sum()
  z:register_hook(function()
    inner = inner + 1
    if inner == 1 then loss:backward({ retain_graph = true }) end
  end)
  loss:backward({ retain_graph = true })
  eq(x.grad, { 16, 32, 48 }) -- 8x, twice
  eq(inner, 2)
end)

test("a hook may ask for gradients of the graph that is being gone through", function()
  local x, w = leaf { 2 }, leaf { 3 }
  local y = x * w
  local z = y * y
  local found
  y:register_hook(function() found = found or 0 if found == 0 then found = 1 found = lab.grad(z, w, { retain_graph = true }) end end)
  local gx, gw = lab.grad(z, { x, w }, { retain_graph = true })
  eq(found, { 24 })
  eq(gx, { 36 })
  eq(gw, { 24 })
end)

test("the gradient of a custom function may go through its own graph again", function()
  local f
  local x = leaf { 3 }
  local depth, loss = 0, nil
  f = lab.custom(function(_, a) return a * 2 end, function(_, g)
    depth = depth + 1
    if depth == 1 then loss:backward({ retain_graph = true }) end
    return g * 2
  end)
  loss = f(x * x):sum()
  loss:backward({ retain_graph = true })
  eq(x.grad, { 24 }) -- 4x, twice
end)

test("a graph that an inner pass released is an error of the outer one", function()
  local x = leaf { 3 }
  local y = x * x
  local loss, inside = (y * y):sum(), false
  y:register_hook(function()
    if inside then return end
    inside = true
    lab.enable_grad(function() y:sum():backward() end)
  end)
  fails(function() loss:backward() end, "released")
end)

-- ---- hooks -------------------------------------------------------------------------------------------------

test("a hook may remove itself and others, and add some", function()
  local x = leaf { 1, 2 }
  local order, remove1, remove3 = {}, nil, nil
  remove1 = x:register_hook(function() order[#order + 1] = 1 remove1() remove3() end)
  x:register_hook(function()
    order[#order + 1] = 2
    if #order < 4 then x:register_hook(function() order[#order + 1] = 4 end) end
  end)
  remove3 = x:register_hook(function() order[#order + 1] = 3 end)
  x:sum():backward()
  eq(order, { 1, 2, 4 })
  remove1()
  order = {}
  x:sum():backward()
  eq(order[1], 2)
end)

test("what a hook returns must fit", function()
  for _, wrong in ipairs { lab.ones(3), lab.ones(2, 2), 7, "g", {} } do
    local x = leaf { 1, 2 }
    x:register_hook(function() return wrong end)
    fails(function() (x * x):sum():backward() end, "hook")
    local y = leaf { 1, 2 } * 2
    y:register_hook(function() return wrong end)
    fails(function() (y * y):sum():backward() end, "hook")
  end
  local x = leaf { 1, 2 }
  x:register_hook(function(g) return g:double() * 2 end)
  local loss = (x * 1):sum()
  loss:backward()
  eq(x.grad.dtype, "float32")
  eq(x.grad, { 2, 2 })
end)

test("callbacks may free what is being worked on", function()
  local x = leaf { 1, 2 }
  local y = x * x
  local loss = y:sum()
  y:register_hook(function(g) loss:free() y:free() g:free() end)
  loss:backward()
  eq(x.grad, { 2, 4 })
  fails(function() return loss:item() end, "freed")
  local z = leaf { 1, 2 }
  local out = z * z
  out:register_hook(function() z:free() end)
  local g = lab.grad(out, z, { grad_outputs = lab.ones(2) })
  eq(g, { 2, 4 })
  local f = lab.custom(function(_, a) local b = a * 2 a:free() return b end, function(_, g2) return g2 end)
  fails(function() f(leaf { 1 }) end, "freed")
  f = lab.custom(function(_, a) local b = a * 2 b:free() return b end, function(_, g2) return g2 end)
  fails(function() f(leaf { 1 }) end, "freed")
end)

test("custom functions of many tensors", function()
  local many = {}
  for i = 1, 200 do many[i] = leaf { i } end
  local f = lab.custom(function(_, ...) return lab.stack({ ... }):sum() end, function(_, g)
    local grads = {}
    for i = 1, 200 do grads[i] = g:reshape(1) * i end
    return table.unpack(grads)
  end)
  f(table.unpack(many)):backward()
  eq(many[200].grad, { 200 })
  for i = 201, 300 do many[i] = leaf { i } end
  fails(function() f(table.unpack(many)) end, "at most")
  local wide = lab.custom(function(_, a) local r = {} for i = 1, 251 do r[i] = a * i end return table.unpack(r) end, function() end)
  fails(function() wide(many[1]) end, "at most")
end)

-- ---- coroutines ---------------------------------------------------------------------------------------------

test("tensors and graphs live across coroutines", function()
  local x = leaf { 1, 2, 3 }
  local make = coroutine.wrap(function()
    local h = x
    while true do
      h = h * 2
      coroutine.yield(h)
    end
  end)
  local y
  for _ = 1, 5 do y = make() collectgarbage() end
  y:sum():backward()
  eq(x.grad, { 32, 32, 32 })
end)

test("backward in a coroutine runs hooks there; a hook cannot yield", function()
  local x = leaf { 1 }
  local state
  x:register_hook(function() state = coroutine.running() end)
  local co = coroutine.create(function() (x * 2):sum():backward() return "done" end)
  local _, result = coroutine.resume(co)
  eq(result, "done")
  eq(state == co, true)
  local y = leaf { 1 }
  y:register_hook(function() coroutine.yield() end)
  local ok, message = coroutine.resume(coroutine.create(function() (y * 2):sum():backward() end))
  eq(ok, false)
  assert(message:find("yield"), message)
end)

test("no_grad ends with a coroutine that is closed inside it", function()
  local co = coroutine.create(function() lab.no_grad(function() error("inside") end) end)
  coroutine.resume(co)
  eq(lab.is_grad_enabled(), true)
end)

test("coroutines, hooks and passes nested deep end in an error, not in a crash", function()
  local function deeper(n)
    local x = leaf { 1 }
    x:register_hook(function() deeper(n + 1) end)
    coroutine.wrap(function() lab.enable_grad(function() (x * 2):sum():backward() end) end)()
  end
  fails(function() deeper(1) end, "overflow")
  eq(lab.is_grad_enabled(), true)
end)

-- ---- depth ----------------------------------------------------------------------------------------------------

test("recursion through metamethods, hooks and operators is a Lua error", function()
  local t = setmetatable({}, {})
  getmetatable(t).__index = function(s, k) return s[k .. "x"] end
  fails(function() return t.a end, "")
  local u = setmetatable({}, { __index = function(s) return lab.no_grad(function() return s.b end) end })
  fails(function() return u.a end, "overflow")
  local function nest() return lab.scope(function() return lab.enable_grad(nest) end) end
  fails(nest, "overflow")
  eq(lab.is_grad_enabled(), true)
  local function check(x) return lab.checkpoint(check, x) end
  fails(function() check(leaf { 1 }) end, "overflow")
  eq(lab.is_grad_enabled(), true)
end)

test("a graph of a million nodes is dropped by the collector", function()
  collectgarbage()
  local before = lab.memory().tensors
  do
    local x = leaf { 1 }
    local y = x
    for _ = 1, 1000000 do y = y + 1 end
    assert(y:item() > 1000)
  end
  collectgarbage()
  collectgarbage()
  assert(lab.memory().tensors <= before + 10, lab.memory().tensors - before .. " tensors are left")
end)

test("leaves that are each other's gradients are let go", function()
  local x = leaf { 1 }
  fails(function() x.grad = x end, "own gradient")
  fails(function() x.grad = lab.ones(2) end, "grad")
  fails(function() x.grad = lab.ones(1, { dtype = "float64" }) end, "grad")
end)

-- ---- finalizers -----------------------------------------------------------------------------------------------

test("finalizers may use tensors, also while operators run", function()
  local ran = 0
  local x = lab.ones(1000)
  for i = 1, 200 do
    setmetatable({}, { __gc = function()
      ran = ran + 1
      local parts = (x * i):chunk(4)
      assert(#parts == 4)
    end })
    local parts = x:split(1)
    assert(#parts == 1000 and parts[1000]:item() == 1)
  end
  collectgarbage()
  assert(ran > 100)
end)

test("a finalizer that frees an argument cannot pull it from under the operator", function()
  for _ = 1, 300 do
    local x, list = lab.ones(64), {}
    for i = 1, 40 do list[i] = lab.ones(64) end
    setmetatable({}, { __gc = function()
      x:free()
      for i = 1, 40 do list[i]:free() end
    end })
    pcall(function()
      local y = lab.cat(list)
      local z = lab.where(x:gt(0), x, list[1])
      return y:sum() + z:sum()
    end)
  end
end)

test("manual calls of tensors' metamethods do no harm", function()
  local meta = debug.getmetatable(lab.ones(1))
  meta.__gc(1)
  meta.__gc({})
  meta.__gc(io.stdout)
  local x = lab.ones(2)
  meta.__gc(x)
  meta.__gc(x)
  fails(function() return x:sum() end, "freed")
end)
