-- Every optimiser, and every schedule driving one, for fifty steps against PyTorch: losses, rates, momentum and parameters to
-- 1e-9 relative.
local optimizers, schedules = dofile("tests/expected/optimizers.lua"), dofile("tests/expected/schedules.lua")
local L = optim.lr_scheduler

-- sin(k i) for i = 1, 2, … in the given shape, float64.
local function seq(shape, k)
  local n, values = 1, {}
  for _, size in ipairs(shape) do n = n * size end
  for i = 1, n do values[i] = math.sin(k * i) end
  return lab.tensor(values, { dtype = "float64" }):reshape(shape)
end

local x, y = seq({ 8, 3 }, 0.77), seq({ 8, 2 }, 1.3)

-- A 3-4-2 network's parameters.
local function problem()
  local params = {}
  for i, shape in ipairs { { 3, 4 }, { 4 }, { 4, 2 }, { 2 } } do params[i] = nn.Parameter(seq(shape, 0.21 + 0.1 * i)) end
  return params
end

-- Weights and biases as two groups.
local function groups(p, second)
  local biases = { params = { p[2], p[4] } }
  for name, value in pairs(second) do biases[name] = value end
  return { { params = { p[1], p[3] } }, biases }
end

local function train(opt, p, after)
  local losses = {}
  for k = 1, 50 do
    opt:zero_grad()
    local loss = (((x:matmul(p[1]) + p[2]):tanh():matmul(p[3]) + p[4]) - y):square():mean()
    if opt.maximize then loss = -loss end
    loss:backward()
    opt:step()
    losses[k] = math.abs(loss:item())
    if after then after(k) end
  end
  return losses
end

local function relative(got, want, what)
  if #got ~= #want then error(("%s: %d values, not %d"):format(what, #got, #want), 2) end
  for i, b in ipairs(want) do
    if not (math.abs(got[i] - b) <= 1e-9 * math.abs(b) + 1e-17) then
      error(("%s: number %d is %.17g, not %.17g"):format(what, i, got[i], b), 2)
    end
  end
end

local function check_parameters(p, want)
  for i, q in ipairs(p) do relative(q:detach():flatten():tolist(), want[i], "parameter " .. i) end
end

