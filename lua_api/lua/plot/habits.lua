--- What other plotting libraries call what is here under another name.
-- @local
-- @module plot.habits

local core = require "plot.core"

local habits = {}

-- Options: the name here (if the kind has it), and what to write.
local OPTIONS = {
  c = { "color", 'color=1 to 8 or a name; classes=… gives each class its own, color_by=… each point of scatter that of its value' },
  colour = { "color", "color=…" },
  colors = { "color", "color={…}, one for each series" },
  palette = { "color", "color={…}, one for each series" },
  annot = { "numbers", "numbers=true" },
  fmt = { "format", 'format="%.2f"' },
  hue = { "classes", "classes=…" },
  by = { "classes", "classes=…" },
  alpha = { "faint", "faint=true" },
  ls = { "dashed", "dashed=true" },
  linestyle = { "dashed", "dashed=true" },
  lw = { nil, "lines are one dot wide" },
  linewidth = { nil, "lines are one dot wide" },
  s = { "marker", 'marker="●", a large one' },
  ms = { "marker", 'marker="●", a large one' },
  markersize = { "marker", 'marker="●", a large one' },
  cmap = { "map", "map=…" },
  colormap = { "map", "map=…" },
  colorbar = { "bar", "bar=true or false" },
  cbar = { "bar", "bar=true or false" },
  vmin = { "range", "range={low, high}" },
  vmax = { "range", "range={low, high}" },
  nbins = { "bins", "bins=…" },
  normed = { "density", "density=true" },
  fill = { "filled", "filled=true" },
  bw_method = { "bandwidth", "bandwidth=…" },
  yerr = { "error", "error=…" },
  xerr = { "xerror", "xerror=…" },
  bottom = { "stacked", "stacked=true" },
  vert = { "horizontal", "horizontal=true" },
  orient = { "horizontal", "horizontal=true" },
  orientation = { "horizontal", "horizontal=true" },
  logx = { "xscale", 'xscale="log"' },
  logy = { "yscale", 'yscale="log"' },
  xticks = { "xnames", "xnames={…}, names for 1, 2, 3, …; numbers are chosen" },
  yticks = { "ynames", "ynames={…}, names for 1, 2, 3, …; numbers are chosen" },
  secondary_y = { "axis", 'axis="right"' },
  aspect = { "equal", "equal=true" },
  labels = { "label", "label={…}, one for each series" },
  loc = { nil, "a legend stands above its panel; legend=false hides it" },
  nrows = { "rows", "rows=…" },
  ncols = { "cols", "cols=…" },
  figsize = { nil, "the size is said where it is drawn: f:show{cols=100, rows=30}, f:save(path, {cols=100, rows=30})" },
  dpi = { nil, "the size is said where it is drawn: f:show{cols=100, rows=30}, f:save(path, {cols=100, rows=30})" },
}

local SETTING = "it is an option of every plot, and f:set{%s=…} changes it"
-- Functions of the module and methods of figures.
local FUNCTIONS = {
  plot = "line draws lines, scatter points", lineplot = "it is line", scatterplot = "it is scatter",
  semilogx = 'it is line with xscale="log"', semilogy = 'it is line with yscale="log"',
  loglog = 'it is line with xscale="log", yscale="log"', imshow = "image shows a picture, heatmap a matrix",
  matshow = "it is heatmap", pcolormesh = "it is heatmap", contourf = "heatmap fills, contour draws lines",
  barh = "it is bar with horizontal=true", barplot = "it is bar", countplot = "it is bar(frame:value_counts(name))",
  pie = "it is bar: lengths are compared more easily than angles", histplot = "it is hist",
  hist2d = "it is density(x, y)", hexbin = "it is density(x, y)", kdeplot = "it is density", boxplot = "it is box",
  violinplot = "it is violin", pairplot = "it is pairs", fill_between = "it is band(x, low, high)",
  axhline = "it is rule{y=…} of a figure", axvline = "it is rule{x=…} of a figure",
  axhspan = "it is span{y={low, high}} of a figure", axvspan = "it is span{x={low, high}} of a figure",
  annotate = "it is note(x, y, text) of a figure", text = "f:text() is the picture as a string, f:note(x, y, text) a note in it",
  subplots = "plot.figure{rows=2, cols=2} has panels: f:panel(1):line(…)",
  subplot = "plot.figure{rows=2, cols=2} has panels: f:panel(1):line(…)",
  add_subplot = "plot.figure{rows=2, cols=2} has panels: f:panel(1):line(…)",
  twinx = 'it is the option axis="right" of a series', savefig = "it is f:save(path)", show = "it is f:show() of a figure",
  legend = "label=… names a series; the legend comes by itself, and f:set{legend=false} hides it",
  colorbar = "heatmap has one; bar=false hides it", tight_layout = "nothing is to do: labels always have room",
  suptitle = "it is the option title of plot.figure", close = "nothing is to do: figures are values",
}
for _, name in ipairs { "title", "xlabel", "ylabel", "xlim", "ylim", "xscale", "yscale" } do
  FUNCTIONS[name], FUNCTIONS["set_" .. name] = SETTING:format(name), SETTING:format(name)
end

local function has(list, name)
  for _, other in ipairs(list) do if other == name then return true end end
  return false
end

-- An error if the table has a name that is not in the list; it tells what the option is called here.
function habits.options(op, options, names)
  for name in pairs(options) do
    local habit = OPTIONS[name]
    if habit and not has(names, name) and (habit[1] == nil or has(names, habit[1])) then
      core.fail(("%s: unknown option '%s': %s%s (options: %s)"):format(op, name, habit[1] and "write " or "", habit[2],
        table.concat(names, ", ")))
    end
  end
  core.options(op, options, names)
end

-- What to write instead of a function that the table lacks; nil if nothing is like it.
local function instead(functions, name)
  if type(name) ~= "string" then return nil end
  if FUNCTIONS[name] then return ": " .. FUNCTIONS[name] end
  local names = {}
  for other, value in pairs(functions) do
    if type(value) == "function" and other:find "^%a" then names[#names + 1] = other end
  end
  local near = core.nearest(name, names)
  return near and ("; did you mean '%s'?"):format(near) or nil
end

-- Lets the module's table tell what its functions are called.
function habits.of_module(plot)
  setmetatable(plot, { __index = function(_, name)
    local hint = instead(plot, name)
    if hint then core.fail(("plot has no function '%s'%s"):format(name, hint)) end
    return nil
  end })
end

-- Lets the methods' table of figures tell what they are called.
function habits.of_figures(methods)
  setmetatable(methods, { __index = function(_, name)
    return core.fail(("a figure has no method '%s'%s"):format(tostring(name), instead(methods, name) or ""))
  end })
end

return habits
