--- Pair plots: every two columns of a table against each other.
-- @module plot.pairs

local call = require "plot.call"
local core = require "plot.core"
local frames = require "data.frame.class"
local groups = require "plot.groups"
local plot = require "plot.names"
local settings = require "plot.settings"

local OPTIONS = { "classes", "names", "bins", "label", "title", "legend" }
local MOST = 8 -- columns: panels of fewer cells show nothing

-- The columns of a frame: all of numbers but the classes.
local function of_frame(frame, classes)
  local list = {}
  for _, name in ipairs(frame:columns()) do
    if name ~= classes and not frame:categories(name) then
      list[#list + 1] = { values = core.numbers(frame:column(name), "plot.pairs"), name = name }
    end
  end
  return list
end

local function of_matrix(op, x, names)
  local all, rows, columns = call.matrix(op, "x", x)
  local list = {}
  if names and #names ~= columns then call.fail("%s: %d names and %d columns; both must be as many", op, #names, columns) end
  for j = 1, columns do
    list[j] = { values = core.column(all, columns, j), name = names and names[j] or ("x%d"):format(j) }
  end
  return list, rows
end

-- The texts of a frame's column of texts, row by row.
local function texts_of(frame, name)
  local categories, list = frame:categories(name), {}
  if not categories then return frame:column(name) end
  for i, code in ipairs(frame:column(name):tolist()) do list[i] = categories[math.tointeger(code)] or "?" end
  return list
end

-- The columns, and their classes' values.
local function columns_of(op, args)
  local x, names, classes = args.x, call.strings(op, "names", args.names), args.classes
  local list
  if x == nil then call.fail("%s: no data: give a frame, or a matrix of rows and columns", op) end
  if frames.is_frame(x) then
    if names then x = x:select(table.unpack(names)) end
    if type(classes) == "string" then classes = texts_of(args.x, classes) end
    list = of_frame(x, args.classes)
  else
    list = of_matrix(op, x, names)
  end
  if #list < 2 then call.fail("%s: at least two columns of numbers are needed, got %d", op, #list) end
  if #list > MOST then
    call.fail("%s: %d columns would be %d panels; at most %d can be seen: choose some by %s", op, #list, #list * #list, MOST,
      frames.is_frame(x) and "names={…}" or "x:index_select(2, …), or their first parts by data.PCA")
  end
  return list, classes
end

-- The columns' ends, a little apart from the values.
local function range_of(op, column)
  local summary = core.summary(column.values)
  if summary.count == 0 then call.fail("%s: column \"%s\" has no finite value", op, column.name) end
  local margin = (summary.high - summary.low) * 0.04
  if not (margin > 0 and margin < math.huge) then margin = math.max(math.abs(summary.high) * 0.5, 0.5) end
  return { summary.low - margin, summary.high + margin }
end

-- The values of every class of a column; one class without classes.
local function split(op, column, classes)
  if classes == nil then return { { values = column.values } } end
  return groups.by_class(op, column.values, "classes", classes)
end

-- The histogram of a column, with heights that fill the range of its row.
local function add_histogram(panel, column, parts, range, bins)
  local edges = core.histogram(column.values, { bins = bins, most = bins or 12 }).edges
  local most, counts = 0, {}
  for k, part in ipairs(parts) do
    counts[k] = core.histogram(part.values, { edges = edges }).counts
    for i = 1, #counts[k] do most = math.max(most, counts[k][i]) end
  end
  local unit = most > 0 and 0.8 * (range[2] - range[1]) / most or 0
  for k in ipairs(parts) do
    local x, y, x2, y2 = {}, {}, {}, {}
    for i = 1, #counts[k] do
      x[i], x2[i], y[i], y2[i] = edges[i], edges[i + 1], range[1], range[1] + counts[k][i] * unit
    end
    if #parts == 1 then
      core.add(panel, "rects", core.numbers(x, "x"), core.numbers(y, "y"),
        { x2 = core.numbers(x2, "x"), y2 = core.numbers(y2, "y"), color = k })
    else
      local at, height = { x[1] }, { range[1] }
      for i = 1, #x do
        at[#at + 1], height[#height + 1] = x[i], y2[i]
        at[#at + 1], height[#height + 1] = x2[i], y2[i]
      end
      at[#at + 1], height[#height + 1] = x2[#x2], range[1]
      core.add(panel, "line", core.numbers(at, "x"), core.numbers(height, "y"), { color = (k - 1) % 8 + 1 })
    end
  end
end

-- The panel of the first row whose legend names class k of so many: one panel has no room for all of them.
local function legend_panel(k, classes, columns) return 2 + (k - 1) * (columns - 1) // classes end

local function draw(op, ...)
  local args = call.take(op, { "x" }, OPTIONS, ...)
  local list, classes = columns_of(op, args)
  local bins, count = call.integer(op, "bins", args.bins, 1, 200), #list
  local figure, ranges, parts = plot.figure { rows = count, cols = count, sharex = true, sharey = true,
    title = args.title }, {}, {}
  for i, column in ipairs(list) do
    ranges[i], parts[i] = range_of(op, column), split(op, column, classes)
  end
  for i = 1, count do
    for j = 1, count do
      local panel = core.panel(figure, i, j)
      for k = 1, #parts[i] do
        local label = classes and i == 1 and j == legend_panel(k, #parts[i], count) and parts[i][k].label or nil
        if i ~= j then
          core.add(panel, "scatter", parts[j][k].values, parts[i][k].values, { color = (k - 1) % 8 + 1, label = label })
        end
      end
      if i == j then
        add_histogram(panel, list[i], parts[i], ranges[i], bins)
        core.note(panel, { kind = "note", at = ranges[i][1], to = ranges[i][2], text = list[i].name, align = -1 })
      end
      core.limits(panel, "x", ranges[j][1], ranges[j][2])
      core.limits(panel, "y", ranges[i][1], ranges[i][2])
    end
  end
  return figure
end

--- Pair plots: plot.pairs(frame), plot.pairs(X), plot.pairs{X, names=, classes=, …}.
--
-- A panel for every two columns of a table: the row's column up, the column's
-- along; on the diagonal each column's name and histogram.
-- @param x a frame (its columns of numbers) or a matrix (n, k); 2 to 8 columns
-- @tparam[opt] table options
-- names: of a matrix's columns; of a frame: the columns to show;
-- classes: numbers or strings, one for each row, or the name of a frame's column: each
-- class has its color; bins: of the histograms; title
-- @treturn plot.Figure
-- @example plot.pairs(lab.randn(50, 3), {names={"a", "b", "c"}})
-- @example plot.pairs(data.Frame({x={1, 2, 3}, y={2, 1, 4}, kind={"p", "q", "p"}}), {classes="kind"})
function plot.pairs(...) return draw("plot.pairs", ...) end
