--- What the arguments of plot.line and plot.scatter mean.
--
-- A call becomes a list of series, each {x= (numbers or nil), y= (numbers), style= (a table)}, and the
-- settings of the panel.  Everything is checked here, before the figure is touched.
-- @local
-- @module plot.arguments

local columns = require "plot.columns"
local common = require "plot.call"
local core = require "plot.core"
local frames = require "data.frame.class"
local groups = require "plot.groups"
local habits = require "plot.habits"
local mapped = require "plot.mapped"
local settings = require "plot.settings"

local SAMPLES = 400 -- points of a function
local MOST = 20 -- classes

local STYLE = { "label", "color", "marker" }
local OF_KIND = {
  line = { "x", "y", "classes", "label", "color", "marker", "smooth", "band", "range", "axis", "dashed", "faint" },
  scatter = { "x", "y", "classes", "color_by", "map", "bar", "center", "label", "color", "marker", "range", "axis", "faint" },
}

local fail, is_plain, has_names = common.fail, common.is_plain, common.has_names

-- Does a list hold series, not numbers?  Tensors of one element are numbers: losses that were collected.
local function holds_series(value)
  local first = is_plain(value) and value[1]
  if lab.is_tensor(first) then return first:numel() ~= 1 end
  return type(first) == "table" or type(first) == "function"
end

local function is_matrix(value, columns)
  return lab.is_tensor(value) and value:dim() == 2 and (not columns or value:size(2) == columns)
end

local function is_list_of_pairs(value)
  if not is_plain(value) or #value == 0 then return false end
  for _, pair in ipairs(value) do
    if not is_plain(pair) or #pair ~= 2 or type(pair[1]) ~= "number" then return false end
  end
  return true
end

