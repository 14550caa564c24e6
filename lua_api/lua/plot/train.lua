--- The training dashboard.
-- @module plot.train

local call = require "plot.call"
local core = require "plot.core"
local layers = require "plot.train_layers"
local new_stage = require "plot.stage"
local plot = require "plot.names"
local settings = require "plot.settings"
local text = require "plot.train_text"
local view = require "plot.train_view"

local track = core.track

local HIGHEST = 60

local Run = { __name = "training run" }

local OPTIONS = { "epochs", "steps", "batch", "title", "model", "smooth", "clip", "yscale", "rows", "clock", "show" }

local function history_of(recorder)
  local history = { step = {}, val_step = {} }
  for name in pairs(track.names(recorder)) do
    local values, places = track.values(recorder, name)
    history[name] = values
    if name == "loss" then history.step = places end
    if name == "val_loss" then history.val_step = places end
  end
  return history
end

local function step_of(recorder) return track.step(recorder) end

-- run.step is the recorder's, run.history is made when it is asked for.
function Run.__index(self, key)
  if key == "step" then return step_of(rawget(self, "recorder")) end
  if key == "history" then return history_of(rawget(self, "recorder")) end
  return rawget(Run, key)
end

-- The weight of moving averages: of about a hundredth of the run.
local function weight_of(smooth, total)
  if smooth then return smooth end
  return 1 - 1 / math.min(math.max((total or 2000) / 100, 5), 500)
end

local function read(options)
  local op = "plot.train"
  if options ~= nil and type(options) ~= "table" then
    call.fail("%s: a table of options expected, such as {epochs=20}, got %s", op, core.describe(options))
  end
  local o = table.move(options or {}, 1, 0, 1, {})
  for key, value in pairs(options or {}) do o[key] = value end
  core.options(op, o, OPTIONS)
  for _, name in ipairs { "epochs", "steps", "batch", "rows" } do o[name] = call.integer(op, name, o[name], 1, 1 << 53) end
  o.title = settings.text(op, "title", o.title)
  o.smooth, o.clip = call.number(op, "smooth", o.smooth), call.number(op, "clip", o.clip)
  if o.smooth and (o.smooth < 0 or o.smooth >= 1) then call.fail("%s: smooth should be from 0 up to 1, got %g", op, o.smooth) end
  o.yscale = settings.choice(op, "yscale", o.yscale, { "auto", "linear", "log" })
  if o.clock ~= nil and type(o.clock) ~= "function" then call.fail("%s: clock should be a function, got %s", op, core.describe(o.clock)) end
  if o.model ~= nil and (type(o.model) ~= "table" or type(o.model.parameters) ~= "function") then
    call.fail("%s: model should be a model of nn, got %s", op, core.describe(o.model))
  end
  return o
end

local function count_parameters(model)
  local count = 0
  for _, tensor in ipairs(model and model:parameters() or {}) do count = count + tensor:numel() end
  return model and count or nil
end

