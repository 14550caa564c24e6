--- Rectangles that stand, or lie, on 0, and the bars of their errors.
-- @local
-- @module plot.bars

local core = require "plot.core"

local bars = {}

local function numbers(list) return core.numbers(list, "bars") end

-- Adds bars from low to high on the one axis (lists), from base to tip on the other.  style: across=, right=,
-- valued=, inside=.
function bars.add(target, low, high, base, tip, style, label, color)
  low, high, base, tip = numbers(low), numbers(high), numbers(base), numbers(tip)
  local x, x2, y, y2 = low, high, base, tip
  if style.across then x, x2, y, y2 = base, tip, low, high end
  core.add(target, "rects", x, y, { x2 = x2, y2 = y2, label = label, color = color, based = true,
    across = style.across, right = style.right, valued = style.valued, inside = style.inside })
end

-- Adds lines from value - error to value + error, in the middle of each bar.  Where
-- either is no number there is none.
function bars.errors(target, low, high, values, errors, style)
  local at, from, to = {}, {}, {}
  for i = 1, #values do
    local error = errors[i]
    for _, sign in ipairs { -1, 1 } do
      local tip = values[i] + sign * error
      if tip == tip and math.abs(tip) < math.huge then
        at[#at + 1], from[#from + 1], to[#to + 1] = (low[i] + high[i]) / 2, values[i], tip
      end
    end
  end
  at, from, to = numbers(at), numbers(from), numbers(to)
  local x, x2, y, y2 = at, at, from, to
  if style.across then x, x2, y, y2 = from, to, at, at end
  core.add(target, "segments", x, y, { x2 = x2, y2 = y2, color = 9, capped = true, right = style.right })
end

return bars
