--- Schedules made of others.
-- @module optim.lr_scheduler.combined

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

local function check_schedulers(self)
  if #self.schedulers == 0 then self:fail("a list of schedules is needed, as in {warmup, cosine}") end
  for i, s in ipairs(self.schedulers) do
    if type(s) ~= "table" or not s.is_scheduler then self:fail("schedulers: number %d is no schedule", i) end
    if s.needs_metric then self:fail("schedulers: number %d is a %s, which needs a metric: step it by itself", i, s.kind) end
    if s.optimizer ~= self.optimizer then self:fail("schedulers: number %d is for another optimiser", i) end
  end
end

-- Notes the rates that the schedules set.
local function remember(self)
  self.last_lr = {}
  for i, group in ipairs(self.optimizer.param_groups) do self.last_lr[i] = group.lr end
end

-- ---- SequentialLR ---------------------------------------------------------------------------------

local SequentialLR = Scheduler.class("SequentialLR",
  { { "schedulers", kind = "table", required = true }, { "milestones", kind = "table", required = true } })

function SequentialLR:prepare()
  check_schedulers(self)
  if #self.milestones ~= #self.schedulers - 1 then
    self:fail("%d schedules need %d milestones (the epochs at which the next begins), got %d", #self.schedulers,
      #self.schedulers - 1, #self.milestones)
  end
  self:check_milestones()
end

function SequentialLR:start()
  self:reset_lrs()
  self.last_epoch = 0
  local first = self.schedulers[1]
  if first.schedulers then first:restart() else first:start() end
  remember(self)
end

function SequentialLR:restart()
  self.last_epoch = 0
  self.schedulers[1]:restart()
  remember(self)
end

function SequentialLR:step()
  local epoch, at = self.last_epoch + 1, 1
  while self.milestones[at] and self.milestones[at] <= epoch do at = at + 1 end
  if self.milestones[at - 1] == epoch then self.schedulers[at]:restart() else self.schedulers[at]:step() end
  self.last_epoch = epoch
  remember(self)
end

--- One schedule after the other: the next begins when the number of epochs reaches its milestone.
-- @tparam optimizer optimizer
-- @tparam {scheduler,...} schedulers of this optimiser
-- @tparam {integer,...} milestones one fewer than schedules, in rising order
-- @treturn scheduler
-- @example local o, L = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), optim.lr_scheduler; L.SequentialLR(o, {L.LinearLR(o, 0.5, {total_iters=2}), L.ExponentialLR(o, 0.5)}, {2}):preview(4) --> [0.5000, 0.7500, 1.0000, 0.5000]
function lr_scheduler.SequentialLR(optimizer, schedulers, ...) return SequentialLR:new(optimizer, schedulers, ...) end

-- ---- ChainedScheduler -----------------------------------------------------------------------------

local Chained = Scheduler.class("ChainedScheduler", { { "schedulers", kind = "table", required = true } })

Chained.prepare = check_schedulers

-- The schedules have already set the rates, one upon the other, when they were made.
function Chained:start()
  self.last_epoch = 0
  remember(self)
end

function Chained:restart()
  self:reset_lrs()
  for _, s in ipairs(self.schedulers) do s:start() end
  self:start()
end

function Chained:step()
  for _, s in ipairs(self.schedulers) do s:step() end
  self.last_epoch = self.last_epoch + 1
  remember(self)
end

--- Several schedules at once, each changing what the ones before it set.
-- @tparam {scheduler,...} schedulers of one optimiser
-- @tparam[opt] optimizer optimizer that of the schedules
-- @treturn scheduler
-- @example local o, L = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), optim.lr_scheduler; L.ChainedScheduler({L.ConstantLR(o, 0.5, 2), L.ExponentialLR(o, 0.5)}):preview(3) --> [0.5000, 0.2500, 0.2500]
function lr_scheduler.ChainedScheduler(schedulers, optimizer)
  local first = type(schedulers) == "table" and schedulers[1]
  if type(first) ~= "table" or not first.is_scheduler then Chained:fail("a list of schedules is needed, as in {warmup, decay}") end
  return Chained:new(optimizer or first.optimizer, schedulers)
end

return lr_scheduler
