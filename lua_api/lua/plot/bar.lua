--- Bars.
-- @module plot.bar

local bars = require "plot.bars"
local call = require "plot.call"
local core = require "plot.core"
local frames = require "data.frame.class"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "stacked", "horizontal", "errors", "values", "width", "label", "color", "axis" }

-- Of a frame the first column are the names, the others the series.
local function parts_of(op, frame)
  local columns = frame:columns()
  if #columns < 2 then call.fail("%s: the frame has %d column: names and values expected", op, #columns) end
  local first = table.remove(columns, 1)
  return frame:tolist(first), frame:select(columns)
end

local function check_lengths(op, list, names)
  for i, group in ipairs(list) do
    local count = names and #names or #list[1].values
    if #group.values ~= count then
      call.fail("%s: %s%d values and %s; both must be as many", op, #list > 1 and ("series %d has "):format(i) or "",
        #group.values, names and ("%d names"):format(count) or ("the first series %d"):format(count))
    end
  end
end

-- The errors of each series, shaped as the values are.
local function errors_of(op, value, list)
  if value == nil then return {} end
  local errors = groups.read(op, "errors", value, { columns = #list > 1 })
  if #errors ~= #list then call.fail("%s: errors are for %d series; there are %d", op, #errors, #list) end
  for i, group in ipairs(errors) do
    if #group.values ~= #list[i].values then
      call.fail("%s: %d errors and %d values; both must be as many", op, #group.values, #list[i].values)
    end
  end
  return errors
end

-- The low and high ends of the bars of series k on top of what is there; sums are kept in `above` and `below`.
local function stack(values, above, below)
  local base, tip = {}, {}
  for i = 1, #values do
    local value = values[i]
    local sums = value < 0 and below or above
    base[i] = sums[i] or 0
    tip[i] = base[i] + value
    if value == value and math.abs(value) < math.huge then sums[i] = tip[i] end
  end
  return base, tip
end

-- Many bars stand side by side: gaps of less than a column would be here and there.
local function usual_width(horizontal, count)
  if horizontal then return 0.65 end
  return count > 24 and 1 or 0.75
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "names", "y" }, OPTIONS, ...)
  if args.y == nil then args.names, args.y = nil, args.names end
  local frame = args.names == nil and frames.is_frame(args.y)
  if frame then args.names, args.y = parts_of(op, args.y) end
  local names = call.strings(op, "names", args.names)
  local list = groups.read(op, "y", args.y, { columns = true, labels = args.label })
  check_lengths(op, list, names)
  if frame and #list == 1 and args.label == nil then -- the axis says it
    core.label(target, args.horizontal and "x" or "y", list[1].label)
    list[1].label = nil
  end
  local stacked = settings.boolean(op, "stacked", args.stacked)
  if stacked and args.errors ~= nil then call.fail("%s: stacked bars cannot have errors: draw them side by side", op) end
  local errors = errors_of(op, args.errors, list)
  local width = call.number(op, "width", args.width) or usual_width(args.horizontal, #list[1].values)
  if not (width > 0 and width <= 1) then call.fail("%s: width should be above 0 and at most 1, the distance of bars", op) end
  local style = { across = settings.boolean(op, "horizontal", args.horizontal), right = args.axis == "right",
    valued = settings.boolean(op, "values", args.values), inside = (stacked and #list > 1) or args.errors ~= nil }
  local each, above, below = stacked and width or width / #list, {}, {}
  for k, group in ipairs(list) do
    local low, high, base, tip = {}, {}, {}, {}
    local first = stacked and -width / 2 or -width / 2 + (k - 1) * each
    for i = 1, #group.values do
      low[i], high[i] = i + first, i + first + each
      base[i], tip[i] = 0, group.values[i]
    end
    if stacked then base, tip = stack(group.values, above, below) end
    bars.add(target, low, high, base, tip, style, group.label, call.color(op, groups.option(args.color, k)))
    if errors[k] then bars.errors(target, low, high, group.values, errors[k].values, style) end
  end
  call.names(target, style.across and "y" or "x", names, #list[1].values)
  return set(target)
end

--- Bars: plot.bar(y), plot.bar(names, y), plot.bar{names=, y=, …}.
--
-- Several series stand side by side: a matrix (n, k) as y, of n names and k series,
-- or a list of series.  Of a frame the first column are the names, the others the
-- series.  Values that are NaN have no bar.
-- @param names what stands under the bars: strings or numbers; nil: 1, 2, 3, …
-- @param y the values, as many
-- @tparam[opt] table options
-- stacked=true: series stand on each other;
-- horizontal=true: bars lie, the first at the top;
-- errors: half the length of error bars, one for each value;
-- values=true: the numbers beside the bars, where there is room;
-- width: of the bars, as a part of their distance (0.75; of more than 24: 1);
-- label, color: lists for several series; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.bar({"cat", "dog", "fox"}, {12, 19, 3}, {values=true})
-- @example plot.bar({"a", "b"}, {{1, 2}, {3, 1}}, {label={"train", "test"}, stacked=true})
-- @example plot.bar(data.Frame{pet={"dog", "cat", "dog"}}:value_counts("pet"))
-- @example plot.bar({3, -1, 2}, {horizontal=true, errors={0.5, 0.2, 0.3}})
function plot.bar(...) return draw(core.new(), "plot.bar", ...) end

--- Adds bars; the arguments are those of plot.bar.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.bar
-- @example plot.figure():bar({"a", "b"}, {1, 2})
function Figure:bar(...) return draw(self, "bar", ...) end