--- A dashboard for a training loop: plot.train{epochs=20, steps=#loader}.
--
--     local run = plot.train{title="mlp", epochs=20, steps=#loader, batch=64, model=net}
--     for epoch = 1, 20 do
--       for x, y in loader:iter() do
--         …
--         run:log{loss=loss, lr=opt.lr}
--         run:layers(net)
--       end
--       run:val{loss=validation_loss, accuracy=accuracy}
--     end
--     run:done()
--
-- It shows the loss (every step as a band from the lowest to the highest, its
-- moving average, the validation with its best ★), the learning rate on the
-- right, a metric with its gap between training and validation, the norm and the
-- sizes of the gradients, how far a step moves each layer's weights (a line
-- stands at the usual thousandth), the time that is left, and what looks wrong:
-- nan, spikes, a plateau, overfitting.  A far outlier does not flatten the rest:
-- the legend counts what is above.  As large as the terminal, and drawn in place
-- for at most a hundredth of the time; where there is no terminal the last
-- picture is printed.  model:fit shows it with plot=true.
-- @tparam[opt] table options epochs: how many there will be;
-- steps: of an epoch, or, without epochs, of the run;
-- batch: samples of a step, for the samples a second; title;
-- model: for the number of parameters;
-- clip: the gradient norm that is clipped to, shown as a line;
-- smooth: weight of the past in the moving averages (of about a hundredth of the run);
-- yscale="auto": "log" if the loss spans a factor of 20, or "linear", "log";
-- rows: its height (the terminal's); show=false: not drawn, for run:figure() and run.history; clock=lab.clock: a function that gives seconds
-- @treturn plot.Run with the methods log, val, layers, mark, done and figure, and
-- the field history: history.loss[i], history.val_loss[i] …
-- @raise an unknown option
-- @example local run = plot.train{steps=3}; for i = 1, 3 do run:log{loss=1 / i} end; run:done()
function plot.train(options)
  local o = read(options)
  local total = o.steps and o.steps * (o.epochs or 1)
  local self = setmetatable({ epochs = o.epochs, per_epoch = o.epochs and o.steps, total = total, batch = o.batch,
    title = o.title, clip = o.clip, scale = o.yscale or "auto", height = o.rows, clock = o.clock or lab.clock,
    parameters = count_parameters(o.model), [1] = track.recorder(weight_of(o.smooth, total), o.clock),
    validations = 0, marks = {}, ratios = {}, gaps = {}, limits = {}, logs = {}, rates = 0 }, Run)
  self.memory = not o.clock and function() return lab.memory().live end or nil
  self.stage = new_stage(self, self.clock, settings.boolean("plot.train", "show", o.show))
  self.make = function(columns, rows)
    local height = self.height and math.min(self.height, rows - 1) or math.min(rows - 1, HIGHEST)
    self.held = view.draw(self, self.held, columns, math.max(height, 1))
    return self.held.figure, math.max(height, 1)
  end
  self.recorder, self.began = self[1], self.clock()
  return self
end

-- The epoch that runs.
function Run:_epoch() return math.min((math.max(self.step, 1) - 1) // self.per_epoch + 1, self.epochs) end

-- The name of the metric that is shown: the first that was logged.
function Run:_metric()
  if self.metric_name then return self.metric_name end
  local best
  for name, number in pairs(track.names(self.recorder)) do
    local plain = name:gsub("^val_", "")
    if plain ~= "loss" and plain ~= "lr" and plain ~= "grad_norm" and (not best or number < best) then
      best, self.metric_name = number, plain
    end
  end
  return self.metric_name
end

local function frame(self)
  self.last_time = self.clock()
  self.stage:begin()
  local due, spent = self.stage:frame(self.make)
  track.pause(self.recorder, spent, due)
end

-- A rule where the learning rate was changed by a factor at once.
local function note_rate(self, before, rate)
  local factor = rate / before
  if (factor > 0.6 and factor < 1.7) or self.rates >= 4 then return end
  self.rates = self.rates + 1
  self:mark(("lr ×%.2g"):format(factor))
end

--- A step has been made.
-- @tparam table values name → number or tensor of one: loss, lr, grad_norm and metrics
-- such as accuracy
-- @treturn plot.Run itself
-- @raise values that are no numbers
-- @see plot.train
-- @function plot.Run:log
-- @example plot.train{show=false}:log{loss=0.5, lr=1e-3, accuracy=0.8}.step --> 1
Run.log = track.logger(frame, note_rate)

--- One more number of the last step: what is not known in every step.
-- @tparam string name
-- @tparam number value
-- @treturn plot.Run itself
-- @see plot.train
-- @function plot.Run:add
-- @example plot.train{show=false}:log{loss=1}:add("f1", 0.8).history.f1[1] --> 0.8
function Run:add(name, value)
  local number = call.number("add", "value", value)
  if type(name) ~= "string" or not number then call.fail("add: a name and a number expected, as in run:add(\"f1\", 0.8)") end
  track.extra(self.recorder, name, number)
  return self
end

--- A validation has been made, after the last step.
-- @tparam table values as those of log; their names get val_ before them
-- @treturn plot.Run itself
-- @raise values that are no numbers
-- @see plot.train
-- @function plot.Run:val
-- @example plot.train{show=false}:log{loss=0.5}:val{loss=0.6}.history.val_loss[1] --> 0.6
function Run:val(values)
  if type(values) ~= "table" then call.fail("val: a table expected, as in run:val{loss=0.5}, got %s", core.describe(values)) end
  self.stage:begin()
  track.record_validation(self.recorder, values)
  self.validations = self.validations + 1
  text.note_gaps(self, values)
  local facts = track.facts(self.recorder, "val_loss")
  local train = track.facts(self.recorder, "loss")
  if not facts or facts.last ~= facts.last or not facts.last then return self end
  self.last_validation = { value = facts.last, number = self.validations }
  if not self.best or facts.last < self.best.value then
    self.best = { value = facts.last, place = self.step, number = self.validations, train = train and train.average }
  end
  return self
end

--- Looks into the model, after a step of the optimiser: the sizes of its gradients and how far the step moved each
-- layer's weights.  To be called in every step; it looks so rarely that it takes no time.
-- @tparam nn.Module model
-- @treturn plot.Run itself
-- @see plot.train
-- @function plot.Run:layers
-- @example local net = nn.Linear(2, 1); net(lab.ones(3, 2)):sum():backward(); plot.train{show=false}:layers(net).step --> 0
function Run:layers(model)
  if type(model) ~= "table" or type(model.named_parameters) ~= "function" then
    call.fail("layers: a model of nn expected, got %s", core.describe(model))
  end
  layers.step(self, model)
  return self
end

--- Marks this step by a line across the loss.
-- @tparam string what stands beside it: "checkpoint", "early stop"
-- @treturn plot.Run itself
-- @see plot.train
-- @function plot.Run:mark
-- @example plot.train{show=false}:log{loss=1}:mark("checkpoint").step --> 1
function Run:mark(what)
  self.marks[#self.marks + 1] = { math.max(self.step, 1), settings.text("mark", "what", what) }
  return self
end

--- Ends the run: the dashboard stands there with all it was given.
-- @treturn nil
-- @see plot.train
-- @function plot.Run:done
-- @example plot.train{steps=1, show=false}:log{loss=1}:done()
function Run:done()
  self.ended = true
  self.last_time = self.clock()
  self.stage:finish(self.make)
end

--- The dashboard as a figure, to show or to save it.
-- @tparam[opt] table options cols=100, rows=30: the size that its panels are chosen for
-- @treturn plot.Figure
-- @see plot.train
-- @function plot.Run:figure
-- @example #plot.train{show=false}:log{loss=1}:figure():text{cols=60, rows=15} > 0 --> true
function Run:figure(options)
  options = options or {}
  self.last_time = not self.ended and self.clock() or self.last_time
  core.options("figure", options, { "cols", "rows" })
  local columns = call.integer("figure", "cols", options.cols, 1, 4096) or 100
  local rows = call.integer("figure", "rows", options.rows, 1, 4096) or 30
  return view.draw(self, nil, columns, rows).figure
end

function Run.__tostring(self)
  return ("training run: %d step%s"):format(self.step, self.step == 1 and "" or "s")
end

Run.__close = Run.done
