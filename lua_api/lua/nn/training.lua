--- Training in one call, as Keras does it: compile, fit, evaluate, predict.
--
--     local model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
--     model:compile{optimizer={"adam", lr=0.01}, loss="bce", metrics={"accuracy"}}
--     local history = model:fit(x, y, {epochs=20, batch_size=32, validation_split=0.2})
--     plot.line(history.loss)
--     print(model:evaluate(x_test, y_test).accuracy)
--
-- A step does what a loop written by hand does over a data.DataLoader, with the same bits.
-- @module nn.training

local Module = require "nn.module"
local batches = require "nn.batches"
local batch_loss = require "nn.batch_loss"
local callback_list = require "nn.callbacks.list"
local choices = require "nn.choices"
local console = require "lab.console"
local ends = require "nn.ends"
local fit_dashboard = require "nn.fit_dashboard"
local fit_output = require "nn.fit_output"
local meter = require "nn.meter"
local read_options = require("nn.options").read
local history = require "nn.history"
local progress = require "nn.progress"
local shown = require("nn.options").shown

local check_first, keep_modes, loss_of_batch, predict_batch = batch_loss.check_first, batch_loss.keep_modes, batch_loss.of, batch_loss.predict
local pack = table.pack

local function fail(op, format, ...) error(op .. ": " .. format:format(...), 3) end

-- Arguments x, y, options, where y may be left out.
local function arguments(y, given)
  if given == nil and type(y) == "table" and not lab.is_tensor(y) and getmetatable(y) == nil and
     (next(y) == nil or type(next(y)) == "string") then
    return nil, y
  end
  return y, given
end

local function read(op, known, given)
  local such = op == "compile" and "{optimizer=\"adam\", loss=\"mse\"}" or "{batch_size=32}"
  if given ~= nil and type(given) ~= "table" then
    fail(op, "options are a table, such as %s, got %s", such, type(given))
  end
  if given and given[1] ~= nil then fail(op, "options have names, such as %s", such) end
  if given and next(given) == nil then given = nil end
  return read_options(op, known, given)
end

-- ---- compile ----------------------------------------------------------------------------------------

--- Chooses how the model is trained: fit and evaluate need it.
--
-- Names stand for what optim, lab and metrics have, with their defaults.  A loss by name takes targets (N) for predictions
-- (N, 1), and converts their dtype.  Keras's long names of losses are known, too: "sparse_categorical_crossentropy" and
-- "categorical_crossentropy" take probabilities if the model ends in nn.Softmax, and scores if not.
-- @tparam table options optimizer: "sgd", "adam", "adamw", "rmsprop", "adagrad", …, {"sgd", lr=0.1, momentum=0.9}, an optimiser
--   of optim, or a function from parameters to one;
--   loss: "mse", "mae", "huber", "smooth_l1", "bce" (of probabilities), "bce_with_logits", "cross_entropy" (of scores (N, C), with
--   classes from 1), "nll", "kl_div" (of logarithms of probabilities), a module such as nn.MSELoss(), or a function(prediction, target),
--   which gets targets (N) as (N, 1) where predictions are (N, 1);
--   metrics={}: "accuracy" and the names of metrics.get, and functions(y_true, y_pred), which get names of their own by
--   {"accuracy", worst=function(y_true, y_pred) … end}
-- @treturn nn.Module itself, with the field optimizer
-- @raise an unknown name (with the nearest); a softmax or sigmoid at the end of the model before a loss that applies one itself
-- @see nn.Module:fit, nn.Module:evaluate
-- @example nn.Linear(1, 1):compile{optimizer="adam", loss="mse"}.optimizer.lr --> 0.001
function Module:compile(options)
  local o = read("compile", { { "optimizer" }, { "loss" }, { "metrics" } }, options)
  local loss = choices.loss(o.loss, self)
  rawset(self, "_compiled", { loss = loss, metrics = choices.metrics(o.metrics) })
  rawset(self, "optimizer", choices.optimizer(o.optimizer, self))
  return self
