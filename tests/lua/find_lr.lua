-- find_lr.lua: the learning-rate range test finds a rate and leaves nothing changed.

local function problem()
  lab.manual_seed(3)
  local x, w = lab.randn(256, 10), lab.randn(10, 1)
  return x, x:matmul(w):tanh()
end

local function network() return nn.Sequential(nn.Linear(10, 16), nn.Tanh(), nn.Dropout(0.1), nn.Linear(16, 1)) end

-- All bits of a model and of what its optimiser remembers.
local function bits(model, optimizer)
  local parts = {}
  local function add(t)
    for _, value in ipairs(t:detach():to("float64"):flatten():tolist()) do parts[#parts + 1] = string.pack("d", value) end
  end
  for _, p in ipairs(model:parameters()) do add(p) end
  local dict = optimizer:state_dict()
  for n = 1, #model:parameters() do
    local state, names = dict.state[n] or {}, {}
    for name in pairs(state) do names[#names + 1] = name end
    table.sort(names)
    for _, name in ipairs(names) do
      parts[#parts + 1] = name
      if lab.is_tensor(state[name]) then add(state[name]) else parts[#parts + 1] = tostring(state[name]) end
    end
  end
  for _, group in ipairs(dict.param_groups) do parts[#parts + 1] = tostring(group.lr) end
  return table.concat(parts)
end

local optimizers = { "sgd", { "sgd", lr = 0.1, momentum = 0.9 }, "adam", "adamw", "rmsprop", "adagrad", "nadam", "radam", "adamax", "adadelta" }

test("find_lr leaves weights, optimiser and random numbers as they were, and fit as it would have been", function()
  for _, optimizer in ipairs(optimizers) do
    for _, epochs in ipairs { 0, 2 } do
      local x, y = problem()
      local function trained(with)
        lab.manual_seed(7)
        local m = network():compile { optimizer = optimizer, loss = "mse" }
        if epochs > 0 then m:fit(x, y, { epochs = epochs, verbose = 0 }) end
        if with then
          local before, random = bits(m, m.optimizer), lab.get_rng_state()
          local found = m:find_lr(x, y, { max = 1, steps = 20 })
          eq(#found.lr > 5 and #found.lr == #found.loss, true)
          eq(bits(m, m.optimizer) == before, true)
          eq(lab.get_rng_state(), random)
        end
        m:fit(x, y, { epochs = 2, verbose = 0 })
        return bits(m, m.optimizer)
      end
      eq(trained(true) == trained(false), true)
    end
  end
end)

test("the rates grow by equal factors, and the suggestion trains", function()
  local x, y = problem()
  local m = network():compile { optimizer = { "sgd", lr = 1e-7 }, loss = "mse" }
  local found = m:find_lr(x, y)
  close(found.lr[1], 1e-6, 1e-12)
  close(found.lr[3] / found.lr[2], 10 ^ (7 / 99), 1e-9)
  eq(found.suggestion > 1e-3 and found.suggestion < 1, true)
  local first = m:evaluate(x, y, { verbose = 0 }).loss
  m.optimizer.lr = found.suggestion
  m:fit(x, y, { epochs = 10, verbose = 0 })
  eq(m:evaluate(x, y, { verbose = 0 }).loss < first / 2, true)
end)

test("a loop written by hand is tested by its step, groups keep their ratio", function()
  local x, y = problem()
  local net = network()
  local opt = optim.Adam({ { params = net[1]:parameters() }, { params = net[4]:parameters(), lr = 0.01 } })
  local seen = {}
  local function step()
    seen[#seen + 1] = opt.param_groups[2].lr / opt.param_groups[1].lr
    opt:zero_grad()
    local loss = nn.functional.mse_loss(net(x), y)
    loss:backward()
    opt:step()
    return loss
  end
  step()
  local before, gradient = bits(net, opt), net[1].weight.grad:clone()
  net:eval()
  local found = optim.find_lr(opt, function() net:train() return step() end, { model = net, steps = 30 })
  eq(bits(net, opt) == before, true)
  eq(net[1].weight.grad, gradient)
  eq(net.training, false)
  close(seen[2], 10, 1e-9)
  close(seen[#seen], 10, 1e-9)
  eq(found.suggestion ~= nil, true)
end)

test("an error or a divergence in the test changes nothing", function()
  local x, y = problem()
  local m = network():compile { optimizer = "adam", loss = "mse" }
  m:fit(x, y, { epochs = 1, verbose = 0 })
  local before, n = bits(m, m.optimizer), 0
  fails(function()
    optim.find_lr(m.optimizer, function()
      n = n + 1
      if n == 4 then error("the data ran out") end
      m.optimizer:zero_grad()
      local loss = nn.functional.mse_loss(m(x), y)
      loss:backward()
      m.optimizer:step()
      return loss
    end)
  end, "the data ran out")
  eq(bits(m, m.optimizer) == before, true)
  local found = m:find_lr(x, y, { max = 1e30, steps = 50 })
  eq(#found.lr < 50, true)
  eq(bits(m, m.optimizer) == before, true)
end)

test("find_lr says what it cannot do", function()
  local x, y = problem()
  local m = network()
  fails(function() m:find_lr(x, y) end, "call compile before it")
  m:compile { optimizer = "sgd", loss = "mse" }
  fails(function() m:find_lr(x, y, { max = 1e-7 }) end, "below max")
  fails(function() m:find_lr(x, y, { steps = 2 }) end, "from 5")
  fails(function() m:find_lr(x, y, { step = 20 }) end, "did you mean 'steps'")
  fails(function() m:find_lr(x, lab.zeros(3)) end, "each sample needs its own")
  fails(function() optim.find_lr(m.optimizer, function() return 1 end) end, "made no step")
  fails(function() optim.find_lr(m.optimizer, function() return "x" end) end, "should return the loss")
  fails(function() optim.find_lr(m.optimizer) end, "a function that makes a step")
  fails(function() optim.find_lr(m, print) end, "an optimiser of optim")
end)
