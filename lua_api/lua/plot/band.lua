--- Bands: the area between two lines.
-- @module plot.band

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure

local function draw(target, op, ...)
  local args, set = call.take(op, { "x", "low", "high" }, { "label", "color", "axis" }, ...)
  local low = call.numbers(op, "low", args.low)
  local high = call.numbers_like(op, "high", args.high, "low", low)
  local x = args.x ~= nil and call.numbers_like(op, "x", args.x, "low", low) or nil
  core.add(target, "band", x, low, { y2 = high, label = settings.text(op, "label", args.label),
    color = call.color(op, args.color), right = args.axis == "right" })
  return set(target)
end

--- The area between two lines: plot.band(x, low, high), plot.band{x=, low=, high=, …}.
--
-- Spreads, confidence intervals, the lowest and highest of several runs.  Where one
-- of the three is NaN there is a gap.
-- @param x the places; nil: 1, 2, 3, …
-- @param low one edge, as many values as x
-- @param high the other
-- @tparam[opt] table options label; color: 1 to 8, or a name; axis="right";
-- title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.band({1, 2, 3}, {0, 1, 1}, {2, 2, 4}):line({1, 2, 3}, {1, 1.5, 2})
function plot.band(...) return draw(core.new(), "plot.band", ...) end

--- Adds the area between two lines; the arguments are those of plot.band.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.band
-- @example plot.line({1, 2, 3}):band({1, 2, 3}, {0, 1, 2}, {2, 3, 4}, {label="spread"})
function Figure:band(...) return draw(self, "band", ...) end
