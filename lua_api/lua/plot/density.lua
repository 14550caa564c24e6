--- Densities: how closely values lie, by Gaussian kernels.
-- @module plot.density

local call = require "plot.call"
local core = require "plot.core"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local OPTIONS = { "classes", "bandwidth", "cut", "filled", "kind", "map", "levels", "bar", "label", "color", "axis" }
local POINTS = 256
local COLUMNS, ROWS = 96, 64
local LEVELS = 5

local function is_plane(value) return lab.is_tensor(value) and value:dim() == 2 and value:size(2) == 2 end

local function add_curve(target, curve, filled, style)
  if filled then
    core.add(target, "band", curve.x, call.repeated(0, #curve.x), { y2 = curve.density, color = style.color, right = style.right })
  end
  core.add(target, "line", curve.x, curve.density, style)
end

local function draw_curves(target, op, args)
  local list = groups.read(op, "x", args.x, { classes = args.classes, labels = args.label })
  local filled = settings.boolean(op, "filled", args.filled)
  local cut = call.number(op, "cut", args.cut) or 3
  if cut < 0 then call.fail("%s: cut should be 0 or above: how many bandwidths the curve goes on beyond the values", op) end
  local options, any = { points = POINTS, bandwidth = call.bandwidth(op, args.bandwidth), cut = cut }, false
  for i, group in ipairs(list) do
    local color = call.color(op, groups.option(args.color, i))
    if color == 0 then color = core.next_color(target) end
    if core.summary(group.values).count > 0 then
      any = true
      add_curve(target, core.kde(group.values, options), filled,
        { label = group.label, color = color, right = args.axis == "right" })
    end
  end
  if not any then call.fail("%s: no value is finite: there is nothing to draw", op) end
end

-- The middles of count cells from low to high.
local function middles(low, high, count)
  local list = {}
  for i = 1, count do list[i] = low + (high - low) * (i - 0.5) / count end
  return core.numbers(list, "density")
end

-- About count round numbers at equal distances between 0 and the greatest density.
local function round_levels(z, count)
  local most, levels = core.summary(z).high, {}
  local unit = 10 ^ math.floor(math.log(most / count, 10))
  local step = 10 * unit
  for _, times in ipairs { 5, 4, 3, 2, 1 } do
    if most / (times * unit) <= 1.2 * count then step = times * unit end
  end
  for i = 1, math.ceil(most / step) - 1 do levels[i] = i * step end
  if #levels == 0 then levels[1] = most / 2 end
  return core.numbers(levels, "levels")
end

local function points_of(op, args)
  if args.y ~= nil then
    local x = call.numbers(op, "x", args.x)
    return x, call.numbers_like(op, "y", args.y, "x", x)
  end
  local all = call.numbers(op, "x", args.x)
  return core.column(all, 2, 1), core.column(all, 2, 2)
end

local function draw_plane(target, op, args)
  for _, name in ipairs { "classes", "filled", "cut", "color", "axis" } do
    if args[name] ~= nil then
      call.fail("%s: %s is for densities of one variable; these are points (x, y)", op, name)
    end
  end
  local x, y = points_of(op, args)
  local kind = settings.choice(op, "kind", args.kind, { "heatmap", "contour" }) or "heatmap"
  local bandwidth = call.bandwidth(op, args.bandwidth)
  local map = settings.choice(op, "map", args.map, { "viridis", "magma", "gray", "rdbu" }) or "viridis"
  if core.summary(x).count == 0 or core.summary(y).count == 0 then
    call.fail("%s: no point is finite: there is nothing to draw", op)
  end
  local grid = core.density2d(x, y, { columns = COLUMNS, rows = ROWS, smooth = true, bandwidth_x = bandwidth,
    bandwidth_y = bandwidth, cut = kind == "contour" and 3 or 2 })
  local label = settings.text(op, "label", args.label)
  if kind == "contour" then
    local levels = call.integer(op, "levels", args.levels, 1, 100)
    core.contour(target, grid.z, COLUMNS, middles(grid.xlow, grid.xhigh, COLUMNS), middles(grid.ylow, grid.yhigh, ROWS),
      round_levels(grid.z, levels or LEVELS), { label = label })
  else
    core.image(target, { z = grid.z, rows = ROWS, cols = COLUMNS, map = map, x = { grid.xlow, grid.xhigh },
      y = { grid.ylow, grid.yhigh }, bar = settings.boolean(op, "bar", args.bar) ~= false, label = label })
  end
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "x", "y" }, OPTIONS, ...)
  if args.y ~= nil or is_plane(args.x) then draw_plane(target, op, args) else draw_curves(target, op, args) end
  return set(target)
end

--- Densities: plot.density(x), plot.density(X), plot.density(x, y), plot.density{x, …}.
--
-- Of one variable: a curve of area 1, a smooth histogram; several series as in
-- plot.hist.  Of points (x, y), also as a tensor (n, 2): a heatmap, or contour lines.
-- Values that are NaN or infinite do not count.
-- @param x the values, or the points
-- @param[opt] y the points' second coordinates
-- @tparam[opt] table options
-- bandwidth: the kernels' deviation: a number, "scott" (unless said) or "silverman";
-- of one variable: filled=true; cut: so many bandwidths the curve goes on beyond
-- the values (3); classes: numbers or strings that split the values into series;
-- label, color (lists for several series); axis="right";
-- of points: kind="heatmap" or "contour"; map, bar as in plot.heatmap;
-- levels: about how many contour lines; label;
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.density(lab.randn(500), {filled=true})
-- @example plot.density({lab.randn(300), lab.randn(300) + 2}, {label={"a", "b"}})
-- @example plot.density(lab.randn(500, 2), {kind="contour"})
function plot.density(...) return draw(core.new(), "plot.density", ...) end

--- Adds a density; the arguments are those of plot.density.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.density
-- @example plot.hist({1, 2, 2, 3}, {density=true}):density({1, 2, 2, 3})
function Figure:density(...) return draw(self, "density", ...) end
