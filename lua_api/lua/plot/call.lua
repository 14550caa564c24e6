--- What the calls of all kinds of plots have in common: arguments by position or by name, options, data.
--
-- A kind is one file: it takes its call apart, computes what there is to see, and adds that to the figure with
-- core.add (line, scatter, band, segments, rects), core.image and core.note:
--
--    function plot.bar(...) return draw(core.new(), "plot.bar", ...) end
--    function Figure:bar(...) return draw(self, "bar", ...) end
--
--    local function draw(target, op, ...)
--      local args, set = call.take(op, { "x", "y" }, { "label", "color" }, ...)
--      local y = call.numbers(op, "y", args.y)
--      …
--      core.add(target, "rects", x, base, { x2 = right, y2 = y, label = args.label })
--      return set(target)
--    end
-- @local
-- @module plot.call

local columns = require "plot.columns"
local core = require "plot.core"
local habits = require "plot.habits"
local settings = require "plot.settings"

local call = {}

local COLORS = { blue = 1, orange = 2, green = 3, pink = 4, yellow = 5, red = 6, purple = 7, gray = 8, grey = 8 }
local COLOR_NAMES = { "blue", "orange", "green", "pink", "yellow", "red", "purple", "gray" }

function call.fail(format, ...) core.fail(format:format(...)) end

function call.is_plain(value) return type(value) == "table" and getmetatable(value) == nil end

-- Is it a table with names, not a list?
function call.has_names(value)
  if not call.is_plain(value) then return false end
  for key in pairs(value) do if type(key) == "string" then return true end end
  return false
end

-- Is it a table of options, not of data?  An empty one is.
function call.is_options(value)
  return call.has_names(value) or call.is_plain(value) and next(value) == nil
end

