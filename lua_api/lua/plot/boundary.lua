--- Decision boundaries.
-- @module plot.boundary

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local Figure = core.Figure
local OPTIONS = { "range", "names", "resolution", "label" }
local COLUMNS, ROWS = 160, 80
local MOST_CLASSES = 20
local STRENGTH = 0.43 -- of the color where the model is sure: points stand off
local GIVES = "scores (N, classes), a score or probability (N) or (N, 1), or classes (N)"

-- ---- where ---------------------------------------------------------------------------------------

local function points_of(op, value)
  if value == nil then return nil end
  local X = values.tensor(op, "X", value, "points, a tensor of shape (N, 2)")
  if X:dim() ~= 2 or X:size(2) ~= 2 then
    call.fail("%s: X should be points of two features, a tensor of shape (N, 2), got %s", op, core.describe(X))
  end
  return X
end

-- {low, high} for one axis: as asked for, or what the points cover and a little more.
local function range_for(op, given, numbers, i)
  if given then
    local own = type(given[1]) == "table" and given[i] or given
    local low, high = settings.range(op, "range", own)
    if not (low and high) then call.fail("%s: range should be {low, high} or a pair of those for x and y", op) end
    return { low, high }
  end
  local s = numbers and core.summary(core.column(numbers, 2, i))
  if not s or s.count == 0 then return { -3, 3 } end
  local margin = s.high > s.low and 0.08 * (s.high - s.low) or 1
  return { s.low - margin, s.high + margin }
end

-- The middles of the dots, row by row: (rows * columns, 2).
local function grid_of(x, y, columns, rows)
  local function middles(range, n)
    local half = (range[2] - range[1]) / n / 2
    return lab.linspace(range[1] + half, range[2] - half, n, { dtype = "float64" })
  end
  local across = middles(x, columns):unsqueeze(1):expand(rows, columns)
  local down = middles(y, rows):unsqueeze(2):expand(rows, columns)
  return lab.stack({ across, down }, 3):reshape(rows * columns, 2)
end

-- ---- what the model says -------------------------------------------------------------------------

-- What the model gives for the points, without a gradient and as it is when it predicts.
local function ask(op, model, points)
  local training = type(model) == "table" and rawget(model, "training") and type(model.eval) == "function"
  if training then model:eval() end
  local ok, scores = pcall(lab.no_grad, function() return model(points) end)
  if training then model:train() end
  if not ok then error(scores, 0) end
  local n = points:size(1)
  if lab.is_tensor(scores) and scores:dim() == 2 and scores:size(2) == 1 then scores = scores:squeeze(2) end
  local good = lab.is_tensor(scores) and (scores:dim() == 1 or scores:dim() == 2) and scores:size(1) == n
  if not good or scores:numel() == 0 then
    call.fail("%s: for N points (%d) the model should give %s; it gave %s", op, n, GIVES, core.describe(scores))
  end
  return scores:detach()
end

-- Are these probabilities of classes?
local function are_probabilities(scores)
  local sums = scores:sum(scores:dim()):sub(1):abs()
  return scores:amin():item() >= 0 and sums:amax():item() < 1e-3
end

local function is_whole(scores) return scores.dtype:find("int") ~= nil or scores.dtype == "bool" end

-- From scores: the place of each point's class, from 0, and how sure the model is, 0 to 1; and whether the places
-- are classes themselves.
local function decide(scores)
  if is_whole(scores) then return scores:to("float64"), nil, true end
  scores = scores:to("float64")
  if scores:dim() == 1 then
    local low, high = scores:amin():item(), scores:amax():item()
    local p = low >= 0 and high <= 1 and scores or scores:sigmoid()
    return p:gt(0.5):to("float64"), (2 * p - 1):abs()
  end
  local p = are_probabilities(scores) and scores or scores:softmax(2)
  local least, best = 1 / p:size(2), p:amax(2)
  return p:argmax(2):to("float64") - 1, (best - least) / (1 - least)
end

-- The classes as numbers k + c of an image: k from 0, c how sure, the lowest class of base.
local function regions_of(op, scores, base)
  local class, sure, named = decide(scores)
  if named then class = class - base end
  local lowest, highest = class:amin():item(), class:amax():item()
  if lowest < 0 or highest >= 2 ^ 20 then
    call.fail("%s: the model gave the class %d, but the lowest class of y is %d", op, lowest + base, base)
  end
  sure = sure and sure:clamp(0, 1) or 1
  return core.numbers(class + STRENGTH * sure, op)
