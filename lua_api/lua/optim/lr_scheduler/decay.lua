--- Schedules that multiply the rate at certain steps.
-- @module optim.lr_scheduler.decay

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

local gamma = { "gamma", 0.1, kind = "number" }
local total_iters = { "total_iters", 5, kind = "size" }

local function check_factor(self, name, least)
  local value = self[name]
  if not (value <= 1 and value >= 0) or (value == 0 and least == "above 0") then
    self:fail("%s should be a number %s and up to 1, got %g", name, least, value)
  end
end

local function check_gamma(self)
  if not (self.gamma >= 0) then self:fail("gamma should be a number from 0, got %g", self.gamma) end
end

local StepLR = Scheduler.class("StepLR", { { "step_size", kind = "integer", required = true }, gamma })

function StepLR:prepare()
  self:check_count("step_size")
  check_gamma(self)
end

function StepLR:rate(lr)
  if self.last_epoch == 0 or self.last_epoch % self.step_size ~= 0 then return lr end
  return lr * self.gamma
end

function StepLR:closed(base) return base * self.gamma ^ (self.last_epoch // self.step_size) end

--- Multiplies the rate by gamma after every step_size epochs.
-- @tparam optimizer optimizer
-- @tparam integer step_size epochs from one change to the next
-- @tparam[opt] table options gamma=0.1
-- @treturn scheduler
-- @example optim.lr_scheduler.StepLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 2, {gamma=0.5}):preview(5) --> [1.0000, 1.0000, 0.5000, 0.5000, 0.2500]
function lr_scheduler.StepLR(optimizer, step_size, ...) return StepLR:new(optimizer, step_size, ...) end

local MultiStepLR = Scheduler.class("MultiStepLR", { { "milestones", kind = "table", required = true }, gamma })

function MultiStepLR:prepare()
  self:check_milestones()
  check_gamma(self)
end

function MultiStepLR:rate(lr)
  for _, milestone in ipairs(self.milestones) do
    if milestone == self.last_epoch then return lr * self.gamma end
  end
  return lr
end

function MultiStepLR:closed(base)
  local n = 0
  for _, milestone in ipairs(self.milestones) do
    if milestone <= self.last_epoch then n = n + 1 end
  end
  return base * self.gamma ^ n
end

--- Multiplies the rate by gamma after each of the numbers of epochs in a list.
-- @tparam optimizer optimizer
-- @tparam {integer,...} milestones in rising order
-- @tparam[opt] table options gamma=0.1
-- @treturn scheduler
-- @example optim.lr_scheduler.MultiStepLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), {1, 3}, {gamma=0.5}):preview(4) --> [1.0000, 0.5000, 0.5000, 0.2500]
function lr_scheduler.MultiStepLR(optimizer, milestones, ...) return MultiStepLR:new(optimizer, milestones, ...) end

local ConstantLR = Scheduler.class("ConstantLR", { { "factor", 1 / 3, kind = "number" }, total_iters })

function ConstantLR:prepare() check_factor(self, "factor", "above 0") end

function ConstantLR:rate(lr)
  if self.last_epoch == 0 then return lr * self.factor end
  if self.last_epoch ~= self.total_iters then return lr end
  return lr * (1 / self.factor)
end

function ConstantLR:closed(base) return base * (self.last_epoch >= self.total_iters and 1 or self.factor) end

--- The rate times a factor for a number of epochs, then the rate itself.
-- @tparam optimizer optimizer
-- @tparam[opt] table options factor=1/3 (above 0, up to 1), total_iters=5
-- @treturn scheduler
-- @example optim.lr_scheduler.ConstantLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 0.25, 2):preview(3) --> [0.2500, 0.2500, 1.0000]
function lr_scheduler.ConstantLR(optimizer, ...) return ConstantLR:new(optimizer, ...) end

local LinearLR = Scheduler.class("LinearLR",
  { { "start_factor", 1 / 3, kind = "number" }, { "end_factor", 1.0, kind = "number" }, total_iters })

function LinearLR:prepare()
  check_factor(self, "start_factor", "above 0")
  check_factor(self, "end_factor", "from 0")
  self:check_count("total_iters")
end

function LinearLR:rate(lr)
  if self.last_epoch == 0 then return lr * self.start_factor end
  if self.last_epoch > self.total_iters then return lr end
  local rise = self.end_factor - self.start_factor
  return lr * (1 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise))
end

function LinearLR:closed(base)
  local part = math.min(self.total_iters, self.last_epoch) / self.total_iters
  return base * (self.start_factor + (self.end_factor - self.start_factor) * part)
end

--- The rate times a factor that goes from start_factor to end_factor in total_iters epochs: a warm-up.
-- @tparam optimizer optimizer
-- @tparam[opt] table options start_factor=1/3 (above 0, up to 1), end_factor=1, total_iters=5
-- @treturn scheduler
-- @example optim.lr_scheduler.LinearLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), {start_factor=0.25, total_iters=3}):preview(5) --> [0.2500, 0.5000, 0.7500, 1.0000, 1.0000]
function lr_scheduler.LinearLR(optimizer, ...) return LinearLR:new(optimizer, ...) end

local ExponentialLR = Scheduler.class("ExponentialLR", { { "gamma", kind = "number", required = true } })

ExponentialLR.prepare = check_gamma

function ExponentialLR:rate(lr) return self.initial and lr or lr * self.gamma end

function ExponentialLR:closed(base) return base * self.gamma ^ self.last_epoch end

--- Multiplies the rate by gamma after every epoch.
-- @tparam optimizer optimizer
-- @tparam number gamma
-- @treturn scheduler
-- @example optim.lr_scheduler.ExponentialLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 0.5):preview(3) --> [1.0000, 0.5000, 0.2500]
function lr_scheduler.ExponentialLR(optimizer, gamma, ...) return ExponentialLR:new(optimizer, gamma, ...) end

local PolynomialLR = Scheduler.class("PolynomialLR", { total_iters, { "power", 1.0, kind = "number" } })

function PolynomialLR:prepare() self:check_count("total_iters") end

function PolynomialLR:rate(lr)
  if self.initial or self.last_epoch > self.total_iters then return lr end
  local left, before = 1 - self.last_epoch / self.total_iters, 1 - (self.last_epoch - 1) / self.total_iters
  return lr * (left / before) ^ self.power
end

function PolynomialLR:closed(base)
  return base * (1 - math.min(self.total_iters, self.last_epoch) / self.total_iters) ^ self.power
end

--- The rate times (1 - epoch / total_iters) ^ power: down to 0 in total_iters epochs.
-- @tparam optimizer optimizer
-- @tparam[opt] table options total_iters=5, power=1
-- @treturn scheduler
-- @example optim.lr_scheduler.PolynomialLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 4):preview(5) --> [1.0000, 0.7500, 0.5000, 0.2500, 0.0000]
function lr_scheduler.PolynomialLR(optimizer, ...) return PolynomialLR:new(optimizer, ...) end

return lr_scheduler
