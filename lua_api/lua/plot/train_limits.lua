--- Limits of axes that stay where they are while data grow, so that a frame changes few cells.
-- @local
-- @module plot.train_limits

local limits = {}

-- The largest of 1, 2, 5, 10, … that is not above value (below 1 as well); UP: the smallest not below.
function limits.round(value, up)
  local decade = 10.0 ^ math.floor(math.log(value, 10))
  local best = decade
  for _, factor in ipairs { 1, 2, 5, 10 } do
    local candidate = decade * factor
    if up and candidate >= value * (1 - 1e-9) then return candidate end
    if not up and candidate <= value * (1 + 1e-9) then best = candidate end
  end
  return best
end

-- Whole steps of a round size around lo and hi.
local function linear(lo, hi)
  local span = hi - lo
  if span <= 0 then span = math.abs(hi) > 0 and math.abs(hi) or 1 end
  local step = limits.round(span / 5, true)
  local low, high = math.floor(lo / step) * step, math.ceil(hi / step) * step
  if high - low < step then low, high = low - step, high + step end
  return low, high
end

local function logarithmic(lo, hi)
  local low, high = limits.round(lo, false), limits.round(hi, true)
  if high / low < 4 then low, high = limits.round(low * 0.6, false), limits.round(high * 1.6, true) end
  return low, high
end

-- New limits for data from lo to hi, or those there are (HELD, a list of two or nil) as long as the data fill half of them.
function limits.of(held, lo, hi, log)
  if held and held.log == log and lo >= held[1] and hi <= held[2] then
    local at = log and math.log or function(v) return v end
    if at(hi) - at(lo) >= 0.45 * (at(held[2]) - at(held[1])) or held.once then return held end
  end
  local low, high
  if log then low, high = logarithmic(lo, hi) else low, high = linear(lo, hi) end
  local same = held and held[1] == low and held[2] == high
  return { low, high, log = log, once = same }
end

-- Decades around.
function limits.decades(lo, hi)
  local low, high = math.floor(math.log(lo, 10) + 1e-9), math.ceil(math.log(hi, 10) - 1e-9)
  if high == low then low, high = low - 1, high + 1 end
  return 10.0 ^ low, 10.0 ^ high
end

return limits
