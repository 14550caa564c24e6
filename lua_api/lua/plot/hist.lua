--- Histograms: how often values occur.
-- @module plot.hist

local bars = require "plot.bars"
local call = require "plot.call"
local core = require "plot.core"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "bins", "range", "density", "cumulative", "log", "horizontal", "stacked", "classes", "label", "color",
  "axis" }
local MOST = 60 -- bins unless asked for more: as many as columns of a usual picture

-- All groups' values in one.
local function joined(list)
  if #list == 1 then return list[1].values end
  local all = {}
  for _, group in ipairs(list) do
    for i = 1, #group.values do all[#all + 1] = group.values[i] end
  end
  return core.numbers(all, "x")
end

-- How the bins are to be chosen, and the edges that all groups share.
local function binning(op, args, list)
  local log = settings.boolean(op, "log", args.log)
  local how = { most = MOST, log = log }
  if args.range ~= nil then how.low, how.high = settings.range(op, "range", args.range) end
  if log and how.low and how.low <= 0 then
    call.fail("%s: range begins at %g: bins at equal factors (log=true) begin above 0", op, how.low)
  end
  if type(args.bins) == "table" or (lab.is_tensor(args.bins) and args.bins:numel() > 1) then
    local edges = call.numbers(op, "bins", args.bins)
    if #edges < 2 then call.fail("%s: bins should be how many, or a list of at least two edges", op) end
    for i = 2, #edges do
      if not (edges[i] > edges[i - 1]) then call.fail("%s: bins: the edges should rise; edge %d does not", op, i) end
    end
    return edges
  end
  how.bins = call.integer(op, "bins", args.bins, 1, 100000)
  how.most = how.bins or MOST
  return core.histogram(joined(list), how).edges
end

-- The outline of the bars, which begins and ends on 0.
local function outline(edges, counts)
  local at, count = { edges[1] }, { 0 }
  for i = 1, #counts do
    at[#at + 1], count[#count + 1] = edges[i], counts[i]
    at[#at + 1], count[#count + 1] = edges[i + 1], counts[i]
  end
  at[#at + 1], count[#count + 1] = edges[#edges], 0
  return core.numbers(at, "x"), core.numbers(count, "y")
end

local function add_outline(target, edges, counts, style, label, color)
  local x, y = outline(edges, counts)
  if color == 0 then color = core.next_color(target) end
  if style.across then
    core.add(target, "band", call.repeated(0, #x), x, { x2 = y, across = true, color = color, right = style.right })
    core.add(target, "line", y, x, { label = label, color = color, right = style.right })
  else
    core.add(target, "band", x, call.repeated(0, #x), { y2 = y, color = color, right = style.right })
    core.add(target, "line", x, y, { label = label, color = color, right = style.right })
  end
end

local function add_bars(target, edges, counts, sums, style, label, color)
  local low, high, base, tip = {}, {}, {}, {}
  for i = 1, #counts do
    low[i], high[i] = edges[i], edges[i + 1]
    base[i] = sums[i] or 0
    tip[i] = base[i] + counts[i]
    sums[i] = tip[i]
  end
  bars.add(target, low, high, base, tip, style, label, color)
end

-- Is there anything that can be counted?
local function check(op, list, log)
  for _, group in ipairs(list) do
    local summary = core.summary(group.values)
    if summary.count > 0 and not (log and summary.high <= 0) then return end
  end
  call.fail(log and "%s: no value is above 0: there are no bins at equal factors" or
    "%s: no value is finite: there is nothing to count", op)
end

local function draw(target, op, ...)
  if type((select(2, ...))) == "number" then
    call.fail("%s: how many bins is an option: %s(x, {bins=%s})", op, op, tostring((select(2, ...))))
  end
  local args, set, s = call.take(op, { "x" }, OPTIONS, ...)
  local list = groups.read(op, "x", args.x, { labels = args.label, classes = args.classes })
  check(op, list, args.log)
  local edges = binning(op, args, list)
  local density, cumulative = settings.boolean(op, "density", args.density), settings.boolean(op, "cumulative",
    args.cumulative)
  local measure = density and (cumulative and "fraction" or "density") or "count"
  local stacked = settings.boolean(op, "stacked", args.stacked) or #list == 1
  local style = { across = settings.boolean(op, "horizontal", args.horizontal), right = args.axis == "right" }
  local sums = {}
  for k, group in ipairs(list) do
    local color = call.color(op, groups.option(args.color, k))
    local result = core.histogram(group.values, { edges = edges, measure = measure, cumulative = cumulative })
    if stacked then add_bars(target, edges, result.counts, sums, style, group.label, color)
    else add_outline(target, edges, result.counts, style, group.label, color) end
  end
  local along = style.across and "y" or "x"
  if args.log and s[along .. "scale"] == nil then core.scale(target, along, "log") end
  return set(target)
end

--- Histograms: plot.hist(x), plot.hist{x, bins=, …}.
--
-- How many values lie in each of some equal bins.  A tensor of any shape is one
-- series; a list of tensors or lists are several, which are drawn as outlines, or
-- on each other.  Values that are NaN, infinite or out of range are not counted.
-- @param x the values
-- @tparam[opt] table options
-- bins: how many (chosen from the values), or a list of their edges;
-- range: {low, high}, the outer edges; either may be nil;
-- density=true: heights for an area of 1, for comparing; cumulative=true: all up
-- to there (with density: their part);
-- log=true: bins at equal factors on a logarithmic axis; yscale="log": of counts;
-- horizontal=true: bars lie; stacked=true: series on each other;
-- classes: numbers or strings, one for each value, that split them into series;
-- label, color: lists for several series; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.hist(lab.randn(1000))
-- @example plot.hist({lab.randn(500), lab.randn(500) + 2}, {label={"a", "b"}, density=true})
-- @example plot.hist(lab.randn(1000):exp(), {log=true, bins=20})
function plot.hist(...) return draw(core.new(), "plot.hist", ...) end

--- Adds a histogram; the arguments are those of plot.hist.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.hist
-- @example plot.figure():hist({1, 2, 2, 3})
function Figure:hist(...) return draw(self, "hist", ...) end