-- Name, options, and options of the second group.
local trained = {
  ["SGD plain"] = { { lr = 0.1 }, { lr = 0.05 } },
  ["SGD momentum"] = { { lr = 0.05, momentum = 0.9 }, { lr = 0.02, momentum = 0.5 } },
  ["SGD dampening"] = { { lr = 0.1, momentum = 0.8, dampening = 0.3, weight_decay = 0.01 }, { weight_decay = 0 } },
  ["SGD nesterov"] = { { lr = 0.05, momentum = 0.9, nesterov = true, weight_decay = 0.02 }, { lr = 0.1 } },
  ["SGD maximize"] = { { lr = 0.05, momentum = 0.7, weight_decay = 0.01, maximize = true }, { lr = 0.02 } },
  ["Adam plain"] = { { lr = 0.01 }, { lr = 0.03 } },
  ["Adam betas"] = { { lr = 0.02, betas = { 0.8, 0.95 }, eps = 1e-6, weight_decay = 0.05 }, { betas = { 0.5, 0.99 } } },
  ["Adam amsgrad"] = { { lr = 0.05, betas = { 0.9, 0.9 }, amsgrad = true }, { lr = 0.01, amsgrad = false } },
  ["Adam maximize"] = { { lr = 0.01, maximize = true, weight_decay = 0.1 }, { lr = 0.02 } },
  ["AdamW plain"] = { { lr = 0.02 }, { weight_decay = 0.3 } },
  ["AdamW amsgrad"] = { { lr = 0.05, betas = { 0.7, 0.9 }, weight_decay = 0.1, amsgrad = true }, { lr = 0.01 } },
  ["AdamW maximize"] = { { lr = 0.01, maximize = true }, { lr = 0.03 } },
  ["RMSprop plain"] = { { lr = 0.01 }, { lr = 0.02, alpha = 0.9 } },
  ["RMSprop momentum"] = { { lr = 0.005, momentum = 0.8, weight_decay = 0.01 }, { momentum = 0.3 } },
  ["RMSprop centered"] = { { lr = 0.01, alpha = 0.95, eps = 1e-4, centered = true }, { lr = 0.005 } },
  ["RMSprop centered momentum"] = { { lr = 0.005, alpha = 0.9, centered = true, momentum = 0.6, weight_decay = 0.02 }, { centered = false } },
  ["RMSprop maximize"] = { { lr = 0.005, maximize = true }, { lr = 0.01 } },
  ["Adagrad plain"] = { { lr = 0.1 }, { lr = 0.2 } },
  ["Adagrad decay"] = { { lr = 0.2, lr_decay = 0.05, weight_decay = 0.02, initial_accumulator_value = 0.1, eps = 1e-6 }, { lr_decay = 0.2 } },
  ["Adagrad maximize"] = { { lr = 0.05, maximize = true }, { lr = 0.02 } },
  ["Adadelta plain"] = { { lr = 1 }, { lr = 0.5, rho = 0.8 } },
  ["Adadelta decay"] = { { lr = 2, rho = 0.95, eps = 1e-4, weight_decay = 0.02 }, { weight_decay = 0 } },
  ["Adadelta maximize"] = { { lr = 1, eps = 1e-3, maximize = true }, { lr = 0.3 } },
  ["Adamax plain"] = { { lr = 0.01 }, { lr = 0.03 } },
  ["Adamax decay"] = { { lr = 0.02, betas = { 0.8, 0.95 }, eps = 1e-6, weight_decay = 0.05 }, { betas = { 0.5, 0.99 } } },
  ["Adamax maximize"] = { { lr = 0.01, maximize = true }, { lr = 0.02 } },
  ["NAdam plain"] = { { lr = 0.01 }, { lr = 0.03 } },
  ["NAdam decay"] = { { lr = 0.02, betas = { 0.8, 0.95 }, eps = 1e-6, weight_decay = 0.05, momentum_decay = 0.02 }, { momentum_decay = 0 } },
  ["NAdam decoupled"] = { { lr = 0.02, weight_decay = 0.1, decoupled_weight_decay = true }, { lr = 0.01 } },
  ["NAdam maximize"] = { { lr = 0.01, maximize = true }, { lr = 0.02 } },
  ["RAdam plain"] = { { lr = 0.01 }, { lr = 0.03 } },
  ["RAdam decay"] = { { lr = 0.02, betas = { 0.8, 0.95 }, eps = 1e-6, weight_decay = 0.05 }, { betas = { 0.5, 0.99 } } },
  ["RAdam decoupled"] = { { lr = 0.05, weight_decay = 0.1, decoupled_weight_decay = true }, { lr = 0.01 } },
  ["RAdam maximize"] = { { lr = 0.01, maximize = true }, { lr = 0.02 } },
}

for name, want in pairs(optimizers) do
  test(name .. " of two groups is PyTorch's for fifty steps", function()
    local p, given = problem(), trained[name]
    local opt = optim[name:match("^%a+")](groups(p, given[2]), given[1])
    relative(train(opt, p), want.losses, "loss")
    check_parameters(p, want.params)
  end)
end

local function sgd(p) return optim.SGD(groups(p, { lr = 0.03 }), { lr = 0.1, momentum = 0.5 }) end
local function adam(p) return optim.Adam(groups(p, { lr = 0.003 }), { lr = 0.01 }) end

