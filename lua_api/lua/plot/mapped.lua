--- Points in the colors of numbers: what color_by of plot.scatter means.
-- @local
-- @module plot.mapped

local call = require "plot.call"
local core = require "plot.core"
local settings = require "plot.settings"

local MAPS = { "viridis", "magma", "gray", "rdbu" }
local SHADES = 16 -- colors that are told apart; each is a series

local mapped = {}

local function is_finite(v) return v == v and math.abs(v) < math.huge end

-- The numbers that have the map's ends: those given, or the least and the greatest; center in the middle.
local function ends_of(numbers, range, center)
  local low, high = math.huge, -math.huge
  for i = 1, #numbers do
    local v = numbers[i]
    if is_finite(v) then low, high = math.min(low, v), math.max(high, v) end
  end
  if range then low, high = range[1], range[2] end
  if low > high then return nil end
  if center then
    local reach = math.max(math.abs(low - center), math.abs(high - center))
    low, high = center - reach, center + reach
  end
  if low == high then
    local margin = low ~= 0 and math.abs(low) / 2 or 1
    low, high = low - margin, high + margin
  end
  return math.max(low, -0x1.fffffffffffffp1023), math.min(high, 0x1.fffffffffffffp1023)
end

-- For each point the shade that its number has, from 1; 0 for points that have no number or place.
local function shades_of(x, y, numbers, low, high)
  local list = {}
  for i = 1, #numbers do
    local v = numbers[i]
    if is_finite(v) and is_finite(y[i]) and (not x or is_finite(x[i])) then
      local place = (v / 2 - low / 2) / (high / 2 - low / 2)
      list[i] = math.floor(math.max(0, math.min(place * SHADES, SHADES - 1))) + 1
    else
      list[i] = 0
    end
  end
  return core.numbers(list, "color_by")
end

-- What the options say of a call with so many points; nil without color_by.
function mapped.read(op, options, count)
  if options.color_by == nil then
    for _, name in ipairs { "map", "bar", "center" } do
      if options[name] ~= nil then call.fail("%s: %s is about the colors of numbers: give color_by, too", op, name) end
    end
    return nil
  end
  if options.color ~= nil then call.fail("%s: points are colored by color_by or color; leave one of them out", op) end
  if type(options.color_by) == "string" then
    call.fail('%s: color_by is a string; the name of a column stands beside its frame: plot.scatter(frame, {x="…", y="…", color_by="%s"})',
      op, options.color_by)
  end
  local numbers = call.numbers(op, "color_by", options.color_by)
  if #numbers ~= count then
    call.fail("%s: color_by has %d values for %d points; both must be as many", op, #numbers, count)
  end
  local range = options.range ~= nil and { settings.range(op, "range", options.range) } or nil
  if range and not (range[1] and range[2]) then call.fail("%s: range should be {low, high}", op) end
  local center = call.number(op, "center", options.center)
  local low, high = ends_of(numbers, range, center)
  if not low then call.fail("%s: color_by has no finite number", op) end
  return { numbers = numbers, low = low, high = high,
    map = settings.choice(op, "map", options.map, MAPS) or (center and "rdbu") or "viridis",
    bar = settings.boolean(op, "bar", options.bar) ~= false }
end

-- Adds a series of each shade to the figure, and the bar that explains them.
function mapped.draw(target, series)
  local how, x, y, style = series.mapped, series.x, series.y, series.style
  x = x or call.counted(#y)
  local shades = shades_of(x, y, how.numbers, how.low, how.high)
  for shade = 0, SHADES do
    local ys = core.of_class(y, shades, shade)
    if #ys > 0 then
      if shade == 0 then ys = call.repeated(0 / 0, #ys) end -- the legend counts them
      core.add(target, "scatter", core.of_class(x, shades, shade), ys, { color = 0, map = how.map,
        place = (math.max(shade, 1) - 0.5) / SHADES, marker = style.marker, right = style.right, faint = style.faint })
    end
  end
  if not how.bar then return end
  core.image(target, { rows = 0, cols = 0, map = how.map, range = { how.low, how.high }, bar = true, label = style.label })
end

return mapped