end

local function compiled(op, model)
  if not Module._is_module(model) then fail(op, "it is called with a colon: model:%s(x, y)", op) end
  local found = rawget(model, "_compiled")
  if not found then
    fail(op, "call compile before it, such as model:compile{optimizer=\"adam\", loss=\"mse\"}")
  end
  return found
end

-- Converted models have new parameters, which the optimiser would not know.
local function check_optimizer(op, model)
  local known = {}
  for _, group in ipairs(model.optimizer.param_groups or {}) do
    for _, p in ipairs(group.params) do known[p] = true end
  end
  for _, p in ipairs(model:parameters()) do
    if known[p] then return end
  end
  if next(known) then
    fail(op, "the optimiser trains none of the model's parameters: call compile again after model:to(…), with an "
      .. "optimiser of model:parameters()")
  end
end

-- ---- evaluate and predict ---------------------------------------------------------------------------

-- Loss and metrics of a loader into logs, in evaluation mode without gradients; tick() is called for each batch.
local function measure(model, plan, loader, logs, prefix, tick)
  model:eval()
  local total, count, step, gauge = 0, 0, 0, meter(plan.metrics, plan.loss.kind)
  lab.no_grad(function()
    local next_batch = loader:iter()
    while true do
      local batch = pack(next_batch())
      if batch[1] == nil then break end
      local loss, prediction, target, n = loss_of_batch(model, plan.loss, batch)
      if count == 0 then check_first(plan.loss, loss, target) end
      total, count = total + loss:item() * n, count + n
      if gauge then gauge:add(target, prediction, n) end
      step = step + 1
      if tick then tick(step) end
    end
  end)
  logs[prefix .. "loss"] = total / count
  if gauge then gauge:finish(logs, prefix, total ~= total) end
end

local evaluate_options = { { "batch_size", 32 }, { "verbose" } }

