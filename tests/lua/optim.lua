-- Optimisers from Lua: training against PyTorch, groups, options, state, clipping.

-- sin(k i) for i = 1, 2, … in the given shape, float64.
local function seq(shape, k)
  local n, values = 1, {}
  for _, size in ipairs(shape) do n = n * size end
  for i = 1, n do values[i] = math.sin(k * i) end
  return lab.tensor(values, { dtype = "float64" }):reshape(shape)
end

local function parameter(values)
  return nn.Parameter(lab.tensor(values, { dtype = "float64" }))
end

-- The last loss and the last bias of 20 steps of a 3-5-4 network, by PyTorch 2.15.
local expected = {
  SGD = { 1.14087794538, { 0.300117091932, 1.64677902519, 0.387213957812, 0.811882295856 } },
  Adam = { 1.01857455113, { 0.404660835954, 1.32637783819, 0.430438695349, 0.472485331991 } },
  AdamW = { 1.02442982096, { 0.384732528358, 1.19601695413, 0.363345520243, 0.436284631851 } },
  RMSprop = { 0.654611242102, { 0.677626357112, 1.10410176459, 0.293874219443, 1.01331347749 } },
  Adagrad = { 0.985236640925, { 0.34418877045, 1.25635056044, 0.573236052877, 0.618063492701 } },
}
local options = {
  SGD = { lr = 0.1, momentum = 0.9, nesterov = true }, Adam = { lr = 0.05, amsgrad = true }, AdamW = { lr = 0.05, weight_decay = 0.1 },
  RMSprop = { lr = 0.01, momentum = 0.5, centered = true }, Adagrad = { lr = 0.1, lr_decay = 0.01 },
}

local function network()
  local net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4)):to("float64")
  lab.no_grad(function()
    for i, p in ipairs(net:parameters()) do p:copy_(seq(p.shape, 0.3 + 0.1 * (i - 1))) end
  end)
  return net
end

for _, kind in ipairs { "SGD", "Adam", "AdamW", "RMSprop", "Adagrad" } do
  test(kind .. " trains a network to PyTorch's numbers", function()
    local net = network()
    local x, y = seq({ 8, 3 }, 0.77), lab.tensor({ 1, 2, 3, 4, 4, 3, 2, 1 }, { dtype = "int64" })
    local opt, loss_of, loss = optim[kind](net:parameters(), options[kind]), nn.CrossEntropyLoss { label_smoothing = 0.1 }, nil
    for _ = 1, 20 do
      opt:zero_grad()
      loss = loss_of(net(x), y)
      loss:backward()
      nn.utils.clip_grad_norm_(net:parameters(), 0.5)
      opt:step()
    end
    close(loss:item(), expected[kind][1], 1e-9)
    close(net[3].bias, expected[kind][2], 1e-9)
  end)
end

test("options can be read and changed, for all groups or one", function()
  local a, b = parameter { 1 }, parameter { 1 }
  local opt = optim.SGD({ { params = { a } }, { params = { b }, lr = 2 } }, { lr = 1, momentum = 0.5 })
  eq({ opt.param_groups[1].lr, opt.param_groups[2].lr, opt.param_groups[2].momentum }, { 1, 2, 0.5 })
  local loss = (a * 3 + b * 3):sum()
  loss:backward()
  opt:step()
  eq({ a:item(), b:item() }, { -2, -5 })
  opt.lr = 0.25
  eq({ opt.lr, opt.param_groups[2].lr }, { 0.25, 0.25 })
  opt.param_groups[2].lr = 4
  eq(opt.lr, 0.25)
  local adam = optim.Adam({ a }, { betas = { 0.5, 0.75 } })
  eq({ adam.beta1, adam.betas[2] }, { 0.5, 0.75 })
end)

test("parameters without a gradient are left alone", function()
  local a, b = parameter { 1 }, parameter { 1 }
  a:sum():backward()
  optim.SGD({ a, b }, { lr = 1 }):step()
  eq({ a:item(), b:item() }, { 0, 1 })
end)

test("zero_grad drops gradients, or fills them with 0", function()
  local a = parameter { 1 }
  local opt = optim.SGD({ a })
  a:sum():backward()
  opt:zero_grad { set_to_none = false }
  eq(a.grad, { 0 })
  opt:zero_grad()
  eq(a.grad, nil)
end)

test("a closure's loss is returned", function()
  local a = parameter { 1 }
  local opt = optim.SGD({ a }, { lr = 0.5 })
  eq(opt:step(function() (a * 2):sum():backward() return 7 end), 7)
  eq(a:item(), 0.0)
end)

