--- Confusion matrices.
-- @module plot.confusion

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local OPTIONS = { "names", "normalize", "margins", "map", "bar" }
local MAPS = { "viridis", "magma", "gray" }
local NORMALIZE = { "true", "pred", "all" }
local MOST_MARGINS = 20 -- classes

local function is_names(value) return call.is_plain(value) and type(value[1]) == "string" end

-- The counts row by row and how many classes, from a matrix or from classes and predictions.
local function counts_of(op, matrix, predicted)
  if matrix == nil then call.fail("%s: no data: give a matrix, or classes and predictions", op) end
  if predicted == nil then
    local z, rows, cols = call.matrix(op, "matrix", matrix)
    if rows ~= cols then
      call.fail("%s: matrix should be square (true classes, predicted classes), got %s", op, core.describe(matrix))
    end
    return z, rows
  end
  local function near(value) return lab.is_tensor(value) and value:to "cpu" or value end
  local found = metrics.confusion_matrix(near(matrix), near(predicted))
  return core.numbers(found, op), found:size(1)
end

-- The sums over rows, over columns, of the diagonal, and of all; what is no count of anything counts as 0.
local function sums_of(z, n)
  local s = { row = {}, col = {}, right = 0, all = 0 }
  for i = 1, n do s.row[i], s.col[i] = 0, 0 end
  for i = 1, n do
    for j = 1, n do
      local v = z[(i - 1) * n + j]
      if v == v and v > 0 and v < math.huge then
        s.row[i], s.col[j], s.all = s.row[i] + v, s.col[j] + v, s.all + v
        if i == j then s.right = s.right + v end
      end
    end
  end
  return s
end

local function part(v, of) return of > 0 and v / of or 0 / 0 end

local function percent(v) return v == v and ("%.0f%%"):format(100 * v) or "-" end

local function count_text(v)
  if v ~= v or math.abs(v) == math.huge then return tostring(v):gsub("-nan", "nan") .. "" end
  if v == math.floor(v) and math.abs(v) < 1e6 then return ("%d"):format(v) end
  return math.abs(v) >= 1e6 and ("%.2g"):format(v) or ("%.2f"):format(v)
end

-- What one count is compared to.
local function whole_of(s, normalize, i, j)
  return normalize == "pred" and s.col[j] or normalize == "all" and s.all or s.row[i]
end

-- The colored parts and the texts on a grid of n classes and, with margins, a column of recalls and a row of precisions.
local function cells_of(z, n, s, normalize, margins)
  local side, parts, texts = n + (margins and 1 or 0), {}, {}
  for i = 1, side do
    for j = 1, side do
      local k, color, text = (i - 1) * side + j, 0 / 0, nil
      if i <= n and j <= n then
        local v = z[(i - 1) * n + j]
        color = part(v, whole_of(s, normalize, i, j))
        text = normalize and percent(color) or count_text(v)
      elseif i <= n then
        text = percent(part(z[(i - 1) * n + i], s.row[i]))
      elseif j <= n then
        text = percent(part(z[(j - 1) * n + j], s.col[j]))
      else
        text = percent(part(s.right, s.all))
      end
      parts[k], texts[k] = color, text
    end
  end
  return parts, texts, side
end

-- The classes' names, or their numbers if what stands in the margins must be named.
local function put_names(target, names, n, margins)
  local list = names and table.move(names, 1, n, 1, {})
  if margins and not list then
    list = {}
    for i = 1, n do list[i] = tostring(i) end
  end
  if not list then return end
  for axis, what in pairs { x = "recall", y = "precision" } do
    list[n + 1] = margins and what or nil
    core.names(target, axis, list)
  end
end

local function draw(target, op, ...)
  local args, set, s = call.take(op, { "matrix", "predicted" }, OPTIONS, ...)
  local names, predicted = args.names, args.predicted
  if is_names(predicted) then names, predicted = predicted, nil end
  local z, n = counts_of(op, args.matrix, predicted)
  names = call.strings(op, "names", names)
  if names and #names ~= n then call.fail("%s: names has %d names for %d classes", op, #names, n) end
  local normalize = args.normalize == true and "true" or args.normalize or nil
  normalize = settings.choice(op, "normalize", normalize, NORMALIZE)
  local margins = settings.boolean(op, "margins", args.margins)
  if margins == nil then margins = n <= MOST_MARGINS end
  local parts, texts, side = cells_of(z, n, sums_of(z, n), normalize, margins)
  local bar = settings.boolean(op, "bar", args.bar)
  if bar == nil then bar = n > MOST_MARGINS end
  core.image(target, { z = core.numbers(parts, op), rows = side, cols = side, range = { 0, 1 }, bar = bar,
    map = settings.choice(op, "map", args.map, MAPS) or "viridis", label = bar and "part" or nil,
    peak = n > MOST_MARGINS, text = n <= 100 and texts or nil })
  if s.yreverse == nil then core.reverse(target, "y", true) end
  put_names(target, names, n, margins)
  core.label(target, "x", "predicted")
  core.label(target, "y", "true")
  return set(target)
end

--- What classes are taken for: plot.confusion(matrix, names), plot.confusion(target, predicted, {names=}).
--
-- Rows are the true classes, columns the predicted ones.  Colors are parts of the row; the counts
-- are written on them where there is room.  The last column has each class's recall, the last row its
-- precision, the corner the accuracy.
-- @param matrix counts (classes, classes), as of metrics.confusion_matrix; or the true classes
-- @param[opt] predicted the predicted classes, or scores (N, classes); or the names
-- @tparam[opt] table options
-- names: a list of what the classes are called;
-- normalize: "true" (or true), "pred" or "all": percent of the row, the column or
-- everything are written and colored;
-- margins=false: without recall, precision and accuracy, as with more than 20
-- classes; map: "viridis", "magma" or "gray"; bar=true: a bar explains the colors; title and
-- the others of plot.figure
-- @treturn plot.Figure
-- @see metrics.confusion_matrix
-- @example plot.confusion({{48, 2}, {5, 45}}, {"cat", "dog"})
-- @example plot.confusion({1, 2, 3, 3}, {1, 2, 2, 3}, {normalize=true})
-- @example plot.confusion(lab.ones(2, 3)) --> error: square
function plot.confusion(...) return draw(core.new(), "plot.confusion", ...) end

--- Adds a confusion matrix; the arguments are those of plot.confusion.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.confusion
-- @example plot.figure{title="test"}:confusion({{9, 1}, {0, 10}})
function Figure:confusion(...) return draw(self, "confusion", ...) end
