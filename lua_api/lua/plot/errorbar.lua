--- Error bars.
-- @module plot.errorbar

local call = require "plot.call"
local core = require "plot.core"
local habits = require "plot.habits"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "xerror", "line", "marker", "label", "color", "axis" }

-- Are they lengths below and above, not options?
local function is_lengths(value) return call.is_plain(value) and (value.low ~= nil or value.high ~= nil) end

-- Two lists of lengths, below and above: of one number, as many as values, {low=, high=}, or a matrix (2, n).
local function lengths(op, name, value, count)
  if value == nil then return nil end
  local low, high = value, value
  if is_lengths(value) then
    habits.options(op, value, { "low", "high" })
    low, high = value.low or 0, value.high or 0
  elseif lab.is_tensor(value) and value:dim() == 2 and value:size(1) == 2 and value:size(2) == count then
    low, high = value:select(1, 1), value:select(1, 2)
  end
  local function list(side)
    if type(side) == "number" then
      local same = {}
      for i = 1, count do same[i] = side end
      side = same
    end
    local numbers = call.numbers(op, name, side)
    if #numbers ~= count then
      call.fail("%s: %s has %d values and y %d; both must have as many (or one for all, {low=, high=}, or a tensor (2, %d))",
        op, name, #numbers, count, count)
    end
    for i = 1, count do
      if numbers[i] < 0 then call.fail("%s: %s: value %d is negative: errors are lengths", op, name, i) end
    end
    return numbers
  end
  return list(low), list(high)
end

-- Lines from value - low to value + high, at the places `at`; without those that have no length.
local function add_errors(target, at, value, low, high, style, across)
  local from, to, place = {}, {}, {}
  for i = 1, #value do
    for _, tip in ipairs { value[i] - low[i], value[i] + high[i] } do
      if tip ~= value[i] and tip == tip and math.abs(tip) < math.huge then
        from[#from + 1], to[#to + 1], place[#place + 1] = value[i], tip, at[i]
      end
    end
  end
  from, to, place = core.numbers(from, "errors"), core.numbers(to, "errors"), core.numbers(place, "errors")
  local x, y, x2, y2 = place, from, place, to
  if across then x, y, x2, y2 = from, place, to, place end
  core.add(target, "segments", x, y, { x2 = x2, y2 = y2, color = style.color, right = style.right, capped = true })
end

local function take(op, ...)
  local n, args = select("#", ...), { ... }
  if n == 3 and is_lengths(args[n]) then n, args[4] = 4, {} end
  return call.take(op, { "x", "y", "error" }, OPTIONS, table.unpack(args, 1, n))
end

local function draw(target, op, ...)
  local args, set = take(op, ...)
  if args.error == nil and args.xerror == nil then
    call.fail("%s: no errors: give plot.errorbar(x, y, error), or xerror=", op)
  end
  local y = call.numbers(op, "y", args.y)
  local x = args.x ~= nil and call.numbers_like(op, "x", args.x, "y", y) or call.counted(#y)
  local low, high = lengths(op, "error", args.error, #y)
  local left, right = lengths(op, "xerror", args.xerror, #y)
  local line, color = settings.boolean(op, "line", args.line), call.color(op, args.color)
  local style = { color = color > 0 and color or core.next_color(target), right = args.axis == "right" }
  if low then add_errors(target, x, y, low, high, style, false) end
  if left then add_errors(target, y, x, left, right, style, true) end
  local marker = call.marker(op, args.marker) or "●"
  core.add(target, line and "line" or "scatter", x, y, { label = settings.text(op, "label", args.label),
    color = style.color, right = style.right, marker = marker })
  return set(target)
end

--- Error bars: plot.errorbar(x, y, error), plot.errorbar{x=, y=, error=, xerror=, …}.
--
-- Points with lines from y - error to y + error: deviations, confidence intervals.
-- An error that is NaN has no line.
-- @param x the places; nil: 1, 2, 3, …
-- @param y the values, as many
-- @param error one number, as many as y, or below and above: {low=, high=} of those,
-- or a tensor (2, n)
-- @tparam[opt] table options
-- xerror: the same for x; line=true joins the points; marker: a character ("●");
-- label; color: 1 to 8, or a name; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.errorbar({1, 2, 3}, {2.1, 2.9, 4.2}, {0.3, 0.2, 0.5})
-- @example plot.errorbar({1, 2, 3}, {5, 6, 8}, {low={1, 1, 2}, high=0.5}, {line=true})
function plot.errorbar(...) return draw(core.new(), "plot.errorbar", ...) end

--- Adds points with error bars; the arguments are those of plot.errorbar.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.errorbar
-- @example plot.figure():errorbar({1, 2}, {3, 4}, 0.5)
function Figure:errorbar(...) return draw(self, "errorbar", ...) end
