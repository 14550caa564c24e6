--- What the arguments of plot.contour mean.
-- @module plot.contour

local call = require "plot.call"
local core = require "plot.core"
local habits = require "plot.habits"
local settings = require "plot.settings"

local POINTS = 101 -- of a function, along x and along y
local LEVELS_MAX = 100
local OPTIONS = { "z", "x", "y", "levels", "label" }

local fail = call.fail

-- ---- functions --------------------------------------------------------------------------------

-- The ends of the range of a function's variable.
local function range_of(op, name, value)
  if value == nil then return -3, 3 end
  local low, high = settings.range(op, name, value)
  if not (low and high) then fail("%s: %s should be {low, high}: z is a function", op, name) end
  return low, high
end

-- POINTS places, at equal distances or, on a logarithmic axis, at equal factors.
local function places(op, name, range, log)
  local low, high = range_of(op, name, range)
  if log and low <= 0 then fail("%s: %s begins at %g: on a log axis it should be above 0", op, name, low) end
  local list = {}
  for i = 1, POINTS do
    local t = (i - 1) / (POINTS - 1)
    list[i] = log and low * (high / low) ^ t or low + (high - low) * t
  end
  return list
end

-- The values of fn on the grid, called once with two tensors (rows, columns).
local function on_tensors(fn, xs, ys)
  local x, y = lab.tensor(xs, { dtype = "float64" }), lab.tensor(ys, { dtype = "float64" })
  local z = fn(x:unsqueeze(1):expand(#ys, #xs), y:unsqueeze(2):expand(#ys, #xs))
  return lab.is_tensor(z) and z:numel() == #xs * #ys and z or nil
end

-- The same, called with two numbers at a time.
local function on_numbers(op, fn, xs, ys)
  local values = {}
  for _, y in ipairs(ys) do
    for _, x in ipairs(xs) do
      local z = fn(x, y)
      if lab.is_tensor(z) and z:numel() == 1 then z = z:item() end
      if type(z) ~= "number" then
        fail("%s: the function gave %s at (%g, %g); a number expected", op, core.describe(z), x, y)
      end
      values[#values + 1] = z
    end
  end
  return values
end

-- Calls fn with tensors; if it does not take those, with numbers.
local function evaluate(op, fn, xs, ys)
  return lab.no_grad(function()
    local ok, z = pcall(on_tensors, fn, xs, ys)
    if ok and z then return z end
    local numbers_ok, values = pcall(on_numbers, op, fn, xs, ys)
    if numbers_ok then return values end
    -- a function of tensors alone: what it said of those is what is wrong with it
    if not ok and tostring(values):find("index a number value") then values = z end
    return error(values, 0)
  end)
end

-- ---- data -------------------------------------------------------------------------------------

-- A list of rows as a tensor.
local function matrix_of(op, z)
  if type(z) == "table" and getmetatable(z) == nil and type(z[1]) == "table" then
    local ok, tensor = pcall(lab.tensor, z, { dtype = "float64" })
    if not ok then fail("%s: z: rows of as many numbers each expected", op) end
    z = tensor
  end
  if not lab.is_tensor(z) or z:dim() ~= 2 then
    fail("%s: z should be a function of x and y or a matrix (rows along y, columns along x), got %s", op,
      core.describe(z))
  end
  return z
end

local function finite(op, name, list)
  for i = 1, #list do
    if list[i] ~= list[i] or math.abs(list[i]) == math.huge then
      fail("%s: %s: value %d is %s; finite numbers expected", op, name, i, list[i] ~= list[i] and "nan" or list[i])
    end
  end
  return list
end

-- The places of columns or rows; nil stays nil: 1, 2, 3, …
local function coordinates(op, name, value, count, what)
  if value == nil then return nil end
  local list = core.numbers(value, ("%s: %s"):format(op, name))
  if #list ~= count then
    fail("%s: %s is %s, but z has %d %s; both must be as many", op, name, core.describe(value), count, what)
  end
  return finite(op, name, list)
end

-- A number of levels, or a list of them.
local function levels_of(op, levels)
  if levels == nil then return nil, 0 end
  if type(levels) == "number" then
    if math.type(levels) ~= "integer" or levels < 1 or levels > LEVELS_MAX then
      fail("%s: levels is %s; a whole number from 1 to %d, or a list of values expected", op, levels, LEVELS_MAX)
    end
    return nil, levels
  end
  local list = core.numbers(levels, op .. ": levels")
  if #list > LEVELS_MAX then fail("%s: levels: %d values; at most %d can be drawn", op, #list, LEVELS_MAX) end
  if #list == 0 then fail("%s: levels is empty: give the values that get a line, or how many", op) end
  return finite(op, "levels", list), 0
end

-- ---- the call ---------------------------------------------------------------------------------

-- z, x, y and the options of a call.
local function take(op, ...)
  local n, args, options = select("#", ...), { ... }, {}
  if n > 0 and call.is_options(args[n]) then options, n = args[n], n - 1 end
  if n > 3 then fail("%s: z, x, y and a table of options expected, got %d arguments", op, n) end
  if n == 0 and options.z == nil then fail("%s: no data: give z, a function of x and y or a matrix", op) end
  for i, name in ipairs { "z", "x", "y" } do
    if i <= n and options[name] ~= nil then fail("%s: %s was given twice, by position and by name", op, name) end
    args[i] = i <= n and args[i] or options[name]
  end
  if n == 3 and lab.is_tensor(args[3]) and args[3]:dim() == 2 then
    fail("%s: the order is z, x, y: the matrix comes first", op)
  end
  return args[1], args[2], args[3], options
end

local contour = {}

-- Draws what a call of `op` was given on a figure or panel, which it returns.
function contour.draw(target, op, ...)
  local z, x, y, options = take(op, ...)
  habits.options(op, options, table.move(settings.names, 1, #settings.names, #OPTIONS + 1,
    table.move(OPTIONS, 1, #OPTIONS, 1, {})))
  local s = settings.read(op, options)
  local label, levels, count = settings.text(op, "label", options.label), levels_of(op, options.levels)
  local columns
  if type(z) == "function" then
    x, y = places(op, "x", x, s.xscale == "log"), places(op, "y", y, s.yscale == "log")
    z, columns = evaluate(op, z, x, y), #x
    x, y = core.numbers(x, op), core.numbers(y, op)
  else
    z = matrix_of(op, z)
    columns = z:size(2)
    x, y = coordinates(op, "x", x, columns, "columns"), coordinates(op, "y", y, z:size(1), "rows")
  end
  local values = core.numbers(z, op .. ": z")
  if #values == 0 then fail("%s: z is empty: there is nothing to draw", op) end
  core.contour(target, values, columns, x, y, levels, { count = count, label = label })
  settings.apply(target, s)
  return target
end

return contour
