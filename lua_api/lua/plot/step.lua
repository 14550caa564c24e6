--- Steps: values that hold from one place to the next.
-- @module plot.step

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local series = require "plot.series"
local settings = require "plot.settings"

local Figure = core.Figure
local WHERE = { "post", "pre", "mid" }

-- The corners of the line through the places x, or 1, 2, 3, …
local function corners(x, y, where)
  local xs, ys = {}, {}
  local function add(px, py)
    xs[#xs + 1], ys[#ys + 1] = px, py
  end
  for i = 1, #y do
    local here, before = x and x[i] or i, i > 1 and (x and x[i - 1] or i - 1) or nil
    if before then
      local turn = where == "pre" and before or where == "post" and here or (before + here) / 2
      add(turn, y[i - 1])
      add(turn, y[i])
    end
    if i == 1 or i == #y or y[i] ~= y[i] then add(here, y[i]) end
  end
  return core.numbers(xs, "x"), core.numbers(ys, "y")
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "x", "y" }, { "where", "label", "color", "axis", "dashed" }, ...)
  local where = settings.choice(op, "where", args.where, WHERE) or "post"
  local list = series.read(op, args)
  for _, one in ipairs(list) do
    local x, y = corners(one.x, one.y, where)
    core.add(target, "line", x, y, { label = one.label, color = one.color, right = args.axis == "right",
      dashed = settings.boolean(op, "dashed", args.dashed) })
  end
  return set(target)
end

--- Steps: plot.step(y), plot.step(x, y), plot.step{x=, y=, …}.
--
-- For what changes at once and then holds: learning rates, counts, distribution
-- functions.  Several series: a list of them as y, or a matrix (n, k) beside x of n.
-- @param x the places; nil: 1, 2, 3, …
-- @param y the values, as many
-- @tparam[opt] table options
-- where: "post": a value holds from its place on, "pre": up to it, "mid": around it;
-- label, color (lists for several series); dashed=true; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.step({0, 10, 20, 30}, {0.1, 0.01, 0.001, 0.001}, {yscale="log"})
-- @example plot.step({1, 3, 2}, {where="mid"})
function plot.step(...) return draw(core.new(), "plot.step", ...) end

--- Adds steps; the arguments are those of plot.step.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.step
-- @example plot.figure():step({3, 2, 1})
function Figure:step(...) return draw(self, "step", ...) end