--- The loss and the metrics on data, in evaluation mode and without gradients.
-- @tparam tensor x inputs (N, …), a frame, a list of tensors for several inputs, a data set or a DataLoader
-- @tparam[opt] tensor y targets (N, …); left out for a data set or loader
-- @tparam[opt] table options batch_size=32; verbose: 0 for no progress bar
-- @treturn table loss, and each metric, by its name
-- @raise a model that was not compiled; x and y with different rows; what the loss cannot take
-- @see nn.Module:compile, nn.Module:predict
-- @example nn.Linear(1, 1):compile{optimizer="sgd", loss="mse"}:evaluate(lab.zeros(4), lab.zeros(4)).loss < 1 --> true
function Module:evaluate(x, y, options)
  local plan = compiled("evaluate", self)
  y, options = arguments(y, options)
  local o = read("evaluate", evaluate_options, options)
  local loader = batches.loader("evaluate", batches.source("evaluate", x, y, {}), o.batch_size, false)
  local logs, bar = {}, nil
  if o.verbose ~= 0 and o.verbose ~= false then bar = progress.by_hand { desc = "evaluate", total = #loader, leave = false } end
  local _ <close> = keep_modes(self)
  if bar then bar:begin() end
  measure(self, plan, loader, logs, "", bar and function(step) bar:step(step) end)
  if bar then bar:close() end
  return logs
end

-- A single sample, (F) or a list of F numbers, reads as F samples of one number.
local function check_single(model, source)
  local x, layer = source.tensors and source.tensors[1], ends.first(model)
  local wanted = layer and layer.in_features
  if x and wanted and wanted > 1 and x.ndim == 2 and x.shape[2] == 1 then
    fail("predict", "x holds %d samples of one number, but the model takes %d numbers: one sample is x:unsqueeze(1), or a list in "
      .. "a list, {{…}}", #x, wanted)
  end
end

--- What the model gives for data, in evaluation mode and without gradients, batch by batch.
-- @tparam tensor x inputs (N, …), a frame, a list of tensors for several inputs, a data set or a DataLoader (whose targets are not used)
-- @tparam[opt] table options batch_size=32
-- @treturn tensor (N, …)
-- @raise a model that gives something else than one tensor; a single sample without its dimension N
-- @see nn.Module:fit, nn.Module:evaluate
-- @example nn.Linear(2, 3):predict(lab.zeros(100, 2)).shape[1] --> 100
function Module:predict(x, options)
  local o = read("predict", { { "batch_size", 32 } }, options)
  local source = batches.source("predict", x, nil, {})
  check_single(self, source)
  local loader, parts = batches.loader("predict", source, o.batch_size, false), {}
  local _ <close> = keep_modes(self)
  self:eval()
  lab.no_grad(function()
    local next_batch = loader:iter()
    while true do
      local batch = pack(next_batch())
      if batch[1] == nil then break end
      local inputs = (source.tensors or batch.n == 1) and batch.n or batch.n - 1
      local prediction = predict_batch(self, batch, inputs)
      if not lab.is_tensor(prediction) then
        error("predict: the model gives a " .. type(prediction) .. "; a tensor is needed: call the model itself")
      end
      parts[#parts + 1] = prediction
    end
  end)
  return #parts == 1 and parts[1] or lab.cat(parts, 1)
end

-- ---- fit --------------------------------------------------------------------------------------------

local fit_options = {
  { "epochs", 1 }, { "batch_size", 32 }, { "validation_split", 0 }, { "validation_data" }, { "callbacks" }, { "verbose" },
  { "shuffle", true, kind = "boolean" }, { "initial_epoch", 1 }, { "validation_freq", 1 }, { "validation_batch_size" },
  { "class_weight" }, { "sample_weight" }, { "plot", false, kind = "boolean" },
}

-- Also 1e3, which Lua takes for a float.
local function count_of(name, value)
  local n = type(value) == "number" and math.tointeger(value)
  if not n or n < 1 then fail("fit", "%s should be a whole number from 1, got %s", name, shown(value)) end
  return n
end

-- What logs hold, in the order they are shown in.
local function log_names(plan, validated, schedules)
  local names = { "loss" }
  for _, metric in ipairs(plan.metrics) do names[#names + 1] = metric.name end
  if validated then
    for i = 1, #names do names[#names + 1] = "val_" .. names[i] end
  end
  if schedules then names[#names + 1] = "learning_rate" end
  return names
end

local function warn_of_nan(epoch, step)
  print(("fit: the loss is nan in epoch %d, step %d: the training has diverged. A smaller learning rate, or data without "
    .. "nan, may help."):format(epoch, step))
end

-- One epoch of training; its loss and metrics come into logs.
local function train_epoch(run, epoch, logs)
  local model, plan, optimizer, callbacks, output = run.model, run.plan, run.model.optimizer, run.batch_callbacks, run.bar_output
  local loss_of, is_weighted, gauge = plan.loss, run.weighted, meter(plan.metrics, plan.loss.kind)
  local total, count, step = 0, 0, 0
  local next_batch = run.loader:iter()
  model:train()
  while true do
    local batch = pack(next_batch())
    if batch[1] == nil then break end
    step = step + 1
    if callbacks then callbacks:call("on_batch_begin", step, logs, model) end
    local loss, prediction, target, n = loss_of_batch(model, loss_of, batch, is_weighted)
    if step == 1 then check_first(loss_of, loss, target) end
    optimizer:zero_grad()
    loss:backward()
    optimizer:step()
    local value = loss:item()
    total, count = total + value * n, count + n
    if gauge then gauge:add(target, prediction, n) end
    if value ~= value and not run.warned then
      run.warned = true
      warn_of_nan(epoch, step)
    end
    if output or callbacks then
      logs.loss = total / count
      if gauge then gauge:running(logs) end
      if output then output:step(step, logs, value) end
      if callbacks and callbacks:call("on_batch_end", step, logs, model) then model.stop_training = true end
      if model.stop_training then break end
    end
  end
  logs.loss = total / count
  if gauge then gauge:finish(logs, "", total ~= total) end
end

-- What a call of fit works with.
local function new_run(model, plan, o, loader, held)
  local params = { epochs = o.epochs, steps = #loader, names = {} }
  local callbacks = callback_list(o.callbacks, params)
  params.names = log_names(plan, held ~= nil, callbacks.schedules)
  local output = o.plot and o.epochs >= o.initial_epoch and fit_dashboard(model, o, #loader, params.names, plan.metrics)
    or fit_output(o.verbose, o.initial_epoch, o.epochs, #loader, params.names)
  return { model = model, plan = plan, loader = loader, held = held, history = history(), callbacks = callbacks,
    batch_callbacks = callbacks:hears_batches() and callbacks, names = params.names,
    output = output, bar_output = output and output.bar and output }
end

local function validate(run, logs)
  local output = run.bar_output
  measure(run.model, run.plan, run.held, logs, "val_", output and function() output:validated() end)
end

local function train(run, o)
  local model, callbacks, output = run.model, run.callbacks, run.output
  if output then output:begin() end
  callbacks:call("on_train_begin", {}, model)
  for epoch = o.initial_epoch, o.epochs do
    local logs = {}
    if output then output:epoch_begin(epoch) end
    callbacks:call("on_epoch_begin", epoch, logs, model)
    if callbacks.schedules then logs.learning_rate = model.optimizer.lr end
    train_epoch(run, epoch, logs)
    if run.held and (epoch - o.initial_epoch + 1) % o.validation_freq == 0 then validate(run, logs) end
    run.history:add(epoch, logs, run.names)
    if output then output:epoch_end(epoch, logs) end
    if callbacks:call("on_epoch_end", epoch, logs, model) then model.stop_training = true end
    if model.stop_training then break end
  end
  callbacks:call("on_train_end", {}, model)
  if output then output:finish() end
end

--- Trains the model, as Keras's fit does.
--
-- The model returns one tensor; one that has several outputs returns a table of them, and its loss is a function(outputs,
-- target).  A step is zero_grad, forward, loss, backward, step, and gives the bits of the same loop written by hand over a
-- data.DataLoader.  The loss and the metrics of an epoch are those of all its samples, while the model learns.
-- The model is in training mode meanwhile; afterwards, also after an error or Ctrl-C, all modes are as before.
-- @tparam tensor x inputs (N, …), a frame, a list of tensors for several inputs, a data set or a DataLoader; numbers (N) become (N, 1)
-- @tparam[opt] tensor y targets (N, …), for "cross_entropy" classes from 1; left out for a data set or loader, whose batches
--   end in the targets
-- @tparam[opt] table options epochs=1; batch_size=32; shuffle=true: anew for each epoch, from the session's generator;
--   validation_split=0: the part of the rows, from the end and before they are shuffled, that is not trained on but measured
--   after each epoch; validation_data: {x, y}, a data set or a loader for that; validation_freq=1: every so many epochs;
--   validation_batch_size: batch_size if not given; callbacks={}: see nn.callbacks; class_weight: a table class → weight,
--   or "balanced", which is N / (classes * the class's count in y), as in scikit-learn; sample_weight: (N), both of the training alone; initial_epoch=1: the number of the first epoch, where epochs is that of the last;
--   plot=true: the dashboard of plot.train instead of a progress bar, or, where there is no terminal, its last picture; it is
--   model.dashboard afterwards, as in model.dashboard:figure():save("run.txt");
--   verbose: 0 prints nothing, 1 shows progress, 2 prints a line for each epoch.  If it is not given, a terminal shows
--   progress, and elsewhere there are lines without times: one for each epoch, or about ten for more than twenty epochs
-- @treturn History history.loss[i], history.val_loss[i] and so on of the i-th epoch; it is also model.history, also after an
--   error or Ctrl-C
-- @raise a model that was not compiled, or returns several values; x and y with different rows; targets that the loss cannot
--   take: labels from 0, another shape than the prediction's; an optimiser that does not know the model's parameters
-- @see nn.Module:compile, nn.callbacks, nn.Module:evaluate
-- @example local m = nn.Linear(1, 1):compile{optimizer={"sgd", lr=0.1}, loss="mse"}; local x = lab.linspace(0, 1, 64); #m:fit(x, 3 * x + 2, {epochs=5, verbose=0}).loss --> 5
function Module:fit(x, y, options)
  local plan = compiled("fit", self)
  y, options = arguments(y, options)
  local o = read("fit", fit_options, options)
  for _, name in ipairs { "epochs", "batch_size", "initial_epoch", "validation_freq" } do o[name] = count_of(name, o[name]) end
  check_optimizer("fit", self)
  local weights = batches.weights(o, y, plan.loss)
  local loader, held = batches.for_fit(o, x, y, weights)
  local run = new_run(self, plan, o, loader, held)
  run.weighted = weights ~= nil
  rawset(self, "history", run.history)
  rawset(self, "stop_training", false)
  local _ <close> = keep_modes(self)
  local _ <close> = console.guard(function()
    run.callbacks:close()
    if run.output and run.output.close then run.output:close() end
  end)
  train(run, o)
  return run.history
end

-- ---- find_lr -----------------------------------------------------------------------------------------

-- A function that gives one batch after the other, without an end.
local function endless(loader)
  local next_batch = loader:iter()
  return function()
    local batch = pack(next_batch())
    if batch[1] == nil then
      next_batch = loader:iter()
      batch = pack(next_batch())
    end
    return batch
  end
end

--- Looks for a learning rate: trains some batches with rates that grow from min to max, and undoes that.
--
--     local found = model:find_lr(x, y)
--     plot.line(found.lr, found.loss, {xscale="log"})
--     model.optimizer.lr = found.suggestion
--
-- The loss stays at first, falls where the rate is good, and grows where it is too large; the suggestion is where it falls
-- fastest.  Afterwards weights, buffers, the optimiser and the random numbers to come are as before, bit for bit: fit gives
-- what it would have given.
-- @tparam tensor x inputs (N, …), a frame, a list of tensors for several inputs, a data set or a DataLoader
-- @tparam[opt] tensor y targets (N, …); left out for a data set or loader
-- @tparam[opt] table options min=1e-6 and max=10: the first and the last rate; steps=100; batch_size=32; shuffle=true; stop=4:
--   ends once the loss is so many times that of the beginning
-- @treturn table lr and loss, lists of numbers, one for each step made; suggestion: a rate, nil if the loss did not fall
-- @raise a model that was not compiled; what fit refuses
-- @see optim.find_lr, nn.Module:fit
-- @example local m = nn.Linear(1, 1):compile{optimizer="sgd", loss="mse"}; local x = lab.linspace(0, 1, 64); #m:find_lr(x, 3 * x, {max=0.1, steps=20}).lr --> 20
function Module:find_lr(x, y, options)
  local plan = compiled("find_lr", self)
  y, options = arguments(y, options)
  local o = read("find_lr", { { "min" }, { "max" }, { "steps" }, { "stop" }, { "batch_size", 32 }, { "shuffle", true, kind = "boolean" } }, options)
  check_optimizer("find_lr", self)
  local loader = batches.loader("find_lr", batches.source("find_lr", x, y, {}), o.batch_size, o.shuffle)
  local optimizer, random, next_batch, first = self.optimizer, lab.get_rng_state(), nil, true
  local _ <close> = console.guard(function() lab.set_rng_state(random) end)
  local _ <close> = keep_modes(self)
  self:train()
  return require "optim.find_lr"(optimizer, function()
    next_batch = next_batch or endless(loader)
    local loss, _, target = loss_of_batch(self, plan.loss, next_batch())
    if first then check_first(plan.loss, loss, target) end
    first = false
    optimizer:zero_grad()
    loss:backward()
    optimizer:step()
    return loss
  end, { min = o.min, max = o.max, steps = o.steps, stop = o.stop, model = self })
end

return Module
