--- Metrics over the batches of an epoch.
--
-- Predictions and targets are kept, and the metrics computed from all of them at the end: a step pays next to nothing,
-- and values such as F1 or R² are those of the whole set, not means over batches.  Metrics that are means (accuracy,
-- mae, mse) are computed for each FEW numbers and averaged, which bounds the memory if there are no others.  When they
-- are computed depends on the sizes alone, so that the sums have the same bits in every run.
-- @module nn.meter
-- @local

local FEW = 65536

local Meter = {}
Meter.__index = Meter

local function number(name, value)
  if lab.is_tensor(value) and value:numel() == 1 then value = value:item() end
  if type(value) ~= "number" then
    error(("metrics: '%s' gave %s; a number is needed"):format(name, lab.is_tensor(value) and "a tensor of several" or type(value)))
  end
  return value
end

local function joined(list) return #list == 1 and list[1] or lab.cat(list, 1) end

-- Adds what is kept to the means.
local function fold(self)
  if self.kept == 0 then return end
  local target, prediction = joined(self.targets), joined(self.predictions)
  for i, metric in ipairs(self.metrics) do
    if metric.mean then
      local value = number(metric.name, metric.call(target, prediction, self.kind))
      self.sums[i] = (self.sums[i] or 0) + value * self.kept
    end
  end
  self.counted, self.kept = self.counted + self.kept, 0
  if self.all_means then self.targets, self.predictions = {}, {} end
end

--- Takes a batch of n samples.
function Meter:add(target, prediction, n)
  if not lab.is_tensor(prediction) then
    error(("metrics: the model gives a %s; metrics need a tensor"):format(type(prediction)))
  end
  local at = #self.targets + 1
  self.targets[at], self.predictions[at] = target, prediction:detach()
  self.kept = self.kept + n
  if self.all_means then
    self.size = self.size + prediction:numel()
    if self.size >= FEW then
      fold(self)
      self.size = 0
    end
  end
end

--- Puts what is known of the means so far into logs.
function Meter:running(logs)
  if self.counted == 0 then return end
  for i, metric in ipairs(self.metrics) do
    if metric.mean then logs[metric.name] = self.sums[i] / self.counted end
  end
end

--- Puts all metrics into logs, under prefix .. name.  Metrics of a loss that is nan are nan.
function Meter:finish(logs, prefix, diverged)
  for _, metric in ipairs(self.metrics) do if diverged then logs[prefix .. metric.name] = 0 / 0 end end
  if diverged then return end
  local target, prediction
  if not self.all_means then target, prediction = joined(self.targets), joined(self.predictions) end
  fold(self)
  for i, metric in ipairs(self.metrics) do
    local value
    if metric.mean then
      value = self.sums[i] / self.counted
    else
      value = number(metric.name, metric.call(target, prediction, self.kind))
    end
    logs[prefix .. metric.name] = value
  end
end

--- A meter of metrics of choices.metrics, or nil if there are none.
-- @tparam table metrics
-- @tparam ?string kind of predictions
local function new(metrics, kind)
  if #metrics == 0 then return nil end
  local all_means = true
  for _, metric in ipairs(metrics) do all_means = all_means and metric.mean end
  return setmetatable({ metrics = metrics, kind = kind, all_means = all_means, targets = {}, predictions = {},
    sums = {}, kept = 0, counted = 0, size = 0 }, Meter)
end

return new
