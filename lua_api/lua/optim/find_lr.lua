--- The learning-rate range test (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017).
-- @module optim.find_lr

local console = require "lab.console"
local read_options = require("nn.options").read

local function fail(message, ...) error("find_lr: " .. message:format(...)) end

local known = { { "min", 1e-6 }, { "max", 10 }, { "steps", 100 }, { "stop", 4 }, { "model" } }

local function check(options)
  if options ~= nil and type(options) ~= "table" then fail("options are a table, such as {max=1, steps=50}, got %s", type(options)) end
  local o = options == nil and read_options("find_lr", known) or next(options) == nil and read_options("find_lr", known)
    or read_options("find_lr", known, options)
  for _, name in ipairs { "min", "max", "stop" } do
    if type(o[name]) ~= "number" or not (o[name] > 0) then fail("%s should be a number above 0, got %s", name, tostring(o[name])) end
  end
  if not (o.min < o.max and o.max < math.huge) then fail("min=%g should be below max=%g", o.min, o.max) end
  local steps = type(o.steps) == "number" and math.tointeger(o.steps)
  if not steps or steps < 5 then fail("steps should be a whole number from 5, got %s", tostring(o.steps)) end
  o.steps = steps
  return o
end

-- ---- everything back ----------------------------------------------------------------------------------------------

local function each_parameter(optimizer, fn)
  for _, group in ipairs(optimizer.param_groups) do
    for _, p in ipairs(group.params) do fn(p) end
  end
end

local function cloned_state(optimizer)
  local dict = optimizer:state_dict()
  for n, state in pairs(dict.state) do
    for name, value in pairs(state) do
      if lab.is_tensor(value) then dict.state[n][name] = value:clone() end
    end
  end
  return dict
end

-- A guard that, closed, gives back weights, gradients, buffers, modes, the optimiser's state, and the place of the random
-- numbers, all bit for bit.
local function keep(optimizer, model)
  local tensors, values, gradients, modes = {}, {}, {}, {}
  each_parameter(optimizer, function(p) tensors[#tensors + 1], gradients[p] = p, p.grad or false end)
  if model then
    for _, t in ipairs(model:parameters()) do tensors[#tensors + 1] = t end
    for _, t in ipairs(model:buffers()) do tensors[#tensors + 1] = t end
    for _, entry in ipairs(model:named_modules()) do modes[entry[2]] = entry[2].training end
  end
  for i, t in ipairs(tensors) do values[i] = t:detach():clone() end
  local state, random = cloned_state(optimizer), lab.get_rng_state()
  return console.guard(function()
    lab.no_grad(function()
      for i, t in ipairs(tensors) do t:copy_(values[i]) end
    end)
    for p, gradient in pairs(gradients) do p.grad = gradient or nil end
    for module, on in pairs(modes) do module.training = on end
    optimizer:load_state_dict(state)
    lab.set_rng_state(random)
  end)
end

-- How many steps the optimiser has made, over all parameters.
local function steps_made(optimizer)
  local n = 0
  for _, state in pairs(optimizer:state_dict().state) do n = n + state.step end
  return n
end

-- ---- the test -----------------------------------------------------------------------------------------------------

-- Of the 2 h + 1 losses around place i: their mean, and the slope of their line of least squares.
local function line_around(loss, i, h)
  local sum, moment, squares = 0, 0, 0
  for k = -h, h do
    sum, moment, squares = sum + loss[i + k], moment + k * loss[i + k], squares + k * k
  end
  return sum / (2 * h + 1), moment / squares
end

-- Where the loss falls fastest for a factor of the rate, before it is lowest; nil if it does not fall.  A fifth of the
-- losses is looked at together, since batches differ.
local function steepest(rates, loss)
  local h = math.max(1, #loss // 10)
  local lowest, best, place, found = math.huge, 0, nil, nil
  for i = h + 1, #loss - h do
    local mean, slope = line_around(loss, i, h)
    if slope < best then best, place = slope, i end
    if mean < lowest then lowest, found = mean, place end
  end
  return found and rates[found]
end

local function number(loss)
  if lab.is_tensor(loss) and loss:numel() == 1 then loss = loss:item() end
  if type(loss) ~= "number" then
    fail("the step gives %s; it should return the loss, a number or a tensor of one", lab.is_tensor(loss) and "a tensor of several" or "a " .. type(loss))
  end
  return loss
end

--- Looks for a learning rate: makes steps with rates that grow from min to max, and undoes them.
--
--     local found = optim.find_lr(opt, function()
--       local x, y = next_batch()
--       opt:zero_grad()
--       local loss = nn.functional.cross_entropy(net(x), y)
--       loss:backward()
--       opt:step()
--       return loss
--     end, {model=net})
--     plot.line(found.lr, found.loss, {xscale="log"})
--     opt.lr = found.suggestion
--
-- The loss stays at first, falls where the rate is good, and grows where it is too large; the suggestion is where it falls
-- fastest.  Afterwards, also after an error or Ctrl-C, weights, gradients, the optimiser's state and the random numbers to
-- come are as before, bit for bit; with model also its buffers and modes.  Groups keep the ratios of their rates.
-- @tparam optim.Optimizer optimizer
-- @tparam function step makes one step of training and returns the loss of its batch, a tensor of one or a number
-- @tparam[opt] table options min=1e-6 and max=10: the first and the last rate; steps=100; stop=4: ends once the loss is so many
--   times that of the beginning; model: an nn.Module whose buffers and modes are given back, too
-- @treturn table lr and loss, lists of numbers, one for each step made; suggestion: a rate, nil if the loss did not fall
-- @raise a step that does not call optimizer:step(), or returns no loss
-- @see nn.Module:find_lr
-- @function find_lr
-- @example local w = nn.Parameter(lab.ones(1)); local opt = optim.SGD({w}, {lr=0.1}); local found = optim.find_lr(opt, function() opt:zero_grad(); local loss = (w * w):sum(); loss:backward(); opt:step(); return loss end); w:item() --> 1.0
return function(optimizer, step, options)
  if type(optimizer) ~= "table" or type(optimizer.param_groups) ~= "table" then
    fail("the first argument is an optimiser of optim, got a %s", type(optimizer))
  end
  if type(step) ~= "function" then fail("the second argument is a function that makes a step, got a %s", type(step)) end
  local o = check(options)
  local ratios, first = {}, optimizer.lr
  for i, group in ipairs(optimizer.param_groups) do ratios[i] = first > 0 and group.lr / first or 1 end
  local rates, losses, before = {}, {}, steps_made(optimizer)
  local _ <close> = keep(optimizer, o.model)
  for i = 1, o.steps do
    local rate = o.min * (o.max / o.min) ^ ((i - 1) / (o.steps - 1))
    for k, group in ipairs(optimizer.param_groups) do group.lr = rate * ratios[k] end
    local loss = number(step())
    if i == 1 and steps_made(optimizer) == before then
      fail("the function made no step: it should call zero_grad, backward and step of the optimiser")
    end
    if loss ~= loss or loss == math.huge then break end
    rates[i], losses[i] = rate, loss
    if losses[1] > 0 and loss > o.stop * losses[1] then break end
  end
  return { lr = rates, loss = losses, suggestion = steepest(rates, losses) }
end
