--- Figures that are drawn while their data come.
-- @module plot.live

local call = require "plot.call"
local core = require "plot.core"
local new_stage = require "plot.stage"
local plot = require "plot.names"
local settings = require "plot.settings"

local screens = core.screens

local clock = lab.clock
local ROWS = 20

local Live = { __name = "live figure" }
Live.__index = Live

local OPTIONS = { "smooth", "rows", "show" }

--- A figure that is drawn again while numbers come: plot.live{title="loss", yscale="log"}.
--
-- On a terminal it is drawn in place, at most 20 times a second and never for
-- more than a hundredth of the time; what the program prints meanwhile comes
-- above it.  Elsewhere the last figure alone is printed.  It ends with
-- live:done(), with the script or cell, or with an error or Ctrl-C, and then
-- stands there with all it was given.
-- @tparam[opt] table options title, xlabel, ylabel, xscale, yscale, xlim, ylim and
-- the others of plot.figure; smooth=0.9: moving averages, the raw values behind
-- them; rows: its height (20, or what there is);
-- show=false: not drawn, for live:figure() alone
-- @treturn plot.Live with the methods push, mark, show, done and figure
-- @raise an unknown option
-- @example local live = plot.live{title="loss", yscale="log"}; for i = 1, 5 do live:push("train", 1 / i) end; live:done()
function plot.live(options)
  if options ~= nil and type(options) ~= "table" then
    call.fail("plot.live: a table of options expected, such as {title=\"loss\"}, got %s", core.describe(options))
  end
  options = options or {}
  core.options("plot.live", options, table.move(settings.names, 1, #settings.names, #OPTIONS + 1,
    table.move(OPTIONS, 1, #OPTIONS, 1, {})))
  local smooth = call.number("plot.live", "smooth", options.smooth) or 0
  if smooth < 0 or smooth >= 1 then call.fail("plot.live: smooth should be from 0 up to 1, got %g", smooth) end
  local self = setmetatable({ picture = core.new(), series = {}, smooth = smooth,
    rows = call.integer("plot.live", "rows", options.rows, 1, 4096) }, Live)
  settings.apply(self.picture, settings.read("plot.live", options))
  self.stage = new_stage(self, clock, settings.boolean("plot.live", "show", options.show))
  self.make = function(_, rows) return self.picture, self.rows or math.max(math.min(rows - 2, ROWS), 1) end
  return self
end

local function value_of(name, value)
  if lab.is_tensor(value) and value:numel() == 1 then value = value:item() end
  if type(value) == "number" then return value end
  return call.fail("push: %s: a number or a tensor of one expected, got %s", name, core.describe(value))
end

-- The series of this name, which is made when it is first used.
local function series_named(self, name, x, value)
  local what = "push: " .. name
  local index = core.add(self.picture, "line", core.numbers({ x }, what), core.numbers({ value }, what),
    { label = name, smooth = self.smooth })
  local series = { index = index, count = 1 }
  self.series[name] = series
  return series
end

--- Adds a value to a series: live:push(name, value), live:push(name, x, value).
-- @tparam string name what the legend calls the series; a new name begins one
-- @param x its place; 1, 2, 3, … if it is left out
-- @param value a number, or a tensor of one; nan and inf leave a gap
-- @treturn plot.Live itself
-- @raise something else than numbers
-- @see plot.live
-- @function plot.Live:push
-- @example plot.live{show=false}:push("train", 0.5):push("val", 10, 0.6):figure() ~= nil --> true
function Live:push(name, x, value)
  if type(name) ~= "string" then
    call.fail("push: the name of the series comes first, as in live:push(\"train\", loss), got %s", core.describe(name))
  end
  local series = self.series[name]
  if value == nil then x, value = series and series.count + 1 or 1, x end
  if type(value) ~= "number" then value = value_of(name, value) end
  if type(x) ~= "number" then x = value_of(name, x) end
  if series then
    series.count = series.count + 1
    core.append(self.picture, series.index, x, value)
  else
    self.stage:begin()
    series_named(self, name, x, value)
  end
  if clock() >= self.stage.due then self.stage:frame(self.make) end
  return self
end

--- Marks a place by a line across the figure.
-- @tparam number x
-- @tparam[opt] string text what stands beside it
-- @treturn plot.Live itself
-- @see plot.live
-- @function plot.Live:mark
-- @example plot.live{show=false}:push("loss", 1):mark(1, "start"):figure() ~= nil --> true
function Live:mark(x, text)
  local at = call.number("mark", "x", x)
  if not at then call.fail("mark: a place expected, as in live:mark(100, \"lr / 10\")") end
  core.note(self.picture, { kind = "rule", axis = "x", at = at, text = settings.text("mark", "text", text) })
  return self
end

--- Shows the figure as it is: on a terminal at once, in place; elsewhere it is printed.
-- @treturn plot.Live itself
-- @see plot.live
-- @function plot.Live:show
-- @example plot.live{show=false}:push("loss", 1):show()
function Live:show()
  if screens.terminal() then
    self.stage:begin()
    self.stage:frame(self.make, true)
  else
    core.show(self.picture, {})
  end
  return self
end

--- Ends the figure: it stands there with all it was given.  More values begin it again, below.
-- @treturn nil
-- @see plot.live
-- @function plot.Live:done
-- @example plot.live{show=false}:push("loss", 1):done()
function Live:done() self.stage:finish(self.make) end

--- The figure, to save it or to add to it.
-- @treturn plot.Figure
-- @see plot.live
-- @function plot.Live:figure
-- @example #plot.live{show=false}:push("loss", 1):figure():text{cols=30, rows=5} > 0 --> true
function Live:figure() return self.picture end

Live.__close = Live.done
