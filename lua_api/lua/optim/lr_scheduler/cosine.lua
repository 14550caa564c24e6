--- Schedules along a cosine (Loshchilov and Hutter, SGDR, 2017).
-- @module optim.lr_scheduler.cosine

local Scheduler = require "optim.lr_scheduler.scheduler"

local lr_scheduler = {}

local eta_min = { "eta_min", 0.0, kind = "number" }

local function check_least(self)
  if not (self.eta_min >= 0) then self:fail("eta_min should be a number from 0, got %g", self.eta_min) end
end

local function between(low, high, part) return low + (high - low) * (1 + math.cos(math.pi * part)) / 2 end

local CosineAnnealingLR = Scheduler.class("CosineAnnealingLR", { { "T_max", kind = "integer", required = true }, eta_min })

function CosineAnnealingLR:prepare()
  self:check_count("T_max")
  check_least(self)
end

function CosineAnnealingLR:rate(lr, base)
  local epoch, period, low = self.last_epoch, self.T_max, self.eta_min
  if self.initial then return lr end
  if (epoch - 1 - period) % (2 * period) == 0 then
    return lr + (base - low) * (1 - math.cos(math.pi / period)) / 2
  end
  local ratio = (1 + math.cos(math.pi * epoch / period)) / (1 + math.cos(math.pi * (epoch - 1) / period))
  return ratio * (lr - low) + low
end

function CosineAnnealingLR:closed(base) return between(self.eta_min, base, self.last_epoch / self.T_max) end

--- Half a cosine from the rate down to eta_min in T_max epochs (then up again, and so on).
-- @tparam optimizer optimizer
-- @tparam integer T_max epochs from the highest to the lowest rate
-- @tparam[opt] table options eta_min=0
-- @treturn scheduler
-- @example optim.lr_scheduler.CosineAnnealingLR(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 4):preview(5) --> [1.0000, 0.8536, 0.5000, 0.1464, 0.0000]
function lr_scheduler.CosineAnnealingLR(optimizer, T_max, ...) return CosineAnnealingLR:new(optimizer, T_max, ...) end

local WarmRestarts = Scheduler.class("CosineAnnealingWarmRestarts",
  { { "T_0", kind = "integer", required = true }, { "T_mult", 1, kind = "integer" }, eta_min })

function WarmRestarts:prepare()
  self:check_count("T_0")
  self:check_count("T_mult")
  check_least(self)
end

-- The cycle that epoch last_epoch lies in: epochs since it began, and its length.
local function cycle_of(self)
  local at, length = self.last_epoch, self.T_0
  if self.T_mult == 1 then return at % length, length end
  while at >= length do at, length = at - length, length * self.T_mult end
  return at, length
end

function WarmRestarts:rate(_, base)
  local at, length = cycle_of(self)
  return between(self.eta_min, base, at / length)
end

--- Half a cosine from the rate down to eta_min in T_0 epochs, then again from the top, each time T_mult times as long.
-- @tparam optimizer optimizer
-- @tparam integer T_0 epochs of the first cycle
-- @tparam[opt] table options T_mult=1, eta_min=0
-- @treturn scheduler
-- @example optim.lr_scheduler.CosineAnnealingWarmRestarts(optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}), 2):preview(5) --> [1.0000, 0.5000, 1.0000, 0.5000, 1.0000]
function lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0, ...) return WarmRestarts:new(optimizer, T_0, ...) end

return lr_scheduler
