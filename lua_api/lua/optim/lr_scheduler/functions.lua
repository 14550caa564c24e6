--- Schedules by a function.
-- @module optim.lr_scheduler.functions

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

-- One function for all groups, or a list of one for each.
local function prepare(self)
  local given, n = self.lr_lambda, #self.optimizer.param_groups
  if type(given) ~= "function" and type(given) ~= "table" then
    self:fail("lr_lambda should be a function from the epoch to a factor, or a list of one for each group, got %s", type(given))
  end
  if type(given) == "table" and #given ~= n then
    self:fail("lr_lambda has %d functions, but the optimiser %d parameter groups", #given, n)
  end
end

local function factor(self, i)
  local fn = self.lr_lambda
  if type(fn) == "table" then fn = fn[i] end
  local value = fn(self.last_epoch)
  if type(value) ~= "number" or not (value >= 0) then
    self:fail("the function gave %s for epoch %d; a number from 0 is needed", tostring(value), self.last_epoch)
  end
  return value
end

local parameters = { { "lr_lambda", required = true } }

local LambdaLR = Scheduler.class("LambdaLR", parameters)

LambdaLR.prepare = prepare

function LambdaLR:rate(_, base, i) return base * factor(self, i) end

--- The first rate times lr_lambda(epoch), where epoch is how many there were: 0 at first.
-- @tparam optimizer optimizer
-- @tparam function|{function,...} lr_lambda one function for all parameter groups, or one for each
-- @treturn scheduler
-- @example optim.lr_scheduler.LambdaLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), function(epoch) return 1 / (1 + epoch) end):preview(3) --> [1.0000, 0.5000, 0.3333]
function lr_scheduler.LambdaLR(optimizer, lr_lambda, ...) return LambdaLR:new(optimizer, lr_lambda, ...) end

local MultiplicativeLR = Scheduler.class("MultiplicativeLR", parameters)

MultiplicativeLR.prepare = prepare

function MultiplicativeLR:rate(lr, _, i) return self.initial and lr or lr * factor(self, i) end

--- Multiplies the rate by lr_lambda(epoch) after every epoch.
-- @tparam optimizer optimizer
-- @tparam function|{function,...} lr_lambda one function for all parameter groups, or one for each
-- @treturn scheduler
-- @example optim.lr_scheduler.MultiplicativeLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), function() return 0.5 end):preview(3) --> [1.0000, 0.5000, 0.2500]
function lr_scheduler.MultiplicativeLR(optimizer, lr_lambda, ...) return MultiplicativeLR:new(optimizer, lr_lambda, ...) end

return lr_scheduler
