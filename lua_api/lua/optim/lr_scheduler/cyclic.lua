--- Schedules that go up and down, and let the momentum go the other way (Smith, 2017 and 2018).
-- @module optim.lr_scheduler.cyclic

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

-- Finds which option of the groups is the momentum: SGD's and RMSprop's momentum, Adam's beta1.
local function find_momentum(self)
  local group = self.optimizer.param_groups[1]
  self.momentum_name = group.beta1 and "beta1" or group.momentum and "momentum"
  if not self.momentum_name then
    self:fail("optim.%s has no momentum to cycle; give {cycle_momentum=false}", tostring(self.optimizer.kind))
  end
  self.max_momentums, self.base_momentums = self:per_group("max_momentum"), self:per_group("base_momentum")
end

-- Gives each group the momentum self:momentum(highest, lowest) of this epoch.
local function set_momentum(self)
  if not self.cycle_momentum then return end
  for i, group in ipairs(self.optimizer.param_groups) do
    group[self.momentum_name] = self:momentum(self.max_momentums[i], self.base_momentums[i])
  end
end

-- ---- CyclicLR -----------------------------------------------------------------------------------

local CyclicLR = Scheduler.class("CyclicLR", {
  { "base_lr", required = true }, { "max_lr", required = true }, { "step_size_up", 2000, kind = "integer" },
  { "step_size_down", kind = "integer" }, { "mode", "triangular", kind = "string" }, { "gamma", 1.0, kind = "number" },
  { "scale_fn", kind = "function" }, { "scale_mode", "cycle", kind = "string" }, { "cycle_momentum", true, kind = "boolean" },
  { "base_momentum", 0.8 }, { "max_momentum", 0.9 },
})

CyclicLR.set_momentum = set_momentum

function CyclicLR:prepare()
  self.step_size_down = self.step_size_down or self.step_size_up
  self:check_count("step_size_up")
  self:check_count("step_size_down")
  self:check_choice("mode", { "triangular", "triangular2", "exp_range" })
  self:check_choice("scale_mode", { "cycle", "iterations" })
  if not self.scale_fn then self.scale_mode = self.mode == "exp_range" and "iterations" or "cycle" end
  if self.cycle_momentum then find_momentum(self) end
  self.low_lrs, self.high_lrs = self:per_group("base_lr"), self:per_group("max_lr")
  for i, group in ipairs(self.optimizer.param_groups) do group.lr = self.low_lrs[i] end
end

local function scale(self, x)
  if self.scale_fn then return self.scale_fn(x) end
  if self.mode == "triangular2" then return 1 / 2.0 ^ (x - 1) end
  return self.mode == "exp_range" and self.gamma ^ x or 1
end

-- How far up, from 0 to 1, this epoch is, times the scale of its cycle.
function CyclicLR:height()
  local size = self.step_size_up + self.step_size_down
  local up, epoch = self.step_size_up / size, self.last_epoch
  local cycle = math.floor(1 + epoch / size)
  local x = 1 + epoch / size - cycle
  local part = x <= up and x / up or (x - 1) / (up - 1)
  return part, scale(self, self.scale_mode == "cycle" and cycle or epoch)
end

function CyclicLR:rate(_, _, i)
  local part, factor = self:height()
  if i == 1 then self:set_momentum() end
  return self.low_lrs[i] + (self.high_lrs[i] - self.low_lrs[i]) * part * factor
end

function CyclicLR:momentum(high, low)
  local part, factor = self:height()
  return high - (high - low) * part * factor
end

--- From base_lr up to max_lr and down again, over and over; meant to be stepped after every batch.
-- @tparam optimizer optimizer
-- @tparam number|{number,...} base_lr the lowest rate, or one for each parameter group
-- @tparam number|{number,...} max_lr the highest
-- @tparam[opt] table options step_size_up=2000, step_size_down (as step_size_up); mode="triangular", "triangular2" (half as
--   high each cycle) or "exp_range" (times gamma ^ step); gamma=1; scale_fn: a function to use instead of the mode, of the
--   cycle (from 1) or, with scale_mode="iterations", of the step; cycle_momentum=true: momentum (Adam: beta1) goes down
--   from max_momentum=0.9 to base_momentum=0.8 while the rate goes up
-- @treturn scheduler
-- @example optim.lr_scheduler.CyclicLR(optim.SGD({nn.Parameter(lab.zeros(1))}), 0, 1, {step_size_up=2}):preview(5) --> [0.0000, 0.5000, 1.0000, 0.5000, 0.0000]
function lr_scheduler.CyclicLR(optimizer, ...) return CyclicLR:new(optimizer, ...) end