-- The optimiser's and the schedule's constructors.
local scheduled = {
  ["StepLR"] = { sgd, function(o) return L.StepLR(o, 7, { gamma = 0.6 }) end },
  ["MultiStepLR"] = { sgd, function(o) return L.MultiStepLR(o, { 5, 20, 21, 40 }, 0.3) end },
  ["ConstantLR"] = { sgd, function(o) return L.ConstantLR(o, { factor = 0.4, total_iters = 12 }) end },
  ["LinearLR"] = { sgd, function(o) return L.LinearLR(o, { start_factor = 0.1, end_factor = 0.9, total_iters = 20 }) end },
  ["LinearLR default"] = { sgd, function(o) return L.LinearLR(o) end },
  ["ExponentialLR"] = { sgd, function(o) return L.ExponentialLR(o, 0.93) end },
  ["PolynomialLR"] = { sgd, function(o) return L.PolynomialLR(o, { total_iters = 40, power = 1.7 }) end },
  ["CosineAnnealingLR"] = { sgd, function(o) return L.CosineAnnealingLR(o, 18, { eta_min = 0.001 }) end },
  ["CosineAnnealingLR default"] = { adam, function(o) return L.CosineAnnealingLR(o, 50) end },
  ["CosineAnnealingWarmRestarts"] = { sgd, function(o) return L.CosineAnnealingWarmRestarts(o, 6, { T_mult = 2, eta_min = 0.002 }) end },
  ["CosineAnnealingWarmRestarts equal"] = { sgd, function(o) return L.CosineAnnealingWarmRestarts(o, 9) end },
  ["OneCycleLR"] = { sgd, function(o) return L.OneCycleLR(o, { max_lr = 0.2, total_steps = 51 }) end },
  ["OneCycleLR linear"] = { adam, function(o)
    return L.OneCycleLR(o, { 0.05, 0.01 }, { epochs = 3, steps_per_epoch = 17, pct_start = 0.4, anneal_strategy = "linear",
      base_momentum = 0.7, max_momentum = 0.9, div_factor = 10, final_div_factor = 100 })
  end },
  ["OneCycleLR three phases"] = { sgd, function(o) return L.OneCycleLR(o, 0.2, { total_steps = 55, three_phase = true }) end },
  ["OneCycleLR without momentum"] = { adam, function(o)
    return L.OneCycleLR(o, 0.02, { total_steps = 60, cycle_momentum = false, anneal_strategy = "linear", three_phase = true, pct_start = 0.45 })
  end },
  ["CyclicLR"] = { sgd, function(o) return L.CyclicLR(o, 0.01, 0.1, { step_size_up = 8 }) end },
  ["CyclicLR triangular2"] = { adam, function(o)
    return L.CyclicLR(o, { 0.001, 0.002 }, { 0.02, 0.01 }, { step_size_up = 5, step_size_down = 7, mode = "triangular2", base_momentum = 0.6, max_momentum = 0.95 })
  end },
  ["CyclicLR exp_range"] = { sgd, function(o) return L.CyclicLR(o, 0.01, 0.1, { step_size_up = 6, mode = "exp_range", gamma = 0.97, cycle_momentum = false }) end },
  ["CyclicLR function"] = { sgd, function(o)
    return L.CyclicLR(o, 0.01, 0.1, { step_size_up = 6, scale_fn = function(k) return 1 / (1 + 0.1 * k) end, scale_mode = "iterations" })
  end },
  ["LambdaLR"] = { sgd, function(o) return L.LambdaLR(o, { function(e) return 0.95 ^ e end, function(e) return 1 / (1 + e) end }) end },
  ["MultiplicativeLR"] = { sgd, function(o) return L.MultiplicativeLR(o, function(e) return 1 - 0.2 / (1 + e) end) end },
  ["ReduceLROnPlateau"] = { sgd, function(o) return L.ReduceLROnPlateau(o, { factor = 0.5, patience = 2, cooldown = 1, min_lr = 0.002 }) end },
  ["ReduceLROnPlateau max"] = { sgd, function(o)
    return L.ReduceLROnPlateau(o, { mode = "max", factor = 0.7, patience = 4, threshold = 0.05, threshold_mode = "abs", min_lr = { 0.01, 0.001 } })
  end },
  ["SequentialLR"] = { sgd, function(o)
    return L.SequentialLR(o, { L.LinearLR(o, 0.1, { total_iters = 5 }), L.CosineAnnealingLR(o, 20), L.ExponentialLR(o, 0.9) }, { 5, 25 })
  end },
  ["SequentialLR others"] = { sgd, function(o)
    return L.SequentialLR(o, { L.ConstantLR(o, 0.5, 4), L.LambdaLR(o, function(e) return 0.97 ^ e end), L.StepLR(o, 3, 0.8),
      L.MultiStepLR(o, { 2, 5 }, 0.5), L.PolynomialLR(o, 8, 2) }, { 6, 14, 25, 38 })
  end },
  ["SequentialLR restarts"] = { sgd, function(o)
    return L.SequentialLR(o, { L.MultiplicativeLR(o, function() return 0.9 end), L.CosineAnnealingWarmRestarts(o, 4, 2),
      L.MultiplicativeLR(o, function() return 0.95 end) }, { 7, 30 })
  end },
  ["SequentialLR cyclic"] = { sgd, function(o)
    return L.SequentialLR(o, { L.CyclicLR(o, 0.01, 0.1, { step_size_up = 4 }), L.ExponentialLR(o, 0.9) }, { 20 })
  end },
  ["ChainedScheduler"] = { sgd, function(o)
    return L.ChainedScheduler { L.ConstantLR(o, 0.1, 6), L.ExponentialLR(o, 0.95), L.MultiStepLR(o, { 10, 30 }, 0.5) }
  end },
  ["ChainedScheduler cosine"] = { sgd, function(o)
    return L.ChainedScheduler { L.LinearLR(o, 0.2, { total_iters = 8 }), L.CosineAnnealingLR(o, 30, { eta_min = 0.001 }) }
  end },
}

