--- What all schedules have in common.
--
-- A kind of schedule is a class with `rate(lr, base, i)`: the next rate of parameter group i from its rate now and its first
-- one, where self.last_epoch already counts the step; `closed(base)`, the same from the first rate alone, where that differs;
-- and `prepare()`, which checks the options.
-- @module optim.lr_scheduler.scheduler

local options = require "nn.options"

--- What a schedule is: it sets the rate `lr` of an optimiser's parameter groups, step by step.
--
-- Its options are its fields, last_epoch is how many steps there were.
-- @treturn optim.lr_scheduler.Scheduler made by StepLR, OneCycleLR, …
-- @class lr_scheduler.Scheduler
-- @example local s = optim.lr_scheduler.StepLR(optim.SGD({nn.Parameter(lab.zeros(1))}), 10); s:step(); s.last_epoch, s.gamma --> 1 0.1
local Scheduler = { is_scheduler = true }

-- The rate that each parameter group had before its first schedule.
local initial = setmetatable({}, { __mode = "k" })

-- A new kind of schedule; parameters are its options, for nn.options.read.
function Scheduler.class(kind, parameters)
  local class = { kind = kind, parameters = parameters, __name = kind, __tostring = Scheduler.text }
  class.__index = class
  return setmetatable(class, { __index = Scheduler })
end

-- Raises an error of this schedule.
function Scheduler:fail(message, ...) error(self.kind .. ": " .. message:format(...)) end

-- A schedule of class self.
function Scheduler:new(optimizer, ...)
  local groups = type(optimizer) == "table" and rawget(optimizer, "param_groups")
  if type(groups) ~= "table" or not groups[1] then
    self:fail("the first argument is the optimiser, as optim.SGD(net:parameters()) gives, got %s",
      lab.is_tensor(optimizer) and "a tensor" or type(optimizer))
  end
  local s = setmetatable(options.read(self.kind, self.parameters, ...), self)
  s.optimizer, s.base_lrs = optimizer, {}
  s:prepare()
  for i, group in ipairs(groups) do
    initial[group] = initial[group] or group.lr
    s.base_lrs[i] = initial[group]
  end
  s:start()
  return s
end

function Scheduler:prepare() end

-- Changes the rate that schedules of each group begin with.
function Scheduler:set_initial(rates)
  for i, group in ipairs(self.optimizer.param_groups) do initial[group] = rates[i] end
end

-- Gives every group the rate it began with.
function Scheduler:reset_lrs()
  for _, group in ipairs(self.optimizer.param_groups) do group.lr = initial[group] end
end

-- One value per parameter group: of a number, or of a list of as many.
function Scheduler:per_group(name)
  local given, n, values = self[name], #self.optimizer.param_groups, {}
  if type(given) == "table" and #given ~= n then
    self:fail("%s has %d values, but the optimiser %d parameter groups", name, #given, n)
  end
  for i = 1, n do
    local value = given
    if type(given) == "table" then value = given[i] end
    if type(value) ~= "number" or not (value >= 0) then
      self:fail("%s should be a number from 0, or a list of one for each parameter group, got %s", name, tostring(value))
    end
    values[i] = value
  end
  return values
end

-- Refuses an option that is not a whole number from 1.
function Scheduler:check_count(name)
  if math.type(self[name]) ~= "integer" or self[name] < 1 then
    self:fail("%s should be a whole number from 1, got %s", name, tostring(self[name]))
  end
end

-- Refuses milestones that are not whole numbers from 1 in rising order.
function Scheduler:check_milestones()
  local last = 0
  for i, milestone in ipairs(self.milestones) do
    if math.type(milestone) ~= "integer" or milestone <= last then
      self:fail("milestones should be whole numbers from 1 in rising order, got %s at place %d", tostring(milestone), i)
    end
    last = milestone
  end
end

-- Refuses an option that is not one of a list of words.
function Scheduler:check_choice(name, words)
  for _, word in ipairs(words) do
    if self[name] == word then return end
  end
  self:fail('%s="%s": it is one of "%s"', name, tostring(self[name]), table.concat(words, '", "'))
end

-- Gives each group the rate that fn(lr, base, i) computes.
local function apply(self, fn)
  local groups, last = self.optimizer.param_groups, {}
  if #groups ~= #self.base_lrs then
    self:fail("the optimiser has %d parameter groups, but had %d when the schedule was made: add groups before", #groups, #self.base_lrs)
  end
  for i, group in ipairs(groups) do last[i] = fn(self, group.lr, self.base_lrs[i], i) end
  for i, group in ipairs(groups) do group.lr = last[i] end
  self.last_lr = last
end

local function from_closed(self, _, base) return self:closed(base) end

-- The first rates, from those that the groups have.
function Scheduler:start()
  self.last_epoch, self.initial = 0, true
  apply(self, self.rate)
  self.initial = nil
end

-- The first rates, whatever the groups have: how a schedule begins within a SequentialLR.
function Scheduler:restart()
  self.last_epoch = 0
  apply(self, self.closed and from_closed or self.rate)
end

--- Counts an epoch (or batch) and sets the rates for the next.  Call it after the optimiser's step.
-- @treturn nil
-- @example local o = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}); local s = optim.lr_scheduler.ExponentialLR(o, 0.5); s:step(); o.lr --> 0.5
-- @function lr_scheduler.Scheduler:step
function Scheduler:step()
  self.last_epoch = self.last_epoch + 1
  apply(self, self.rate)
