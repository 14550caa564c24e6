--- What can be set about a panel: its title, axes and legend.
-- @local
-- @module plot.settings

local core = require "plot.core"

local settings = {}

-- The names of all options, for messages about unknown ones.
settings.names = { "title", "xlabel", "ylabel", "xscale", "yscale", "xlim", "ylim", "xreverse", "yreverse", "xunit",
  "yunit", "xthreshold", "ythreshold", "xnames", "ynames", "legend", "axes", "equal" }

local SCALES = { "linear", "log", "symlog", "time", "duration" }
local UNITS = { "plain", "percent", "bytes" }
local SWITCHES = { "legend", "axes", "equal", "xreverse", "yreverse" }

local function fail(format, ...) core.fail(format:format(...)) end

-- A string, or a number as one; nil stays nil.
function settings.text(op, name, value)
  if value == nil or type(value) == "string" then return value end
  if type(value) == "number" then return tostring(value) end
  return fail("%s: %s should be a string, got %s", op, name, core.describe(value))
end

-- One of a list of words; nil stays nil.
function settings.choice(op, name, value, list)
  if value == nil then return nil end
  for _, word in ipairs(list) do if value == word then return value end end
  local near = type(value) == "string" and core.nearest(value, list)
  return fail("%s: %s is %s; %sit can be %s", op, name,
    type(value) == "string" and ("'%s'"):format(value) or core.describe(value),
    near and ("did you mean '%s'? "):format(near) or "", table.concat(list, ", "))
end

function settings.boolean(op, name, value)
  if value == nil or type(value) == "boolean" then return value end
  return fail("%s: %s should be true or false, got %s", op, name, core.describe(value))
end

-- The ends of {low, high}; either may be nil, for the data to decide.
function settings.range(op, name, value)
  if type(value) ~= "table" then fail("%s: %s should be {low, high}, got %s", op, name, core.describe(value)) end
  local low, high = value[1], value[2]
  for _, key in ipairs { 1, 2 } do
    local v = value[key]
    if v ~= nil and (type(v) ~= "number" or v ~= v or math.abs(v) == math.huge) then
      fail("%s: %s should be {low, high}, two numbers; one of them is %s", op, name,
        v ~= v and "nan" or type(v) == "number" and tostring(v) or core.describe(v))
    end
  end
  if low and high and low >= high then
    fail("%s: %s is {%g, %g}; the first should be the smaller", op, name, low, high)
  end
  return low, high
end

-- What a number stands for in a legend or on an axis: as float32 has it.
function settings.number_text(value)
  if value == math.floor(value) and math.abs(value) < 1e15 then return ("%.0f"):format(value) end
  return ("%.7g"):format(value)
end

-- A list of strings, numbers as such; nil stays nil.
function settings.strings(op, name, value)
  if value == nil then return nil end
  if lab.is_tensor(value) then value = value:flatten():tolist() end
  if type(value) ~= "table" then
    fail("%s: %s should be a list of strings, got %s", op, name, core.describe(value))
  end
  local list = {}
  for i = 1, #value do
    local item = value[i]
    list[i] = type(item) == "number" and settings.number_text(item)
      or settings.text(op, ("%s[%d]"):format(name, i), item)
  end
  return list
end

local function names(op, name, value)
  local list = settings.strings(op, name, value)
  if list and #list == 0 then fail("%s: %s should be a list of strings, got an empty one", op, name) end
  return list
end

local function threshold(op, name, value)
  if value ~= nil and not (type(value) == "number" and value > 0 and value < math.huge) then
    fail("%s: %s should be a number above 0, got %s", op, name,
      type(value) == "number" and tostring(value) or core.describe(value))
  end
  return value
end

-- The settings among the options, checked.  What they say of y is about the right axis if right is true.
function settings.read(op, options, right)
  local s = { y = right and "right" or "y", title = settings.text(op, "title", options.title) }
  for _, name in ipairs(SWITCHES) do s[name] = settings.boolean(op, name, options[name]) end
  for _, axis in ipairs { "x", "y" } do
    s[axis .. "label"] = settings.text(op, axis .. "label", options[axis .. "label"])
    s[axis .. "scale"] = settings.choice(op, axis .. "scale", options[axis .. "scale"], SCALES)
    s[axis .. "unit"] = settings.choice(op, axis .. "unit", options[axis .. "unit"], UNITS)
    s[axis .. "names"] = names(op, axis .. "names", options[axis .. "names"])
    s[axis .. "threshold"] = threshold(op, axis .. "threshold", options[axis .. "threshold"])
    local limits = options[axis .. "lim"]
    if limits ~= nil then s[axis .. "lim"] = table.pack(settings.range(op, axis .. "lim", limits)) end
  end
  return s
end

-- Sets what settings.read gave.
function settings.apply(panel, s)
  if s.title then core.title(panel, s.title) end
  for _, name in ipairs { "legend", "axes", "equal" } do
    if s[name] ~= nil then core[name](panel, s[name]) end
  end
  for letter, axis in pairs { x = "x", y = s.y } do
    local limits = s[letter .. "lim"]
    if s[letter .. "label"] then core.label(panel, axis, s[letter .. "label"]) end
    for _, name in ipairs { "scale", "unit", "threshold", "names" } do
      if s[letter .. name] then core[name](panel, axis, s[letter .. name]) end
    end
    if s[letter .. "reverse"] ~= nil then core.reverse(panel, axis, s[letter .. "reverse"]) end
    if limits then core.limits(panel, axis, limits[1], limits[2]) end
  end
end

return settings
