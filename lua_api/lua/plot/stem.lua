--- Stems: points on sticks.
-- @module plot.stem

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local series = require "plot.series"

local Figure = core.Figure

local function draw(target, op, ...)
  local args, set = call.take(op, { "x", "y" }, { "base", "marker", "label", "color", "axis" }, ...)
  local base, right = call.number(op, "base", args.base) or 0, args.axis == "right"
  local marker = call.marker(op, args.marker)
  for _, one in ipairs(series.read(op, args)) do
    local x, count = one.x or call.counted(#one.y), #one.y
    local color = one.color > 0 and one.color or core.next_color(target)
    core.add(target, "segments", x, call.repeated(base, count), { x2 = x, y2 = one.y, color = color, right = right })
    core.add(target, "scatter", x, one.y, { label = one.label, color = color, right = right, marker = marker or "●" })
  end
  core.note(target, { kind = "rule", axis = right and "right" or "y", at = base })
  return set(target)
end

--- Stems: plot.stem(y), plot.stem(x, y), plot.stem{x=, y=, …}.
--
-- Points that stand on sticks: coefficients, autocorrelations, spectra, impulses.
-- Several series: a list of them as y, or a matrix (n, k) beside x of n.
-- @param x the places; nil: 1, 2, 3, …
-- @param y the values, as many
-- @tparam[opt] table options
-- base: where the sticks begin (0); marker: a character for the points;
-- label, color (lists for several series); axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.stem({1, 0.6, 0.3, -0.1, 0.05})
function plot.stem(...) return draw(core.new(), "plot.stem", ...) end

--- Adds stems; the arguments are those of plot.stem.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.stem
-- @example plot.figure():stem({1, 2, 3}, {3, 2, 1})
function Figure:stem(...) return draw(self, "stem", ...) end
