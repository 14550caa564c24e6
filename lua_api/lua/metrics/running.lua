--- A metric over batches.
-- @module metrics.running

local get = require "metrics.get"

local Running = { __name = "Running" }
Running.__index = Running

-- Metrics whose value for all samples is the mean of the batches' values, each weighted by its samples; of others the
-- batches are kept.
local means = { "accuracy_score", "top_k_accuracy_score", "log_loss", "mean_absolute_error", "mean_squared_error" }

local function is_mean(metric, options)
  if options and next(options) and (options.normalize == false or options.multioutput) then return false end
  for _, name in ipairs(means) do
    if require("metrics")[name] == metric then return true end
  end
  return false
end

--- Forgets what was added.
function Running:reset()
  self.n, self.sum, self.batches = 0, 0, { {}, {} }
end

--- Adds a batch.
-- @param y_true as for the metric
-- @param y_pred as for the metric
function Running:update(y_true, y_pred)
  local n = #y_true
  if self.mean then
    self.sum = self.sum + n * self.metric(y_true, y_pred, self.options)
  else
    for i, batch in ipairs { y_true, y_pred } do
      local list = self.batches[i]
      list[#list + 1] = lab.is_tensor(batch) and batch:detach() or lab.tensor(batch, { dtype = "float64" })
    end
  end
  self.n = self.n + n
end

--- The metric of all batches so far; nan before the first.
-- @return what the metric gives
function Running:compute()
  if self.n == 0 then return 0 / 0 end
  if self.mean then return self.sum / self.n end
  for i, list in ipairs(self.batches) do
    if #list > 1 then self.batches[i] = { lab.cat(list, 1) } end
  end
  return self.metric(self.batches[1][1], self.batches[2][1], self.options)
end

--- A metric over batches: `update` with each, then `compute`; the same as the metric of all samples at once.
-- @tparam string|function metric a name for metrics.get, or a function of y_true, y_pred, options
-- @tparam[opt] table options of the metric
-- @treturn Running with update(y_true, y_pred), compute() and reset()
-- @example local m = metrics.Running("accuracy"); m:update({1, 2}, {1, 2}); m:update({1, 2}, {1, 1}); m:compute() --> 0.75
local function new(metric, options)
  local self = setmetatable({ metric = get(metric), options = options }, Running)
  self.mean = is_mean(self.metric, options)
  self:reset()
  return self
end

return new