end

--- The rate of each parameter group, as this schedule set them last.
-- @treturn {number,...}
-- @example optim.lr_scheduler.ExponentialLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=0.5}), 0.9):get_last_lr()[1] --> 0.5
-- @function lr_scheduler.Scheduler:get_last_lr
function Scheduler:get_last_lr() return table.move(self.last_lr, 1, #self.last_lr, 1, {}) end

local function copied(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for k, v in pairs(value) do copy[k] = copied(v) end
  return copy
end

--- All that the schedule is, apart from its optimiser and functions: numbers, words and lists of them, which lab.save takes.
-- @treturn table
-- @example optim.lr_scheduler.StepLR(optim.SGD({nn.Parameter(lab.zeros(1))}), 10):state_dict().step_size --> 10
-- @function lr_scheduler.Scheduler:state_dict
function Scheduler:state_dict()
  local dict = { kind = self.kind }
  for name, value in pairs(self) do
    local first = type(value) == "table" and value[1] or value
    if name ~= "optimizer" and name ~= "schedulers" and type(first) ~= "function" then dict[name] = copied(value) end
  end
  if self.schedulers then
    dict.schedulers = {}
    for i, s in ipairs(self.schedulers) do dict.schedulers[i] = s:state_dict() end
  end
  return dict
end

-- Is the state one of such a schedule?
local function check_state(self, dict)
  if type(dict) ~= "table" or type(dict.last_lr) ~= "table" or type(dict.last_epoch) ~= "number" then
    self:fail("load_state_dict: a table that state_dict() gave is needed")
  end
  if dict.kind ~= self.kind then self:fail("load_state_dict: the state is that of a %s", tostring(dict.kind)) end
  if #dict.last_lr ~= #self.last_lr then
    self:fail("load_state_dict: %d parameter groups in the state, %d here", #dict.last_lr, #self.last_lr)
  end
  local n = self.schedulers and #self.schedulers or 0
  if #(dict.schedulers or {}) ~= n then self:fail("load_state_dict: %d schedules in the state, %d here", #(dict.schedulers or {}), n) end
  for i = 1, n do check_state(self.schedulers[i], dict.schedulers[i]) end
end

local function restore(self, dict)
  for name, value in pairs(dict) do
    if name ~= "kind" and name ~= "schedulers" then self[name] = copied(value) end
  end
  for i, s in ipairs(self.schedulers or {}) do restore(s, dict.schedulers[i]) end
  if self.set_momentum and self.last_epoch >= 0 then self:set_momentum() end
end

--- Goes on from the state_dict of a schedule of the same kind; the groups get the rates of that time.
-- @tparam table dict of state_dict
-- @treturn nil
-- @raise the state of another kind of schedule
-- @example local o = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}); local s = optim.lr_scheduler.ExponentialLR(o, 0.5); local d = s:state_dict(); s:step(); s:load_state_dict(d); o.lr --> 1.0
-- @function lr_scheduler.Scheduler:load_state_dict
function Scheduler:load_state_dict(dict)
  check_state(self, dict)
  restore(self, dict)
  for i, group in ipairs(self.optimizer.param_groups) do group.lr = self.last_lr[i] end
end

--- The rates of the next epochs, from the present one on; the optimiser and the schedule stay as they are.
-- @tparam integer n how many
-- @tparam[opt=1] integer group the parameter group
-- @treturn tensor float64 (n), as plot.line takes it
-- @example optim.lr_scheduler.ExponentialLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 0.5):preview(3) --> [1.0000, 0.5000, 0.2500]
-- @function lr_scheduler.Scheduler:preview
function Scheduler:preview(n, group)
  group = group or 1
  if math.type(n) ~= "integer" or n < 1 then self:fail("preview: how many rates? a whole number from 1, got %s", tostring(n)) end
  local groups = self.optimizer.param_groups
  if not groups[group] then self:fail("preview: there is no parameter group %s; there are %d", tostring(group), #groups) end
  local state, before, rates = self:state_dict(), {}, { groups[group].lr }
  for i, g in ipairs(groups) do before[i] = g:options() end
  local ok, message = pcall(function()
    for k = 2, n do
      self:step()
      rates[k] = groups[group].lr
    end
  end)
  restore(self, state)
  for i, g in ipairs(groups) do
    for name, value in pairs(before[i]) do g[name] = value end
  end
  if not ok then error(message, 0) end
  return lab.tensor(rates, { dtype = "float64" })
end

local function show(value)
  if type(value) == "function" then return "function" end
  if type(value) == "string" then return '"' .. value .. '"' end
  if math.type(value) == "float" then return ("%.6g"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = type(item) == "table" and item.is_scheduler and item.kind or show(item) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

-- The kind, its options, the rate now.
function Scheduler:text()
  local parts = {}
  for _, parameter in ipairs(self.parameters) do
    local value = self[parameter[1]]
    if value ~= nil then parts[#parts + 1] = parameter[1] .. "=" .. show(value) end
  end
  return ("%s(%s): lr %s after %d step%s"):format(self.kind, table.concat(parts, ", "),
    show(#self.last_lr == 1 and self.last_lr[1] or self.last_lr), self.last_epoch, self.last_epoch == 1 and "" or "s")
end

return Scheduler