-- Places along an axis: of strings 1, 2, 3, … as they appear, and the names of these.
function call.places(op, value, names)
  if not call.is_plain(value) or type(value[1]) ~= "string" then return value, names end
  local codes, code, found = {}, {}, {}
  for i, text in ipairs(value) do
    if type(text) ~= "string" then call.fail("%s: x mixes strings and other values", op) end
    if not code[text] then
      found[#found + 1] = text
      code[text] = #found
    end
    codes[i] = code[text]
  end
  return codes, names or found
end

local function take(op, names, options, ...)
  local n, args, given = select("#", ...), { ... }, {}
  if n > 0 and call.is_options(args[n]) then given, n = args[n], n - 1 end
  if n > #names then
    call.fail("%s: %s and a table of options expected, got %d arguments", op, table.concat(names, ", "), n)
  end
  local result, list = {}, nil
  for key, value in pairs(given) do
    if math.type(key) == "integer" then list = list or {}; list[key] = value else result[key] = value end
  end
  local known = table.move(names, 1, #names, 1, {})
  table.move(options, 1, #options, #known + 1, known)
  habits.options(op, result, table.move(settings.names, 1, #settings.names, #known + 1, known))
  if list and n == 0 then
    local alone = #list == 1 and not call.is_plain(list[1]) and type(list[1]) ~= "number"
    args[1], n = alone and list[1] or list, 1
  end
  for i, name in ipairs(names) do
    if i <= n and args[i] ~= nil then
      if result[name] ~= nil then call.fail("%s: %s was given twice, by position and by name", op, name) end
      result[name] = args[i]
    end
  end
  if result.axis ~= nil then settings.choice(op, "axis", result.axis, { "left", "right" }) end
  local set = settings.read(op, result, result.axis == "right")
  if names[1] == "x" and result[names[2]] ~= nil then result.x, set.xnames = call.places(op, result.x, set.xnames) end
  return result, function(target)
    settings.apply(target, set)
    return target
  end, set
end

-- Takes a call apart.  names: what the positions are called; they may be given by name, too, and the list part
-- of a table of names is the first, or what is alone in it: plot.heatmap{tensor, title=…}.  options: further
-- names; those of settings are always allowed.
-- Gives a table of all of them by name and a function that sets the panel's settings and returns the target.
function call.take(op, names, options, ...)
  return take(op, names, options, columns.of(op, ...))
end

-- The numbers of a value, which must not be empty.
function call.numbers(op, name, value)
  if value == nil then call.fail("%s: no data: give %s", op, name) end
  if type(value) == "function" then
    call.fail("%s: %s is a function; numbers expected: give its values, or draw it with plot.line", op, name)
  end
  local numbers = core.numbers(value, ("%s: %s"):format(op, name))
  if #numbers == 0 then call.fail("%s: %s is empty: there is nothing to draw", op, name) end
  return numbers
end

-- The numbers, of which there must be as many as of others.
function call.numbers_like(op, name, value, other_name, others)
  local numbers = call.numbers(op, name, value)
  if #numbers ~= #others then
    call.fail("%s: %s has %d values and %s %d; both must have as many", op, name, #numbers, other_name, #others)
  end
  return numbers
end

-- A matrix: its numbers row by row, rows and columns.  Vectors are one row.
function call.matrix(op, name, value)
  if call.is_plain(value) then
    local ok, tensor = pcall(lab.tensor, value, { dtype = "float64" })
    if not ok then call.fail("%s: %s: rows of as many numbers each expected", op, name) end
    value = tensor
  end
  if not lab.is_tensor(value) then
    call.fail("%s: %s should be a matrix (a tensor of two dimensions or a list of rows), got %s", op, name,
      core.describe(value))
  end
  while value:dim() > 2 and value:size(1) == 1 do value = value:squeeze(1) end
  if value:dim() == 1 then value = value:unsqueeze(1) end
  if value:dim() ~= 2 then
    call.fail("%s: %s should be a matrix (rows, columns), got %s", op, name, core.describe(value))
  end
  if value:numel() == 0 then call.fail("%s: %s is empty: there is nothing to draw", op, name) end
  return core.numbers(value, op), value:size(1), value:size(2)
end

-- One number, nil stays nil.
function call.number(op, name, value)
  if lab.is_tensor(value) and value:numel() == 1 then value = value:item() end
  if value ~= nil and (type(value) ~= "number" or value ~= value or math.abs(value) == math.huge) then
    call.fail("%s: %s should be a finite number, got %s", op, name,
      type(value) == "number" and tostring(value) or core.describe(value))
  end
  return value
end

-- A whole number from low to high, nil stays nil.
function call.integer(op, name, value, low, high)
  if value == nil then return nil end
  local whole = math.tointeger(value)
  if not whole or whole < low or whole > high then
    call.fail("%s: %s should be a whole number from %d to %d, got %s", op, name, low, high,
      type(value) == "number" and tostring(value) or core.describe(value))
  end
  return whole
end

-- 1 to 8, or a colour's name; nil is the next of the panel, 0.
function call.color(op, value)
  if value == nil then return 0 end
  local color = COLORS[value] or value
  if math.type(color) == "integer" and color >= 1 and color <= 8 then return color end
  local near = type(value) == "string" and core.nearest(value, COLOR_NAMES)
  return call.fail("%s: color %s: %sthe colors are 1 to 8, or %s", op, tostring(value),
    near and ("did you mean '%s'? "):format(near) or "", table.concat(COLOR_NAMES, ", "))
end

-- One character; nil stays nil.
function call.marker(op, value)
  if value == nil then return nil end
  if type(value) ~= "string" or utf8.len(value) ~= 1 then
    call.fail("%s: marker should be one character, got %s", op,
      type(value) == "string" and ("%q"):format(value) or core.describe(value))
  end
  return value
end

-- Lets an axis say names, at 1, 2, 3, … up to count; without names these numbers.  On a y axis the first is at
-- the top.
function call.names(target, axis, names, count)
  if not names then
    names = {}
    for i = 1, count do names[i] = tostring(i) end
  end
  core.names(target, axis, names)
  if axis ~= "x" then core.reverse(target, axis, true) end
end

-- A list of names; nil stays nil.
call.strings = settings.strings

-- A density's bandwidth: a number above 0, or the name of a rule; nil stays nil.
function call.bandwidth(op, value)
  if value ~= nil and type(value) ~= "number" then
    return settings.choice(op, "bandwidth", value, { "scott", "silverman" })
  end
  local number = call.number(op, "bandwidth", value)
  if number and number <= 0 then call.fail("%s: bandwidth should be above 0", op) end
  return number
end

-- Numbers: 1, 2, … count; the same one count times.
function call.counted(count)
  local list = {}
  for i = 1, count do list[i] = i end
  return core.numbers(list, "x")
end

function call.repeated(value, count)
  local list = {}
  for i = 1, count do list[i] = value end
  return core.numbers(list, "base")
end

return call
