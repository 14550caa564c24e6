--- Figures and their panels.
-- @module plot.figure

local arguments = require "plot.arguments"
local contour = require "plot.contour"
local core = require "plot.core"
local settings = require "plot.settings"

local FRAME = { "cols", "rows", "color", "charset", "background" }
local DEPTHS = { [16] = true, [256] = true, [24] = true }

local Figure, Panel = core.Figure, core.Panel

--- A figure: panels with series in them, drawn only when it is shown.
--
-- As the value of a cell, or printed, it is the picture, as wide as the
-- terminal; a script calls f:show().  Its methods: line, scatter, contour, set,
-- panel, show, text, save.  The first three add series and return the figure, so
-- that calls can be chained.
-- @treturn plot.Figure made by plot.figure, plot.line, plot.scatter, plot.contour
-- @class plot.Figure
-- @example plot.figure{title="two"}:line({1, 2, 3}):line({3, 2, 1})

--- Adds lines; the arguments are those of plot.line.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.line
-- @example plot.figure():line({3, 2, 1}, {label="train", marker="o"})
function Figure:line(...) return arguments.draw(self, "line", "line", ...) end

--- Adds points; the arguments are those of plot.scatter.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.scatter
-- @example plot.figure():scatter({1, 2, 3}, {1, 4, 9}):line({1, 2, 3}, {1, 4, 9})
function Figure:scatter(...) return arguments.draw(self, "scatter", "scatter", ...) end

--- Adds contour lines; the arguments are those of plot.contour.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.contour
-- @example plot.figure():contour(function(x, y) return x * x + y * y end):line({0, 2}, {0, 1}, {label="path"})
function Figure:contour(...) return contour.draw(self, "contour", ...) end

--- Changes title, xlabel, ylabel, xscale, yscale, xlim, ylim and legend.
-- @tparam table options as those of plot.line
-- @treturn plot.Figure the figure
-- @example plot.line({1, 10, 100}):set{yscale="log", title="tenfold"}
function Figure:set(options)
  if type(options) ~= "table" then
    core.fail(("set: a table of options expected, got %s"):format(core.describe(options)))
  end
  core.options("set", options, settings.names)
  settings.apply(self, settings.read("set", options))
  return self
end

--- One panel of the figure; it has the same methods.
-- @tparam int i counted from 1
-- @treturn plot.Figure the panel
-- @example plot.figure():panel(1):line({1, 2, 3})
function Figure:panel(i)
  if math.type(i) ~= "integer" then
    core.fail(("panel: a whole number expected, got %s"):format(type(i) == "number" and i or core.describe(i)))
  end
  local panel = core.panel(self, i)
  if not panel then core.fail(("panel: there is no panel %d; a figure has one, number 1"):format(i)) end
  return panel
end

-- The checked options of a picture.
local function frame_of(op, options, names)
  if options == nil then return {} end
  if type(options) ~= "table" then
    core.fail(("%s: a table of options expected, got %s"):format(op, core.describe(options)))
  end
  core.options(op, options, names)
  local color = options.color
  if color ~= nil and type(color) ~= "boolean" and not DEPTHS[color] then
    core.fail(("%s: color should be true, false, 16, 256 or 24 (bits), got %s"):format(op,
      type(color) == "number" and color or core.describe(color)))
  end
  settings.choice(op, "charset", options.charset, { "utf8", "ascii" })
  settings.choice(op, "background", options.background, { "dark", "light" })
  return options
end

--- Shows the figure now: what scripts call, where values are not shown by themselves.
-- @tparam[opt] table options cols and rows (the terminal's),
-- charset ("utf8" or "ascii"), background ("dark" or "light")
-- @treturn nil
-- @example plot.line({1, 4, 9}):show{rows=10}
function Figure:show(options)
  core.show(self, frame_of("show", options, { "cols", "rows", "charset", "background" }))
end

--- The picture as a string, the same wherever it is made.
-- @tparam[opt] table options cols=80, rows=20,
-- charset="utf8" (or "ascii"), background="dark" (or "light"),
-- color=false (or true, 16, 256, 24 bits: with escape
-- sequences, for files; print shows those as symbols)
-- @treturn string rows lines, each cols wide
-- @example #plot.line({1, 4, 9}):text{cols=40, rows=5, charset="ascii"} > 100 --> true
function Figure:text(options) return core.text(self, frame_of("text", options, FRAME)) end

--- Writes the picture to a file, whole or not at all.  The ending says the
-- format: .txt is text.
-- @tparam string path
-- @tparam[opt] table options as those of text
-- @treturn nil
-- @raise an ending that is not known; a file that cannot be written
-- @example plot.line({1, 4, 9}):save(os.tmpname() .. ".txt", {cols=40})
-- @example plot.line({1, 4, 9}):save("a.jpg") --> error: .txt
function Figure:save(path, options)
  if type(path) ~= "string" then core.fail(("save: a path expected, got %s"):format(core.describe(path))) end
  if not path:lower():find("%.txt$") then
    core.fail(("save: \"%s\": the ending says the format; known is .txt (text)"):format(path))
  end
  core.write(path, core.text(self, frame_of("save", options, FRAME)))
end

for name, method in pairs(Figure) do Panel[name] = method end

return Figure
