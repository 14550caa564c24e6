--- Violins: how densely values lie, mirrored.
-- @module plot.violin

local call = require "plot.call"
local core = require "plot.core"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "classes", "horizontal", "bandwidth", "width", "label", "color", "axis" }
local POINTS = 101
local WITHIN = 0.93 -- of the breadth: lines that end within the body

local function numbers(list) return core.numbers(list, "violin") end

-- Half the breadth of the violin at a value: between the two places of the curve beside it.
local function breadth_at(curve, value)
  local first, last = curve.x[1], curve.x[#curve.x]
  local place = last > first and (value - first) / (last - first) * (#curve.x - 1) or 0
  local i = math.max(1, math.min(#curve.x - 1, math.floor(place) + 1))
  local part = place - (i - 1)
  return curve.density[i] * (1 - part) + curve.density[i + 1] * part
end

-- The body: the curve to both sides of the group's place, to the ends of the values.
local function add_body(target, at, curve, scale, style)
  local low, high = {}, {}
  for i = 1, #curve.x do
    low[i], high[i] = at - curve.density[i] * scale, at + curve.density[i] * scale
  end
  low, high = numbers(low), numbers(high)
  local shape = { color = style.color, right = style.right, solid = true, label = style.label }
  if style.across then
    shape.y2 = high
    core.add(target, "band", curve.x, low, shape)
  else
    shape.x2, shape.across = high, true
    core.add(target, "band", low, curve.x, shape)
  end
end

-- Lines across the body at the median or, dashed, at the quartiles.
local function add_marks(target, marks, dashed, style)
  local from, value, to = numbers(marks.from), numbers(marks.value), numbers(marks.to)
  if style.across then
    core.add(target, "segments", value, from, { x2 = value, y2 = to, color = 9, right = style.right,
      dashed = dashed })
  else
    core.add(target, "segments", from, value, { x2 = to, y2 = value, color = 9, right = style.right,
      dashed = dashed })
  end
end

local function curve_of(op, values, bandwidth)
  local summary = core.summary(values)
  if summary.count == 0 then return nil end
  local options = { points = POINTS, bandwidth = bandwidth, cut = 0 }
  return core.kde(values, options)
end

local function add_group(target, op, at, group, marks, style, bandwidth, half)
  local curve, most = curve_of(op, group.values, bandwidth), 0
  if not curve then return false end
  for i = 1, #curve.density do most = math.max(most, curve.density[i]) end
  local scale = half / most
  add_body(target, at, curve, scale, style)
  local quartile = core.quantiles(group.values, numbers { 0.25, 0.5, 0.75 })
  for i = 1, 3 do
    local reach, to = breadth_at(curve, quartile[i]) * scale * WITHIN, i == 2 and marks.median or marks.quartile
    local k = #to.value + 1
    to.from[k], to.value[k], to.to[k] = at - reach, quartile[i], at + reach
  end
  return true
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "x" }, OPTIONS, ...)
  local list = groups.read(op, "x", args.x, { columns = true, classes = args.classes, labels = args.label })
  local bandwidth = call.bandwidth(op, args.bandwidth)
  local width = call.number(op, "width", args.width) or (args.horizontal and 0.7 or 0.8)
  if not (width > 0 and width <= 1) then call.fail("%s: width should be above 0 and at most 1, the distance of violins", op) end
  local across, right = settings.boolean(op, "horizontal", args.horizontal), args.axis == "right"
  local marks = { median = { from = {}, value = {}, to = {} }, quartile = { from = {}, value = {}, to = {} } }
  local color, any = core.next_color(target), false
  for i, group in ipairs(list) do
    local own = call.color(op, groups.option(args.color, i))
    local style = { color = own > 0 and own or color, right = right, across = across }
    any = add_group(target, op, i, group, marks, style, bandwidth, width / 2) or any
  end
  if not any then call.fail("%s: no value is finite: there is nothing to draw", op) end
  add_marks(target, marks.quartile, true, { right = right, across = across })
  add_marks(target, marks.median, false, { right = right, across = across })
  groups.name_axis(target, list, args, across)
  return set(target)
end

--- Violins: plot.violin(x), plot.violin{x, classes=, …}.
--
-- The density of the values (by Gaussian kernels) to both sides of a line, from the
-- lowest to the highest, with marks at the quartiles and the median.  The groups
-- are those of plot.box: a matrix's columns, a list's members, or classes.
-- @param x the values
-- @tparam[opt] table options
-- classes: numbers or strings, one for each value;
-- label: a list of the groups' names; horizontal=true: violins lie;
-- bandwidth: the kernels' deviation, a number, "scott" or "silverman";
-- width: of violins, as a part of their distance (0.8; lying 0.7);
-- color: 1 to 8, a name, or a list; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.violin(lab.randn(100, 3), {label={"a", "b", "c"}})
function plot.violin(...) return draw(core.new(), "plot.violin", ...) end

--- Adds violins; the arguments are those of plot.violin.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.violin
-- @example plot.figure():violin({{1, 2, 2, 3}, {2, 3, 3, 9}})
function Figure:violin(...) return draw(self, "violin", ...) end