-- ---- OneCycleLR ---------------------------------------------------------------------------------

local OneCycleLR = Scheduler.class("OneCycleLR", {
  { "max_lr", required = true }, { "total_steps", kind = "integer" }, { "epochs", kind = "integer" },
  { "steps_per_epoch", kind = "integer" }, { "pct_start", 0.3, kind = "probability" },
  { "anneal_strategy", "cos", kind = "string" }, { "cycle_momentum", true, kind = "boolean" }, { "base_momentum", 0.85 },
  { "max_momentum", 0.95 }, { "div_factor", 25.0, kind = "number" }, { "final_div_factor", 1e4, kind = "number" },
  { "three_phase", false, kind = "boolean" },
})

OneCycleLR.set_momentum = set_momentum

local function read_total(self)
  if self.total_steps == nil then
    if not self.epochs or not self.steps_per_epoch then
      self:fail("how long is it? give total_steps, or epochs and steps_per_epoch")
    end
    self:check_count("epochs")
    self:check_count("steps_per_epoch")
    self.total_steps = self.epochs * self.steps_per_epoch
  end
  self:check_count("total_steps")
end

function OneCycleLR:prepare()
  read_total(self)
  self:check_choice("anneal_strategy", { "cos", "linear" })
  for _, name in ipairs { "div_factor", "final_div_factor" } do
    if not (self[name] > 0) then self:fail("%s should be a number above 0, got %g", name, self[name]) end
  end
  self.high_lrs, self.low_lrs = self:per_group("max_lr"), {}
  local first = {}
  for i, high in ipairs(self.high_lrs) do
    first[i] = high / self.div_factor
    self.low_lrs[i] = first[i] / self.final_div_factor
  end
  self:set_initial(first)
  if self.cycle_momentum then find_momentum(self) end
end

-- The phase of this epoch, from 1, and the part of it that is over.  The step after the last one, which a loop of
-- total_steps makes at its end, stays at the last rate.
local function phase_of(self)
  local up, last = self.pct_start * self.total_steps, self.total_steps - 1
  local step, start = math.min(self.last_epoch, last), 0
  local ends = self.three_phase and { up - 1, 2 * up - 2, last } or { up - 1, last }
  for phase, stop in ipairs(ends) do
    if step <= stop or phase == #ends then return phase, stop == start and 1 or (step - start) / (stop - start) end
    start = stop
  end
end

local function anneal(self, from, to, part)
  if self.anneal_strategy == "linear" then return (to - from) * part + from end
  return to + (from - to) / 2 * (math.cos(math.pi * part) + 1)
end

function OneCycleLR:rate(_, base, i)
  if self.last_epoch > self.total_steps then
    self:fail("step %d, but total_steps is %d: make the schedule as long as the training", self.last_epoch, self.total_steps)
  end
  if i == 1 then self:set_momentum() end
  local phase, part = phase_of(self)
  local high, low = self.high_lrs[i], self.low_lrs[i]
  if phase == 1 then return anneal(self, base, high, part) end
  if not self.three_phase then return anneal(self, high, low, part) end
  if phase == 2 then return anneal(self, high, base, part) end
  return anneal(self, base, low, part)
end

function OneCycleLR:momentum(high, low)
  local phase, part = phase_of(self)
  if phase == 1 then return anneal(self, high, low, part) end
  if phase == 2 then return anneal(self, low, high, part) end
  return high
end

--- One cycle: from max_lr / div_factor up to max_lr, then down to far below; to be stepped after every batch.
-- @tparam optimizer optimizer
-- @tparam number|{number,...} max_lr the highest rate, or one for each parameter group
-- @tparam[opt] table options total_steps, or epochs and steps_per_epoch; pct_start=0.3: the part that goes up;
--   anneal_strategy="cos" or "linear"; cycle_momentum=true: momentum (Adam: beta1) goes from max_momentum=0.95 down to
--   base_momentum=0.85 and back; div_factor=25; final_div_factor=1e4: the last rate is max_lr / div_factor / it;
--   three_phase=false (true: down to the first rate as fast as up, then to the last)
-- @treturn scheduler whose step() past total_steps is an error
-- @example optim.lr_scheduler.OneCycleLR(optim.SGD({nn.Parameter(lab.zeros(1))}), 1, {total_steps=10, div_factor=4}):preview(4) --> [0.2500, 0.6250, 1.0000, 0.9505]
function lr_scheduler.OneCycleLR(optimizer, max_lr, ...) return OneCycleLR:new(optimizer, max_lr, ...) end

return lr_scheduler
