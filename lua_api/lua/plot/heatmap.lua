--- Heatmaps: the numbers of a matrix as colors.
-- @module plot.heatmap

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"

local Figure = core.Figure
local MAPS = { "viridis", "magma", "gray", "rdbu" }
local OPTIONS = { "x", "y", "map", "range", "center", "log", "bar", "label", "numbers", "format" }

-- The outer edges that belong to places at equal distances, or {low, high} as it is.
local function edges(op, name, value, count)
  if value == nil then return nil end
  local places = call.numbers(op, name, value)
  if #places == 2 and count ~= 2 then return { settings.range(op, name, value) } end
  if #places ~= count then
    call.fail("%s: %s has %d values; {low, high} or as many as z, %d, expected", op, name, #places, count)
  end
  if count == 1 then return { places[1] - 0.5, places[1] + 0.5 } end
  local step = (places[count] - places[1]) / (count - 1)
  if not (step > 0) then call.fail("%s: %s should rise", op, name) end
  return { places[1] - step / 2, places[count] + step / 2 }
end

local LONGEST = 11 -- bytes of what is written on an element

-- The numbers as what is written on the elements; nil if numbers is not true.
local function texts_of(op, z, numbers, format)
  if format ~= nil and numbers == nil then numbers = true end
  if not settings.boolean(op, "numbers", numbers) then return nil end
  format = settings.text(op, "format", format)
  local texts = {}
  for i = 1, #z do
    local text
    if z[i] ~= z[i] then
      text = "nan"
    elseif format then
      local ok, written = pcall(string.format, format, z[i])
      if not ok then call.fail('%s: format "%s" writes no number; such as "%%.2f" expected', op, format) end
      text = written
    else
      text = settings.number_text(z[i])
      if #text > 5 then text = ("%.3g"):format(z[i]) end
    end
    if #text > LONGEST then call.fail('%s: "%s" is too long for an element: at most %d bytes', op, text, LONGEST) end
    texts[i] = text
  end
  return texts
end

local function draw(target, op, ...)
  local args, set, s = call.take(op, { "z" }, OPTIONS, ...)
  local z, rows, cols = call.matrix(op, "z", args.z)
  local center = call.number(op, "center", args.center)
  local map = settings.choice(op, "map", args.map, MAPS) or (center and "rdbu") or "viridis"
  local range = args.range ~= nil and { settings.range(op, "range", args.range) } or nil
  if range and not (range[1] and range[2]) then call.fail("%s: range should be {low, high}", op) end
  core.image(target, { z = z, rows = rows, cols = cols, map = map, range = range, center = center,
    x = edges(op, "x", args.x, cols), y = edges(op, "y", args.y, rows),
    log = settings.boolean(op, "log", args.log), bar = settings.boolean(op, "bar", args.bar) ~= false,
    label = settings.text(op, "label", args.label), text = texts_of(op, z, args.numbers, args.format) })
  if s.yreverse == nil and args.y == nil then core.reverse(target, "y", true) end
  return set(target)
end

--- The numbers of a matrix as colors: plot.heatmap(z), plot.heatmap{z, x=, y=, …}.
--
-- The first row is at the top, as a matrix is written; with y, which says where
-- the rows stand, y rises as on any axis.  Values that are NaN or infinite have no
-- color.  Where a dot of the picture covers several values it shows their mean.
-- @param z a tensor (rows, columns) or a list of rows
-- @tparam[opt] table options
-- map: "viridis", "magma", "gray" or "rdbu" (red below, blue above a middle);
-- range: {low, high}, the values that have the map's ends;
-- center: the value that has the middle, 0 for weights (map is then "rdbu");
-- log=true: colors at equal factors; bar=false: without the bar that explains
-- them; label: what stands over it; numbers=true: the values are written on the
-- elements, if there is room for all of them; format: how, such as "%.2f"; x, y: {low, high}, the outer edges, or the
-- columns' and rows' places; title and the others of plot.figure
-- @treturn plot.Figure
-- @example plot.heatmap(lab.randn(8, 12), {map="rdbu", center=0})
-- @example plot.heatmap({{1, 0.25}, {0.25, 1}}, {numbers=true})
-- @example plot.heatmap{{{1, 2}, {3, 4}}, title="four"}
function plot.heatmap(...) return draw(core.new(), "plot.heatmap", ...) end

--- Adds a heatmap; the arguments are those of plot.heatmap.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.heatmap
-- @example plot.figure():heatmap(lab.eye(4))
function Figure:heatmap(...) return draw(self, "heatmap", ...) end