end

-- ---- points --------------------------------------------------------------------------------------

local function add_points(op, target, X, classes, names, base)
  local all = core.numbers(X, op)
  local x, y = core.column(all, 2, 1), core.column(all, 2, 2)
  if not classes then
    core.add(target, "scatter", x, y, { color = 8, label = nil })
    return
  end
  local by, found = core.numbers(classes, op), values.different(classes)
  if #found > MOST_CLASSES then
    call.fail("%s: y has %d different values; it should hold classes, at most %d", op, #found, MOST_CLASSES)
  end
  for _, class in ipairs(found) do
    core.add(target, "scatter", core.of_class(x, by, class), core.of_class(y, by, class),
      { color = (class - base) % 8 + 1, label = values.name_of(op, names, class, base) })
  end
end

-- Where the model wants its points: where X is, or its weights.
local function device_of(model, X)
  if lab.is_tensor(X) then return X.device end
  local weights = type(model) == "table" and type(model.parameters) == "function" and model:parameters()
  return weights and weights[1] and weights[1].device or "cpu"
end

local function size_of(op, resolution)
  if resolution == nil then return COLUMNS, ROWS end
  local n = call.integer(op, "resolution", resolution, 2, 2000)
  return n, n
end

local function draw(target, op, ...)
  local args, set = call.take(op, { "model", "X", "y" }, OPTIONS, ...)
  local model, X = args.model, points_of(op, args.X)
  local meta = type(model) == "table" and getmetatable(model)
  if type(model) ~= "function" and not (meta and meta.__call) then
    call.fail("%s: model should be a network or a function of points (N, 2), got %s", op, core.describe(model))
  end
  local classes = args.y ~= nil and values.classes(op, "y", args.y, X and X:size(1)) or nil
  local base = classes and math.min(1, table.unpack(values.different(classes), 1, 1)) or 1
  local names = call.strings(op, "names", args.names)
  local numbers = X and X:numel() > 0 and core.numbers(X, op)
  local x, y = range_for(op, args.range, numbers, 1), range_for(op, args.range, numbers, 2)
  local columns, rows = size_of(op, args.resolution)
  local points = grid_of(x, y, columns, rows):to(X and not is_whole(X) and X.dtype or "float32")
  points = points:to(device_of(model, args.X))
  local z = regions_of(op, ask(op, model, points), base)
  core.image(target, { z = z, rows = rows, cols = columns, x = x, y = y, classes = true })
  if numbers then add_points(op, target, X, classes, names, base) end
  return set(target)
end

--- What a model decides where: plot.boundary(model, X, y).
--
-- Each place has the color of the class that the model gives it, the stronger the surer; the
-- points are drawn over them in the colors of their own classes.
-- @param model a network, or a function, of points (N, 2): gives scores or probabilities (N, classes); of two
-- classes a score (logit) or probability (N) or (N, 1); or classes (N), whole numbers
-- @tparam[opt] tensor X points (N, 2)
-- @param[opt] y their classes, from 1 or from 0
-- @tparam[opt] table options
-- range: {low, high}, or a pair of those, for x and y (what X covers, or -3 to 3);
-- names: a list of what the classes are called; resolution: so many places across and
-- down are asked for (160 × 80); title, xlabel, ylabel and the others of plot.figure
-- @treturn plot.Figure
-- @see plot.contour
-- @example plot.boundary(function(x) return x:select(2, 1) * x:select(2, 2) end)
-- @example plot.boundary(nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3)), lab.randn(30, 2), lab.randint(1, 4, {30}))
-- @example plot.boundary(math.sin, lab.randn(30, 3)) --> error: (N, 2)
function plot.boundary(...) return draw(core.new(), "plot.boundary", ...) end

--- Adds the regions of a model; the arguments are those of plot.boundary.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.boundary
-- @example plot.figure{title="saddle"}:boundary(function(x) return x:select(2, 1) * x:select(2, 2) end)
function Figure:boundary(...) return draw(self, "boundary", ...) end
