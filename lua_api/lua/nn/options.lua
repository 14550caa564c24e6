--- Arguments of layers: positional in PyTorch's order, then a table of named ones.
-- @local
-- @module nn.options

local options = {}

--- How many letters must change to make a from b (Levenshtein).
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local best = math.min(row[j] + 1, row[j - 1] + 1, diagonal + (same and 0 or 1))
      diagonal, row[j] = row[j], best
    end
  end
  return row[#b]
end

-- What users of other libraries call an option.
local habits = { random_state = "seed", learning_rate = "lr", use_bias = "bias", axis = "dim", sep = "delimiter" }

--- The one of `names` that is nearest to `name`, or means the same elsewhere; nil if none is near.
-- @tparam string name
-- @tparam {string,...} names
-- @example require("nn.options").nearest("bais", {"bias", "dtype"}) --> bias
function options.nearest(name, names)
  local best, least = nil, math.max(2, #name // 3) + 1
  for _, candidate in ipairs(names) do
    if habits[name] == candidate then return candidate end
    local d = name:lower() == candidate:lower() and 0 or distance(name, candidate)
    if d < least then best, least = candidate, d end
  end
  return best
end

--- Raises an error about the unknown option `key` of `op`, naming the nearest and all.
function options.unknown(op, key, names)
  local near = options.nearest(tostring(key), names)
  error(("%s: unknown option '%s'%s (options: %s)"):format(op, tostring(key),
    near and ("; did you mean '" .. near .. "'?") or "", #names > 0 and table.concat(names, ", ") or "none"))
end

local function is_options(value)
  return type(value) == "table" and getmetatable(value) == nil and value[1] == nil and
         type(next(value)) == "string"
end

--- A value as messages show what was given: "32" is a string, 32 a number; of tensors and tables the kind alone.
-- @example require("nn.options").shown("32") --> "32"
function options.shown(value)
  if type(value) == "string" then return '"' .. value .. '"' end
  if lab.is_tensor(value) then return "a tensor" end
  if type(value) == "table" or type(value) == "function" then return "a " .. type(value) end
  return tostring(value)
end

local function describe(value)
  if type(value) == "table" or type(value) == "userdata" or type(value) == "nil" then return type(value) end
  return ("%s %s"):format(math.type(value) or type(value), options.shown(value))
end

-- How messages call the kinds that are no types of Lua's.
local wording = { size = "whole number, at least 0", integer = "whole number", probability = "number from 0 to 1" }

local function check(op, parameter, value)
  local name, kind = parameter[1], parameter.kind
  if value == nil then
    if parameter.required then error(("%s: '%s' is missing"):format(op, name)) end
    return parameter[2]
  end
  local fits = kind == nil or (kind == "integer" and math.type(value) == "integer") or
               (kind == "size" and math.type(value) == "integer" and value >= 0) or
               (kind == "tensor" and lab.is_tensor(value)) or
               (kind == "probability" and type(value) == "number" and value >= 0 and value <= 1) or
               type(value) == kind
  if not fits then
    local wanted = wording[kind] or kind
    error(("%s: '%s' must be a %s, got %s"):format(op, name, wanted, describe(value)))
  end
  return value
end

--- Reads the arguments of a constructor.
-- @tparam string op the constructor, for messages
-- @tparam table parameters a list of {name, default, kind=, required=}; kinds are Lua's types, "integer", "size"
-- (an integer from 0), "probability", "tensor"
-- @param ... what was given
-- @treturn table the values by name
-- @example require("nn.options").read("f", {{"p", 0.5, kind="number"}}, {p=0.1}).p --> 0.1
function options.read(op, parameters, ...)
  local given, n, named = {...}, select("#", ...), nil
  if n > 0 and is_options(given[n]) then named, n = given[n], n - 1 end
  if n > #parameters then
    error(("%s: %d arguments given, it takes at most %d"):format(op, n, #parameters))
  end
  local values, known = {}, {}
  for i, parameter in ipairs(parameters) do
    local name = parameter[1]
    known[i], known[name] = name, true
    local value = nil
    if i <= n then value = given[i] end
    if named and named[name] ~= nil then
      if value ~= nil then error(("%s: '%s' was given twice"):format(op, name)) end
      value = named[name]
    end
    values[name] = check(op, parameter, value)
  end
  if named then
    for key in pairs(named) do
      if not known[key] then options.unknown(op, key, known) end
    end
  end
  return values
end

return options