-- What ReduceLROnPlateau watches at step k: better and worse in turn.
local function metric(k)
  return ({ 1, 0.9, 0.8, 0.85, 0.84, 0.83, 0.82, 0.81, 0.805, 0.7 })[(k - 1) % 10 + 1] + (k - 1) / 100
end

-- Fifty steps with the schedule `name`; in between its state goes into another one, if so wanted.
local function run(name, hand_over)
  local p, make = problem(), scheduled[name]
  local opt = make[1](p)
  local scheduler, lr, momentum = make[2](opt), { {}, {} }, {}
  local function note(k)
    for g = 1, 2 do lr[g][k] = opt.param_groups[g].lr end
    momentum[k] = opt.beta1 or opt.momentum
  end
  note(1)
  train(opt, p, function(k)
    scheduler:step(metric(k))
    note(k + 1)
    if hand_over then scheduler = hand_over(scheduler, opt, k) end
  end)
  local want = schedules[name]
  for g = 1, 2 do relative(lr[g], want.lr[g], "rate of group " .. g) end
  if want.momentum then relative(momentum, want.momentum, "momentum") end
  check_parameters(p, want.params)
end

for name in pairs(schedules) do
  test(name .. " drives an optimiser of two groups as PyTorch's for fifty steps", function() run(name) end)

  test(name .. " goes on from its saved state, and a preview changes nothing", function()
    local file = os.tmpname()
    local path = file .. ".safetensors"
    run(name, function(scheduler, opt, k)
      if not scheduler.needs_metric and k < 45 then scheduler:preview(5, 2) end
      if k % 17 ~= 0 then return scheduler end
      lab.save(path, scheduler:state_dict())
      local options = {}
      for g, group in ipairs(opt.param_groups) do options[g] = group:options() end
      local other = scheduled[name][2](opt)
      other:load_state_dict(lab.load(path))
      for g, group in ipairs(opt.param_groups) do -- the rates and the momentum are again what they were
        for option, value in pairs(options[g]) do eq(group[option], value) end
      end
      return other
    end)
    os.remove(path)
    os.remove(file)
  end)
end

test("every optimiser and schedule is among them", function()
  local seen = {}
  for name in pairs(optimizers) do seen[name:match("^%a+")] = true end
  for name in pairs(schedules) do seen[name:match("^%a+")] = true end
  for _, list in ipairs { optim, L } do
    for name, value in pairs(list) do
      if type(value) == "function" and not seen[name] and name ~= "find_lr" then error(name .. " has no expected numbers") end
    end
  end
end)