local function known(list, more)
  local all = table.move(list, 1, #list, 1, {})
  return table.move(more, 1, #more, #all + 1, all)
end

-- ---- data -------------------------------------------------------------------------------------

-- Numbers of a value that is not a function; `what` is "plot.line: y".
local function numbers(value, what)
  local data = core.numbers(value, what)
  if #data == 0 then fail("%s is empty: there is nothing to draw", what) end
  return data
end

local function number_of(value, what, x)
  if lab.is_tensor(value) and value:numel() == 1 then value = value:item() end
  if type(value) ~= "number" then
    fail("%s: the function gave %s at %g; a number expected", what, core.describe(value), x)
  end
  return value
end

-- The values of a function at the numbers xs: one by one, or, if it does not take numbers, from one tensor.
local function evaluate(fn, xs, what)
  return lab.no_grad(function()
    local points, values = {}, {}
    for i = 1, #xs do points[i] = xs[i] end
    local ok, first = pcall(fn, points[1])
    if not ok then
      local whole, result = pcall(function() return fn(lab.tensor(points, { dtype = "float64" })) end)
      if whole and lab.is_tensor(result) and result:numel() == #points then return numbers(result, what) end
      error(first, 0)
    end
    values[1] = number_of(first, what, points[1])
    for i = 2, #points do values[i] = number_of(fn(points[i]), what, points[i]) end
    return numbers(values, what)
  end)
end

-- Places for a function: evenly over the range, on a logarithmic axis by equal factors.
local function places(range, log, op)
  range = range or (log and { 0.001, 1000 } or { -3, 3 })
  local low, high = settings.range(op, "range", range)
  if not (low and high) then fail("%s: range should be {low, high}", op) end
  if log and low <= 0 then fail("%s: range begins at %g: on a log axis it should be above 0", op, low) end
  local points = {}
  for i = 0, SAMPLES do
    local t = i / SAMPLES
    points[i + 1] = log and low * (high / low) ^ t or low + (high - low) * t
  end
  return numbers(points, op)
end

local function check_lengths(op, x, y, nx, ny, which)
  if nx ~= ny then
    fail("%s: x is %s and y%s is %s: %d and %d values; both must have as many", op, core.describe(x), which,
      core.describe(y), nx, ny)
  end
end

-- ---- style ------------------------------------------------------------------------------------

-- The option of series k: each its own from a list, or one for all.
local function of_series(value, k)
  if is_plain(value) then return value[k] end
  return value
end

local function smooth_of(op, options)
  local smooth = options.smooth or 0
  if type(smooth) ~= "number" or not (smooth >= 0 and smooth < 1) then
    fail("%s: smooth is %s; it should be a number from 0 (none) to below 1, such as 0.9", op,
      type(smooth) == "number" and ("%g"):format(smooth) or core.describe(smooth))
  end
  if options.band ~= nil and smooth == 0 then
    fail("%s: band is about the raw values behind an average: give smooth, too (such as smooth=0.9)", op)
  end
  return smooth
end

local function style_of(op, options, k)
  return {
    label = settings.text(op, "label", of_series(options.label, k)),
    color = common.color(op, of_series(options.color, k)),
    marker = common.marker(op, of_series(options.marker, k)),
    smooth = smooth_of(op, options),
    bare = options.band == false,
    right = settings.choice(op, "axis", options.axis, { "left", "right" }) == "right",
    dashed = settings.boolean(op, "dashed", options.dashed),
    faint = settings.boolean(op, "faint", options.faint),
  }
end

-- ---- series -----------------------------------------------------------------------------------

local function add(call, x, y, options)
  local k = #call.series + 1
  call.series[k] = { x = x, y = y, style = style_of(call.op, options, call.own and 1 or k),
    mapped = call.kind == "scatter" and mapped.read(call.op, options, #y) or nil }
end

-- A series of each class: y at the numbers x, or at 1, 2, 3, …
local function add_classes(call, x, y, name, classes, options)
  if options.color_by ~= nil then
    fail("%s: points are colored by color_by or classes; leave one of them out", call.op)
  end
  local by_x = groups.by_class(call.op, x or common.counted(#y), name, classes, MOST)
  local by_y = groups.by_class(call.op, y, name, classes, MOST)
  if options.label == nil then
    options = setmetatable({ label = {} }, { __index = options })
    for i, group in ipairs(by_y) do options.label[i] = group.label end
  end
  for i, group in ipairs(by_y) do add(call, by_x[i].values, group.values, options) end
end

-- (n, 2) tensors and lists of pairs, with classes or without.
local function add_points(call, points, name, classes, options)
  local op = call.op
  if is_list_of_pairs(points) then points = lab.tensor(points, { dtype = "float64" }) end
  if not is_matrix(points, 2) then
    fail("%s: x and y, or one tensor of shape (n, 2) expected, got %s", op, core.describe(points))
  end
  local all = numbers(points, op .. ": x")
  local x, y = core.column(all, 2, 1), core.column(all, 2, 2)
  if classes == nil then return add(call, x, y, options) end
  return add_classes(call, x, y, name, classes, options)
end

local function add_function(call, x, fn, options, which)
  local xs = x == nil and places(options.range, call.settings.xscale == "log", call.op)
    or numbers(x, call.op .. ": x")
  add(call, xs, evaluate(fn, xs, call.op .. ": y" .. which), options)
end

-- The numbers of x, if it is given: of strings their places on an axis of these names.
local function places_of(call, x)
  if x == nil then return nil end
  x, call.settings.xnames = common.places(call.op, x, call.settings.xnames)
  return numbers(x, call.op .. ": x")
end

local function add_one(call, x, y, options, which)
  local op, classes = call.op, options.classes
  if type(y) == "function" then return add_function(call, x, y, options, which) end
  if call.kind == "scatter" and x == nil then return add_points(call, y, "classes", classes, options) end
  local ys = numbers(y, op .. ": y" .. which)
  if call.kind == "scatter" and is_matrix(x, 2) and #ys ~= x:numel() then
    if #ys ~= x:size(1) then
      fail("%s: x holds %d points (%s) and y %d classes; both must be as many", op, x:size(1), core.describe(x), #ys)
    end
    return add_points(call, x, "y", y, options)
  end
  local xs = places_of(call, x)
  if is_matrix(y) and y:size(1) == (xs and #xs or math.max(2, y:size(1))) and y:size(2) > 1 then -- a series of each column
    for j = 1, y:size(2) do add(call, xs, core.column(ys, y:size(2), j), options) end
    return
  end
  if xs then check_lengths(op, x, y, #xs, #ys, which) end
  if classes ~= nil then return add_classes(call, xs, ys, "classes", classes, options) end
  add(call, xs, ys, options)
end

-- One series written as a table of its own; what it leaves out is the call's.
local function add_table(call, item, x, options, which)
  habits.options(call.op, item, OF_KIND[call.kind])
  local merged = setmetatable({}, { __index = function(_, key)
    if item[key] ~= nil then return item[key] end
    return options[key]
  end })
  for _, key in ipairs(STYLE) do -- a list of these is for the series of the call
    if item[key] == nil then merged[key] = of_series(options[key], #call.series + 1) end
  end
  if item.x ~= nil then x = item.x end
  call.own = true
  add_one(call, x, item.y, merged, which)
  call.own = false
end

local function add_all(call, x, y, options)
  if not holds_series(y) or (call.kind == "scatter" and is_list_of_pairs(y)) then
    return add_one(call, x, y, options, "")
  end
  for i, item in ipairs(y) do
    local which = (" of series %d"):format(i)
    if has_names(item) then add_table(call, item, x, options, which) else add_one(call, x, item, options, which) end
  end
end

-- ---- the call ---------------------------------------------------------------------------------

-- The list part of a table with names, as data: nil if it has none.
local function list_part(options)
  if #options == 0 then return nil end
  return table.move(options, 1, #options, 1, {})
end

local function named_part(options)
  local named = {}
  for key, value in pairs(options) do if math.type(key) ~= "integer" then named[key] = value end end
  return named
end

-- A table without data: perhaps its names were meant to be those of series, or of bars.
local function no_data(op, options)
  local hint, first = "", nil
  for key, value in pairs(options) do
    local data = type(value) == "number" or lab.is_tensor(value) or is_plain(value)
    if data and not (first and first < key) then first = key end
  end
  if type(options[first]) == "number" then
    hint = ("; '%s' is a name, and names are options: plot.bar(names, values) shows names and values"):format(first)
  elseif first ~= nil then
    hint = ("; '%s' is a name, and names are options: several series are a list, {…, …}, with label={\"%s\", …}"):format(first,
      first)
  end
  fail("%s: no data: give y, or x and y, as tensors, lists of numbers or functions%s", op, hint)
end

-- The x, y and options of a call.
local function take(op, n, ...)
  local args, options = { ... }, {}
  local x, y
  local last = n > 0 and args[n]
  if has_names(last) or (n > 1 and common.is_options(last)) then options, n = last, n - 1 end
  if n > 2 then fail("%s: x, y and a table of options expected, got %d arguments", op, n) end
  if n == 0 then
    x, y, options = options.x, options.y, options
    local list = list_part(options)
    if list and y ~= nil then fail("%s: y was given twice, by name and as a list", op) end
    if list then y, options = list, named_part(options) end
    if y == nil then no_data(op, options) end
    return x, y, options
  end
  if options.x ~= nil or options.y ~= nil then
    fail("%s: data was given twice, by position and as %s=", op, options.y ~= nil and "y" or "x")
  end
  if n == 1 then return nil, args[1], options end
  if type(args[1]) == "function" and type(args[2]) ~= "function" then -- (fn, {low, high})
    return nil, args[1], setmetatable({ range = args[2] }, { __index = options }), options
  end
  return args[1], args[2], options
end

-- The columns of a frame are series with their names.
local function of_frame(op, kind, frame, options)
  if kind == "scatter" then
    fail('%s: which columns of the frame? Say it by their names: plot.scatter(frame, {x="…", y="…", classes="…"})', op)
  end
  local list, names = columns.all(op, frame)
  return list, options.label == nil and setmetatable({ label = names }, { __index = options }) or options
end

-- Draws what a call of `op`, a plot of `kind` "line" or "scatter", was given on a figure or panel, which it
-- returns.
local function draw(target, op, kind, n, ...)
  local x, y, options, written = take(op, n, ...)
  habits.options(op, written or options, known(OF_KIND[kind], settings.names))
  if frames.is_frame(y) then y, options = of_frame(op, kind, y, options) end
  local call = { op = op, kind = kind, series = {}, settings = settings.read(op, options, options.axis == "right") }
  add_all(call, x, y, options)
  for _, series in ipairs(call.series) do
    if series.mapped then
      mapped.draw(target, series)
    else
      core.add(target, kind, series.x, series.y, series.style)
    end
  end
  settings.apply(target, call.settings)
  return target
end

local arguments = {}

function arguments.draw(target, op, kind, ...)
  local args = table.pack(columns.of(op, ...))
  return draw(target, op, kind, args.n, table.unpack(args, 1, args.n))
end

return arguments