test("a state loaded into another optimiser continues the same way", function()
  for _, kind in ipairs { "SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam" } do
    local a, b = parameter { 1, 2 }, parameter { 1, 2 }
    local given = kind == "SGD" and { lr = 0.1, momentum = 0.9 } or kind == "RMSprop" and { momentum = 0.5, centered = true } or nil
    local one, two = optim[kind]({ a }, given), optim[kind]({ b }, { lr = 5 })
    local function step(opt, p, k)
      opt:zero_grad()
      local loss = (p * p * k):sum()
      loss:backward()
      opt:step()
    end
    step(one, a, 1)
    step(one, a, 2)
    two:load_state_dict(one:state_dict())
    lab.no_grad(function() b:copy_(a) end)
    step(one, a, 3)
    step(two, b, 3)
    eq(b, a:detach())
    eq(two.lr, one.lr)
  end
end)

test("a state that does not fit is refused", function()
  local one, two = optim.Adam { parameter { 1 } }, optim.Adam { parameter { 1, 2 } }
  one.param_groups[1].params[1]:sum():backward()
  one:step()
  fails(function() two:load_state_dict(one:state_dict()) end, "exp_avg is float64 [1], but its parameter float64 [2]")
  fails(function() optim.Adam({ parameter { 1 }, parameter { 1 } }):load_state_dict(one:state_dict()) end, "group 1 has 1 parameters")
  fails(function() one:load_state_dict {} end, "a table with state and param_groups")
end)

test("what an optimiser cannot take is named", function()
  local a = parameter { 1 }
  fails(function() optim.SGD({}) end, "the list of parameters is empty")
  fails(function() optim.SGD(nn.Linear(1, 1), { lr = 1 }) end, "got a model: give model:parameters()")
  fails(function() optim.SGD(a) end, "a single tensor (put it in a table)")
  fails(function() optim.SGD({ a }, { momentm = 1 }) end, "unknown option 'momentm'; did you mean 'momentum'?")
  fails(function() optim.SGD({ a }, { betas = { 1, 2 } }) end, "unknown option 'betas'")
  fails(function() optim.SGD({ a }, { lr = -1 }) end, "lr is -1")
  fails(function() optim.SGD({ a }, { lr = "fast" }) end, "lr must be a number, got string")
  fails(function() optim.SGD({ a }, { nesterov = true }) end, "nesterov needs a momentum")
  fails(function() optim.Adam({ a }, { betas = { 0.9 } }) end, "betas must be a table of two numbers")
  fails(function() optim.Adam({ a }, { betas = { 0.9, 1 } }) end, "beta2 is 1")
  fails(function() optim.Adadelta({ a }, { rho = 1.5 }) end, "optim.Adadelta: rho is 1.5: it must be at most 1")
  fails(function() optim.SGD({ a * 2 }) end, "only leaves can be trained")
  fails(function() optim.SGD({ a, a }) end, "parameter 2 is given twice")
  fails(function() optim.SGD({ a }).lrr = 3 end, "did you mean 'lr'?")
  fails(function() optim.SGD({ lab.tensor({ 1 }, { dtype = "int64" }) }) end, "a float dtype is needed")
end)

test("clipping by norm and by value", function()
  local a, b = parameter { 0, 0 }, parameter { 0 }
  a.grad, b.grad = lab.tensor({ 3, 4 }, { dtype = "float64" }), lab.tensor({ 12 }, { dtype = "float64" })
  close(nn.utils.clip_grad_norm_({ a, b }, 6.5), 13)
  close(a.grad, { 1.5, 2 }, 1e-6)
  close(b.grad, { 6 }, 1e-6)
  close(nn.utils.clip_grad_norm_({ a, b }, 100, math.huge), 6, 1e-6)
  nn.utils.clip_grad_value_({ a, b }, 1.75)
  close(a.grad, { 1.5, 1.75 }, 1e-6)
  a.grad = lab.tensor({ 0 / 0, 1 }, { dtype = "float64" })
  fails(function() nn.utils.clip_grad_norm_(a, 1, { error_if_nonfinite = true }) end, "the norm of the gradients is nan")
  fails(function() nn.utils.clip_grad_value_(a, -1) end, "it must not be negative")
end)

test("a value saved for backward and changed by a step is detected", function()
  local a = parameter { 2 }
  local y = (a * a):sum()
  y:backward({ retain_graph = true })
  optim.SGD({ a }, { lr = 0.1 }):step()
  fails(function() y:backward() end, "in place")
end)
