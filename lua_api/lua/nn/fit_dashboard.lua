--- What fit shows with plot=true: the dashboard of plot.train.
--
-- On a terminal it takes the place of the progress bar; elsewhere the lines are printed as ever, and the last picture after
-- them.
-- @module nn.fit_dashboard
-- @local

local console = require "lab.console"
local fit_output = require "nn.fit_output"

local Dashboard = { bar = true }
Dashboard.__index = Dashboard

function Dashboard:begin() if self.lines then self.lines:begin() end end

function Dashboard:epoch_begin(epoch) if self.lines then self.lines:epoch_begin(epoch) end end

--- A batch has been trained on: its loss, the metrics of the epoch so far.
function Dashboard:step(_, logs, loss)
  local values = self.values
  values.loss, values.lr = loss, self.model.optimizer.lr
  for _, name in ipairs(self.metrics) do
    values[name] = logs[name]
    if logs[name] then self.running[name] = true end
  end
  self.run:log(values)
  self.run:layers(self.model)
end

function Dashboard:validated() end

function Dashboard:epoch_end(epoch, logs)
  local held
  for name, value in pairs(logs) do
    local plain = name:match("^val_(.*)")
    if plain then
      held = held or {}
      held[plain] = value
    end
  end
  for _, name in ipairs(self.metrics) do -- those that are known of whole epochs alone
    if not self.running[name] and logs[name] then self.run:add(name, logs[name]) end
  end
  if held then self.run:val(held) end
  if self.lines then self.lines:epoch_end(epoch, logs) end
end

function Dashboard:finish()
  if self.lines then self.lines:finish() end
  if self.model.stop_training then self.run:mark("stopped") end
end

--- Also after an error: the picture stands there.
function Dashboard:close() self.run:done() end

--- The output of a run with a dashboard.
-- @tparam nn.Module model gets the field dashboard
-- @tparam table o options of fit
-- @tparam integer steps of an epoch
-- @tparam table names of what is measured
-- @tparam table metrics of the model
local function new(model, o, steps, names, metrics)
  local terminal = console.terminal()
  local list = {}
  for i, metric in ipairs(metrics) do list[i] = metric.name end
  local run = require("plot").train { title = "fit", epochs = o.epochs - o.initial_epoch + 1, steps = steps,
    batch = o.batch_size, model = model }
  rawset(model, "dashboard", run)
  return setmetatable({ model = model, run = run, metrics = list, values = {}, running = {},
    lines = not terminal and fit_output(o.verbose, o.initial_epoch, o.epochs, steps, names) or nil }, Dashboard)
end

return new
