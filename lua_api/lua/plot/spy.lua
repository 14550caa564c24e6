--- Which elements of a matrix are not 0.
-- @module plot.spy

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local SMALL = 40 -- rows and columns, up to which elements are squares

local function percent(count, all)
  local part = 100 * count / all
  return (part == 0 or part >= 0.1) and ("%.3g %%"):format(part) or "under 0.1 %"
end

-- Squares: an element that is 0 has no color.
local function add_squares(op, target, places, rows, cols)
  local z, strong = {}, 0.999
  for k = 1, rows * cols do z[k] = 0 / 0 end
  for k = 1, #places, 2 do z[math.tointeger((places[k] - 1) * cols + places[k + 1])] = strong end
  core.image(target, { z = core.numbers(z, op), rows = rows, cols = cols, classes = true })
end

-- Dots, of which one stands for all elements that it covers.
local function add_dots(_, target, places)
  core.add(target, "scatter", core.column(places, 2, 2), core.column(places, 2, 1), { marker = ".", color = 1 })
end

local function draw(target, op, ...)
  local args, set, s = call.take(op, { "z" }, {}, ...)
  local _, rows, cols = call.matrix(op, "z", args.z)
  local z = values.tensor(op, "z", args.z, "a matrix"):reshape(rows, cols)
  local places = core.numbers(z:ne(0):nonzero(), op) -- row, column, row, column, …
  local count = #places // 2
  local add = rows <= SMALL and cols <= SMALL and add_squares or add_dots
  add(op, target, places, rows, cols)
  core.limits(target, "x", 0.5, cols + 0.5)
  core.limits(target, "y", 0.5, rows + 0.5)
  if s.yreverse == nil then core.reverse(target, "y", true) end
  if s.equal == nil then core.equal(target, true) end
  set(target)
  core.title(target, ("%s%s of %s not 0 (%s)"):format(s.title and s.title .. ": " or "", values.grouped(count),
    values.grouped(rows * cols), percent(count, rows * cols)))
  return target
end

--- Which elements of a matrix are not 0: plot.spy(z).
--
-- NaN is not 0.  Where a dot covers several elements it is there if one of them is not 0.  The
-- title counts them.
-- @tparam tensor z a matrix (rows, columns), or a list of rows
-- @tparam[opt] table options equal=false: fills the panel; title and the others of plot.figure
-- @treturn plot.Figure
-- @see plot.heatmap
-- @example plot.spy(lab.eye(8))
-- @example plot.spy{lab.tensor{{1, 0}, {0, 1}}, title="mask"}
function plot.spy(...) return draw(core.new(), "plot.spy", ...) end

--- Adds the elements of a matrix that are not 0; the arguments are those of plot.spy.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.spy
-- @example plot.figure():spy(lab.eye(8))
function Figure:spy(...) return draw(self, "spy", ...) end
