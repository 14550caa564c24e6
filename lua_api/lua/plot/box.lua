--- Boxes: where the middle half of the values lies, and how far the others reach.
-- @module plot.box

local call = require "plot.call"
local core = require "plot.core"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "classes", "horizontal", "whiskers", "width", "label", "color", "axis" }

local function numbers(list) return core.numbers(list, "box") end

-- Adds what lies from x, y to x2, y2 (lists) when boxes stand; across says that they lie.
local function add(target, kind, x, y, x2, y2, style, across)
  x, y, x2, y2 = numbers(x), numbers(y), x2 and numbers(x2), y2 and numbers(y2)
  if across then x, y, x2, y2 = y, x, y2, x2 end
  style.x2, style.y2, style.across = x2, y2, across
  core.add(target, kind, x, y, style)
end

-- The statistics of each group with values, with their places.
local function measured(op, list, reach)
  local boxes = {}
  for i, group in ipairs(list) do
    local box = core.box(group.values, reach)
    if box.count > 0 then
      box.at = i
      boxes[#boxes + 1] = box
    end
  end
  if #boxes == 0 then call.fail("%s: no value is finite: there is nothing to draw", op) end
  return boxes
end

local function column(boxes, name, shift)
  local list = {}
  for i, box in ipairs(boxes) do list[i] = box[name] + (shift or 0) end
  return list
end

local function add_whiskers(target, boxes, style, across)
  local at, from, to = {}, {}, {}
  for _, box in ipairs(boxes) do
    for _, ends in ipairs { { box.lower, box.whisker_low }, { box.upper, box.whisker_high } } do
      if ends[1] ~= ends[2] then at[#at + 1], from[#from + 1], to[#to + 1] = box.at, ends[1], ends[2] end
    end
  end
  add(target, "segments", at, from, at, to, { color = style.color, right = style.right, capped = true }, across)
end

local function add_outliers(target, boxes, style, across)
  local at, values = {}, {}
  for _, box in ipairs(boxes) do
    for i = 1, #box.outliers do at[#at + 1], values[#values + 1] = box.at, box.outliers[i] end
  end
  if #at == 0 then return end
  add(target, "scatter", at, values, nil, nil, { color = style.color, right = style.right, marker = "◦" }, across)
end

local function add_boxes(target, boxes, width, style, across, label)
  local half = width / 2
  add(target, "rects", column(boxes, "at", -half), column(boxes, "lower"), column(boxes, "at", half),
    column(boxes, "upper"), { color = style.color, right = style.right, label = label }, across)
  add_whiskers(target, boxes, style, across)
  add(target, "segments", column(boxes, "at", -half), column(boxes, "median"), column(boxes, "at", half),
    column(boxes, "median"), { color = 9, right = style.right, snapped = true }, across)
  add_outliers(target, boxes, style, across)
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "x" }, OPTIONS, ...)
  local list = groups.read(op, "x", args.x, { columns = true, classes = args.classes, labels = args.label })
  local reach = args.whiskers == math.huge and math.huge or call.number(op, "whiskers", args.whiskers) or 1.5
  if reach < 0 then call.fail("%s: whiskers should be a number from 0 on, in lengths of the box", op) end
  local width = call.number(op, "width", args.width) or 0.6
  if not (width > 0 and width <= 1) then call.fail("%s: width should be above 0 and at most 1, the distance of boxes", op) end
  local across, right = settings.boolean(op, "horizontal", args.horizontal), args.axis == "right"
  local boxes = measured(op, list, reach)
  if call.is_plain(args.color) then
    for _, box in ipairs(boxes) do
      add_boxes(target, { box }, width, { color = call.color(op, args.color[box.at]), right = right }, across)
    end
  else
    local color = call.color(op, args.color)
    if color == 0 then color = core.next_color(target) end
    add_boxes(target, boxes, width, { color = color, right = right }, across)
  end
  groups.name_axis(target, list, args, across)
  return set(target)
end

--- Boxes: plot.box(x), plot.box{x, classes=, …}.
--
-- A box from the lower to the upper quartile with a line at the median; whiskers
-- to the last values within 1.5 lengths of the box (Tukey); values beyond them as
-- points.  The groups are the columns of a matrix (n, k) or of a frame, the tensors
-- or lists of a list, or the classes of the values.
-- @param x the values
-- @tparam[opt] table options
-- classes: numbers or strings, one for each value;
-- label: a list of the groups' names;
-- horizontal=true: boxes lie; whiskers: how far they reach (1.5; math.huge: to the
-- last values); width: of boxes, as a part of their distance (0.6);
-- color: 1 to 8, a name, or a list; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.box(lab.randn(100, 3), {label={"a", "b", "c"}})
-- @example plot.box({1, 2, 3, 10, 11, 15}, {classes={"x", "x", "x", "y", "y", "y"}, horizontal=true})
function plot.box(...) return draw(core.new(), "plot.box", ...) end

--- Adds boxes; the arguments are those of plot.box.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.box
-- @example plot.figure():box({{1, 2, 3}, {2, 3, 9}})
function Figure:box(...) return draw(self, "box", ...) end
