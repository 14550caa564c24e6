--- Figures and their panels.
-- @module plot.figure

local arguments = require "plot.arguments"
local contour = require "plot.contour"
local core = require "plot.core"
local habits = require "plot.habits"
local plot = require "plot.names"
local settings = require "plot.settings"

local FRAME = { "cols", "rows", "color", "charset", "background" }
local DEPTHS = { [16] = true, [256] = true, [24] = true }

local Figure = core.Figure

--- A figure: panels with series in them, drawn only when it is shown.
--
-- As the value of a cell, or printed, it is the picture, as wide as the
-- terminal; a script calls f:show().  Its methods line, scatter, bar and so on,
-- one for most kinds of plots, add to it and return it, so that calls can be
-- chained; rule, span and note explain; set changes title and axes, panel gives
-- one of several panels; show, text and save draw.
-- @treturn plot.Figure made by plot.figure and by every kind of plot
-- @class plot.Figure
-- @example plot.figure{title="two"}:line({1, 2, 3}):line({3, 2, 1})

local FIGURE = { "rows", "cols", "layout", "widths", "heights", "sharex", "sharey" }

-- Numbers of panels, row by row, from a list of strings: the same letter is the same panel, "." none.
local function places_of(layout)
  local op, seen, places, count = "plot.figure", {}, {}, 0
  if type(layout) ~= "table" or #layout == 0 then
    core.fail(("%s: layout should be a list of strings such as {\"aab\", \"ccb\"}, got %s"):format(op,
      core.describe(layout)))
  end
  for i, row in ipairs(layout) do
    if type(row) ~= "string" or #row ~= #tostring(layout[1]) or #row == 0 then
      core.fail(("%s: layout: row %d should be a string as long as the first"):format(op, i))
    end
    for letter in row:gmatch(".") do
      if letter ~= "." and not seen[letter] then
        count = count + 1
        seen[letter] = count
      end
      places[#places + 1] = seen[letter] or 0
    end
  end
  return places, #layout, #layout[1]
end

local function track_count(name, value)
  if value == nil then return 1 end
  if math.type(value) ~= "integer" or value < 1 then
    core.fail(("plot.figure: %s should be a whole number from 1 on, got %s"):format(name,
      type(value) == "number" and value or core.describe(value)))
  end
  return value
end

local function set_weights(figure, name, axis, value, count)
  if value == nil then return end
  if type(value) ~= "table" or #value ~= count then
    core.fail(("plot.figure: %s should be a list of %d numbers, got %s"):format(name, count, core.describe(value)))
  end
  for i, weight in ipairs(value) do
    if type(weight) ~= "number" then core.fail(("plot.figure: %s[%d] should be a number"):format(name, i)) end
  end
  core.weights(figure, axis, value)
end

--- A figure without series yet, of one panel or several.
-- @tparam[opt] table options
-- rows, cols: so many panels (1);
-- layout: {"aab", "ccb"} names the panels of each row by letters: one
-- letter at several places is one panel over them, "." leaves a place empty;
-- widths, heights: how wide columns, how high rows are, compared to each other;
-- sharex, sharey: true: panels of a column have one x axis, those of a row one y axis;
-- title; for a figure of one panel also
-- xlabel, ylabel;
-- xscale, yscale: "linear", "log", "symlog" (logarithmic on both sides of 0,
-- nearly linear up to xthreshold, ythreshold, 1), "time" (seconds since 1970,
-- UTC, as os.time gives), "duration" (seconds);
-- xnames, ynames: what 1, 2, 3, … along the axis are called;
-- xunit, yunit: "percent" writes 0.5 as 50%, "bytes" 2048 as 2KiB;
-- xlim, ylim: {low, high}, either may be nil;
-- xreverse, yreverse: the axis runs the other way;
-- legend=false, axes=false hide those;
-- equal=true: a unit of x is as long as one of y
-- @treturn plot.Figure
-- @example plot.figure{title="run 7", yscale="log"}:line({1, 0.1, 0.01})
-- @example plot.figure{rows=2, heights={2, 1}, sharex=true}:panel(2):line({1, 2, 3})
-- @example plot.figure{layout={"ab", "cc"}}:panel(3):line({1, 2, 3})
function plot.figure(options)
  if options ~= nil and type(options) ~= "table" then
    core.fail(("plot.figure: a table of options expected, got %s"):format(core.describe(options)))
  end
  options = options or {}
  habits.options("plot.figure", options, table.move(settings.names, 1, #settings.names, #FIGURE + 1,
    table.move(FIGURE, 1, #FIGURE, 1, {})))
  local s, figure = settings.read("plot.figure", options), core.new()
  local rows, cols, places = track_count("rows", options.rows), track_count("cols", options.cols), nil
  if options.layout ~= nil then places, rows, cols = places_of(options.layout) end
  core.panels(figure, rows, cols, places)
  set_weights(figure, "heights", "y", options.heights, rows)
  set_weights(figure, "widths", "x", options.widths, cols)
  for axis, name in pairs { x = "sharex", y = "sharey" } do
    core.share(figure, axis, settings.boolean("plot.figure", name, options[name]) == true)
  end
  settings.apply(figure, s)
  return figure
end

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
  habits.options("set", options, settings.names)
  settings.apply(self, settings.read("set", options))
  return self
end

--- One panel of the figure; it has the same methods.
-- @tparam int i the panel's number, counted from 1, row by row; with column: its row
-- @tparam[opt] int column
-- @treturn plot.Figure the panel
-- @example plot.figure():panel(1):line({1, 2, 3})
-- @example plot.figure{rows=2, cols=2}:panel(2, 1):line({1, 2, 3})
function Figure:panel(i, column)
  for _, value in ipairs { i == nil and "nil" or i, column } do
    if math.type(value) ~= "integer" then
      core.fail(("panel: a whole number expected, got %s"):format(type(value) == "number" and value or
        core.describe(value)))
    end
  end
  local panel = core.panel(self, i, column)
  if panel then return panel end
  if column then core.fail(("panel: there is no panel in row %d, column %d"):format(i, column)) end
  local count = core.count(self)
  return core.fail(count == 1 and ("panel: there is no panel %d; a figure has one, number 1, unless rows, cols or "
    .. "layout say more"):format(i) or ("panel: there is no panel %d; this figure has %d"):format(i, count))
end

-- The checked options of a picture.
local function frame_of(op, options, names)
  if options == nil then return {} end
  if type(options) ~= "table" then
    core.fail(("%s: a table of options expected, got %s"):format(op, core.describe(options)))
  end
  habits.options(op, options, names)
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
--
-- On a terminal that draws pictures (kitty, sixel and iTerm2's are known; moonlab
-- doctor tells) lines are smooth; the text around them stays text.  In tmux or
-- screen, or when the terminal is not recognised, MOONLAB_GRAPHICS says which:
-- kitty, sixel, iterm, or cells for none.
-- @tparam[opt] table options cols and rows (the terminal's),
-- charset ("utf8" or "ascii"), background ("dark" or "light": the terminal's,
-- where it tells), graphics=false: characters only
-- @treturn nil
-- @example plot.line({1, 4, 9}):show{rows=10}
function Figure:show(options)
  options = frame_of("show", options, { "cols", "rows", "charset", "background", "graphics" })
  settings.boolean("show", "graphics", options.graphics)
  core.show(self, options)
end

--- The picture as a string, the same wherever it is made.
-- @tparam[opt] table options cols=80, rows=20 (pictures have as many as they fill, more than two rows of
-- panels more),
-- charset="utf8" (or "ascii"), background="dark" (or "light"),
-- color=false (or true, 16, 256, 24 bits: with escape
-- sequences, for files; print shows those as symbols)
-- @treturn string rows lines, each cols wide
-- @example #plot.line({1, 4, 9}):text{cols=40, rows=5, charset="ascii"} > 100 --> true
function Figure:text(options) return core.text(self, frame_of("text", options, FRAME)) end

-- What the endings of files stand for, and the options that each takes.
local TEXTS = { txt = {}, ansi = { color = 24 } }
local PICTURES = {
  svg = { "cols", "rows", "width", "background", "transparent" },
  png = { "cols", "rows", "width", "background", "transparent" },
  html = { "cols", "rows", "width", "background" },
}

-- The checked options of a file of shapes or pixels.
local function picture_of(options, names)
  options = frame_of("save", options, names)
  for name, most in pairs { cols = 1000, rows = 1000, width = 16384 } do
    local value = options[name]
    if value ~= nil and (math.type(value) ~= "integer" or value < 1 or value > most) then
      core.fail(("save: %s should be a whole number from 1 to %d, got %s"):format(name, most,
        type(value) == "number" and value or core.describe(value)))
    end
  end
  settings.boolean("save", "transparent", options.transparent)
  return options
end

--- Writes the picture to a file, whole or not at all.  The ending says the
-- format: .svg (shapes and text, for papers and web pages), .png (pixels),
-- .html (a page with the .svg in it), .txt, or .ansi (text with colors, for
-- cat and less -R).
-- @tparam string path
-- @tparam[opt] table options
-- .svg, .png, .html: cols=80, rows=27: how many characters of text are as
-- wide and as high as the picture, which is to say how large the text is;
-- background="light" (or "dark"); transparent=true: without a background;
-- width=1200: pixels of a .png, which is as much higher as rows say; of the
-- others, how wide they are shown.
-- .txt, .ansi: those of text
-- @treturn nil
-- @raise an ending that is not known; a file that cannot be written
-- @example plot.line({1, 4, 9}, {title="squares"}):save(os.tmpname() .. ".svg")
-- @example plot.line({1, 4, 9}):save(os.tmpname() .. ".png", {width=600, background="dark"})
-- @example plot.line({1, 4, 9}):save(os.tmpname() .. ".txt", {cols=40})
-- @example plot.line({1, 4, 9}):save("a.jpg") --> error: .png
function Figure:save(path, options)
  if type(path) ~= "string" then core.fail(("save: a path expected, got %s"):format(core.describe(path))) end
  local ending = path:lower():match("%.(%w+)$")
  if PICTURES[ending] then
    core.write(path, core.picture(self, ending, picture_of(options, PICTURES[ending])))
  elseif TEXTS[ending] then
    local frame = frame_of("save", options, FRAME)
    local whole = {}
    for name, value in pairs(TEXTS[ending]) do whole[name] = value end
    for name, value in pairs(frame) do whole[name] = value end
    core.write(path, core.text(self, whole))
  else
    core.fail(("save: \"%s\": the ending says the format; known are .svg, .png, .html, .txt (text) and .ansi "
      .. "(text with colors)"):format(path))
  end
end

return Figure
