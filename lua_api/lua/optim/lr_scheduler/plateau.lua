--- A schedule that follows a metric.
-- @module optim.lr_scheduler.plateau

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

local Plateau = Scheduler.class("ReduceLROnPlateau", {
  { "mode", "min", kind = "string" }, { "factor", 0.1, kind = "number" }, { "patience", 10, kind = "size" },
  { "threshold", 1e-4, kind = "number" }, { "threshold_mode", "rel", kind = "string" }, { "cooldown", 0, kind = "size" },
  { "min_lr", 0 }, { "eps", 1e-8, kind = "number" },
})

Plateau.needs_metric = true

function Plateau:prepare()
  self:check_choice("mode", { "min", "max" })
  self:check_choice("threshold_mode", { "rel", "abs" })
  if not (self.factor >= 0 and self.factor < 1) then self:fail("factor should be a number from 0 and below 1, got %g", self.factor) end
  self.min_lrs = self:per_group("min_lr")
  self.best = self.mode == "min" and math.huge or -math.huge
  self.cooldown_counter, self.num_bad_epochs = 0, 0
end

-- The rate now, or, once there was no progress for long enough, less.
function Plateau:rate(lr, _, i)
  if not self.reducing then return lr end
  local lower = math.max(lr * self.factor, self.min_lrs[i])
  return lr - lower > self.eps and lower or lr
end

local function is_better(self, metric)
  local best, threshold = self.best, self.threshold
  if self.threshold_mode == "rel" then
    if self.mode == "min" then return metric < best * (1 - threshold) end
    return metric > best * (1 + threshold)
  end
  if self.mode == "min" then return metric < best - threshold end
  return metric > best + threshold
end

function Plateau:step(metric)
  if lab.is_tensor(metric) and metric:numel() == 1 then metric = metric:item() end
  if type(metric) ~= "number" then
    self:fail("step() needs the metric to watch, as in scheduler:step(validation_loss), got %s",
      lab.is_tensor(metric) and "a tensor of several numbers" or type(metric))
  end
  if is_better(self, metric) then
    self.best, self.num_bad_epochs = metric, 0
  else
    self.num_bad_epochs = self.num_bad_epochs + 1
  end
  if self.cooldown_counter > 0 then
    self.cooldown_counter, self.num_bad_epochs = self.cooldown_counter - 1, 0
  end
  self.reducing = self.num_bad_epochs > self.patience or nil
  if self.reducing then self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0 end
  Scheduler.step(self)
  self.reducing = nil
end

function Plateau:preview()
  self:fail("preview: the rates depend on the metric that each step is given")
end

--- Multiplies the rate by factor when a metric has not become better for more than `patience` epochs: scheduler:step(metric).
-- @tparam optimizer optimizer
-- @tparam[opt] table options mode="min" (or "max": more is better), factor=0.1, patience=10, threshold=1e-4: by how much it
--   must be better, threshold_mode="rel" (a part of the best) or "abs", cooldown=0: epochs to wait after a change,
--   min_lr=0 (or a list, one for each parameter group), eps=1e-8: smaller changes are not made
-- @treturn scheduler
-- @example local o = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}); local s = optim.lr_scheduler.ReduceLROnPlateau(o, {factor=0.5, patience=0}); s:step(3); s:step(3); o.lr --> 0.5
function lr_scheduler.ReduceLROnPlateau(optimizer, ...) return Plateau:new(optimizer, ...) end

return lr_scheduler
