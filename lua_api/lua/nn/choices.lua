--- What model:compile is told: an optimiser, a loss and metrics, by name or as they are.
-- @module nn.choices
-- @local

local ends = require "nn.ends"
local options = require "nn.options"
local shape_text = require("nn.readable").shape

local choices = {}

local function fail(format, ...) error("compile: " .. format:format(...), 3) end

local function unknown(what, name, names)
  table.sort(names)
  local near = options.nearest(name, names)
  fail("unknown %s '%s'%s (%s)", what, name, near and ("; did you mean '" .. near .. "'?") or "", table.concat(names, ", "))
end

local function is_list(value) return type(value) == "table" and getmetatable(value) == nil end

-- ---- optimisers -------------------------------------------------------------------------------------

-- The constructors of optim by their names in small letters.
local function optimizers()
  local found, names = {}, {}
  for name, make in pairs(require "optim") do
    if type(make) == "function" and name:find("^%u") then
      found[name:lower()] = make
      names[#names + 1] = name:lower()
    end
  end
  return found, names
end

local function optimizer_named(name, parameters, given)
  if type(name) ~= "string" then fail("optimizer: a table is {\"adam\", lr=0.01}: a name and options") end
  local found, names = optimizers()
  local make = found[name:lower()]
  if not make then unknown("optimizer", name, names) end
  return make(parameters, given)
end

local function is_optimizer(value)
  return type(value) == "table" and type(value.step) == "function" and type(value.zero_grad) == "function"
end

--- The optimiser that was chosen for a model.
-- @param value a name, {name, lr=…}, an optimiser, or a function from parameters to one
-- @tparam nn.Module model
-- @treturn optimizer
function choices.optimizer(value, model)
  if value == nil then fail("optimizer is missing, such as optimizer=\"adam\" or {\"sgd\", lr=0.1}") end
  if type(value) == "string" then return optimizer_named(value, model:parameters()) end
  if is_list(value) and not is_optimizer(value) then
    local given = {}
    for key, option in pairs(value) do if key ~= 1 then given[key] = option end end
    return optimizer_named(value[1], model:parameters(), given)
  end
  if type(value) == "function" then value = value(model:parameters()) end
  if not is_optimizer(value) then
    fail("optimizer should be a name, {name, lr=…}, an optimiser such as optim.Adam(model:parameters()), or a function "
      .. "from parameters to one; got %s", type(value))
  end
  return value
end

-- ---- losses -----------------------------------------------------------------------------------------

-- Targets (N) as (N, 1) for predictions (N, 1), and the reverse, as Keras has it: a difference of (N, 1) and (N) would be (N, N).
local function as_rank(prediction, target)
  if not lab.is_tensor(target) or not lab.is_tensor(prediction) then return target end
  local have, want = target.ndim, prediction.ndim
  if have == want - 1 and prediction.shape[want] == 1 or have == want + 1 and target.shape[have] == 1 then
    if target:numel() == prediction:numel() then target = target:reshape(prediction.shape) end
  end
  return target
end

local function check_prediction(prediction)
  if not lab.is_tensor(prediction) then
    error(("loss: the model gives a %s; a loss by name takes a tensor: give a function(prediction, target)"):format(type(prediction)))
  end
end

-- Targets in the shape and dtype of the prediction.
local function as_prediction(prediction, target)
  check_prediction(prediction)
  if not lab.is_tensor(target) then return target end
  target = as_rank(prediction, target)
  if target.dtype ~= prediction.dtype then target = target:to(prediction.dtype) end
  if target:numel() ~= prediction:numel() or target.ndim ~= prediction.ndim then
    error(("loss: the model gives %s for targets %s: the shapes should be the same"):format(shape_text(prediction), shape_text(target)))
  end
  return target
end

-- Targets as classes (N, …) for scores (N, C, …), or probabilities in their shape.
local function as_classes(prediction, target)
  check_prediction(prediction)
  if not lab.is_tensor(target) then return target end
  local have, want = target.ndim, prediction.ndim
  if want < 2 or prediction.shape[2] == 1 then
    error(("loss: the model gives %s; for classes it should give a score for each class, (N, C); for two classes one score is "
      .. "enough with loss=\"bce_with_logits\" and targets 0 and 1"):format(shape_text(prediction)))
  end
  if have == want and target.shape[2] == 1 then target, have = target:squeeze(2), have - 1 end
  if have == want then
    if target.dtype ~= prediction.dtype then return target:to(prediction.dtype) end
  elseif target.dtype ~= "int64" then
    local whole = target:to("int64")
    if target:is_floating_point() and not target:eq(whole):all():item() then
      error("loss: the targets are not whole numbers: the loss needs classes from 1 (for numbers use loss=\"mse\")")
    end
    return whole
  end
  return target
end

-- Targets that are no probabilities, such as the classes 1 and 2, train to nonsense without a word.
local function check_probabilities(target)
  local low, high = target:amin():item(), target:amax():item()
  if low < 0 or high > 1 then
    error(("loss: a target is %g, but for one score per sample targets are 0 and 1 (or from 0 to 1)%s"):format(low < 0 and low or high,
      high == 2 and ": of the classes 1 and 2 make y - 1" or high > 2 and
      ": for classes from 1 use loss=\"cross_entropy\" and a score for each class" or ""))
  end
end

-- Cross entropy of probabilities (N, C, …), as Keras's names mean it for a model that ends in a softmax.
local function cross_entropy_of_probabilities(prediction, target, given)
  local logarithms = prediction:clamp(1e-7, 1):log()
  if target.ndim < prediction.ndim then return lab.nll_loss(logarithms, target, given) end
  local each = -(target * logarithms):sum(2)
  return given and given.reduction == "none" and each or each:mean()
end

-- kind: what predictions are, for metrics: "numbers", "probabilities" and "logits" of one class, "classes" (scores),
-- "class probabilities".
-- check(target) is for the first batch of an epoch.
local function loss(call, adapt, kind, check) return { call = call, adapt = adapt, kind = kind, check = check, weighs = true } end

local losses = {
  mse = loss(lab.mse_loss, as_prediction, "numbers"),
  mae = loss(lab.l1_loss, as_prediction, "numbers"),
  huber = loss(lab.huber_loss, as_prediction, "numbers"),
  smooth_l1 = loss(lab.smooth_l1_loss, as_prediction, "numbers"),
  bce = loss(lab.binary_cross_entropy, as_prediction, "probabilities", check_probabilities),
  bce_with_logits = loss(lab.binary_cross_entropy_with_logits, as_prediction, "logits", check_probabilities),
  cross_entropy = loss(lab.cross_entropy, as_classes, "classes"),
  nll = loss(lab.nll_loss, as_classes, "classes"),
  kl_div = loss(lab.kl_div, as_prediction, "classes"),
}
local softmax_loss = loss(cross_entropy_of_probabilities, as_classes, "class probabilities")

local aliases = {
  mean_squared_error = "mse", mse_loss = "mse", mean_absolute_error = "mae", l1 = "mae", l1_loss = "mae",
  huber_loss = "huber", smooth_l1_loss = "smooth_l1", binary_cross_entropy = "bce", binary_crossentropy = "bce",
  binary_cross_entropy_with_logits = "bce_with_logits", nll_loss = "nll",
}
local keras_classes = { sparse_categorical_crossentropy = true, categorical_crossentropy = true }

local of_modules = {
  MSELoss = "mse", L1Loss = "mae", HuberLoss = "huber", SmoothL1Loss = "smooth_l1", BCELoss = "bce",
  BCEWithLogitsLoss = "bce_with_logits", CrossEntropyLoss = "cross_entropy", NLLLoss = "nll", KLDivLoss = "kl_div",
}

-- A softmax or sigmoid before a loss that has its own trains badly and without a word.
local function check_end(name, model)
  local last = ends.last(model)
  if name == "cross_entropy" and (last == "Softmax" or last == "LogSoftmax") then
    fail("the model ends in nn.%s and the loss \"cross_entropy\" applies a softmax itself: leave that layer out%s", last,
      last == "Softmax" and ", or use loss=\"sparse_categorical_crossentropy\"" or ", or use loss=\"nll\"")
  elseif name == "nll" and last == "Softmax" then
    fail("the model ends in nn.Softmax and the loss \"nll\" takes logarithms of probabilities: end it in nn.LogSoftmax, or use "
      .. "loss=\"sparse_categorical_crossentropy\"")
  elseif name == "bce_with_logits" and last == "Sigmoid" then
    fail("the model ends in nn.Sigmoid and the loss \"bce_with_logits\" applies a sigmoid itself: leave that layer out, "
      .. "or use loss=\"bce\"")
  end
end

local function loss_named(given, model)
  local name = aliases[given] or given
  if keras_classes[name] then
    if ends.last(model) == "Softmax" then return softmax_loss end
    name = "cross_entropy"
  end
  if not losses[name] then
    local names = {}
    for known in pairs(losses) do names[#names + 1] = known end
    unknown("loss", given, names)
  end
  check_end(name, model)
  return losses[name]
end

--- The loss that was chosen for a model: call(prediction, target), adapt(prediction, target) or nil, kind or nil,
-- check(target) or nil; weighs: call takes {reduction="none"}, so that samples can have weights.
-- @param value a name, a module of nn such as nn.MSELoss(), or a function(prediction, target)
-- @tparam nn.Module model
-- @treturn table
function choices.loss(value, model)
  if value == nil then fail("loss is missing, such as loss=\"mse\" or \"cross_entropy\"") end
  if type(value) == "string" then return loss_named(value, model) end
  if type(value) == "function" then return { call = value, adapt = as_rank } end
  if type(value) == "table" and type(value.forward) == "function" then
    local name = of_modules[value.name]
    if rawget(value, "_order") == nil then fail("loss is the class nn.%s: call it, as in nn.%s()", value.name, value.name) end
    if name then check_end(name, model) end
    local known = name and losses[name] or { adapt = as_rank }
    return { call = function(prediction, target) return value(prediction, target) end, adapt = known.adapt, kind = known.kind,
      check = known.check }
  end
  return fail("loss should be a name, a loss such as nn.MSELoss(), or a function(prediction, target); got %s", type(value))
end

-- ---- metrics ----------------------------------------------------------------------------------------

local function argmax(scores) return scores:argmax(2) end

-- The part that is right, as Keras's "accuracy": the largest column for scores of classes, a threshold for one class.
local function accuracy(target, prediction, kind)
  local columns = prediction.ndim > 1 and prediction.shape[2] or 1
  if kind == "classes" or columns > 1 and kind ~= "probabilities" and kind ~= "logits" then
    local right = target.ndim == prediction.ndim and target.shape[2] == columns and argmax(target) or target
    local chosen = argmax(prediction)
    return chosen:eq(right:reshape(chosen.shape)):to("float64"):mean():item()
  end
  local chosen = prediction:gt(kind == "logits" and 0 or 0.5)
  return chosen:eq(target:reshape(chosen.shape):gt(0.5)):to("float64"):mean():item()
end

local accuracies = {
  accuracy = true, acc = true, binary_accuracy = true, categorical_accuracy = true, sparse_categorical_accuracy = true,
}
local of_counts = { precision = true, recall = true, f1 = true }
local of_means = { mae = true, mse = true, mean_absolute_error = true, mean_squared_error = true }

-- A metric by its name in the module `metrics`, and its function if that is known, told what predictions are.
local function metric_named(name, call)
  if accuracies[name] then return { name = name, call = accuracy, mean = true } end
  local short = name:gsub("_score$", "")
  call = call or require("metrics").get(name)
  local function measure(target, prediction, kind)
    local many = prediction.ndim > 1 and prediction.shape[2] > 1
    local given = nil
    if of_counts[short] and (kind == "classes" or many) then given = { average = "macro" }
    elseif (of_counts[short] or short == "balanced_accuracy") and kind == "logits" then given = { threshold = 0 }
    elseif name == "log_loss" and (kind == "logits" or kind == "classes") then given = { from_logits = true } end
    return call(target, prediction, given)
  end
  return { name = name, call = measure, mean = of_means[name] }
end

-- What users call a function of the module `metrics`; nil for one of theirs.
local function name_of(fn)
  for name, known in pairs(require "metrics") do if known == fn then return name end end
end

local function metric(key, value)
  if type(value) == "string" then
    local found = metric_named(value)
    if type(key) == "string" then found.name = key end
    return found
  end
  if type(value) ~= "function" then
    fail("metrics: a metric is a name or a function(y_true, y_pred), got %s", type(value))
  end
  local known = name_of(value)
  local found = known and metric_named(known, value) or { call = value, name = "metric_" .. tostring(key) }
  if type(key) == "string" then found.name = key end
  return found
end

--- The metrics that were chosen: a list of {name=, call=(target, prediction, kind), mean=}; mean: the value of many
-- samples is the mean of those of their parts.
-- @param value a list of names and functions (y_true, y_pred); a key names a function: {error=function(…) … end}
-- @treturn table
function choices.metrics(value)
  if value == nil then return {} end
  if not is_list(value) then value = { value } end
  local list, named = {}, {}
  for i, each in ipairs(value) do list[i] = metric(i, each) end
  for key in pairs(value) do if type(key) == "string" then named[#named + 1] = key end end
  table.sort(named)
  for _, key in ipairs(named) do list[#list + 1] = metric(key, value[key]) end
  local taken = { loss = true }
  for _, each in ipairs(list) do
    if taken[each.name] then fail("metrics: two are named '%s'; give a name: {other=…}", each.name) end
    taken[each.name] = true
  end
  return list
end

return choices
